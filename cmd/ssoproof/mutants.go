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
	"github.com/ssoproof/ssoproof/suites/conformance"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
)

const mutantsSynopsis = `mutants [RULE...]: switch each rule of the SP's validator off and show which scenarios turn red

First every case is played as it is. Then, for each rule, the cases in which the
rule found something are played again without it: no other case can notice. A
rule that can be switched off unnoticed is a hole in the scenarios.`

func mutantsCommand(ctx context.Context, io streams, args []string) error {
	var f runFlags
	flags := newFlags("mutants", mutantsSynopsis, io)
	f.source = sourceFlags(flags)
	f.chrome.define(flags)
	flags.StringVar(&f.out, "out", "ssoproof-report", "folder for mutants.tsv")
	flags.IntVar(&f.procs, "procs", runtime.NumCPU(), "cases played at once")
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
	base, err := conformance.Play(ctx, options)
	if err != nil {
		return err
	}
	if base.Partial {
		return interrupted(ctx)
	}
	if base.ExitStatus() != exitOK {
		summarize(io.out, base, f.out)
		return fmt.Errorf("some cases are not as expected even with every rule on")
	}
	mutated := mutate(options.Plan, base, rules)
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

// mutate makes a mutant of every case and rule that found something in it.
func mutate(p *plan.Plan, base *report.Run, rules []string) *mutants {
	m := &mutants{rule: map[string]string{}}
	planned := map[string]*plan.Case{}
	for _, c := range p.Cases {
		planned[c.ID] = c
	}
	for _, played := range base.Cases {
		for _, rule := range found(played) {
			if !slices.Contains(rules, rule) {
				continue
			}
			mutant := *planned[played.ID]
			mutant.ID += " without " + rule
			m.cases = append(m.cases, &mutant)
			m.rule[mutant.ID] = rule
		}
	}
	return m
}

// found are the rules that found something that was not tolerated.
func found(c report.Case) []string {
	var rules []string
	for _, e := range c.Events {
		if e.Decision == nil {
			continue
		}
		for _, f := range e.Decision.Findings {
			if !f.Tolerated && !slices.Contains(rules, f.Rule) {
				rules = append(rules, f.Rule)
			}
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
