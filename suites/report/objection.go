package report

import (
	"fmt"
	"slices"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// decisive tells whether the finding is what the SP decided on.
func decisive(d *trace.Decision, f trace.Finding) bool { return !f.Tolerated && f.Reason == d.Reason }

// DecisiveFirst returns the findings with those first that the SP decided on,
// and those last that it tolerates.
func DecisiveFirst(d *trace.Decision) []trace.Finding {
	rank := func(f trace.Finding) int {
		switch {
		case decisive(d, f):
			return 0
		case f.Tolerated:
			return 2
		}
		return 1
	}
	ordered := slices.Clone(d.Findings)
	slices.SortStableFunc(ordered, func(a, b trace.Finding) int { return rank(a) - rank(b) })
	return ordered
}

// objection returns the reason for which the SP refused the last message that
// it judged, and a sentence that says so; both are empty when it took it.
func (c Case) objection() (reason, sentence string) {
	for _, e := range c.Events {
		d := e.Decision
		if d == nil || e.Kind == trace.KindMetadata {
			continue
		}
		if reason, sentence = d.Reason, ""; d.Accepted || reason == "" {
			continue
		}
		sentence = "The service provider refuses it as " + reason
		for _, f := range d.Findings {
			if decisive(d, f) {
				sentence += fmt.Sprintf(": expected %s, seen %s", inWords(f.Want), inWords(f.Got))
				break
			}
		}
	}
	return reason, sentence
}

// advice returns what the sender should change, each piece once: what the
// findings say on which the SP decided, or else all that it does not tolerate.
// A case whose message carries a fault on purpose, or which went as expected,
// calls for none.
func (c Case) advice() []string {
	var decided, all []string
	if len(c.Faults) > 0 || c.Verdict.AsExpected() {
		return nil
	}
	add := func(to []string, f trace.Finding) []string {
		if f.Remedy == "" || f.Tolerated || slices.Contains(to, f.Remedy) {
			return to
		}
		return append(to, f.Remedy)
	}
	for _, e := range c.Events {
		if e.Decision == nil {
			continue
		}
		for _, f := range e.Decision.Findings {
			all = add(all, f)
			if decisive(e.Decision, f) {
				decided = add(decided, f)
			}
		}
	}
	if decided != nil {
		return decided
	}
	return all
}
