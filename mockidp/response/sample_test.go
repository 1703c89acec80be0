package response_test

import (
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/response"
)

// sample is the Response that Influitive's document "Configuring SAML Single
// Sign On" prints, with its placeholders filled in and the blanks left out.
const sample = `<?xml version="1.0" encoding="UTF-8"?>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" Destination="https://acme.influitive.example/saml/consume" ID="_response" IssueInstant="2026-03-01T12:00:00Z" Version="2.0" InResponseTo="_request">
   <Signature xmlns="http://www.w3.org/2000/09/xmldsig#">
      <SignedInfo>
         <CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315" />
         <SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1" />
         <Reference URI="#_response">
            <Transforms>
               <Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature" />
            </Transforms>
            <DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1" />
            <DigestValue>*</DigestValue>
         </Reference>
      </SignedInfo>
      <SignatureValue>*</SignatureValue>
      <KeyInfo>
         <X509Data>
            <X509Certificate>*</X509Certificate>
         </X509Data>
      </KeyInfo>
   </Signature>
   <samlp:Status>
      <samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success" />
   </samlp:Status>
   <saml:Assertion ID="_assertion" IssueInstant="2026-03-01T12:00:00Z" Version="2.0">
      <saml:Issuer>https://idp.example/metadata</saml:Issuer>
      <saml:Subject>
         <saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress" NameQualifier="Influitive-AdvocateHub">example@gmail.com</saml:NameID>
         <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
            <saml:SubjectConfirmationData NotOnOrAfter="2026-03-01T12:01:00Z" Recipient="https://acme.influitive.example/saml/consume" InResponseTo="_request" />
         </saml:SubjectConfirmation>
      </saml:Subject>
      <saml:Conditions NotBefore="2026-03-01T12:00:00Z" NotOnOrAfter="2026-03-01T12:01:00Z">
         <saml:AudienceRestriction>
            <saml:Audience>Influitive-AdvocateHub</saml:Audience>
         </saml:AudienceRestriction>
      </saml:Conditions>
      <saml:AuthnStatement AuthnInstant="2026-03-01T12:00:00Z">
         <saml:AuthnContext>
            <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef>
         </saml:AuthnContext>
      </saml:AuthnStatement>
      <saml:AttributeStatement>
         <saml:Attribute Name="FirstName" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">
            <saml:AttributeValue xsi:type="xs:string">John</saml:AttributeValue>
         </saml:Attribute>
         <saml:Attribute Name="LastName" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">
            <saml:AttributeValue xsi:type="xs:string">Doe</saml:AttributeValue>
         </saml:Attribute>
         <saml:Attribute Name="Email" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">
            <saml:AttributeValue xsi:type="xs:string">johndoe@example.com</saml:AttributeValue>
         </saml:Attribute>
      </saml:AttributeStatement>
   </saml:Assertion>
</samlp:Response>`

func TestInfluitiveSampleComesOutOfTheShape(t *testing.T) {
	t.Parallel()
	no := false
	basic := "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
	spec := standard()
	spec.NotOnOrAfter = time.Minute
	spec.NameID.Value = "example@gmail.com"
	spec.Attributes = []response.Attribute{
		{Name: "FirstName", NameFormat: basic, Type: "xs:string", Values: []string{"John"}},
		{Name: "LastName", NameFormat: basic, Type: "xs:string", Values: []string{"Doe"}},
		{Name: "Email", NameFormat: basic, Type: "xs:string", Values: []string{"johndoe@example.com"}},
	}
	spec.Shape = response.Shape{
		Sign: "response", Algorithm: "rsa-sha1", C14N: "inclusive-1.0", EnvelopedOnly: true, DefaultNamespace: true,
		ResponseIssuer: &no, SessionIndex: &no, XMLDeclaration: true,
		AuthnContextClass: "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified",
	}
	xml := build(t, spec).XML
	if !strings.HasPrefix(string(xml), `<?xml version="1.0" encoding="UTF-8"?>`) {
		t.Error("no XML declaration")
	}
	want, got := outline(parsed(t, []byte(sample)), 0), outline(parsed(t, xml), 0)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	verify(t, spec.Key.Certificate, []signed{{name: "sample", xml: xml, on: onResponse}})
}

// outline prints elements with their prefixes, attributes in order and text,
// one line each; a star stands for what a signature brings along.
func outline(el *etree.Element, depth int) string {
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", depth) + el.FullTag())
	for _, a := range el.Attr {
		b.WriteString(" " + a.FullKey() + "=" + a.Value)
	}
	switch el.Tag {
	case "DigestValue", "SignatureValue", "X509Certificate":
		b.WriteString(": *")
	default:
		b.WriteString(": " + strings.TrimSpace(el.Text()))
	}
	b.WriteString("\n")
	for _, child := range el.ChildElements() {
		b.WriteString(outline(child, depth+1))
	}
	return b.String()
}
