package main

import (
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/flow"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// ground is on what it is told beforehand how a case goes without a rule.
type ground string

// The grounds, those first that make a case turn red.
const (
	named     ground = "named"     // the case expects the finding
	decides   ground = "decides"   // no other rule gives the reason that the SP came to
	jointly   ground = "jointly"   // none but these rules together do
	open      ground = "open"      // this cannot be told: see unforeseeable and flow.Flow.Races
	masked    ground = "masked"    // another rule gives the same reason, or the product tolerates the finding
	untouched ground = "untouched" // the rule found nothing
)

// told is what is told of a case: the colours that it may have.
func (g ground) told() (red, green bool) {
	return g == named || g == decides || g == jointly || g == open, g == open || g == masked || g == untouched
}

// mutant is a case to be played with a rule, or several, switched off.
type mutant struct {
	*plan.Case // with an ID of its own
	of         string
	rules      []string
	ground     ground
}

func newMutant(of *plan.Case, g ground, rules ...string) mutant {
	one := *of
	one.ID += " without " + strings.Join(rules, "+")
	return mutant{&one, of.ID, rules, g}
}

// mutants are what is played, by the rules in their order.
type mutants []mutant

// sample says how many mutants are made for each rule: most of those that must
// turn red, all when it is 0, and so many that must stay green.
type sample struct{ most, controls int }

// judged is a case that went as expected with every rule on.
type judged struct {
	*plan.Case
	went report.Case
}

func judgedCases(p *plan.Plan, base *report.Run) []judged {
	planned := map[string]*plan.Case{}
	for _, c := range p.Cases {
		planned[c.ID] = c
	}
	var all []judged
	for _, went := range base.Cases {
		if c := planned[went.ID]; c != nil && went.Verdict == report.Pass {
			all = append(all, judged{c, went})
		}
	}
	return all
}

// mutants makes mutants for each rule.
func (s sample) mutants(cases []judged, rules []validate.Rule) mutants {
	var all mutants
	for i, rule := range rules {
		all = append(all, s.of(rule.ID, i, cases)...)
	}
	return all
}

// of makes the mutants of one rule. Untouched cases are as many as the plan
// has, so that each rule, by its place among them, takes others.
func (s sample) of(rule string, place int, cases []judged) mutants {
	by, company := map[ground][]judged{}, map[string]int{}
	for _, c := range cases {
		g := foresee(rule, c)
		by[g] = append(by[g], c)
		company[c.ID] = len(found(c.went))
	}
	var made mutants
	add := func(g ground, cases []judged, most int) {
		for _, c := range cases[:min(most, len(cases))] {
			made = append(made, newMutant(c.Case, g, rule))
		}
	}
	for _, g := range []ground{named, decides, open} {
		slices.SortStableFunc(by[g], func(a, b judged) int { return company[a.ID] - company[b.ID] })
		most := len(by[g])
		if s.most > 0 {
			most = s.most - len(made)
		}
		add(g, scenarioByScenario(by[g]), most)
	}
	maskedToo := min(s.controls/2, len(by[masked]))
	add(masked, scenarioByScenario(by[masked]), maskedToo)
	if others := by[untouched]; len(others) > 0 {
		at := place * 31 % len(others) // a prime, to come by all families
		add(untouched, slices.Concat(others[at:], others[:at]), s.controls-maskedToo)
	}
	return made
}

// scenarioByScenario puts the first case of each scenario before all others.
func scenarioByScenario(cases []judged) []judged {
	seen := map[string]bool{}
	var first, rest []judged
	for _, c := range cases {
		if name := scenarioOf(c.ID); !seen[name] {
			seen[name] = true
			first = append(first, c)
		} else {
			rest = append(rest, c)
		}
	}
	return append(first, rest...)
}

func scenarioOf(caseID string) string {
	name, _, _ := strings.Cut(caseID, "@")
	return name
}

// foresee tells how a case would go without the rule, by how it went with it.
func foresee(rule string, c judged) ground {
	decisive := func(d *trace.Decision) bool {
		return c.refusedByRule(d) && foremost(d.Findings, rule, c.Profile) != d.Reason
	}
	switch {
	case slices.ContainsFunc(c.Checks, func(b check.Bound) bool { return slices.Contains(b.Args.List, rule) }):
		return named
	case !found(c.went)[rule]:
		return untouched
	case slices.Contains(unforeseeable(), rule), races(c.Case):
		return open
	case slices.ContainsFunc(decisions(c.went), decisive):
		return decides
	}
	return masked
}

func races(c *plan.Case) bool {
	f, _ := flow.Find(c.Flow)
	return f.Races
}

// unforeseeable names the rules without which it cannot be told from what they
// found how a case goes. After a finding of the first ones the SP reads no
// further, so that what it would find there is not on record. What the last ones
// miss the SP misses again when it looks for the account.
func unforeseeable() []string {
	var ids []string
	for _, r := range validate.DeliveryRules() {
		ids = append(ids, r.ID)
	}
	return append(ids,
		"message-size", "xml-well-formed", "no-doctype", "no-processing-instruction", "one-root", "attributes-distinct",
		"nesting-depth", "element-count", "root-is-response", "encryption-algorithm",
		"name-id-present", "name-id-not-blank", "attribute-present", "attribute-once", "attribute-value", "attribute-single-valued",
	)
}

// refusedByRule tells whether the SP came to its reason by rules, and not by
// what it knows beyond the message.
func (c judged) refusedByRule(d *trace.Decision) bool {
	why := foremost(d.Findings, "", c.Profile)
	return why != "" && why == d.Reason
}

// foremost is the reason that wins among the findings, those of one rule aside.
func foremost(findings []trace.Finding, without string, p *profile.Profile) string {
	var why []reason.Reason
	for _, f := range findings {
		if !f.Tolerated && f.Rule != without {
			why = append(why, reason.Reason(f.Reason))
		}
	}
	return string(validate.Foremost(why, p.Precedence))
}

// decisions are what the SP under test concluded, in a case that was played.
func decisions(c report.Case) []*trace.Decision {
	var all []*trace.Decision
	for _, e := range c.Events {
		if e.Decision != nil && e.Party != trace.Neighbour {
			all = append(all, e.Decision)
		}
	}
	return all
}

// found are the rules that found something.
func found(c report.Case) map[string]bool {
	rules := map[string]bool{}
	for _, d := range decisions(c) {
		for _, f := range d.Findings {
			rules[f.Rule] = true
		}
	}
	return rules
}
