package validate_test

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

const (
	ds  = "http://www.w3.org/2000/09/xmldsig#"
	xe  = "http://www.w3.org/2001/04/xmlenc#"
	exc = "http://www.w3.org/2001/10/xml-exc-c14n#"

	declarations = ` xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"` +
		` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"`
	responseStart = `<samlp:Response` + declarations + ` ID="_response" Version="2.0" IssueInstant="2027-01-15T12:00:00Z"` +
		` Destination="https://sp.example/acs" InResponseTo="_request">`
	issuer         = `<saml:Issuer>https://idp.example/metadata</saml:Issuer>`
	status         = `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>`
	assertionStart = `<saml:Assertion` + declarations + ` ID="_assertion" Version="2.0" IssueInstant="2027-01-15T12:00:00Z">`
	nameID         = `<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">ada@example.com</saml:NameID>`
	data           = `<saml:SubjectConfirmationData NotOnOrAfter="2027-01-15T12:05:00Z" Recipient="https://sp.example/acs" InResponseTo="_request"/>`
	confirmation   = `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">` + data + `</saml:SubjectConfirmation>`
	subject        = `<saml:Subject>` + nameID + confirmation + `</saml:Subject>`
	audience       = `<saml:AudienceRestriction><saml:Audience>https://sp.example/metadata</saml:Audience></saml:AudienceRestriction>`
	window         = `NotBefore="2027-01-15T12:00:00Z" NotOnOrAfter="2027-01-15T12:05:00Z"`
	conditions     = `<saml:Conditions ` + window + `>` + audience + `</saml:Conditions>`
	context        = `<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>`
	authn          = `<saml:AuthnStatement AuthnInstant="2027-01-15T12:00:00Z" SessionIndex="_session">` + context + `</saml:AuthnStatement>`
	email          = `<saml:Attribute Name="Email"><saml:AttributeValue xsi:type="xs:string">ada@example.com</saml:AttributeValue></saml:Attribute>`
	attributes     = `<saml:AttributeStatement>` + email + `</saml:AttributeStatement>`
	assertion      = assertionStart + issuer + subject + conditions + authn + attributes + `</saml:Assertion>`
	response       = responseStart + issuer + status + assertion + `</samlp:Response>`
)

// edit replaces the first old by new and insists that there was one.
func edit(t testing.TB, doc string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(doc, pairs[i]) {
			t.Fatalf("no %q in %s", pairs[i], doc)
		}
		doc = strings.Replace(doc, pairs[i], pairs[i+1], 1)
	}
	return doc
}

// signing says how sign makes a Signature; the zero value is a good one by idp
// over the Assertion.
type signing struct {
	on           string // ID of the element that gets the Signature; default _assertion
	uri          string // default # and on; "whole" for an empty one
	target       string // ID of what is digested; default on
	key          string // default idp
	certificates []*x509.Certificate
	noKeyInfo    bool
	method       string // with its hash
	hash         crypto.Hash
	digest       string
	c14n         string // "none" for no Algorithm
	transforms   []string
	repeat       int    // References beyond the first
	extra        string // markup at the end of the Signature
	info         string // markup at the end of SignedInfo's copy, which follows when set
	last         bool   // at the end of the element instead of after the Issuer
}

func (s signing) defaults(t testing.TB) signing {
	for field, value := range map[*string]string{
		&s.on: "_assertion", &s.key: "idp", &s.method: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", &s.digest: xe + "sha256", &s.c14n: exc,
	} {
		if *field == "" {
			*field = value
		}
	}
	if s.hash == 0 {
		s.hash = crypto.SHA256
	}
	if s.uri == "" {
		s.uri = "#" + s.on
	}
	if s.uri == "whole" {
		s.uri = ""
	}
	if s.target == "" {
		s.target = s.on
	}
	if s.transforms == nil {
		s.transforms = []string{ds + "enveloped-signature", exc}
	}
	if s.certificates == nil && !s.noKeyInfo {
		s.certificates = []*x509.Certificate{certificate(t, s.key)}
	}
	return s
}

// sign puts a Signature into the document, computed with goxmldsig's
// exclusive canonicalization: another's than that under test.
func sign(t testing.TB, doc string, s signing) string {
	t.Helper()
	s = s.defaults(t)
	var transforms strings.Builder
	for _, uri := range s.transforms {
		fmt.Fprintf(&transforms, `<ds:Transform Algorithm="%s"></ds:Transform>`, uri)
	}
	reference := fmt.Sprintf(`<ds:Reference URI="%s"><ds:Transforms>%s</ds:Transforms><ds:DigestMethod Algorithm="%s"></ds:DigestMethod><ds:DigestValue>%s</ds:DigestValue></ds:Reference>`,
		s.uri, transforms.String(), s.digest, base64.StdEncoding.EncodeToString(sum(s.hash, canonical(t, doc, s.target))))
	info := fmt.Sprintf(`<ds:SignedInfo xmlns:ds="%s"><ds:CanonicalizationMethod Algorithm="%s"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="%s"></ds:SignatureMethod>%s</ds:SignedInfo>`,
		ds, s.c14n, s.method, strings.Repeat(reference, 1+s.repeat))
	info = strings.Replace(info, ` Algorithm="none"`, "", 1)
	value, err := key(t, s.key).Sign(rand.Reader, sum(s.hash, []byte(info)), s.hash)
	if err != nil {
		t.Fatal(err)
	}
	var certificates strings.Builder
	for _, c := range s.certificates {
		fmt.Fprintf(&certificates, `<ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data>`, base64.StdEncoding.EncodeToString(c.Raw))
	}
	keyInfo := ""
	if len(s.certificates) > 0 {
		keyInfo = `<ds:KeyInfo>` + certificates.String() + `</ds:KeyInfo>`
	}
	signature := `<ds:Signature xmlns:ds="` + ds + `">` + info + s.info + `<ds:SignatureValue>` +
		base64.StdEncoding.EncodeToString(value) + `</ds:SignatureValue>` + keyInfo + s.extra + `</ds:Signature>`
	return insert(t, doc, s.on, signature, s.last)
}

// insert puts markup after the Issuer of the element with that ID, or after
// its start tag when the next element is no Issuer.
func insert(t testing.TB, doc, id, markup string, last bool) string {
	t.Helper()
	at := strings.Index(doc, ` ID="`+id+`"`)
	if at < 0 {
		t.Fatalf("no element %s", id)
	}
	at += strings.Index(doc[at:], ">") + 1
	if strings.HasPrefix(doc[at:], "<saml:Issuer") {
		at += strings.Index(doc[at:], "</saml:Issuer>") + len("</saml:Issuer>")
	}
	if last {
		at = strings.Index(doc, "</saml:Assertion>")
	}
	return doc[:at] + markup + doc[at:]
}

func canonical(t testing.TB, doc, id string) []byte {
	t.Helper()
	tree := etree.NewDocument()
	if err := tree.ReadFromString(doc); err != nil {
		t.Fatal(err)
	}
	element := tree.Root()
	if id != element.SelectAttrValue("ID", "") {
		element = tree.FindElement("//*[@ID='" + id + "']")
	}
	if element == nil {
		t.Fatalf("no element %s to digest", id)
	}
	scope, err := etreeutils.NSBuildParentContext(element)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := etreeutils.NSDetatch(scope, element)
	if err != nil {
		t.Fatal(err)
	}
	form, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(alone)
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func sum(hash crypto.Hash, data []byte) []byte {
	h := hash.New()
	h.Write(data)
	return h.Sum(nil)
}

// signed is the usual message after some edits: the Assertion is signed.
func signed(t testing.TB, pairs ...string) string {
	t.Helper()
	return sign(t, edit(t, response, pairs...), signing{})
}

// signedResponse is the same with the Response signed instead.
func signedResponse(t testing.TB, pairs ...string) string {
	t.Helper()
	return sign(t, edit(t, response, pairs...), signing{on: "_response"})
}
