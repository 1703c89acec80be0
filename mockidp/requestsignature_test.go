package mockidp

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
)

func TestSignedQuery(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(signing, ServiceProvider{}) // and so AuthnRequestsSigned="true"
	text := requestOf(t, s, sp)
	plain := redirectQuery(t, text, "a b/é")
	good := signedQuery(t, spKey(), plain)
	lower := strings.NewReplacer("%2F", "%2f", "%C3%A9", "%c3%a9").Replace(plain)
	if lower == plain {
		t.Fatal("nothing to write in lower case")
	}
	for name, tc := range map[string]struct {
		query string
		code  int
		says  string
	}{
		"good":                    {good, 200, ""},
		"no relay state":          {signedQuery(t, spKey(), redirectQuery(t, text, "")), 200, ""},
		"lower-case escapes":      {signedQuery(t, spKey(), lower), 200, ""},
		"escapes rewritten":       {strings.Replace(good, "%2F", "%2f", 1), 403, "not good"},
		"parameters reordered":    {reordered(good), 200, ""},
		"unsigned":                {plain, 403, "must be signed"},
		"another key":             {signedQuery(t, idpKey(), plain), 403, "not good"},
		"relay state changed":     {strings.Replace(good, "RelayState=a", "RelayState=b", 1), 403, "not good"},
		"relay state taken out":   {strings.Replace(good, "&RelayState=a+b%2F%C3%A9", "", 1), 403, "not good"},
		"request changed":         {signedQueryFor(t, good, requestOf(t, s, sp)), 403, "not good"},
		"signature taken out":     {good[:strings.Index(good, "&Signature=")], 400, "together"},
		"signature empty":         {good[:strings.Index(good, "&Signature=")] + "&Signature=", 403, "not good"},
		"algorithm changed":       {strings.Replace(good, "rsa-sha256", "rsa-sha512", 1), 403, "not good"},
		"embedded in a query too": {signedQuery(t, spKey(), redirectQuery(t, embedded(t, s, sp), "")), 400, "3.4.4.1"},
		"destination missing":     {signedQuery(t, spKey(), redirectQuery(t, change("Destination=", "D=")(t, text), "")), 400, "Destination"},
	} {
		t.Run(name, func(t *testing.T) {
			p := s.visitor().get(ssoPath + "?" + tc.query)
			if p.status != tc.code {
				t.Fatalf("%d, want %d: %s", p.status, tc.code, p.text)
			}
			if tc.says != "" && !strings.Contains(s.last(Refused).Note, tc.says) {
				t.Errorf("says %q, want %q in it", s.last(Refused).Note, tc.says)
			}
		})
	}
}

func reordered(query string) string {
	parts := strings.Split(query, "&")
	parts[0], parts[len(parts)-1] = parts[len(parts)-1], parts[0]
	return strings.Join(parts, "&")
}

// signedQueryFor puts another request under an existing signature.
func signedQueryFor(t *testing.T, query, text string) string {
	_, rest, _ := strings.Cut(query, "&")
	return redirectQuery(t, text, "") + "&" + rest
}

// Whoever signs without need is verified all the same, if the key is known.
func TestSignatureIsVerifiedWheneverThereIsOne(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		edit         func(*saml.ServiceProvider)
		wantSigned   bool
		signer       Key
		good, forged int
	}{
		"no key known":               {edit: func(sp *saml.ServiceProvider) { sp.Certificate = nil }, signer: spKey(), good: 200, forged: 200},
		"no key known but required":  {edit: func(sp *saml.ServiceProvider) { sp.Certificate = nil }, wantSigned: true, signer: spKey(), good: 403, forged: 403},
		"key known":                  {edit: signing, signer: spKey(), good: 200, forged: 403},
		"key known and required":     {edit: signing, wantSigned: true, signer: spKey(), good: 200, forged: 403},
		"key known, elliptic curves": {edit: ellipticCurves, signer: ecKey, good: 200, forged: 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, func(c *Config) { c.WantSignedRequests = tc.wantSigned })
			sp := s.register(tc.edit, ServiceProvider{})
			query := signedQuery(t, tc.signer, redirectQuery(t, requestOf(t, s, sp), "state"))
			if p := s.visitor().get(ssoPath + "?" + query); p.status != tc.good {
				t.Errorf("good: %d, want %d: %s", p.status, tc.good, p.text)
			}
			if p := s.visitor().get(ssoPath + "?" + strings.Replace(query, "=state", "=other", 1)); p.status != tc.forged {
				t.Errorf("forged: %d, want %d: %s", p.status, tc.forged, p.text)
			}
		})
	}
}

var ecKey = mustKey(KeyOptions{Algorithm: "ecdsa-p256"})

func ellipticCurves(sp *saml.ServiceProvider) {
	sp.Key, sp.Certificate, sp.SignatureMethod = ecKey.Signer, ecKey.Certificate, dsig.ECDSASHA256SignatureMethod
}

// embedded is a request with an enveloped signature, by crewjam.
func embedded(t *testing.T, s *scene, sp *saml.ServiceProvider) string {
	t.Helper()
	req, err := sp.MakeAuthenticationRequest(s.url+ssoPath, saml.HTTPPostBinding, saml.HTTPPostBinding)
	if err != nil {
		t.Fatal(err)
	}
	return requestXML(t, req)
}

func TestEnvelopedSignature(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(signing, ServiceProvider{})
	good := embedded(t, s, sp)
	signature := good[strings.Index(good, "<ds:Signature"):strings.Index(good, "</ds:Signature>")] + "</ds:Signature>"
	for name, tc := range map[string]struct {
		edit func(*testing.T, string) string
		code int
		says string
	}{
		"good":                {addElement(""), 200, ""},
		"KeyInfo taken out":   {cut("<ds:KeyInfo>", "</ds:KeyInfo>"), 200, ""},
		"attribute changed":   {addAttribute(`ForceAuthn="true"`), 403, "not good"},
		"element put in":      {addElement(`<saml:Conditions/>`), 403, "not good"},
		"value broken":        {change("<ds:SignatureValue>", "<ds:SignatureValue>AAAA"), 403, "not good"},
		"value not base64":    {change("<ds:SignatureValue>", "<ds:SignatureValue>!"), 403, "not good"},
		"value taken out":     {cut("<ds:SignatureValue>", "</ds:SignatureValue>"), 403, "not good"},
		"unsigned":            {cut("<ds:Signature ", "</ds:Signature>"), 403, "must be signed"},
		"signature twice":     {addElement(signature), 403, "want one Signature"},
		"Object put in":       {change("</ds:Signature>", "<ds:Object>x</ds:Object></ds:Signature>"), 403, "an Object"},
		"reference to all":    {changeReference(""), 403, "want one Reference"},
		"reference elsewhere": {changeReference("#elsewhere"), 403, "want one Reference"},
		"wrapped":             {wrapped, 403, "want one Signature"},
		"xslt":                {change("http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/TR/1999/REC-xslt-19991116"), 403, "the transform"},
	} {
		t.Run(name, func(t *testing.T) {
			p := s.visitor().post(ssoPath, url.Values{"SAMLRequest": {base64Text(tc.edit(t, good))}})
			if p.status != tc.code {
				t.Fatalf("%d, want %d: %s", p.status, tc.code, p.text)
			}
			if tc.says != "" && !strings.Contains(s.last(Refused).Note, tc.says) {
				t.Errorf("says %q, want %q in it", s.last(Refused).Note, tc.says)
			}
		})
	}
}

// cut takes out what stands between two marks, and the marks.
func cut(from, to string) func(*testing.T, string) string {
	return func(t *testing.T, text string) string {
		before, rest, ok := strings.Cut(text, from)
		_, after, closed := strings.Cut(rest, to)
		if !ok || !closed {
			t.Fatalf("no %s…%s in %s", from, to, text)
		}
		return before + after
	}
}

func changeReference(uri string) func(*testing.T, string) string {
	return func(t *testing.T, text string) string {
		_, rest, _ := strings.Cut(text, `URI="`)
		old, _, _ := strings.Cut(rest, `"`)
		return change(`URI="`+old+`"`, `URI="`+uri+`"`)(t, text)
	}
}

// wrapped moves the signed request into the Extensions of a forged one.
func wrapped(t *testing.T, text string) string {
	forged := cut("<ds:Signature ", "</ds:Signature>")(t, text)
	forged = change(` ID="`, ` ID="x`)(t, forged)
	return addElement("<samlp:Extensions>"+text+"</samlp:Extensions>")(t, forged)
}

// xmlsec1 judges the same bytes as the identity provider, both ways: what
// crewjam signs, and what xmlsec1 signs.
func TestEnvelopedSignatureAgreesWithXmlsec1(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("xmlsec1")
	if err != nil {
		t.Fatal("xmlsec1 is not installed; make test installs it")
	}
	s := newScene(t, nil)
	sp := s.register(signing, ServiceProvider{})
	directory := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(directory, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	certificate := file("sp.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: spKey().Certificate.Raw}))
	private, err := x509.MarshalPKCS8PrivateKey(spKey().Signer)
	if err != nil {
		t.Fatal(err)
	}
	key := file("sp.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	const id = "--id-attr:ID"
	const node = protocolNS + ":AuthnRequest"
	accepts := func(text string) bool {
		return s.visitor().post(ssoPath, url.Values{"SAMLRequest": {base64Text(text)}}).status == 200
	}
	good := embedded(t, s, sp)
	for name, text := range map[string]string{"good": good, "tampered": addAttribute(`ForceAuthn="true"`)(t, good)} {
		witness := exec.Command(tool, "--verify", "--pubkey-cert-pem", certificate, id, node, file(name+".xml", []byte(text))).Run() == nil
		if got := accepts(text); got != witness || got != (name == "good") {
			t.Errorf("%s: accepted %v, xmlsec1 says %v", name, got, witness)
		}
	}
	for name, canonicalization := range map[string]string{
		"exclusive": "http://www.w3.org/2001/10/xml-exc-c14n#", "inclusive": "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
	} {
		template := signatureTemplate(requestOf(t, s, sp), canonicalization)
		signed, err := exec.Command(tool, "--sign", "--privkey-pem", key, id, node, file(name+".xml", []byte(template))).Output()
		if err != nil {
			t.Fatalf("xmlsec1: %v", err)
		}
		if !accepts(string(signed)) {
			t.Errorf("%s: refused: %s", name, s.last(Refused).Note)
		}
		if accepts(strings.Replace(string(signed), "<samlp:AuthnRequest ", `<samlp:AuthnRequest ForceAuthn="true" `, 1)) {
			t.Errorf("%s: accepted although changed", name)
		}
	}
}

// signatureTemplate is a request with a signature for xmlsec1 to fill in.
func signatureTemplate(text, canonicalization string) string {
	_, rest, _ := strings.Cut(text, ` ID="`)
	id, _, _ := strings.Cut(rest, `"`)
	return strings.Replace(text, "</saml:Issuer>", `</saml:Issuer><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>
<CanonicalizationMethod Algorithm="`+canonicalization+`"/><SignatureMethod Algorithm="`+dsig.RSASHA256SignatureMethod+`"/>
<Reference URI="#`+id+`"><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><Transform Algorithm="`+canonicalization+`"/></Transforms>
<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference></SignedInfo><SignatureValue/></Signature>`, 1)
}

func TestAsASN1LeavesOthersAlone(t *testing.T) {
	t.Parallel()
	value, _ := base64.StdEncoding.DecodeString("AAECAwQF")
	for _, key := range []Key{spKey(), ecKey} {
		if got := asASN1(value, key.Certificate); string(got) != string(value) {
			t.Errorf("%x became %x", value, got)
		}
	}
}
