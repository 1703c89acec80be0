package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// summarize prints what was not as expected and one closing line.
func summarize(out io.Writer, run *report.Run, dir string) {
	for _, c := range run.Cases {
		if !c.Verdict.AsExpected() {
			complain(out, c)
		}
	}
	total := run.Total()
	failed := total.Count(report.Fail) + total.Count(report.UnexpectedPass) + total.Count(report.Broken)
	fmt.Fprintf(out, "report: %s\n", filepath.Join(dir, report.HTMLFile))
	if run.Partial {
		fmt.Fprintf(out, "partial: %s\n", strings.Join(run.Notes, "; "))
	}
	fmt.Fprintf(out, "%s of %s on %s in %s\n", many(len(run.Cases), "case"), many(count(run, func(c report.Case) string { return c.Scenario }), "scenario"),
		many(count(run, func(c report.Case) string { return c.Profile }), "profile"), run.Duration.Round(100*time.Millisecond))
	known := ""
	if n := total.Count(report.KnownFail); n > 0 {
		known = fmt.Sprintf("%d failed as is known, ", n)
	}
	fmt.Fprintf(out, "%d passed, %s%d failed, %d skipped\n", total.Count(report.Pass), known, failed, total.Count(report.Skip))
}

// many is a number of things.
func many(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// complain explains one case that did not end as expected.
func complain(out io.Writer, c report.Case) {
	fmt.Fprintf(out, "%s  %s\n  %s  (%s)\n", strings.ToUpper(string(c.Verdict)), c.ID, c.Title, c.Source)
	named := ""
	for _, check := range c.Checks {
		if check.OK {
			continue
		}
		if check.Name != named {
			fmt.Fprintf(out, "  %s\n", check.Name)
			named = check.Name
		}
		fmt.Fprintf(out, "    expected %s, seen %s\n", short(check.Expected), short(check.Seen))
	}
	if named == "" {
		fmt.Fprintf(out, "  %s\n", c.Cause)
	}
	for _, f := range objections(c) {
		fmt.Fprintf(out, "  the SP objects: %s (%s)\n    expected %s, seen %s\n    what to do: %s\n", f.Rule, f.Ref, short(f.Want), short(f.Got), f.Remedy)
	}
	fmt.Fprintf(out, "  alone: %s\n\n", c.Command)
}

// objections are the rules that the last message broke, each once, those aside
// that the product tolerates.
func objections(c report.Case) []trace.Finding {
	var last []trace.Finding
	for _, e := range c.Events {
		if e.Kind == trace.KindDecision && e.Decision != nil {
			last = report.DecisiveFirst(e.Decision)
		}
	}
	var all []trace.Finding
	for _, f := range last {
		if !f.Tolerated && !slices.ContainsFunc(all, func(had trace.Finding) bool { return had.Rule == f.Rule }) {
			all = append(all, f)
		}
	}
	return all
}

// short cuts what a page showed to what a line has room for; the report has
// it all.
func short(text string) string {
	const room = 90
	if r := []rune(text); len(r) > room {
		return string(r[:room-1]) + "…"
	}
	return text
}

func count(run *report.Run, of func(report.Case) string) int {
	distinct := map[string]bool{}
	for _, c := range run.Cases {
		distinct[of(c)] = true
	}
	return len(distinct)
}
