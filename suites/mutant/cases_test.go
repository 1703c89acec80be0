package mutant

import (
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/trace"
)

var (
	audience  = trace.Finding{Rule: "audience-matches", Reason: "audience"}
	present   = trace.Finding{Rule: "audience-present", Reason: "audience"}
	expired   = trace.Finding{Rule: "not-on-or-after", Reason: "expired"}
	issuer    = trace.Finding{Rule: "response-issuer", Reason: "issuer"}
	doctype   = trace.Finding{Rule: "no-doctype", Reason: "malformed"}
	tolerated = trace.Finding{Rule: "window-ordered", Reason: "malformed", Tolerated: true}
)

// refused is a decision for the reason of the first finding.
func refused(findings ...trace.Finding) trace.Decision {
	return trace.Decision{Reason: findings[0].Reason, Findings: findings}
}

// decided is a case that went as expected, in which the SP decided so.
func decided(id string, all ...trace.Decision) report.Case {
	c := report.Case{ID: id, Verdict: report.Pass, Events: []trace.Event{{Kind: trace.KindExchange}}}
	for i := range all {
		c.Events = append(c.Events, trace.Event{Kind: trace.KindDecision, Party: trace.SP, Decision: &all[i]})
	}
	return c
}

// expecting is a planned case that expects findings.
func expecting(id string, rules ...string) *plan.Case {
	c := &plan.Case{ID: id, Profile: &profile.Profile{Precedence: []reason.Reason{"expired"}}}
	if len(rules) > 0 {
		c.Checks = []check.Bound{{Args: check.Args{List: rules}}}
	}
	return c
}
