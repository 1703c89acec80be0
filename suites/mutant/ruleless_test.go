package mutant

import (
	"fmt"
	"testing"

	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// asking is a planned case that asks one check of the catalogue.
func asking(t *testing.T, id, name string, args map[string]string, list ...string) *plan.Case {
	t.Helper()
	found, ok := check.Find(name)
	if !ok {
		t.Fatalf("no check %q", name)
	}
	bound, errs := found.Bind(args, list)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	c := expecting(id)
	c.Checks = []check.Bound{bound}
	return c
}

// A scenario is listed when none of its cases rests on a rule, with the reasons
// of all; one that lets the visitor in is not, whatever the SP refused meanwhile.
func TestRuleless(t *testing.T) {
	t.Parallel()
	because := func(why string) map[string]string { return map[string]string{"reason": why} }
	bare := func(why string) trace.Decision { return trace.Decision{Reason: why} }
	p := &plan.Plan{Cases: []*plan.Case{
		asking(t, "f/slow@x", "refused", because("timeout")), asking(t, "f/slow@y", "refused", because("too-large")), asking(t, "f/slow@z", "refused", because("timeout")),
		asking(t, "f/half@x", "refused", because("timeout")), asking(t, "f/half@y", "refused", because("expired")),
		asking(t, "f/tolerated@x", "refused", because("user-not-found")),
		asking(t, "f/told@x", "redirected-with", map[string]string{"reason": "access-denied", "target": "/a"}),
		asking(t, "f/in-turn@x", "reactions", nil, "timeout", "loop"),
		asking(t, "f/closed@x", "no-session", nil), asking(t, "f/nobody-came@x", "no-session", nil),
		asking(t, "f/both@x", "refused", because("audience")),
		asking(t, "f/open@x", "refused", because("user-not-found")),
		asking(t, "f/signed-in@x", "signed-in", nil),
		asking(t, "f/failed@x", "refused", because("timeout")),
	}}
	failed := decided("f/failed@x", bare("timeout"))
	failed.Verdict = report.Fail
	base := &report.Run{Cases: []report.Case{
		decided("f/slow@x", bare("timeout")), decided("f/slow@y", bare("too-large")), decided("f/slow@z", bare("timeout")),
		decided("f/half@x", bare("timeout")), decided("f/half@y", refused(expired)),
		decided("f/tolerated@x", trace.Decision{Reason: "user-not-found", Findings: []trace.Finding{tolerated}}),
		decided("f/told@x", bare("not-logged-in"), bare("access-denied")),
		decided("f/in-turn@x", bare("timeout"), bare("loop")),
		decided("f/closed@x", bare("not-logged-in")), decided("f/nobody-came@x"),
		decided("f/both@x", refused(audience, present)),
		// Where the reading ended it cannot be told, so that there is a mutant.
		decided("f/open@x", trace.Decision{Reason: "user-not-found", Findings: []trace.Finding{{Rule: "name-id-present", Reason: "name-id", Tolerated: true}}}),
		decided("f/signed-in@x", bare("not-logged-in"), trace.Decision{Accepted: true}),
		failed,
	}}
	got := fmt.Sprint(NewBase(p, base).Ruleless())
	if want := "[{f/closed [not-logged-in]} {f/in-turn [loop timeout]} {f/nobody-came []} {f/slow [timeout too-large]} {f/told [access-denied]} {f/tolerated [user-not-found]}]"; got != want {
		t.Errorf("ruleless %s\n want %s", got, want)
	}
}
