package fault

import (
	"fmt"

	"github.com/beevik/etree"
)

func attributeValueFaults() []Fault {
	return []Fault{
		{Name: "attribute", Summary: "an Attribute has this one value, and is added when the IdP would not send it",
			Refs:      []string{"SAML core 2.7.3.1"},
			Params:    append([]Param{nameParam(), lengthParam()}, valueParams("somebody-else@example.com")...),
			Assertion: setAttribute},
		{Name: "attribute-values", Summary: "an Attribute has many values, as of a user in many groups",
			Refs: []string{"SAML core 2.7.3.1"},
			Params: []Param{nameParam(), {Name: "count", Kind: Int, Default: "1000", Doc: "how many values, 100000 at most"},
				{Name: "value", Kind: String, Default: "group", Doc: "what each value begins with"}},
			Assertion: setAttributeValues},
		{Name: "attribute-value-added", Summary: "an Attribute has one more value where one is expected",
			Refs:   []string{"SAML core 2.7.3.1"},
			Params: []Param{nameParam(), {Name: "value", Kind: String, Default: "second", Doc: "the value added at the end"}},
			Assertion: editAttribute(func(el *etree.Element, a Args) {
				value := sibling(el, "AttributeValue")
				value.SetText(a.String("value"))
				el.AddChild(value)
			})},
		{Name: "attribute-value-removed", Summary: "an Attribute has no AttributeValue",
			Refs:      []string{"SAML core 2.7.3.1"},
			Params:    []Param{nameParam()},
			Assertion: editAttribute(func(el *etree.Element, _ Args) { el.Child = nil })},
		{Name: "attribute-value-nil", Summary: "an AttributeValue is nil",
			Refs:      []string{"SAML core 2.7.3.1.1"},
			Params:    []Param{nameParam()},
			Assertion: editAttribute(nilValue)},
		{Name: "attribute-value-markup", Summary: "an AttributeValue holds an element around its text",
			Refs:      []string{"SAML core 2.7.3.1.1"},
			Params:    []Param{nameParam()},
			Assertion: editAttribute(wrapValue)},
		{Name: "attribute-type", Summary: "an AttributeValue has another xsi:type",
			Refs: []string{"SAML core 2.7.3.1.1"},
			Params: []Param{nameParam(), {Name: "type", Kind: Choice, Default: "xs:anyType",
				Choices: []string{"xs:string", "xs:anyType", "xs:integer", "xs:base64Binary", "removed"}, Doc: "the type, or none"}},
			Assertion: editAttribute(setType)},
	}
}

func setAttribute(m *Message, a Args) error {
	el, err := m.attribute(a.String("name"))
	if err != nil {
		if el, err = m.addAttribute(a.String("name")); err != nil {
			return err
		}
	}
	current := ""
	if value := el.SelectElement("AttributeValue"); value != nil {
		current = value.Text()
	}
	setValues(el, lengthened(respelled(current, a), a))
	return nil
}

func (m *Message) addAttribute(name string) (*etree.Element, error) {
	assertion, err := m.element("Assertion")
	if err != nil {
		return nil, err
	}
	statement := assertion.SelectElement("AttributeStatement")
	if statement == nil {
		statement = sibling(assertion, "AttributeStatement")
		assertion.AddChild(statement)
	}
	el := sibling(assertion, "Attribute")
	el.CreateAttr("Name", name)
	statement.AddChild(el)
	return el, nil
}

func setAttributeValues(m *Message, a Args) error {
	el, err := m.attribute(a.String("name"))
	if err != nil {
		if el, err = m.addAttribute(a.String("name")); err != nil {
			return err
		}
	}
	values := make([]string, max(0, min(a.Int("count"), 100_000)))
	for i := range values {
		values[i] = fmt.Sprintf("%s-%d", a.String("value"), i+1)
	}
	setValues(el, values...)
	return nil
}

func nilValue(el *etree.Element, _ Args) {
	setValues(el, "")
	value := el.SelectElement("AttributeValue")
	value.Attr = nil
	value.CreateAttr("xsi:nil", "true")
}

func wrapValue(el *etree.Element, _ Args) {
	for _, value := range el.SelectElements("AttributeValue") {
		text := value.Text()
		value.SetText("")
		b := etree.NewElement("b")
		b.SetText(text)
		value.AddChild(b)
	}
}

func setType(el *etree.Element, a Args) {
	for _, value := range el.SelectElements("AttributeValue") {
		if a.String("type") == "removed" {
			value.RemoveAttr("xsi:type")
			continue
		}
		value.CreateAttr("xsi:type", a.String("type"))
	}
}
