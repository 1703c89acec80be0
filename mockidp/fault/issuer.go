package fault

import "github.com/beevik/etree"

func issuerFaults() []Fault {
	return []Fault{
		{Name: "issuer", Summary: "Issuer is not the IdP's entityID",
			Refs:      []string{"SAML profiles 4.1.4.2", "SAML core 1.3.1"},
			Params:    append(valueParams("https://other-idp.example/metadata"), targetParam(both)),
			Assertion: setIssuer},
		{Name: "issuer-removed", Summary: "the Issuer is absent",
			Refs:      []string{"SAML core 2.3.3", "SAML profiles 4.1.4.2"},
			Params:    []Param{targetParam(string(Assertion))},
			Assertion: removeIssuer},
		{Name: "issuer-format", Summary: "the Issuer has a Format other than entity",
			Refs: []string{"SAML profiles 4.1.4.2"},
			Params: []Param{targetParam(both), {Name: "value", Kind: String,
				Default: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", Doc: "the Format"}},
			Assertion: setIssuerFormat},
	}
}

// eachIssuer calls edit for the Issuer of every target that has one. A shape
// may leave the Response without, so an absent one is no error.
func (m *Message) eachIssuer(a Args, edit func(*etree.Element)) error {
	targets, err := m.targets(a)
	if err != nil {
		return err
	}
	for _, el := range targets {
		if issuer := el.SelectElement("Issuer"); issuer != nil {
			edit(issuer)
		}
	}
	return nil
}

func setIssuer(m *Message, a Args) error {
	return m.eachIssuer(a, func(el *etree.Element) { el.SetText(respelled(el.Text(), a)) })
}

func removeIssuer(m *Message, a Args) error {
	return m.eachIssuer(a, func(el *etree.Element) { el.Remove() })
}

func setIssuerFormat(m *Message, a Args) error {
	return m.eachIssuer(a, func(el *etree.Element) { el.CreateAttr("Format", a.String("value")) })
}
