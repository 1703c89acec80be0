package fault

import (
	"fmt"

	"github.com/beevik/etree"
)

func structureFaults() []Fault {
	return []Fault{
		{Name: "version", Summary: "Version is not 2.0",
			Refs:      []string{"SAML core 2.3.3", "SAML core 3.2.2", "SAML core 4.1"},
			Params:    []Param{targetParam(string(Response)), {Name: "value", Kind: String, Default: "1.1", Doc: "the Version"}},
			Assertion: setVersion},
		{Name: "version-removed", Summary: "the required Version is absent",
			Refs:      []string{"SAML core 2.3.3", "SAML core 3.2.2"},
			Params:    []Param{targetParam(string(Response))},
			Assertion: strippingAttr("Version")},
		{Name: "id", Summary: "ID is not a valid XML ID",
			Refs:      []string{"SAML core 1.3.4"},
			Params:    []Param{targetParam(string(Assertion)), {Name: "value", Kind: String, Default: "4 you", Doc: "the ID"}},
			Assertion: setID},
		{Name: "id-removed", Summary: "the required ID is absent",
			Refs:      []string{"SAML core 1.3.4"},
			Params:    []Param{targetParam(string(Assertion))},
			Assertion: strippingAttr("ID")},
		{Name: "duplicate-id", Summary: "the Assertion carries the ID of the Response",
			Refs:      []string{"SAML core 1.3.4"},
			Assertion: duplicateID},
		{Name: "xml-attribute-prefixed", Summary: "an element carries an attribute twice, once without and once with a prefix",
			Refs: []string{"The Fragile Lock, 2025", "SAML core 2.3.3"},
			Params: []Param{{Name: "name", Kind: Choice, Default: "ID", Choices: []string{"ID", "NotOnOrAfter", "Recipient"}, Doc: "the attribute, wherever the Assertion has it"},
				{Name: "value", Kind: String, Default: "_other", Doc: "the value of the prefixed one"}},
			Assertion: prefixAttribute},
		{Name: "assertion-removed", Summary: "the Response reports Success and has no Assertion",
			Refs:      []string{"SAML profiles 4.1.4.2"},
			Assertion: func(m *Message, _ Args) error { m.dropAssertions(); return nil }},
		{Name: "assertion-duplicated", Summary: "a second Assertion, about another person and signed alike, stands beside the first",
			Refs: []string{"SAML profiles 4.1.4.2"},
			Params: append([]Param{{Name: "position", Kind: Choice, Default: "last", Choices: []string{"first", "last"},
				Doc: "where the second one stands"}}, forgedParams()...),
			Assertion: duplicateAssertion},
		{Name: "attribute-flood", Summary: "the Assertion has very many Attributes",
			Refs:      []string{"CWE-400"},
			Params:    []Param{{Name: "count", Kind: Int, Default: "10000", Doc: "how many, 100000 at most"}},
			Assertion: floodAttributes},
		{Name: "deep-nesting", Summary: "an AttributeValue holds very deeply nested elements",
			Refs:      []string{"CWE-674"},
			Params:    []Param{{Name: "depth", Kind: Int, Default: "500", Doc: "how many levels, 10000 at most"}},
			Assertion: nestDeeply},
	}
}

func setVersion(m *Message, a Args) error {
	targets, err := m.targets(a)
	if err != nil {
		return err
	}
	for _, el := range targets {
		el.CreateAttr("Version", a.String("value"))
	}
	return nil
}

func setID(m *Message, a Args) error {
	targets, err := m.targets(a)
	if err != nil {
		return err
	}
	for _, el := range targets {
		el.CreateAttr("ID", a.String("value"))
	}
	return nil
}

func duplicateID(m *Message, _ Args) error {
	el, err := m.element("Assertion")
	if err != nil {
		return err
	}
	el.CreateAttr("ID", m.Response.SelectAttrValue("ID", ""))
	return nil
}

func duplicateAssertion(m *Message, a Args) error {
	el, err := m.element("Assertion")
	if err != nil {
		return err
	}
	second := el.Copy()
	second.CreateAttr("ID", el.SelectAttrValue("ID", "")+"-2")
	if err := m.impersonate(second, a); err != nil {
		return err
	}
	at := el.Index()
	if a.String("position") == "last" {
		at++
	}
	el.Parent().InsertChildAt(at, second)
	return nil
}

func prefixAttribute(m *Message, a Args) error {
	assertion, err := m.element("Assertion")
	if err != nil {
		return err
	}
	walk(assertion, func(el *etree.Element) {
		if el.SelectAttr(a.String("name")) != nil {
			el.CreateAttr(assertion.Space+":"+a.String("name"), a.String("value"))
		}
	})
	return nil
}

func floodAttributes(m *Message, a Args) error {
	for i := range min(a.Int("count"), 100_000) {
		el, err := m.addAttribute(fmt.Sprintf("flood-%d", i+1))
		if err != nil {
			return err
		}
		setValues(el, "x")
	}
	return nil
}

func nestDeeply(m *Message, a Args) error {
	el, err := m.addAttribute("deep")
	if err != nil {
		return err
	}
	setValues(el, "")
	at := el.SelectElement("AttributeValue")
	for range min(a.Int("depth"), 10_000) {
		at = at.CreateElement("n")
	}
	return nil
}
