package mutant

import (
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

func TestSample(t *testing.T) {
	t.Parallel()
	p := &plan.Plan{Cases: []*plan.Case{
		expecting("f/a@x"), expecting("f/a@y"), expecting("f/b@x"), expecting("f/named@x", "not-on-or-after"), expecting("f/masked@x"), expecting("f/other@x"), expecting("f/other@y"), expecting("f/failed@x"),
	}}
	failed := decided("f/failed@x", refused(expired))
	failed.Verdict = report.KnownFail
	base := &report.Run{Cases: []report.Case{
		decided("f/a@x", refused(expired, audience)), decided("f/a@y", refused(expired)), decided("f/b@x", refused(expired, audience, present)),
		decided("f/named@x", refused(audience, expired)), decided("f/masked@x", refused(audience, expired)),
		decided("f/other@x"), decided("f/other@y"), decided("f/gone@x", refused(expired)), failed,
	}}
	rules := []validate.Rule{{ID: "issuer-format"}, {ID: "not-on-or-after"}}
	for _, c := range []struct {
		Sample
		want string
	}{
		{Sample{Most: 3, Controls: 2}, "named/named@x decides/a@y decides/b@x masked/masked@x untouched/other@y"},
		{Sample{Most: 0, Controls: 0}, "named/named@x decides/a@y decides/b@x decides/a@x"},
		{Sample{Most: 1, Controls: 1}, "named/named@x untouched/other@y"},
	} {
		var got []string
		for _, m := range c.Mutants(NewBase(p, base), rules) {
			if m.Rules[0] != "not-on-or-after" {
				continue
			}
			got = append(got, string(m.Ground)+strings.TrimPrefix(m.Of, "f"))
			if m.ID != m.Of+" without "+m.Rules[0] {
				t.Errorf("the mutant of %s without %s is called %s", m.Of, m.Rules, m.ID)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v: mutants %v, want %s", c.Sample, got, c.want)
		}
	}
	if p.Cases[0].ID != "f/a@x" {
		t.Error("the plan's own case was changed")
	}
}

func TestConcerned(t *testing.T) {
	t.Parallel()
	bound, _ := check.Find("refused")
	reasoned, errs := bound.Bind(map[string]string{"reason": "expired"}, nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var cases []*plan.Case
	for range 60 {
		cases = append(cases, expecting("other"))
	}
	for range 30 {
		one := &scenario.Scenario{}
		for range 2 {
			cases = append(cases, &plan.Case{ID: "reason", Scenario: one, Checks: []check.Bound{reasoned}})
		}
		cases = append(cases, expecting("named", "not-on-or-after"))
	}
	kept := map[string]int{}
	for _, c := range Concerned(cases, []validate.Rule{{ID: "not-on-or-after", Reason: "expired"}}) {
		kept[c.ID]++
	}
	// Every seventh case is kept for controls; of the others, what speaks of the rule.
	if kept["named"] != 30 || kept["other"] != 9 || kept["reason"] < 20 || kept["reason"] > 20+9 {
		t.Errorf("kept %v", kept)
	}
}
