package validate

import (
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
)

func authnRules() []Rule {
	return []Rule{
		{ID: "authn-statement", Title: "the Assertion says that the user has authenticated", Ref: "SAML profiles 4.1.4.2",
			Level: Must, Reason: reason.AuthnStatement, Check: checkAuthnStatement},
		{ID: "authn-instant", Title: "the AuthnStatement says when", Ref: "SAML core 2.7.2",
			Level: Must, Reason: reason.AuthnStatement, Check: checkAuthnInstant},
		{ID: "authn-context", Title: "the AuthnStatement says how", Ref: "SAML core 2.7.2",
			Level: Must, Reason: reason.AuthnStatement, Check: checkAuthnContext},
		{ID: "authn-context-class", Title: "the user has authenticated in the way that the SP asked for", Ref: "SAML core 3.3.2.2.1",
			Level: Must, Reason: reason.AuthnContext, Check: checkAuthnClass},
	}
}

func checkAuthnStatement(m *Message, _ *Policy) []Finding {
	if m.judged == nil || m.authn != nil {
		return nil
	}
	return found(m.judged, "no AuthnStatement", "an AuthnStatement", "Write an AuthnStatement: without it the Assertion is no login.")
}

func checkAuthnInstant(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, e := range m.authns {
		if _, set := e.Attr("AuthnInstant"); !set {
			findings = append(findings, foundAttr(e, "AuthnInstant", "none", "the time of the login", "Write AuthnInstant into the AuthnStatement.")...)
		}
	}
	return findings
}

func checkAuthnContext(m *Message, _ *Policy) []Finding {
	if m.authn == nil || m.authn.First(assertionNS, "AuthnContext") != nil {
		return nil
	}
	return found(m.authn, "no AuthnContext", "an AuthnContext", "Write the AuthnContext, if need be with the class unspecified.")
}

func checkAuthnClass(m *Message, p *Policy) []Finding {
	context := m.authn.First(assertionNS, "AuthnContext")
	class := context.First(assertionNS, "AuthnContextClassRef").Text()
	if context == nil || len(p.AuthnContext) == 0 || slices.Contains(p.AuthnContext, class) {
		return nil
	}
	want := strings.Join(p.AuthnContext, " or ")
	if p.StrongerAuthn {
		if slices.ContainsFunc(p.AuthnContext, func(asked string) bool { return stronger(class, asked) }) {
			return nil
		}
		want += ", or stronger"
	}
	return found(context, quoted(class, class != ""), want,
		"Let the user log in the way that the SP's request asks for (RequestedAuthnContext).")
}

// strengths are classes of logins, weakest first. The standard leaves their
// order to whoever compares (core 3.3.2.2.1): with a class that is not here, only
// itself is as strong.
var strengths = []string{"unspecified", "InternetProtocol", "Password", "PasswordProtectedTransport", "TimeSyncToken", "X509", "SmartcardPKI"}

// stronger tells whether one class is known to be stronger than another.
func stronger(class, than string) bool {
	strength := func(class string) int {
		name, known := strings.CutPrefix(class, "urn:oasis:names:tc:SAML:2.0:ac:classes:")
		if !known {
			return -1
		}
		return slices.Index(strengths, name)
	}
	return strength(than) >= 0 && strength(class) > strength(than)
}
