package fault

import (
	"fmt"

	"github.com/beevik/etree"
)

func tamperingFaults() []Fault {
	return []Fault{
		{Name: "content-tampered", Summary: "a value is changed after signing",
			Refs: []string{"XML Signature 3.2", "CVE-2026-49284"},
			Params: []Param{
				{Name: "what", Kind: Choice, Default: "name-id", Choices: tamperedNames(), Doc: "which value"},
				{Name: "value", Kind: String, Default: "mallory@example.com", Doc: "what it is changed to"}},
			Document: tamperContent},
		{Name: "comment-in-name-id", Summary: "a comment that signatures do not see splits the NameID",
			Refs:     []string{"CVE-2017-11427", "CVE-2017-11428", "CVE-2018-0489", "CVE-2018-7340"},
			Params:   []Param{splitParam()},
			Document: func(m *Message, a Args) error { return split(m, nameID, a) }},
		{Name: "comment-in-issuer", Summary: "a comment that signatures do not see splits the Assertion's Issuer",
			Refs:     []string{"CVE-2017-11427"},
			Params:   []Param{splitParam()},
			Document: func(m *Message, a Args) error { return split(m, "Assertion/Issuer", a) }},
		{Name: "comment-in-audience", Summary: "a comment that signatures do not see splits the Audience",
			Refs:     []string{"CVE-2017-11427"},
			Params:   []Param{splitParam()},
			Document: func(m *Message, a Args) error { return split(m, restriction+"/Audience", a) }},
		{Name: "comment-in-attribute", Summary: "a comment that signatures do not see splits an AttributeValue",
			Refs:   []string{"CVE-2017-11427"},
			Params: []Param{nameParam(), splitParam()},
			Document: func(m *Message, a Args) error {
				el, err := m.attribute(a.String("name"))
				if err != nil {
					return err
				}
				return splitText(el.SelectElement("AttributeValue"), a, etree.NewComment(""))
			}},
		{Name: "cdata-in-name-id", Summary: "the NameID is written as a CDATA section",
			Refs: []string{"XML 1.0 2.7"},
			Document: func(m *Message, _ Args) error {
				el, err := m.element(nameID)
				if err != nil {
					return err
				}
				el.SetCData(el.Text())
				return nil
			}},
		{Name: "indented", Summary: "blanks are put between the elements after signing, as by a tidy proxy",
			Refs:     []string{"XML Signature 3.2"},
			Document: indent},
	}
}

// tampered is a value that can be changed: the text of an element, or an attribute.
type tampered struct{ name, path, attr string }

func tamperable() []tampered {
	return []tampered{
		{"name-id", nameID, ""},
		{"attribute", attributes + "/Attribute/AttributeValue", ""},
		{"audience", restriction + "/Audience", ""},
		{"issuer", "Assertion/Issuer", ""},
		{"not-on-or-after", conditions, "NotOnOrAfter"},
		{"recipient", confirmationData, "Recipient"},
		{"response-issuer", "Response/Issuer", ""},
		{"response-destination", "Response", "Destination"},
		{"response-in-response-to", "Response", "InResponseTo"},
		{"response-status", "Response/Status/StatusCode", "Value"},
	}
}

func tamperedNames() []string {
	var names []string
	for _, t := range tamperable() {
		names = append(names, t.name)
	}
	return names
}

func tamperContent(m *Message, a Args) error {
	for _, t := range tamperable() {
		if t.name != a.String("what") {
			continue
		}
		el, err := m.element(t.path)
		if err != nil {
			return err
		}
		if t.attr == "" {
			el.SetText(a.String("value"))
		} else {
			el.CreateAttr(t.attr, a.String("value"))
		}
	}
	return nil
}

func splitParam() Param {
	return Param{Name: "at", Kind: Int, Doc: "after how many octets the text is split; in the middle when absent"}
}

func split(m *Message, path string, a Args) error {
	el, err := m.element(path)
	if err != nil {
		return err
	}
	return splitText(el, a, etree.NewComment(""))
}

// splitText puts what is no text between two parts of an element's text.
func splitText(el *etree.Element, a Args, between etree.Token) error {
	if el == nil || len(el.Text()) < 2 {
		return fmt.Errorf("there is no text to split")
	}
	text := el.Text()
	at := len(text) / 2
	if a.Has("at") {
		at = max(0, min(a.Int("at"), len(text)))
	}
	el.SetText(text[:at])
	el.AddChild(between)
	el.CreateText(text[at:])
	return nil
}

func indent(m *Message, _ Args) error {
	walk(m.Response, func(el *etree.Element) {
		for _, child := range el.ChildElements() {
			el.InsertChildAt(child.Index(), etree.NewText("\n  "))
		}
	})
	return nil
}
