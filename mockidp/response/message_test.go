package response_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// keys are the parties' keys, made once: RSA keys take long to make.
type keys struct{ idp, issued, spare, foreign, p256, p384, sp fault.Key }

var madeKeys = sync.OnceValue(func() keys {
	idp := selfSigned(rsaKey(), "idp")
	return keys{
		idp: idp, issued: issuedBy(selfSigned(curveKey(elliptic.P256()), "authority"), idp.Signer, "issued"), spare: selfSigned(rsaKey(), "spare"), foreign: selfSigned(rsaKey(), "foreign"),
		p256: selfSigned(curveKey(elliptic.P256()), "p256"), p384: selfSigned(curveKey(elliptic.P384()), "p384"),
		sp: selfSigned(rsaKey(), "sp"),
	}
})

func rsaKey() crypto.Signer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

func curveKey(curve elliptic.Curve) crypto.Signer {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func selfSigned(key crypto.Signer, name string) fault.Key {
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(9, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return fault.Key{Signer: key, Certificate: cert}
}

func issuedBy(authority fault.Key, key crypto.Signer, name string) fault.Key {
	template := &x509.Certificate{SerialNumber: big.NewInt(8), Subject: pkix.Name{CommonName: name},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(9, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, authority.Certificate, key.Public(), authority.Signer)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return fault.Key{Signer: key, Certificate: cert, Chain: []*x509.Certificate{authority.Certificate}}
}

const acs = "https://acme.influitive.example/saml/consume"

// standard is a message with everything in it and nothing random but what
// signing and encrypting bring along.
func standard() response.Spec {
	k := madeKeys()
	basic := "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
	return response.Spec{
		Issuer: "https://idp.example/metadata", Now: now, ID: "_response", AssertionID: "_assertion",
		InResponseTo: "_request", Destination: acs, Audiences: []string{"Influitive-AdvocateHub"},
		NameID: response.NameID{Value: "ada@example.com", Format: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
			NameQualifier: "Influitive-AdvocateHub"},
		Attributes: []response.Attribute{
			{Name: "FirstName", NameFormat: basic, Type: "xs:string", Values: []string{"Ada"}},
			{Name: "Email", NameFormat: basic, Type: "xs:string", Values: []string{"ada@example.com"}},
		},
		SessionIndex: "_session",
		Key:          k.idp, Spare: []fault.Key{k.spare}, Foreign: k.foreign, Recipient: k.sp.Certificate,
		RelayState: "here", HasRelayState: true,
	}
}

// armed finds faults by name, with their example arguments.
func armed(t *testing.T, name string, args fault.Args) fault.Armed {
	t.Helper()
	f, ok := fault.Find(name)
	if !ok {
		t.Fatalf("there is no fault %q", name)
	}
	if args == nil {
		args = f.Example()
	}
	return fault.Armed{Fault: f, Args: args}
}

func build(t *testing.T, spec response.Spec) *response.Built {
	t.Helper()
	built, err := response.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

func parsed(t *testing.T, xml []byte) *etree.Element {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(xml); err != nil {
		t.Fatalf("reading the message: %v\n%s", err, xml)
	}
	return doc.Root()
}
