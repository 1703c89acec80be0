package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/conformance"
	"github.com/ssoproof/ssoproof/suites/mutant"
	"github.com/ssoproof/ssoproof/suites/report"
)

const mutantsSynopsis = `mutants [RULE...]: switch each rule of the SP's validator off and show which scenarios turn red

First the cases are played as they are, or taken from the report of an earlier
run (--from). From that it is told beforehand how each would go without each
rule: red where the case expects the rule's finding or where no other rule gives
the reason that it expects, green elsewhere. Then cases are played again without
the rule: --most of those that must turn red, each scenario once before any
twice, and --controls of those that must stay green. --most 0 plays all: the
matrix then has, for each rule, every scenario that rests on it. Each step by
which the validator trusts a signature or reads what is encrypted is a rule as
well, and so is what the SP demands of browser, account and relay state. Where
the SP reads no further, or looks once more by itself, it cannot be told, and
either colour will do.
Of RULE... alone, only cases that speak of them are played; otherwise scenarios
that several rules stand behind are played without all of these as well.

A rule that nobody misses, and a case that did not go as told, are what is
wrong: exit status 1. The whole matrix is in mutants.tsv, a summary in
mutants.md, which ends with the scenarios that refuse without any rule: there
is nothing to switch off for these, and they are not played.`

func mutantsCommand(ctx context.Context, io streams, args []string) error {
	var f runFlags
	flags := newFlags("mutants", mutantsSynopsis, io)
	f.source = sourceFlags(flags)
	f.chrome.define(flags)
	flags.StringVar(&f.out, "out", "ssoproof-report", "folder for mutants.tsv and mutants.md")
	flags.IntVar(&f.procs, "procs", runtime.NumCPU(), "cases played at once")
	from := flags.String("from", "", "report.json of an earlier run, in place of playing the cases as they are")
	var s mutant.Sample
	flags.IntVar(&s.Most, "most", 5, "cases played for each rule that must turn red; 0 is all")
	flags.IntVar(&s.Controls, "controls", 2, "cases played for each rule that must stay green")
	f.screenshots, f.ordered = string(conformance.ScreenshotsNone), true
	asked, err := flags.parse(args)
	if err != nil {
		return err
	}
	rules, err := knownRules(asked)
	if err != nil {
		return err
	}
	if s.Most < 0 || s.Controls < 0 {
		return usageError{"--most and --controls count cases", "--most 0 plays all that must turn red"}
	}
	defer func() {
		if why := interrupted(ctx); why != nil {
			say(io.err, why.Error()+", before there was a matrix", "")
		}
	}()
	options, err := f.options(nil, io)
	if err != nil {
		return err
	}
	if err := writable(f.out); err != nil {
		return err
	}
	if len(asked) > 0 && *from == "" {
		options.Plan.Cases = mutant.Concerned(options.Plan.Cases, rules)
	}
	base, err := baseline(ctx, options, *from)
	if err != nil {
		return err
	}
	if len(base.Cases) > 0 && base.ExitStatus() != exitOK {
		for _, c := range base.Cases {
			if c.Verdict != report.Pass && c.Verdict != report.Skip && c.Verdict != report.KnownFail {
				complain(io.out, c)
			}
		}
		fmt.Fprintln(io.out, "some cases are not as expected even with every rule on: nothing was switched off")
		return exitStatus(base.ExitStatus())
	}
	cases := mutant.NewBase(options.Plan, base)
	mutants := s.Mutants(cases, rules)
	if len(asked) == 0 {
		mutants = append(mutants, cases.Jointly()...)
	}
	options.Plan, options.Without = mutants.Plan(), mutants.Without()
	run, err := played(ctx, options)
	if err != nil {
		return err
	}
	x := mutants.Compare(run, rules)
	x.Ruleless = cases.Ruleless()
	return reportMatrix(x, f.out, io)
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
	return played(ctx, options)
}

// played is a whole run of the plan, an empty one of an empty plan.
func played(ctx context.Context, options conformance.Options) (*report.Run, error) {
	if len(options.Plan.Cases) == 0 {
		return &report.Run{}, nil
	}
	run, err := conformance.Play(ctx, options)
	if err == nil && run.Partial && ctx.Err() != nil {
		err = exitStatus(exitFailed)
	}
	return run, err
}

func knownRules(asked []string) ([]validate.Rule, error) {
	all := mutant.Rules()
	if len(asked) == 0 {
		return all, nil
	}
	var ids []string
	for _, r := range all {
		ids = append(ids, r.ID)
	}
	var rules []validate.Rule
	for _, one := range asked {
		at := slices.Index(ids, one)
		if at < 0 {
			return nil, usageError{fmt.Sprintf("no rule %q", one), hintNearest(one, ids)}
		}
		rules = append(rules, all[at])
	}
	return rules, nil
}

// reportMatrix prints a line per rule and writes the files.
func reportMatrix(x *mutant.Matrix, dir string, io streams) error {
	for _, r := range x.Rows {
		fmt.Fprintf(io.out, "%-10s %-34s %d red, %d green as told\n", r.Verdict(), r.ID, r.Red, r.Green)
		for _, o := range r.Surprises {
			fmt.Fprintf(io.out, "           %s\n", o.Surprise())
		}
	}
	for _, o := range x.Jointly {
		if !o.AsTold() {
			fmt.Fprintf(io.out, "SURPRISE   %s\n           %s\n", strings.Join(o.Rules, "+"), o.Surprise())
		}
	}
	for name, text := range map[string]string{"mutants.tsv": x.TSV(), "mutants.md": x.Markdown()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("writing the matrix: %w", err)
		}
	}
	unnoticed, surprises := x.Unnoticed(), len(x.Surprises())
	fmt.Fprintf(io.out, "matrix: %s\n%d mutants of %d rules: %d rules noticed, %d unnoticed, %d mutants not as told\n",
		filepath.Join(dir, "mutants.tsv"), len(x.Outcomes), len(x.Rows), len(x.Rows)-unnoticed, unnoticed, surprises)
	if len(x.Jointly) > 0 {
		fmt.Fprintf(io.out, "%d scenarios rest on several rules at once\n", len(x.Jointly))
	}
	if len(x.Ruleless) > 0 {
		fmt.Fprintf(io.out, "%d scenarios of refusals rest on no rule that can be switched off: the end of mutants.md has them\n", len(x.Ruleless))
	}
	if x.Broken != nil {
		return x.Broken
	}
	if unnoticed+surprises > 0 {
		return exitStatus(exitFailed)
	}
	return nil
}
