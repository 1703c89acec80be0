package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// The rules about attributes judge only those that the SP needs. Others may be
// spread over several Attribute elements of one name, as Keycloak sends roles.
func attributeRules() []Rule {
	return []Rule{
		{ID: "attribute-present", Title: "every attribute that the SP needs is there", Ref: "SAML core 2.7.3; SP documentation",
			Level: Must, Reason: reason.AttributeMissing, Check: checkAttributePresent},
		{ID: "attribute-once", Title: "an attribute that the SP needs stands once", Ref: "SAML core 2.7.3.1",
			Level: Must, Reason: reason.AttributeInvalid, Check: checkAttributeOnce},
		{ID: "attribute-value", Title: "an attribute that the SP needs has a value that is text", Ref: "SAML core 2.7.3.1.1",
			Level: Must, Reason: reason.AttributeInvalid, Check: checkAttributeValue},
		{ID: "attribute-single-valued", Title: "an attribute that the SP needs has one value", Ref: "SAML core 2.7.3.1; SP documentation",
			Level: Must, Reason: reason.AttributeInvalid, Check: checkAttributeSingle},
	}
}

// attribute is one Attribute. Its Name alone identifies it: a FriendlyName
// must not (core 2.7.3.1).
type attribute struct {
	element *xmltree.Element
	name    string
	values  []string // text values; xsi:nil and values with markup are left out
	markup  bool     // a value held elements
}

func readAttribute(e *xmltree.Element) attribute {
	a := attribute{element: e, name: e.Value("Name")}
	for _, v := range e.All(assertionNS, "AttributeValue") {
		switch {
		case len(v.Elements()) > 0:
			a.markup = true
		case !isNil(v):
			a.values = append(a.values, v.Text())
		}
	}
	return a
}

func isNil(e *xmltree.Element) bool {
	return slices.ContainsFunc(e.Attrs, func(a xmltree.Attr) bool {
		return a.URI == schemaNS && a.Local == "nil" && (a.Value == "true" || a.Value == "1")
	})
}

func (m *Message) named(name string) []attribute {
	var found []attribute
	for _, a := range m.attributes {
		if a.name == name {
			found = append(found, a)
		}
	}
	return found
}

func checkAttributePresent(m *Message, p *Policy) []Finding {
	if m.judged == nil {
		return nil
	}
	var findings []Finding
	for _, name := range p.RequiredAttributes {
		if len(m.named(name)) == 0 {
			findings = append(findings, found(m.judged, m.nearest(name), "an Attribute with Name "+quoted(name, true),
				fmt.Sprintf("Release the attribute under exactly the Name %q.", name))...)
		}
	}
	return findings
}

// nearest names what was perhaps meant to be the attribute.
func (m *Message) nearest(name string) string {
	var names []string
	for _, a := range m.attributes {
		friendly := a.element.Value("FriendlyName")
		switch last := a.name[strings.LastIndexAny(a.name, "/:")+1:]; {
		case strings.EqualFold(friendly, name):
			return fmt.Sprintf("only %s, with FriendlyName %q", quoted(a.name, true), shortened(friendly))
		case strings.EqualFold(a.name, name), strings.EqualFold(last, name), strings.EqualFold(last, name+"address"):
			return "only " + quoted(a.name, true)
		}
		names = append(names, a.name)
	}
	return "attributes: " + listed(names)
}

// required collects what check finds about each attribute that the SP needs
// and that is there.
func (m *Message) required(p *Policy, check func(name string, all []attribute) []Finding) []Finding {
	var findings []Finding
	for _, name := range p.RequiredAttributes {
		if all := m.named(name); len(all) > 0 {
			findings = append(findings, check(name, all)...)
		}
	}
	return findings
}

func checkAttributeOnce(m *Message, p *Policy) []Finding {
	return m.required(p, func(name string, all []attribute) []Finding {
		if len(all) == 1 {
			return nil
		}
		return found(all[1].element, fmt.Sprintf("%d Attributes named %q", len(all), name), "one", "Release the attribute once.")
	})
}

func checkAttributeValue(m *Message, p *Policy) []Finding {
	return m.required(p, func(name string, all []attribute) []Finding {
		for _, a := range all {
			if slices.ContainsFunc(a.values, func(v string) bool { return strings.TrimSpace(v) != "" }) && !a.markup {
				return nil
			}
		}
		got := "values: " + listed(all[0].values)
		if all[0].markup {
			got = "a value with markup inside"
		}
		return found(all[0].element, got, "a value that is text and not blank",
			fmt.Sprintf("Fill the field behind %q for this user.", name))
	})
}

func checkAttributeSingle(m *Message, p *Policy) []Finding {
	return m.required(p, func(name string, all []attribute) []Finding {
		var values []string
		for _, a := range all {
			values = append(values, a.values...)
		}
		if len(values) < 2 {
			return nil
		}
		return found(all[0].element, fmt.Sprintf("%d values: %s", len(values), listed(values)), "one value",
			fmt.Sprintf("Send one value for %q; the SP cannot know which one counts.", name))
	})
}
