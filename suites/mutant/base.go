package mutant

import (
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// Base holds the cases that went as expected with every rule on. From nothing
// else it is told how they go without one.
type Base []judged

// judged is a planned case and how it went.
type judged struct {
	*plan.Case
	went report.Case
}

// NewBase takes the cases of a run that passed and are in the plan, in the
// order of the run.
func NewBase(p *plan.Plan, run *report.Run) Base {
	planned := map[string]*plan.Case{}
	for _, c := range p.Cases {
		planned[c.ID] = c
	}
	var all Base
	for _, went := range run.Cases {
		if c := planned[went.ID]; c != nil && went.Verdict == report.Pass {
			all = append(all, judged{c, went})
		}
	}
	return all
}

// scenario is the ID of the case's scenario.
func (c judged) scenario() string {
	name, _, _ := strings.Cut(c.ID, "@")
	return name
}

// decisions are what the SP under test concluded.
func (c judged) decisions() []*trace.Decision {
	var all []*trace.Decision
	for _, e := range c.went.Events {
		if e.Decision != nil && e.Party != trace.Neighbour {
			all = append(all, e.Decision)
		}
	}
	return all
}

// found are the rules that found something.
func (c judged) found() map[string]bool {
	rules := map[string]bool{}
	for _, d := range c.decisions() {
		for _, f := range d.Findings {
			rules[f.Rule] = true
		}
	}
	return rules
}

// refusing are the rules that gave the reasons to which the SP came.
func (c judged) refusing() []string {
	var rules []string
	for _, d := range c.decisions() {
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
