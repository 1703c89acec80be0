package fault

import (
	"fmt"
	"time"
)

func authnFaults() []Fault {
	return []Fault{
		{Name: "authn-statement-removed", Summary: "the Assertion has no AuthnStatement",
			Refs:      []string{"SAML profiles 4.1.4.2"},
			Assertion: removing(authnStatement)},
		{Name: "authn-statement-added", Summary: "the Assertion has two AuthnStatements: the other one tells of an earlier login",
			Refs: []string{"SAML profiles 4.1.4.2"},
			Params: []Param{
				{Name: "position", Kind: Choice, Default: "last", Choices: []string{"first", "last"}, Doc: "where the other one stands"},
				{Name: "earlier", Kind: Duration, Default: "1h", Doc: "how much earlier its AuthnInstant is"},
				{Name: "session-index", Kind: String, Default: "_earlier", Doc: "its SessionIndex"}},
			Assertion: addAuthnStatement},
		{Name: "authenticating-authority", Summary: "another identity provider has authenticated the user, and this one passes it on",
			Refs:      []string{"SAML core 2.7.2.2"},
			Params:    []Param{{Name: "value", Kind: String, Default: "https://other-idp.example/metadata", Doc: "its entity ID"}},
			Assertion: addAuthority},
		{Name: "authn-context-removed", Summary: "the AuthnStatement has no AuthnContext",
			Refs:      []string{"SAML core 2.7.2"},
			Assertion: removing(authnContext)},
		{Name: "authn-class", Summary: "the user was authenticated in another way than asked for",
			Refs: []string{"SAML core 2.7.2.2", "SAML core 3.3.2.2.1"},
			Params: []Param{{Name: "value", Kind: String, Default: "urn:oasis:names:tc:SAML:2.0:ac:classes:PreviousSession",
				Doc: "the AuthnContextClassRef"}},
			Assertion: setAuthnClass},
		{Name: "session-index", Summary: "SessionIndex has another value",
			Refs:      []string{"SAML core 2.7.2"},
			Params:    valueParams("_another-session"),
			Assertion: respellAttr(authnStatement, "SessionIndex")},
		{Name: "authn-instant-removed", Summary: "the AuthnStatement does not say when",
			Refs:      []string{"SAML core 2.7.2"},
			Assertion: removeAttr(authnStatement, "AuthnInstant")},
		{Name: "session-index-removed", Summary: "the AuthnStatement has no SessionIndex",
			Refs:      []string{"SAML profiles 4.1.4.2"},
			Assertion: removeAttr(authnStatement, "SessionIndex")},
	}
}

func setAuthnClass(m *Message, a Args) error {
	el, err := m.element(authnContext + "/AuthnContextClassRef")
	if err != nil {
		return err
	}
	el.SetText(a.String("value"))
	return nil
}

func addAuthnStatement(m *Message, a Args) error {
	el, err := m.element(authnStatement)
	if err != nil {
		return err
	}
	other := el.Copy()
	at, err := time.Parse(time.RFC3339, el.SelectAttrValue("AuthnInstant", ""))
	if err != nil {
		return fmt.Errorf("reading AuthnInstant: %w", err)
	}
	other.CreateAttr("AuthnInstant", Instant(at.Add(-a.Duration("earlier"))))
	other.CreateAttr("SessionIndex", a.String("session-index"))
	if a.String("position") == "first" {
		el.Parent().InsertChildAt(el.Index(), other)
		return nil
	}
	insertAfter(el, other)
	return nil
}

// addAuthority puts the authority at the end, where the schema has it.
func addAuthority(m *Message, a Args) error {
	el, err := m.element(authnContext)
	if err != nil {
		return err
	}
	authority := sibling(el, "AuthenticatingAuthority")
	authority.SetText(a.String("value"))
	el.AddChild(authority)
	return nil
}
