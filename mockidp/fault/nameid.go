package fault

import "strings"

func nameIDFaults() []Fault {
	return []Fault{
		{Name: "name-id", Summary: "the NameID has another value",
			Refs:      []string{"SAML core 1.3.1", "SAML core 2.2.2"},
			Params:    append(valueParams("nobody@example.com"), lengthParam()),
			Assertion: setNameID},
		{Name: "name-id-format", Summary: "the NameID has another Format",
			Refs: []string{"SAML core 8.3", "SAML core 3.4.1.1"},
			Params: []Param{{Name: "format", Kind: Choice, Required: true, Example: "transient", Choices: nameIDFormatNames(),
				Doc: "the Format"}},
			Assertion: setNameIDFormat},
		{Name: "name-id-format-removed", Summary: "the NameID has no Format",
			Refs:      []string{"SAML core 2.2.2"},
			Assertion: removeAttr(nameID, "Format")},
		{Name: "name-id-removed", Summary: "the Subject has no identifier",
			Refs:      []string{"SAML core 2.4.1"},
			Assertion: removing(nameID)},
		{Name: "name-id-duplicated", Summary: "the Subject has a second NameID with another value",
			Refs:      []string{"SAML core 2.4.1"},
			Params:    []Param{otherPersonParam()},
			Assertion: addNameID},
		{Name: "name-id-replaced-by-base-id", Summary: "the Subject has a BaseID instead of a NameID",
			Refs:      []string{"SAML core 2.2.1"},
			Assertion: useBaseID},
		{Name: "name-qualifier", Summary: "NameQualifier is not the IdP",
			Refs:      []string{"SAML core 2.2.2"},
			Params:    valueParams("https://other-idp.example/metadata"),
			Assertion: respellAttr(nameID, "NameQualifier")},
		{Name: "sp-name-qualifier", Summary: "SPNameQualifier names another SP",
			Refs:      []string{"SAML core 2.2.2"},
			Params:    valueParams("https://other-sp.example/saml"),
			Assertion: respellAttr(nameID, "SPNameQualifier")},
	}
}

func lengthParam() Param {
	return Param{Name: "length", Kind: Int, Doc: "repeats the value until it has this many octets, 16 MiB at most"}
}

// otherPersonParam names the identity that an attacker would like to have.
func otherPersonParam() Param {
	return Param{Name: "value", Kind: String, Default: "mallory@example.com", Doc: "the other person's identifier"}
}

// lengthened repeats s up to the argument "length", when it is given.
func lengthened(s string, a Args) string {
	n := min(a.Int("length"), 16<<20)
	if n <= 0 {
		return s
	}
	if s == "" {
		s = "x"
	}
	return strings.Repeat(s, n/len(s)+1)[:n]
}

func setNameID(m *Message, a Args) error {
	el, err := m.element(nameID)
	if err != nil {
		return err
	}
	el.SetText(lengthened(respelled(el.Text(), a), a))
	return nil
}

func nameIDFormats() [][2]string {
	return [][2]string{
		{"unspecified", "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"},
		{"email", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"},
		{"x509", "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"},
		{"windows", "urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName"},
		{"kerberos", "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos"},
		{"entity", "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"},
		{"persistent", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"},
		{"transient", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
		{"unknown", "urn:example:nameid-format:unheard"},
	}
}

func nameIDFormatNames() []string {
	var names []string
	for _, f := range nameIDFormats() {
		names = append(names, f[0])
	}
	return names
}

func setNameIDFormat(m *Message, a Args) error {
	el, err := m.element(nameID)
	if err != nil {
		return err
	}
	for _, f := range nameIDFormats() {
		if f[0] == a.String("format") {
			el.CreateAttr("Format", f[1])
		}
	}
	return nil
}

func addNameID(m *Message, a Args) error {
	el, err := m.element(nameID)
	if err != nil {
		return err
	}
	second := el.Copy()
	second.SetText(a.String("value"))
	insertAfter(el, second)
	return nil
}

func useBaseID(m *Message, _ Args) error {
	el, err := m.element(nameID)
	if err != nil {
		return err
	}
	el.Tag = "BaseID"
	el.RemoveAttr("Format")
	el.CreateAttr("xmlns:ext", "urn:example:extension")
	el.CreateAttr("xsi:type", "ext:IdentifierType")
	return nil
}
