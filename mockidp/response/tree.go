package response

import (
	"errors"
	"strings"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

const (
	statusPrefix  = "urn:oasis:names:tc:SAML:2.0:status:"
	successStatus = statusPrefix + "Success"
	bearerMethod  = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
)

// newMessage makes the tree. All namespaces are declared on the root, as the
// sample of Influitive's document has them.
func newMessage(s Spec) *fault.Message {
	root := etree.NewElement("samlp:Response")
	setAttrs(root,
		"xmlns:samlp", protocolNS, "xmlns:saml", assertionNS, "xmlns:xs", schemaNS, "xmlns:xsi", instanceNS,
		"Destination", s.Destination, "ID", s.ID, "IssueInstant", fault.Instant(s.Now), "Version", "2.0",
		"InResponseTo", s.InResponseTo)
	if isTrue(s.Shape.ResponseIssuer, true) {
		addText(root, "saml:Issuer", s.Issuer)
	}
	addStatus(root, s.Status)
	m := &fault.Message{Response: root, Now: s.Now, Destination: s.Destination, InResponseTo: s.InResponseTo}
	if statusURI(s.Status.Code) == successStatus {
		m.Assertion = newAssertion(s)
		root.AddChild(m.Assertion)
	}
	return m
}

// statusURI turns a name of SAML core 3.2.2.2 into its URI.
func statusURI(code string) string {
	switch {
	case code == "":
		return successStatus
	case strings.Contains(code, ":"):
		return code
	}
	return statusPrefix + code
}

func addStatus(root *etree.Element, s Status) {
	status := root.CreateElement("samlp:Status")
	code := status.CreateElement("samlp:StatusCode")
	code.CreateAttr("Value", statusURI(s.Code))
	if s.SubCode != "" {
		code.CreateElement("samlp:StatusCode").CreateAttr("Value", statusURI(s.SubCode))
	}
	if s.Message != "" {
		addText(status, "samlp:StatusMessage", s.Message)
	}
}

func newAssertion(s Spec) *etree.Element {
	assertion := etree.NewElement("saml:Assertion")
	setAttrs(assertion, "ID", s.AssertionID, "IssueInstant", fault.Instant(s.Now), "Version", "2.0")
	addText(assertion, "saml:Issuer", s.Issuer)
	addSubject(assertion, s)
	addConditions(assertion, s)
	addAuthnStatement(assertion, s)
	addAttributes(assertion, s.Attributes)
	return assertion
}

// other is what fault.Message.Other returns.
func (d *draft) other(login string) (*etree.Element, error) {
	if d.spec.Other == nil {
		return nil, errors.New("nobody here knows other people")
	}
	s := d.spec
	var err error
	if s.NameID, s.Attributes, err = s.Other(login); err != nil {
		return nil, err
	}
	return newAssertion(s), nil
}

func addSubject(assertion *etree.Element, s Spec) {
	subject := assertion.CreateElement("saml:Subject")
	id := addText(subject, "saml:NameID", s.NameID.Value)
	setAttrs(id, "Format", s.NameID.Format, "NameQualifier", s.NameID.NameQualifier, "SPNameQualifier", s.NameID.SPNameQualifier)
	confirmation := subject.CreateElement("saml:SubjectConfirmation")
	confirmation.CreateAttr("Method", bearerMethod)
	setAttrs(confirmation.CreateElement("saml:SubjectConfirmationData"),
		"NotOnOrAfter", fault.Instant(s.Now.Add(s.NotOnOrAfter)), "Recipient", s.Destination, "InResponseTo", s.InResponseTo)
}

func addConditions(assertion *etree.Element, s Spec) {
	conditions := assertion.CreateElement("saml:Conditions")
	setAttrs(conditions, "NotBefore", fault.Instant(s.Now.Add(s.NotBefore)), "NotOnOrAfter", fault.Instant(s.Now.Add(s.NotOnOrAfter)))
	if len(s.Audiences) == 0 {
		return
	}
	restriction := conditions.CreateElement("saml:AudienceRestriction")
	for _, audience := range s.Audiences {
		addText(restriction, "saml:Audience", audience)
	}
}

func addAuthnStatement(assertion *etree.Element, s Spec) {
	statement := assertion.CreateElement("saml:AuthnStatement")
	statement.CreateAttr("AuthnInstant", fault.Instant(s.AuthnInstant))
	if isTrue(s.Shape.SessionIndex, true) {
		statement.CreateAttr("SessionIndex", s.SessionIndex)
	}
	addText(statement.CreateElement("saml:AuthnContext"), "saml:AuthnContextClassRef", s.AuthnContextClass)
}

// addAttributes writes the values with no other foreign attribute than
// xsi:type: goxmldsig orders attributes of two foreign namespaces on one
// element wrongly in its canonical form, and such a signature fails elsewhere.
func addAttributes(assertion *etree.Element, attributes []Attribute) {
	if len(attributes) == 0 {
		return
	}
	statement := assertion.CreateElement("saml:AttributeStatement")
	for _, a := range attributes {
		el := statement.CreateElement("saml:Attribute")
		setAttrs(el, "Name", a.Name, "NameFormat", a.NameFormat, "FriendlyName", a.FriendlyName)
		for _, v := range a.Values {
			setAttrs(addText(el, "saml:AttributeValue", v), "xsi:type", a.Type)
		}
	}
}

func addText(parent *etree.Element, tag, text string) *etree.Element {
	el := parent.CreateElement(tag)
	el.SetText(text)
	return el
}

// setAttrs sets names and values in turn and leaves empty values out.
func setAttrs(el *etree.Element, pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			el.CreateAttr(pairs[i], pairs[i+1])
		}
	}
}
