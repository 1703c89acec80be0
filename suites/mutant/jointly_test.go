package mutant

import (
	"slices"
	"testing"

	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// One case of each scenario that no single rule stands behind, that of the
// fewest rules.
func TestJointly(t *testing.T) {
	t.Parallel()
	p := &plan.Plan{Cases: []*plan.Case{expecting("f/both@x"), expecting("f/both@y"), expecting("f/alone@x"), expecting("f/alone@y"), expecting("f/named@x", "audience-present"), expecting("f/none@x")}}
	third := trace.Finding{Rule: "third", Reason: "audience"}
	base := &report.Run{Cases: []report.Case{
		decided("f/both@x", refused(audience, third, present)), decided("f/both@y", refused(audience, present, issuer, tolerated)),
		decided("f/alone@x", refused(audience, present)), decided("f/alone@y", refused(audience)),
		decided("f/named@x", refused(audience, present)), decided("f/none@x", trace.Decision{Reason: "user-not-found", Findings: []trace.Finding{tolerated}}),
	}}
	var ids []string
	for _, m := range NewBase(p, base).Jointly() {
		ids = append(ids, m.ID)
	}
	if want := []string{"f/both@y without audience-matches+audience-present"}; !slices.Equal(ids, want) {
		t.Errorf("mutants %v, want %v", ids, want)
	}
}
