package validate

import (
	"fmt"

	"github.com/ssoproof/ssoproof/sp/reason"
)

// The rules about authorization decisions hold only for an SP that looks at
// them (Policy.AuthzDecisions). A statement about any resource counts: the SP
// is one resource, and a Deny among Permits denies.
func authzRules() []Rule {
	return []Rule{
		{ID: "authz-permits", Title: "every authorization decision is Permit", Ref: "SAML core 2.7.4; seed 004",
			Level: Must, Reason: reason.AuthzDenied, Check: checkAuthz},
		{ID: "authz-resource", Title: "every authorization decision names its resource", Ref: "SAML core 2.7.4",
			Level: Must, Reason: reason.AuthzDenied, Check: checkAuthzResource},
	}
}

func checkAuthz(m *Message, p *Policy) []Finding {
	if !p.AuthzDecisions {
		return nil
	}
	var findings []Finding
	for _, e := range m.judged.All(assertionNS, "AuthzDecisionStatement") {
		if e.Value("Decision") != "Permit" {
			findings = append(findings, foundAttr(e, "Decision", fmt.Sprintf("%s for resource %s", quoted(e.Attr("Decision")), quoted(e.Attr("Resource"))), `"Permit"`,
				"The identity provider's policy does not let this user in: change it there, or send no decision.")...)
		}
	}
	return findings
}

func checkAuthzResource(m *Message, p *Policy) []Finding {
	if !p.AuthzDecisions {
		return nil
	}
	var findings []Finding
	for _, e := range m.judged.All(assertionNS, "AuthzDecisionStatement") {
		if e.Value("Resource") == "" {
			findings = append(findings, foundAttr(e, "Resource", quoted(e.Attr("Resource")), "what the decision is about", "Write the Resource into the statement.")...)
		}
	}
	return findings
}
