package main

import (
	"context"
	"slices"

	"github.com/ssoproof/ssoproof/suites/conformance"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
)

// jointMutants are for the scenarios that no single rule stands behind, because
// several give the same reason: a forged Assertion is found out in more ways
// than one. Of each such scenario one case is played without all of these rules,
// to prove that it tests something.
func jointMutants(cases []judged) mutants {
	best, alone := map[string]mutant{}, map[string]bool{}
	var order []string
	for _, c := range cases {
		rules, name := c.refusing(), scenarioOf(c.ID)
		if len(rules) == 0 {
			continue
		}
		if had, known := best[name]; !known || len(rules) < len(had.rules) {
			best[name] = newMutant(c.Case, jointly, rules...)
		}
		if !slices.Contains(order, name) {
			order = append(order, name)
		}
		for rule := range found(c.went) {
			red, _ := foresee(rule, c).told()
			alone[name] = alone[name] || red
		}
	}
	var all mutants
	for _, name := range order {
		if !alone[name] {
			all = append(all, best[name])
		}
	}
	return all
}

// refusing are the rules that gave the reasons to which the SP came.
func (c judged) refusing() []string {
	var rules []string
	for _, d := range decisions(c.went) {
		if !c.refusedByRule(d) {
			continue
		}
		for _, f := range d.Findings {
			if !f.Tolerated && f.Reason == d.Reason && !slices.Contains(rules, f.Rule) {
				rules = append(rules, f.Rule)
			}
		}
	}
	return rules
}

// play plays the mutants. Their controls keep every rule.
func (m mutants) play(ctx context.Context, options conformance.Options) (*report.Run, error) {
	cases, rules := []*plan.Case{}, map[*plan.Case][]string{}
	for _, one := range m {
		cases = append(cases, one.Case)
		rules[one.Case] = one.rules
	}
	options.Plan = &plan.Plan{Cases: cases}
	options.Without = func(c *plan.Case) []string { return rules[c] }
	return played(ctx, options)
}
