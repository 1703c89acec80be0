package sp_test

import (
	"cmp"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"html"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

const (
	idpName  = "http://idp.localhost/saml/metadata"
	idpLogin = "http://idp.localhost/saml/sso"
	idpLeave = "http://idp.localhost/saml/slo"
	emailURN = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
)

// authority is an identity provider of this test's own: it knows how to sign
// and nothing else, so that the SP is not tested against code of ours.
type authority struct {
	key         *rsa.PrivateKey
	certificate *x509.Certificate
}

var keys = sync.OnceValue(func() [2]authority { return [2]authority{newAuthority(), newAuthority()} })

// known is the identity provider that tenants are set up with; stranger is one
// that nobody has heard of.
func known() authority    { return keys()[0] }
func stranger() authority { return keys()[1] }

func newAuthority() authority {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "identity provider of a test"},
		NotBefore: start.AddDate(-1, 0, 0), NotAfter: start.AddDate(1, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return authority{key, certificate}
}

func (a authority) metadata() []byte {
	return fmt.Appendf(nil, `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%s">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="http://127.0.0.1:1/artifact" index="7"/>
<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="`+idpLeave+`"/>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="%[3]s"/>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="%[3]s"/>
</md:IDPSSODescriptor></md:EntityDescriptor>`, idpName, base64.StdEncoding.EncodeToString(a.certificate.Raw), idpLogin)
}

// answer is what one Response says; its zero fields are left out.
type answer struct {
	acs, audience, inResponseTo string
	nameID                      string
	attributes                  map[string]string
	now                         time.Time
	notBefore, lifetime         time.Duration // relative to now
	status                      string        // "" is Success
	index                       string        // SessionIndex
	sha1                        bool
	by                          authority // who signs; zero is known
	issuer                      string    // "" is idpName
}

var serial = struct {
	sync.Mutex
	n int
}{}

func nextID() string {
	serial.Lock()
	defer serial.Unlock()
	serial.n++
	return fmt.Sprintf("_answer-%d", serial.n)
}

// sign returns the Response in base64, signed as a whole.
func (a answer) sign(t *testing.T) string {
	t.Helper()
	by := a.by
	if by.key == nil {
		by = known()
	}
	return by.sign(t, a.xml(), a.sha1)
}

// sign returns a message in base64, signed as a whole.
func (by authority) sign(t *testing.T, xml string, sha1 bool) string {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromString(xml); err != nil {
		t.Fatal(err)
	}
	ctx, err := dsig.NewSigningContext(by.key, [][]byte{by.certificate.Raw})
	if err != nil {
		t.Fatal(err)
	}
	ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	ctx.Hash = crypto.SHA256
	if sha1 {
		if err := ctx.SetSignatureMethod(dsig.RSASHA1SignatureMethod); err != nil {
			t.Fatal(err)
		}
	}
	signature, err := ctx.ConstructSignature(doc.Root(), true)
	if err != nil {
		t.Fatal(err)
	}
	doc.Root().InsertChildAt(doc.Root().SelectElement("Issuer").Index()+1, signature)
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true}
	raw, err := doc.WriteToBytes()
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(raw)
}

func (a answer) xml() string {
	at := func(d time.Duration) string { return a.now.Add(d).UTC().Format("2006-01-02T15:04:05.000Z") }
	lifetime := a.lifetime
	if lifetime == 0 {
		lifetime = time.Minute
	}
	inResponseTo := ""
	if a.inResponseTo != "" {
		inResponseTo = fmt.Sprintf(` InResponseTo="%s"`, a.inResponseTo)
	}
	index := ""
	if a.index != "" {
		index = fmt.Sprintf(` SessionIndex="%s"`, a.index)
	}
	status := a.status
	if status == "" {
		status = "urn:oasis:names:tc:SAML:2.0:status:Success"
	}
	issuer := cmp.Or(a.issuer, idpName)
	var b strings.Builder
	fmt.Fprintf(&b, `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="%s" Version="2.0" IssueInstant="%s" Destination="%s"%s>`,
		nextID(), at(0), a.acs, inResponseTo)
	fmt.Fprintf(&b, `<saml:Issuer>%s</saml:Issuer><samlp:Status><samlp:StatusCode Value="%s"/></samlp:Status>`, issuer, status)
	if a.status != "" {
		return b.String() + "</samlp:Response>"
	}
	fmt.Fprintf(&b, `<saml:Assertion ID="%s" Version="2.0" IssueInstant="%s"><saml:Issuer>%s</saml:Issuer><saml:Subject><saml:NameID>%s</saml:NameID>`,
		nextID(), at(0), issuer, html.EscapeString(a.nameID))
	fmt.Fprintf(&b, `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="%s" Recipient="%s"%s/></saml:SubjectConfirmation></saml:Subject>`,
		at(lifetime), a.acs, inResponseTo)
	fmt.Fprintf(&b, `<saml:Conditions NotBefore="%s" NotOnOrAfter="%s"><saml:AudienceRestriction><saml:Audience>%s</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
		at(a.notBefore), at(lifetime), a.audience)
	fmt.Fprintf(&b, `<saml:AuthnStatement AuthnInstant="%s"%s><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`, at(0), index)
	if len(a.attributes) > 0 {
		b.WriteString(`<saml:AttributeStatement>`)
		for name, value := range a.attributes {
			fmt.Fprintf(&b, `<saml:Attribute Name="%s" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue>%s</saml:AttributeValue></saml:Attribute>`, name, html.EscapeString(value))
		}
		b.WriteString(`</saml:AttributeStatement>`)
	}
	b.WriteString(`</saml:Assertion></samlp:Response>`)
	return b.String()
}
