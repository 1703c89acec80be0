package mutant

import (
	"slices"

	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// Sample says how many mutants are made for each rule.
type Sample struct {
	Most     int // of those that must turn red; 0 is all
	Controls int // of those that must stay green
}

// Mutants makes mutants for each rule.
func (s Sample) Mutants(base Base, rules []validate.Rule) Mutants {
	var all Mutants
	for i, rule := range rules {
		all = append(all, s.of(rule.ID, i, base)...)
	}
	return all
}

// of makes the mutants of one rule. Untouched cases are as many as the plan
// has, so that each rule, by its place among them, takes others.
func (s Sample) of(rule string, place int, base Base) Mutants {
	by, company := map[Ground][]judged{}, map[string]int{}
	for _, c := range base {
		g := foresee(rule, c)
		by[g] = append(by[g], c)
		company[c.ID] = len(c.found())
	}
	var made Mutants
	add := func(g Ground, cases []judged, most int) {
		for _, c := range cases[:min(most, len(cases))] {
			made = append(made, New(c.Case, g, rule))
		}
	}
	for _, g := range []Ground{Named, Decides, Open} {
		slices.SortStableFunc(by[g], func(a, b judged) int { return company[a.ID] - company[b.ID] })
		most := len(by[g])
		if s.Most > 0 {
			most = s.Most - len(made)
		}
		add(g, scenarioByScenario(by[g]), most)
	}
	maskedToo := min(s.Controls/2, len(by[Masked]))
	add(Masked, scenarioByScenario(by[Masked]), maskedToo)
	if others := by[Untouched]; len(others) > 0 {
		at := place * 31 % len(others) // a prime, to come by all families
		add(Untouched, slices.Concat(others[at:], others[:at]), s.Controls-maskedToo)
	}
	return made
}

// scenarioByScenario puts the first case of each scenario before all others.
func scenarioByScenario(cases []judged) []judged {
	seen := map[string]bool{}
	var first, rest []judged
	for _, c := range cases {
		if name := c.scenario(); !seen[name] {
			seen[name] = true
			first = append(first, c)
		} else {
			rest = append(rest, c)
		}
	}
	return append(first, rest...)
}

// Concerned are the cases to play for a base where only few rules are asked
// for: those that expect a finding of one of them, some that expect its reason,
// and some others for controls.
func Concerned(cases []*plan.Case, rules []validate.Rule) []*plan.Case {
	const some = 20
	wanted := map[*plan.Case]bool{}
	for i := 0; i < len(cases); i += max(1, len(cases)/some) {
		wanted[cases[i]] = true
	}
	for _, r := range rules {
		reasoned := map[*scenario.Scenario]bool{}
		for _, c := range cases {
			expects := func(b check.Bound) bool { return slices.Contains(b.Args.List, r.ID) }
			explains := func(b check.Bound) bool { return b.Args.String("reason") == string(r.Reason) }
			switch {
			case slices.ContainsFunc(c.Checks, expects):
				wanted[c] = true
			case slices.ContainsFunc(c.Checks, explains) && len(reasoned) < some && !reasoned[c.Scenario]:
				wanted[c], reasoned[c.Scenario] = true, true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(cases), func(c *plan.Case) bool { return !wanted[c] })
}
