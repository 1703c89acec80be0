package report

import (
	"slices"
	"testing"

	"github.com/ssoproof/ssoproof/suites/trace"
)

func TestObjection(t *testing.T) {
	t.Parallel()
	known := trace.Finding{Rule: "sha1", Reason: "algorithm-refused", Remedy: "Choose SHA-256.", Tolerated: true}
	issued := trace.Finding{Rule: "issued", Reason: "issue-instant", Remedy: "Set the clock."}
	early := trace.Finding{Rule: "early", Reason: "not-yet-valid", Got: "NotBefore 12:01", Want: "at or before 12:00", Remedy: "Do not set NotBefore into the future."}
	refused := &trace.Decision{Reason: "not-yet-valid", Findings: []trace.Finding{known, issued, early}}
	c := Case{Verdict: Fail, Events: []trace.Event{{Kind: trace.KindDecision, Decision: refused}}}

	reason, sentence := c.objection()
	const want = "The service provider refuses it as not-yet-valid: expected at or before 12:00, seen NotBefore 12:01"
	if reason != "not-yet-valid" || sentence != want {
		t.Errorf("the objection is %q, %q", reason, sentence)
	}
	if got := c.advice(); !slices.Equal(got, []string{early.Remedy}) {
		t.Errorf("advice on what did not decide: %q", got)
	}
	if got := DecisiveFirst(refused); !slices.Equal(got, []trace.Finding{early, issued, known}) {
		t.Errorf("the order of the findings is %v", got)
	}

	refused.Reason = "user-not-found" // of the SP's own state: no rule of the message decided
	if got := c.advice(); !slices.Equal(got, []string{issued.Remedy, early.Remedy}) {
		t.Errorf("advice without a decisive finding: %q", got)
	}
	c.Events = append(c.Events, trace.Event{Kind: trace.KindDecision, Decision: &trace.Decision{Accepted: true}})
	if reason, sentence := c.objection(); reason+sentence != "" {
		t.Errorf("an objection to what was taken in the end: %q, %q", reason, sentence)
	}
}
