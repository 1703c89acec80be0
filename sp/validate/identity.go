package validate

// identity reads what the judged Assertion says about its subject.
func (m *Message) identity() Identity {
	id := Identity{
		NameID: m.nameID().Text(), NameIDFormat: m.nameID().Value("Format"), NameQualifier: m.nameID().Value("NameQualifier"), SPNameQualifier: m.nameID().Value("SPNameQualifier"),
		Attributes: map[string][]string{}, SessionIndex: m.authn.Value("SessionIndex"),
		Issuer: m.judged.First(assertionNS, "Issuer").Text(), AssertionID: m.judged.Value("ID"), InResponseTo: m.confirmedRequest(),
	}
	for _, a := range m.attributes {
		id.Attributes[a.name] = append(id.Attributes[a.name], a.values...)
	}
	if i := readInstant(m.authn, "SessionNotOnOrAfter"); i.valid {
		id.SessionNotOnOrAfter = i.Time
	}
	if i := readInstant(m.authn, "AuthnInstant"); i.valid {
		id.AuthnInstant = i.Time
	}
	return id
}
