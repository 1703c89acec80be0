package validate

import (
	"fmt"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

func conditionRules() []Rule {
	return []Rule{
		{ID: "conditions-present", Title: "the Assertion says under which conditions it holds", Ref: "SAML profiles 4.1.4.2",
			Level: Must, Reason: reason.Condition, Check: checkConditionsPresent},
		{ID: "one-conditions", Title: "the Assertion has one Conditions element", Ref: "SAML core 2.3.3",
			Level: Must, Reason: reason.Condition, Check: checkOneConditions},
		{ID: "condition-understood", Title: "the SP understands every condition", Ref: "SAML core 2.5.1.1",
			Level: Must, Reason: reason.Condition, Check: checkConditionsUnderstood},
	}
}

func checkConditionsPresent(m *Message, _ *Policy) []Finding {
	if m.judged == nil || m.conditions != nil {
		return nil
	}
	return found(m.judged, "no Conditions", "Conditions with an AudienceRestriction", "Write Conditions with the SP's entity ID as Audience, and the validity.")
}

func checkOneConditions(m *Message, _ *Policy) []Finding {
	all := m.judged.All(assertionNS, "Conditions")
	if len(all) < 2 {
		return nil
	}
	return found(all[1], fmt.Sprintf("%d Conditions elements", len(all)), "one", "Write all conditions into one Conditions element.")
}

// checkConditionsUnderstood: an SP that does not know a condition cannot tell
// whether it holds, and must not rely on the Assertion.
func checkConditionsUnderstood(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, c := range m.conditions.Elements() {
		if c.Is(assertionNS, "AudienceRestriction") || c.Is(assertionNS, "OneTimeUse") || c.Is(assertionNS, "ProxyRestriction") {
			continue
		}
		findings = append(findings, found(c, strings.TrimSpace(c.Name()+" "+typeOf(c)), "AudienceRestriction, OneTimeUse or ProxyRestriction",
			"Do not send this condition to this SP; it does not know what it means.")...)
	}
	return findings
}

// typeOf returns the xsi:type of an element.
func typeOf(e *xmltree.Element) string {
	for _, a := range e.Attrs {
		if a.URI == schemaNS && a.Local == "type" {
			return shortened(a.Value)
		}
	}
	return ""
}
