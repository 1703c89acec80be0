package fault

import (
	"fmt"
	"strings"

	"github.com/beevik/etree"
)

const (
	protocolNamespace  = "urn:oasis:names:tc:SAML:2.0:protocol"
	assertionNamespace = "urn:oasis:names:tc:SAML:2.0:assertion"
)

func envelopeFaults() []Fault {
	return []Fault{
		{Name: "status-code-removed", Summary: "Status holds no StatusCode",
			Refs:      []string{"SAML core 3.2.2.1"},
			Assertion: removing("Response/Status/StatusCode")},
		{Name: "namespace", Summary: "the message is in the namespaces of another SAML version",
			Refs: []string{"SAML core 4.2"},
			Params: []Param{{Name: "which", Kind: Choice, Default: "protocol", Choices: []string{"protocol", "assertion"}, Doc: "the namespace that is another"},
				{Name: "value", Kind: String, Default: "urn:oasis:names:tc:SAML:1.0:protocol", Doc: "the namespace name"}},
			Assertion: setNamespace},
		{Name: "default-namespace", Summary: "no element of SAML has a prefix, every namespace is the default one",
			Refs:      []string{"Namespaces in XML 1.0 6.2"},
			Assertion: dropPrefixes},
		{Name: "schema-prefix-unbound", Summary: "the prefix xs of xsi:type values is declared nowhere",
			Refs: []string{"XML Schema 1 3.15.3"},
			Assertion: func(m *Message, _ Args) error {
				m.Response.RemoveAttr("xmlns:xs")
				return nil
			}},
		{Name: "schema-location", Summary: "the Response says where its schema can be fetched",
			Refs:   []string{"OWASP SAML cheat sheet", "XML Schema 1 4.3.2"},
			Params: []Param{trapParam()},
			Assertion: func(m *Message, a Args) error {
				m.Response.CreateAttr("xsi:schemaLocation", protocolNamespace+" "+a.String("url"))
				return nil
			}},
		{Name: "xinclude", Summary: "the message asks its reader to include another document",
			Refs: []string{"XInclude 1.0 3.1"},
			Params: []Param{trapParam(), {Name: "in", Kind: Choice, Default: "extensions", Choices: []string{"extensions", "name-id"},
				Doc: "where: in Extensions, which may hold anything, or in the NameID"}},
			Assertion: include},
		{Name: "extensions", Summary: "the message holds elements of others where the schema allows them",
			Refs: []string{"SAML core 3.2.2", "SAML core 2.6"},
			Params: []Param{{Name: "where", Kind: Choice, Default: both, Choices: []string{"extensions", "advice", both},
				Doc: "in Extensions of the Response, in Advice of the Assertion"}},
			Assertion: extend},
		{Name: "statement-unknown", Summary: "the Assertion holds a Statement of a type that nobody knows",
			Refs:      []string{"SAML core 2.3.3", "SAML core 2.7.1"},
			Assertion: addStatement},
		{Name: "children-reordered", Summary: "the children do not stand in the order of the schema",
			Refs:      []string{"SAML core 2.3.3", "SAML core 3.2.2"},
			Params:    []Param{targetParam(both)},
			Assertion: reorder},
		{Name: "indented-before-signing", Summary: "every element stands on a line of its own, and is signed so",
			Refs:      []string{"XML 1.0 2.10"},
			Assertion: indent},
		{Name: "root-replaced", Summary: "the document is something else than a Response",
			Refs: []string{"SAML profiles 4.1.4", "SAML bindings 3.5"},
			Params: []Param{{Name: "by", Kind: Choice, Default: "assertion", Choices: []string{"assertion", "logout-request", "soap"},
				Doc: "the bare Assertion, another message, or a SOAP envelope around the Response"}},
			Document: replaceRoot},
	}
}

func setNamespace(m *Message, a Args) error {
	prefix := m.Response.Space
	if a.String("which") == "assertion" {
		el, err := m.element("Assertion")
		if err != nil {
			return err
		}
		prefix = el.Space
	}
	m.Response.CreateAttr("xmlns:"+prefix, a.String("value"))
	return nil
}

// dropPrefixes declares the default namespace anew wherever it changes.
func dropPrefixes(m *Message, _ Args) error {
	uris := map[string]string{m.Response.Space: protocolNamespace}
	if m.Assertion != nil {
		uris[m.Assertion.Space] = assertionNamespace
	}
	walk(m.Response, func(el *etree.Element) {
		uri, known := uris[el.Space]
		if !known || el.Space == "" {
			return
		}
		m.Response.RemoveAttr("xmlns:" + el.Space)
		el.Space = ""
		if parent := el.Parent(); parent == nil || parent.NamespaceURI() != uri {
			el.Attr = append([]etree.Attr{{Key: "xmlns", Value: uri}}, el.Attr...)
		}
	})
	return nil
}

// extensionsOf returns the Extensions of the Response, made where there are none.
func (m *Message) extensionsOf() *etree.Element {
	if el := m.Response.SelectElement("Extensions"); el != nil {
		return el
	}
	el := sibling(m.Response, "Extensions")
	m.Response.InsertChildAt(statusIndex(m), el)
	return el
}

// foreignElement makes an element of a namespace that SAML does not know.
func foreignElement(name, uri string) *etree.Element {
	el := etree.NewElement("x:" + name)
	el.CreateAttr("xmlns:x", uri)
	return el
}

func include(m *Message, a Args) error {
	el := foreignElement("include", "http://www.w3.org/2001/XInclude")
	el.CreateAttr("href", a.String("url"))
	el.CreateAttr("parse", "text")
	if a.String("in") == "extensions" {
		m.extensionsOf().AddChild(el)
		return nil
	}
	id, err := m.element(nameID)
	if err != nil {
		return err
	}
	id.AddChild(el)
	return nil
}

func extend(m *Message, a Args) error {
	where := a.String("where")
	if where != "advice" {
		m.extensionsOf().AddChild(foreignElement("Hint", "urn:example:extension"))
	}
	if where == "extensions" {
		return nil
	}
	conditions, err := m.element(conditions)
	if err != nil {
		return err
	}
	advice := sibling(conditions, "Advice")
	advice.AddChild(foreignElement("Note", "urn:example:extension"))
	insertAfter(conditions, advice)
	return nil
}

func addStatement(m *Message, _ Args) error {
	el, err := m.element("Assertion")
	if err != nil {
		return err
	}
	statement := sibling(el, "Statement")
	statement.CreateAttr("xmlns:x", "urn:example:extension")
	statement.CreateAttr("xsi:type", "x:OddStatementType")
	el.AddChild(statement)
	return nil
}

// reorder puts what stands first of what follows the Signature last: the
// Status of the Response, the Subject of the Assertion.
func reorder(m *Message, a Args) error {
	targets, err := m.targets(a)
	if err != nil {
		return err
	}
	for _, el := range targets {
		name := "Subject"
		if el == m.Response {
			name = "Status"
		}
		child := el.SelectElement(name)
		if child == nil {
			return fmt.Errorf("the %s has no %s to move", el.Tag, name)
		}
		el.AddChild(child)
	}
	return nil
}

func replaceRoot(m *Message, a Args) error {
	root := m.Response
	switch a.String("by") {
	case "assertion":
		assertion, err := m.element("Assertion")
		if err != nil {
			return err
		}
		assertion.Remove()
		inheritNamespaces(assertion, root)
		m.Response = assertion
	case "logout-request":
		request, err := logoutRequest(m)
		if err != nil {
			return err
		}
		m.Response = request
	case "soap":
		envelope := etree.NewElement("soap:Envelope")
		envelope.CreateAttr("xmlns:soap", "http://schemas.xmlsoap.org/soap/envelope/")
		envelope.CreateElement("soap:Body").AddChild(root)
		m.Response = envelope
	}
	return nil
}

// logoutRequest makes a LogoutRequest about the session that the Response would
// start (core 3.7.1).
func logoutRequest(m *Message) (*etree.Element, error) {
	var parts []*etree.Element
	for _, path := range []string{"Assertion/Issuer", nameID, authnStatement} {
		el, err := m.element(path)
		if err != nil {
			return nil, err
		}
		parts = append(parts, el.Copy())
	}
	root, request := m.Response, sibling(m.Response, "LogoutRequest")
	inheritNamespaces(request, root)
	for _, name := range []string{"ID", "Version", "IssueInstant", "Destination"} {
		request.CreateAttr(name, root.SelectAttrValue(name, ""))
	}
	for _, el := range parts[:2] {
		request.AddChild(el)
	}
	if index := parts[2].SelectAttrValue("SessionIndex", ""); index != "" {
		el := sibling(root, "SessionIndex")
		el.SetText(index)
		request.AddChild(el)
	}
	return request, nil
}

// inheritNamespaces declares on el what was declared around it.
func inheritNamespaces(el, from *etree.Element) {
	for _, attr := range from.Attr {
		if strings.HasPrefix(attr.FullKey(), "xmlns") && el.SelectAttr(attr.FullKey()) == nil {
			el.CreateAttr(attr.FullKey(), attr.Value)
		}
	}
}
