package validate

import (
	"fmt"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

const (
	methodPrefix = "urn:oasis:names:tc:SAML:2.0:cm:"
	bearer       = methodPrefix + "bearer"
)

// confirmationRules: at least one bearer confirmation must hold (profiles
// 4.1.4.2). Each rule looks at the one that breaks the fewest rules, so that
// another recipient's confirmation beside ours does no harm.
func confirmationRules() []Rule {
	rules := []Rule{{
		ID: "confirmation-bearer", Title: "the subject is confirmed as the bearer of the Assertion", Ref: "SAML profiles 4.1.4.2",
		Level: Must, Reason: reason.Confirmation, Check: checkBearer,
	}}
	for _, c := range confirmationChecks() {
		rules = append(rules, Rule{
			ID: c.id, Title: c.title, Ref: c.ref, Level: Must, Reason: c.reason,
			Check: func(m *Message, p *Policy) []Finding {
				if m.confirmation == nil {
					return nil
				}
				return c.check(m, p, m.confirmation)
			},
		})
	}
	return rules
}

// confirmationCheck is a rule about one SubjectConfirmation.
type confirmationCheck struct {
	id, title, ref string
	reason         reason.Reason
	check          func(m *Message, p *Policy, confirmation *xmltree.Element) []Finding
}

func confirmationChecks() []confirmationCheck {
	return []confirmationCheck{
		{"confirmation-data", "the bearer confirmation says for whom and until when", "SAML profiles 4.1.4.2", reason.Confirmation, checkConfirmationData},
		{"confirmation-recipient", "the confirmation names this SP's URL as recipient", "SAML profiles 4.1.4.2, 4.1.4.3", reason.Recipient, checkRecipient},
		{"confirmation-in-response-to", "the confirmation answers the same request as the Response", "SAML profiles 4.1.4.2, 4.1.4.3", reason.InResponseTo, checkConfirmedRequest},
		{"confirmation-limited", "the confirmation says until when it holds", "SAML profiles 4.1.4.2", reason.Confirmation, checkConfirmationLimit},
		{"confirmation-not-on-or-after", "the confirmation holds still", "SAML core 2.4.1.2; CVE-2026-1190", reason.Confirmation, checkConfirmationExpiry},
		{"confirmation-not-before", "the confirmation holds already", "SAML core 2.4.1.2", reason.Confirmation, checkConfirmationBegun},
		{"confirmation-without-not-before", "the bearer confirmation has no NotBefore, not even one that has come", "SAML profiles 4.1.4.2", reason.Confirmation, checkConfirmationNotBefore},
	}
}

// bestConfirmation returns the bearer confirmation with the fewest findings
// that count, the first among equals.
func (m *Message) bestConfirmation(p *Policy) (best *xmltree.Element) {
	fewest := 0
	for _, candidate := range m.confirmations {
		broken := 0
		for _, c := range confirmationChecks() {
			if !p.lets(c.id) {
				broken += len(c.check(m, p, candidate))
			}
		}
		if best == nil || broken < fewest {
			best, fewest = candidate, broken
		}
	}
	return best
}

func checkBearer(m *Message, _ *Policy) []Finding {
	if m.subject == nil || len(m.confirmations) > 0 {
		return nil
	}
	var methods []string
	for _, e := range m.subject.All(assertionNS, "SubjectConfirmation") {
		methods = append(methods, e.Value("Method"))
	}
	return found(m.subject, "confirmation methods: "+listed(methods), bearer,
		"Write a SubjectConfirmation with Method "+bearer+"; a browser cannot prove anything else.")
}

func checkConfirmationData(_ *Message, _ *Policy, c *xmltree.Element) []Finding {
	if c.First(assertionNS, "SubjectConfirmationData") != nil {
		return nil
	}
	return found(c, "no SubjectConfirmationData", "SubjectConfirmationData with Recipient, NotOnOrAfter and InResponseTo",
		"Write SubjectConfirmationData into the bearer confirmation.")
}

func checkRecipient(_ *Message, p *Policy, c *xmltree.Element) []Finding {
	data := c.First(assertionNS, "SubjectConfirmationData")
	recipient, set := data.Attr("Recipient")
	if data == nil || set && recipient == p.ACS {
		return nil
	}
	remedy := "Set the recipient of this application to the SP's assertion consumer service URL, " + p.ACS + "."
	if set {
		remedy += " " + difference(recipient, p.ACS)
	}
	return foundAttr(data, "Recipient", quoted(recipient, set), quoted(p.ACS, true), remedy)
}

func checkConfirmedRequest(m *Message, _ *Policy, c *xmltree.Element) []Finding {
	data := c.First(assertionNS, "SubjectConfirmationData")
	want, wanted := m.response.Attr("InResponseTo")
	got, sent := data.Attr("InResponseTo")
	if data == nil || got == want {
		return nil
	}
	return foundAttr(data, "InResponseTo", quoted(got, sent), quoted(want, wanted)+", as the Response says",
		"Repeat the ID of the AuthnRequest in both places, or in none when nobody asked.")
}

func checkConfirmationLimit(_ *Message, _ *Policy, c *xmltree.Element) []Finding {
	data := c.First(assertionNS, "SubjectConfirmationData")
	if _, set := data.Attr("NotOnOrAfter"); set || data == nil {
		return nil
	}
	return foundAttr(data, "NotOnOrAfter", "none", "the end of the time in which the Assertion may be delivered",
		"Write NotOnOrAfter into SubjectConfirmationData; five minutes are usual.")
}

func checkConfirmationExpiry(m *Message, p *Policy, c *xmltree.Element) []Finding {
	i := readInstant(c.First(assertionNS, "SubjectConfirmationData"), "NotOnOrAfter")
	if !i.valid || !m.over(i.Time, p) {
		return nil
	}
	return m.foundTime(i, p, "after the SP's time", clockAdvice+"and give the user some minutes to be sent on.")
}

func checkConfirmationBegun(m *Message, p *Policy, c *xmltree.Element) []Finding {
	i := readInstant(c.First(assertionNS, "SubjectConfirmationData"), "NotBefore")
	if !i.valid || m.begun(i.Time, p) {
		return nil
	}
	return m.foundTime(i, p, "none, or at or before the SP's time", "Leave NotBefore out of a bearer's "+i.element.Local+"; it belongs into Conditions.")
}

// checkConfirmationNotBefore leaves one that has not come to checkConfirmationBegun:
// an SP that tolerates the attribute need not take it before its time.
func checkConfirmationNotBefore(m *Message, p *Policy, c *xmltree.Element) []Finding {
	i := readInstant(c.First(assertionNS, "SubjectConfirmationData"), "NotBefore")
	if !i.set || i.valid && !m.begun(i.Time, p) {
		return nil
	}
	return foundAttr(i.element, "NotBefore", quoted(i.text, true), "none", fmt.Sprintf("Leave NotBefore out of a bearer's %s; it belongs into Conditions.", i.element.Local))
}
