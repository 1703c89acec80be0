package fault

func authnFaults() []Fault {
	return []Fault{
		{Name: "authn-statement-removed", Summary: "the Assertion has no AuthnStatement",
			Refs:      []string{"SAML profiles 4.1.4.2"},
			Assertion: removing(authnStatement)},
		{Name: "authn-statement-duplicated", Summary: "the Assertion has two AuthnStatements",
			Refs:      []string{"SAML profiles 4.1.4.2"},
			Assertion: doubling(authnStatement)},
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
