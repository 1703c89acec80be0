package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
)

func audienceRules() []Rule {
	return []Rule{
		{ID: "audience-present", Title: "the Assertion says for whom it is", Ref: "SAML profiles 4.1.4.2",
			Level: Must, Reason: reason.Audience, Check: checkAudiencePresent},
		{ID: "audience-matches", Title: "every audience restriction names this SP", Ref: "SAML core 2.5.1.4",
			Level: Must, Reason: reason.Audience, Check: checkAudience},
	}
}

func checkAudiencePresent(m *Message, p *Policy) []Finding {
	if m.conditions == nil || m.conditions.First(assertionNS, "AudienceRestriction") != nil {
		return nil
	}
	f := found(m.conditions, "no AudienceRestriction", quoted(p.EntityID, true),
		"Write an AudienceRestriction with the SP's entity ID: without it any SP that trusts you would take the Assertion.")
	f[0].Tolerated = p.AudienceOptional
	return f
}

// checkAudience: any value of a restriction will do, but all restrictions must
// be met; the comparison is exact.
func checkAudience(m *Message, p *Policy) []Finding {
	var findings []Finding
	for _, restriction := range m.conditions.All(assertionNS, "AudienceRestriction") {
		var audiences []string
		for _, a := range restriction.All(assertionNS, "Audience") {
			audiences = append(audiences, a.Text())
		}
		if p.EntityID != "" && slices.Contains(audiences, p.EntityID) {
			continue
		}
		remedy := fmt.Sprintf("Set the audience (SP entity ID) of this application to %q.", p.EntityID)
		if len(audiences) == 1 {
			remedy += " " + difference(audiences[0], p.EntityID)
		}
		findings = append(findings, found(restriction, listed(audiences), quoted(p.EntityID, true), remedy)...)
	}
	return findings
}

// listed spells values for a finding.
func listed(values []string) string {
	if len(values) == 0 {
		return "none"
	}
	const most = 10
	var quotes []string
	for _, v := range values[:min(len(values), most)] {
		quotes = append(quotes, quoted(v, true))
	}
	if len(values) > most {
		quotes = append(quotes, fmt.Sprintf("and %d more", len(values)-most))
	}
	return strings.Join(quotes, ", ")
}
