package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/conformance"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
)

const mutantsSynopsis = `mutants [RULE...]: switch each rule of the SP's validator off and show which scenarios turn red

First every case is played as it is, or taken from the report of an earlier run
(--from). Then, for each rule, cases in which the rule found something are played
again without it: no other case can notice. Those in which it found the least
company come first, and --most of them are played. A rule that can be switched
off unnoticed is a hole in the scenarios.`

func mutantsCommand(ctx context.Context, io streams, args []string) error {
	var f runFlags
	flags := newFlags("mutants", mutantsSynopsis, io)
	f.source = sourceFlags(flags)
	f.chrome.define(flags)
	flags.StringVar(&f.out, "out", "ssoproof-report", "folder for mutants.tsv")
	flags.IntVar(&f.procs, "procs", runtime.NumCPU(), "cases played at once")
	from := flags.String("from", "", "report.json of an earlier run of all cases, in place of playing them")
	most := flags.Int("most", 5, "cases played for each rule; 0 is all, for the whole matrix")
	f.screenshots, f.ordered = string(conformance.ScreenshotsNone), true
	rules, err := flags.parse(args)
	if err != nil {
		return err
	}
	if rules, err = knownRules(rules); err != nil {
		return err
	}
	options, err := f.options(nil, io)
	if err != nil {
		return err
	}
	if err := writable(f.out); err != nil {
		return err
	}
	base, err := baseline(ctx, options, *from)
	if err != nil {
		return err
	}
	if base.ExitStatus() != exitOK {
		summarize(io.out, base, f.out)
		return fmt.Errorf("some cases are not as expected even with every rule on")
	}
	mutated := mutate(options.Plan, base, rules, *most)
	run := &report.Run{}
	if len(mutated.cases) > 0 {
		options.Plan, options.Without = &plan.Plan{Cases: mutated.cases}, mutated.without
		if run, err = conformance.Play(ctx, options); err != nil {
			return err
		}
	}
	if run.Partial {
		return interrupted(ctx)
	}
	return mutated.report(run, rules, f.out, io)
}

// baseline is how the cases go with every rule on.
func baseline(ctx context.Context, options conformance.Options, from string) (*report.Run, error) {
	if from != "" {
		base, err := report.Read(from)
		if err != nil {
			return nil, usageError{err.Error(), "--from takes the report.json that ssoproof run has written"}
		}
		return base, nil
	}
	base, err := conformance.Play(ctx, options)
	if err == nil && base.Partial {
		err = interrupted(ctx)
	}
	return base, err
}

func knownRules(asked []string) ([]string, error) {
	var all []string
	for _, r := range validate.AllRules() {
		all = append(all, r.ID)
	}
	for _, one := range asked {
		if !slices.Contains(all, one) {
			return nil, usageError{fmt.Sprintf("no rule %q", one), hintNearest(one, all)}
		}
	}
	if len(asked) > 0 {
		return asked, nil
	}
	return all, nil
}

// mutants are cases to be played with one rule switched off.
type mutants struct {
	cases []*plan.Case
	rule  map[string]string // by the mutant's case ID
}

// mutate makes mutants for each rule, of the cases in which it found something:
// most of them, or all when most is 0.
func mutate(p *plan.Plan, base *report.Run, rules []string, most int) *mutants {
	m := &mutants{rule: map[string]string{}}
	planned := map[string]*plan.Case{}
	for _, c := range p.Cases {
		planned[c.ID] = c
	}
	noticing := noticed(base, planned)
	for _, rule := range rules {
		for i, id := range noticing[rule] {
			if planned[id] == nil || most > 0 && i >= most {
				continue
			}
			mutant := *planned[id]
			mutant.ID += " without " + rule
			m.cases = append(m.cases, &mutant)
			m.rule[mutant.ID] = rule
		}
	}
	return m
}

// noticed are the cases in which each rule found something, those first that
// are likeliest to turn red without it: those that expect the finding, then
// those in which the fewest other rules found anything.
func noticed(base *report.Run, planned map[string]*plan.Case) map[string][]string {
	cases, rank := map[string][]string{}, map[string]int{}
	for _, c := range base.Cases {
		rules := found(c)
		for rule, tolerated := range rules {
			cases[rule] = append(cases[rule], c.ID)
			rank[rule+c.ID] = likelihood(planned[c.ID], rule, tolerated, len(rules))
		}
	}
	for rule, ids := range cases {
		slices.SortStableFunc(ids, func(a, b string) int { return rank[rule+a] - rank[rule+b] })
	}
	return cases
}

// likelihood is small when a case is likely to notice the rule.
func likelihood(c *plan.Case, rule string, tolerated bool, company int) int {
	expected := c != nil && slices.ContainsFunc(c.Checks, func(b check.Bound) bool { return slices.Contains(b.Args.List, rule) })
	switch {
	case expected:
		return 0
	case tolerated:
		return 1000 + company
	}
	return company
}

// found are the rules that found something, and whether the product tolerates it.
func found(c report.Case) map[string]bool {
	rules := map[string]bool{}
	for _, e := range c.Events {
		if e.Decision == nil {
			continue
		}
		for _, f := range e.Decision.Findings {
			tolerated, had := rules[f.Rule]
			rules[f.Rule] = f.Tolerated && (tolerated || !had)
		}
	}
	return rules
}

// without switches the mutant's rule off; controls keep every rule.
func (m *mutants) without(c *plan.Case) []string {
	if rule, mutant := m.rule[c.ID]; mutant && slices.Contains(m.cases, c) {
		return []string{rule}
	}
	return nil
}

// report prints a line per rule and writes the whole matrix. A mutant that
// could not be judged is neither red nor green, but a broken lab.
func (m *mutants) report(run *report.Run, rules []string, dir string, io streams) error {
	red, green := map[string][]string{}, map[string][]string{}
	var broken error
	for _, c := range run.Cases {
		rule := m.rule[c.ID]
		id, _, _ := strings.Cut(c.ID, " without ")
		switch c.Verdict {
		case report.Pass:
			green[rule] = append(green[rule], id)
		case report.Broken:
			broken = errors.Join(broken, fmt.Errorf("playing %s: %s", c.ID, c.Cause))
		default:
			red[rule] = append(red[rule], id)
		}
	}
	var matrix strings.Builder
	matrix.WriteString("rule\tverdict\tred\tred cases\tcases that stay green (another rule refuses for the same reason)\n")
	survivors := 0
	for _, rule := range rules {
		verdict := "noticed"
		if len(red[rule]) == 0 {
			verdict = "UNNOTICED"
			survivors++
		}
		fmt.Fprintf(io.out, "%-10s %-32s %d red, %d green\n", verdict, rule, len(red[rule]), len(green[rule]))
		fmt.Fprintf(&matrix, "%s\t%s\t%d\t%s\t%s\n", rule, verdict, len(red[rule]), strings.Join(red[rule], " "), strings.Join(green[rule], " "))
	}
	path := filepath.Join(dir, "mutants.tsv")
	if err := os.WriteFile(path, []byte(matrix.String()), 0o644); err != nil {
		return fmt.Errorf("writing the matrix: %w", err)
	}
	fmt.Fprintf(io.out, "matrix: %s\n%d rules noticed, %d unnoticed\n", path, len(rules)-survivors, survivors)
	if broken != nil {
		return broken
	}
	if survivors > 0 {
		return exitStatus(exitFailed)
	}
	return nil
}
