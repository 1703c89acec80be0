package fault

import (
	"fmt"

	"github.com/beevik/etree"
)

func attributeFaults() []Fault {
	return []Fault{
		{Name: "attribute-statement-removed", Summary: "the Assertion has no AttributeStatement",
			Refs:      []string{"SAML core 2.7.3"},
			Assertion: removing(attributes)},
		{Name: "attribute-statement-emptied", Summary: "the AttributeStatement holds no Attribute",
			Refs:      []string{"SAML core 2.7.3"},
			Assertion: emptying(attributes)},
		{Name: "attribute-statement-split", Summary: "the attributes are spread over two AttributeStatements",
			Refs:      []string{"SAML core 2.3.3"},
			Assertion: splitAttributes},
		{Name: "attribute-removed", Summary: "an Attribute is absent",
			Refs:      []string{"SAML core 2.7.3.1"},
			Params:    []Param{nameParam()},
			Assertion: editAttribute(func(el *etree.Element, _ Args) { el.Remove() })},
		{Name: "attribute-renamed", Summary: "an Attribute goes by another Name",
			Refs: []string{"SAML core 2.7.3.1", "SAML core 8.2"},
			Params: []Param{nameParam(),
				{Name: "to", Kind: String, Required: true, Example: "urn:oid:0.9.2342.19200300.100.1.3", Doc: "the Name written instead"},
				{Name: "friendly-name", Kind: String, Doc: "the FriendlyName, which must not identify; unchanged when absent"}},
			Assertion: editAttribute(renameAttribute)},
		{Name: "attribute-duplicated", Summary: "the same Name stands on two Attributes with different values",
			Refs:      []string{"SAML core 2.7.3.1"},
			Params:    []Param{nameParam(), {Name: "value", Kind: String, Default: "second", Doc: "the value of the second"}},
			Assertion: editAttribute(duplicateAttribute)},
		{Name: "attribute-name-format", Summary: "an Attribute has another NameFormat",
			Refs: []string{"SAML core 8.2"},
			Params: []Param{nameParam(), {Name: "format", Kind: Choice, Default: "uri",
				Choices: []string{"unspecified", "uri", "basic", "removed"}, Doc: "the NameFormat, or none"}},
			Assertion: editAttribute(setNameFormat)},
	}
}

func nameParam() Param {
	return Param{Name: "name", Kind: String, Required: true, Example: "Email", Doc: "the Name of the Attribute"}
}

// attribute finds an Attribute by its exact Name.
func (m *Message) attribute(name string) (*etree.Element, error) {
	statement, err := m.element(attributes)
	if err != nil {
		return nil, err
	}
	for _, el := range statement.SelectElements("Attribute") {
		if el.SelectAttrValue("Name", "") == name {
			return el, nil
		}
	}
	return nil, fmt.Errorf("the message has no attribute %q", name)
}

// editAttribute is a hook that edits the Attribute that the argument "name" names.
func editAttribute(edit func(*etree.Element, Args)) func(*Message, Args) error {
	return func(m *Message, a Args) error {
		el, err := m.attribute(a.String("name"))
		if err != nil {
			return err
		}
		edit(el, a)
		return nil
	}
}

func splitAttributes(m *Message, _ Args) error {
	statement, err := m.element(attributes)
	if err != nil {
		return err
	}
	all := statement.SelectElements("Attribute")
	if len(all) < 2 {
		return fmt.Errorf("splitting an AttributeStatement takes two attributes, there are %d", len(all))
	}
	second := sibling(statement, "AttributeStatement")
	insertAfter(statement, second)
	for _, el := range all[len(all)/2:] {
		second.AddChild(el)
	}
	return nil
}

func renameAttribute(el *etree.Element, a Args) {
	el.CreateAttr("Name", a.String("to"))
	if a.Has("friendly-name") {
		el.CreateAttr("FriendlyName", a.String("friendly-name"))
	}
}

func duplicateAttribute(el *etree.Element, a Args) {
	second := el.Copy()
	setValues(second, a.String("value"))
	insertAfter(el, second)
}

func setNameFormat(el *etree.Element, a Args) {
	if a.String("format") == "removed" {
		el.RemoveAttr("NameFormat")
		return
	}
	el.CreateAttr("NameFormat", "urn:oasis:names:tc:SAML:2.0:attrname-format:"+a.String("format"))
}

// setValues gives an Attribute exactly these values, typed as its first one was.
func setValues(el *etree.Element, values ...string) {
	model := el.SelectElement("AttributeValue")
	if model == nil {
		model = sibling(el, "AttributeValue")
	}
	el.Child = nil
	for _, v := range values {
		value := model.Copy()
		value.SetText(v)
		el.AddChild(value)
	}
}
