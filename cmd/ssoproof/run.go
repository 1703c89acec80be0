package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"

	"github.com/ssoproof/ssoproof/suites/conformance"
	"github.com/ssoproof/ssoproof/suites/report"
)

// runFlags are what run (and mutants) take beside the patterns.
type runFlags struct {
	source    *source
	selection selection
	chrome    chromeFlags

	out, screenshots string
	rerun            string // folder of the report whose cases are played again
	procs            int
	seed             int64
	dryRun, ordered  bool
}

const runSynopsis = `run [PATTERN...]: play scenarios in headless Chrome and write a report

PATTERN selects cases: a family (time), a scenario (time/*), or a case
(*/not-on-or-after-exact@eft/root); @FILE reads patterns from a file.`

func runCommand(ctx context.Context, io streams, args []string) error {
	var f runFlags
	flags := newFlags("run", runSynopsis, io)
	f.source = sourceFlags(flags)
	f.selection.define(flags)
	f.chrome.define(flags)
	flags.StringVar(&f.out, "out", "ssoproof-report", "folder for report.html, report.json and junit.xml")
	flags.StringVar(&f.screenshots, "screenshots", string(conformance.ScreenshotsSome), "all, some (failures and one of each kind) or none")
	flags.IntVar(&f.procs, "procs", runtime.NumCPU(), "cases played at once")
	flags.Int64Var(&f.seed, "seed", 0, "order of the cases: 0 picks one, so that nothing can depend on it")
	flags.BoolVar(&f.ordered, "ordered", false, "play the cases in the order of their ids")
	flags.StringVar(&f.rerun, "rerun-failed", "", "folder of a report: play again those of its cases that did not end as expected")
	flags.BoolVar(&f.dryRun, "dry-run", false, "list the cases and play none")
	patterns, err := flags.parse(args)
	if err != nil {
		return err
	}
	options, err := f.options(patterns, io)
	if err != nil {
		return err
	}
	if f.dryRun {
		for _, c := range options.Plan.Cases {
			fmt.Fprintf(io.out, "%s\t%s\n", c.ID, c.Scenario.Title)
		}
		return nil
	}
	if err := writable(f.out); err != nil {
		return err
	}
	run, err := play(ctx, options)
	if run == nil {
		return cmp.Or(interrupted(ctx), err)
	}
	finished := finishRun(run, f, options, args, io)
	if err != nil {
		return err // a broken lab outranks what it has found
	}
	return finished
}

// play plays the plan, with the stock library beside it.
func play(ctx context.Context, o conformance.Options) (*report.Run, error) {
	library, err := startLibrary(ctx)
	if err != nil {
		return nil, err
	}
	defer library.Close() // what goes wrong with it is a note of the run
	o.SecondOpinion = library.Ask
	return conformance.Run(ctx, o)
}

// interrupted says that the command was stopped before it came to anything.
func interrupted(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fmt.Errorf("interrupted: %w", context.Cause(ctx))
}

// options turns the flags into what the conformance suite wants.
func (f *runFlags) options(patterns []string, io streams) (conformance.Options, error) {
	o := conformance.Options{Workers: f.procs, Seed: f.seed, Screenshots: conformance.Screenshots(f.screenshots), Narrate: nil}
	switch o.Screenshots {
	case conformance.ScreenshotsAll, conformance.ScreenshotsSome, conformance.ScreenshotsNone:
	default:
		return o, usageError{fmt.Sprintf("no kind of --screenshots %q", f.screenshots), "one of: all, some, none"}
	}
	if f.procs < 1 {
		return o, usageError{fmt.Sprintf("--procs %d: at least one case must be played at a time", f.procs), ""}
	}
	if f.ordered && f.seed != 0 {
		return o, usageError{fmt.Sprintf("--seed %d and --ordered exclude each other", f.seed), "a seed shuffles the cases, --ordered does not"}
	}
	if f.rerun != "" {
		if len(patterns) > 0 {
			return o, usageError{fmt.Sprintf("--rerun-failed and patterns, such as %q, exclude each other", patterns[0]), ""}
		}
		var err error
		if patterns, err = unexpected(f.rerun); err != nil {
			return o, err
		}
	}
	all, err := f.source.vocabulary()
	if err != nil {
		return o, err
	}
	if o.Plan, err = all.plan(patterns, f.selection); err != nil {
		return o, err
	}
	if o.Seed == 0 && !f.ordered {
		o.Seed = rand.Int64N(1_000_000) + 1
	}
	o.People = all.people
	o.Browser = f.chrome.options()
	o.Progress = progress(io.err)
	o.Command = all.command
	return o, nil
}

// finishRun writes the report and says how the run went. One that was cut
// short is never a success, however well it went so far.
func finishRun(run *report.Run, f runFlags, o conformance.Options, args []string, io streams) error {
	run.Tool = toolVersion()
	run.Command = asTyped("run", args)
	cut := run.Partial
	run.Partial = cut || o.Plan.Partial
	if o.Plan.Omitted > 0 {
		run.Notes = append(run.Notes, "the options leave out "+many(o.Plan.Omitted, "case"))
	}
	if shard := o.Plan.Shard; shard.N > 0 {
		run.Shard = &report.Shard{K: shard.K, N: shard.N, Whole: !cut && o.Plan.Omitted == 0}
		run.Notes = append(run.Notes, fmt.Sprintf("shard %s leaves %s to the others", shard, many(o.Plan.Others, "case")))
	}
	if !f.ordered {
		run.Notes = append(run.Notes, fmt.Sprintf("played in a random order, which --seed %d repeats", o.Seed))
	}
	if err := run.Write(f.out); err != nil {
		return err
	}
	summarize(io.out, run, f.out)
	switch status := run.ExitStatus(); {
	case status != exitOK:
		return exitStatus(status)
	case cut:
		return exitStatus(exitFailed)
	}
	return nil
}

// progress returns a progress line for a terminal and nothing for a pipe.
func progress(w io.Writer) func(done, total int, c *report.Case) {
	file, ok := w.(*os.File)
	if !ok {
		return nil
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	bad := 0
	return func(done, total int, c *report.Case) {
		if !c.Verdict.AsExpected() {
			bad++
		}
		fmt.Fprintf(w, "\r\x1b[K%d/%d  %d not as expected  %s", done, total, bad, c.ID)
		if done == total {
			fmt.Fprint(w, "\r\x1b[K")
		}
	}
}

// unexpected are the cases of a report that did not end as expected.
func unexpected(dir string) ([]string, error) {
	run, err := report.Read(filepath.Join(dir, report.JSONFile))
	if err != nil {
		return nil, badData(err)
	}
	var ids []string
	for _, c := range run.Cases {
		if !c.Verdict.AsExpected() {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return nil, usageError{fmt.Sprintf("--rerun-failed %s: every case ended as expected, there is nothing to play again", dir), ""}
	}
	return ids, nil
}

// writable complains before anything is played, not after.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return usageError{fmt.Sprintf("--out %s cannot be made: %v", dir, err), "name a folder that you may write to"}
	}
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return usageError{fmt.Sprintf("--out %s cannot be written to: %v", dir, err), "name a folder that you may write to"}
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}
