package mutant

import (
	"slices"
	"testing"

	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func TestForesee(t *testing.T) {
	t.Parallel()
	other := decided("a", refused(expired))
	other.Events[1].Party = trace.Neighbour
	for name, c := range map[string]struct {
		rule string
		plan *plan.Case
		went report.Case
		want Ground
	}{
		"the finding is expected":           {"not-on-or-after", expecting("a", "audience-matches", "not-on-or-after"), decided("a", refused(audience, expired)), Named},
		"so it is, though tolerated":        {"window-ordered", expecting("a", "window-ordered"), decided("a", trace.Decision{Accepted: true, Findings: []trace.Finding{tolerated}}), Named},
		"the reason is this rule's":         {"not-on-or-after", expecting("a"), decided("a", refused(expired, audience)), Decides},
		"so it is of one of many decisions": {"not-on-or-after", expecting("a"), decided("a", trace.Decision{Accepted: true}, refused(expired)), Decides},
		"the reason is another's":           {"audience-matches", expecting("a"), decided("a", refused(expired, audience)), Masked},
		"the reason is of both":             {"audience-matches", expecting("a"), decided("a", refused(audience, present)), Masked},
		"the product tolerates it":          {"window-ordered", expecting("a"), decided("a", refused(expired, tolerated)), Masked},
		"the next reason is another":        {"audience-matches", expecting("a"), decided("a", refused(audience, issuer, present)), Decides},
		"the next but one is the same":      {"audience-matches", expecting("a"), decided("a", refused(audience, present, issuer)), Masked},
		"the precedence says otherwise":     {"audience-matches", expecting("a"), decided("a", trace.Decision{Reason: "expired", Findings: []trace.Finding{audience, expired}}), Masked},
		"the SP refused by itself":          {"audience-matches", expecting("a"), decided("a", trace.Decision{Reason: "user-not-found", Findings: []trace.Finding{tolerated}}), Untouched},
		"the reading ended there":           {"no-doctype", expecting("a"), decided("a", refused(doctype)), Open},
		"so it did, and that is expected":   {"no-doctype", expecting("a", "no-doctype"), decided("a", refused(doctype)), Named},
		"it found nothing":                  {"issuer-format", expecting("a"), decided("a", refused(expired)), Untouched},
		"nothing was decided":               {"issuer-format", expecting("a"), decided("a"), Untouched},
		"another SP decided":                {"not-on-or-after", expecting("a"), other, Untouched},
	} {
		if got := foresee(c.rule, judged{c.plan, c.went}); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// A rule that the table names must be there.
func TestUnforeseeable(t *testing.T) {
	t.Parallel()
	for _, id := range unforeseeable() {
		if !slices.ContainsFunc(Rules(), func(r validate.Rule) bool { return r.ID == id }) {
			t.Errorf("no rule %q", id)
		}
	}
}
