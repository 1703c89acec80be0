package validate

import (
	"fmt"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

const entityFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"

func issuerRules() []Rule {
	return []Rule{
		{ID: "response-issuer-present", Title: "a signed Response names its Issuer", Ref: "SAML profiles 4.1.4.2",
			Level: Must, Reason: reason.Issuer, Check: checkResponseIssuerPresent},
		{ID: "response-issuer", Title: "the Response's Issuer is the identity provider", Ref: "SAML profiles 4.1.4.2",
			Level: Must, Reason: reason.Issuer, Check: func(m *Message, p *Policy) []Finding { return checkIssuer(m.response, p) }},
		{ID: "assertion-issuer-present", Title: "the Assertion names its Issuer", Ref: "SAML core 2.3.3",
			Level: Must, Reason: reason.Issuer, Check: checkAssertionIssuerPresent},
		{ID: "assertion-issuer", Title: "the Assertion's Issuer is the identity provider", Ref: "SAML profiles 4.1.4.2",
			Level: Must, Reason: reason.Issuer, Check: func(m *Message, p *Policy) []Finding { return checkIssuer(m.judged, p) }},
		{ID: "issuer-asked", Title: "of several identity providers, the one that was asked has answered", Ref: "SAML profiles 4.1.4.3; CVE-2026-49284",
			Level: Must, Reason: reason.Issuer, Check: checkAsked},
		{ID: "issuer-format", Title: "the Issuer is an entity", Ref: "SAML profiles 4.1.4.2",
			Level: Should, Reason: reason.Issuer, Check: checkIssuerFormat},
	}
}

func checkResponseIssuerPresent(m *Message, p *Policy) []Finding {
	if m.response.First(assertionNS, "Issuer") != nil || !m.signed(m.response) {
		return nil
	}
	f := found(m.response, "no Issuer", quoted(p.Issuer, true), "Write the Issuer into the Response: it must be there when the Response is signed.")
	f[0].Tolerated = p.AnyIssuer
	return f
}

func checkAssertionIssuerPresent(m *Message, p *Policy) []Finding {
	if m.judged == nil || m.judged.First(assertionNS, "Issuer").Text() != "" {
		return nil
	}
	return found(m.judged, "no Issuer", "the identity provider's entity ID", "Write the Issuer into every Assertion.")
}

// checkIssuer compares character by character: entity IDs are not URLs to be
// normalised, and white space counts (core 1.3.1, 1.3.2).
func checkIssuer(e *xmltree.Element, p *Policy) []Finding {
	issuer := e.First(assertionNS, "Issuer")
	got := issuer.Text()
	if issuer == nil || got == p.Issuer || got == "" && e.Is(assertionNS, "Assertion") {
		return nil
	}
	f := found(issuer, quoted(got, true), quoted(p.Issuer, true),
		"Either send the entity ID that the SP was given, or give the SP the one that you send. "+difference(got, p.Issuer))
	f[0].Tolerated = p.AnyIssuer
	return f
}

// checkAsked keeps one trusted identity provider from answering in the name of
// another: a request is a question to somebody.
func checkAsked(m *Message, p *Policy) []Finding {
	request, known := m.question(p)
	if !known || request.To == p.Issuer {
		return nil
	}
	return foundAttr(m.response, "InResponseTo", fmt.Sprintf("%s answers %q", quoted(p.Issuer, true), shortened(m.answered())), quoted(request.To, true)+", to whom that request was sent",
		"Answer only requests that came to you; for a login that starts at the identity provider, send no InResponseTo.")
}

func checkIssuerFormat(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, e := range []*xmltree.Element{m.response, m.judged} {
		issuer := e.First(assertionNS, "Issuer")
		if format, set := issuer.Attr("Format"); set && format != entityFormat {
			findings = append(findings, foundAttr(issuer, "Format", quoted(format, true), "none, or "+entityFormat, "Leave the Format out.")...)
		}
	}
	return findings
}
