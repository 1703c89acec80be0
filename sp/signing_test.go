package sp_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"
)

// certificate is the tenant's own, as its metadata publishes it.
func (s *site) certificate() *x509.Certificate {
	s.Helper()
	raw, err := s.sp.Metadata(s.host)
	if err != nil {
		s.Fatal(err)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		s.Fatal(err)
	}
	der, err := base64.StdEncoding.DecodeString(doc.FindElement("//X509Certificate").Text())
	if err != nil {
		s.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		s.Fatal(err)
	}
	return certificate
}

// verifyQuery verifies a Redirect binding's signature over the octets that
// were sent (bindings 3.4.4.1).
func verifyQuery(t *testing.T, s *site, query string) {
	t.Helper()
	signed, signature, ok := strings.Cut(query, "&Signature=")
	if !ok {
		t.Fatalf("the query is not signed: %s", query)
	}
	text, err := url.QueryUnescape(signature)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(signed))
	if err := rsa.VerifyPKCS1v15(s.certificate().PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], raw); err != nil {
		t.Errorf("the query's signature: %v", err)
	}
}

// xmlsec1 is a witness of other people's: it verifies what we signed.
func TestPostedRequestVerifiesWithXMLSec(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("xmlsec1"); err != nil {
		t.Fatal("xmlsec1 is not installed; make test installs it")
	}
	s := open(t, "eft", "root", "sign-requests: true")
	v := s.visitor()
	request := v.request(v.get("/"))
	doc := etree.NewDocumentWithRoot(request.xml)
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true}
	file, pem := filepath.Join(t.TempDir(), "request.xml"), filepath.Join(t.TempDir(), "sp.der")
	if err := doc.WriteToFile(file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(pem, s.certificate().Raw, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("xmlsec1", "--verify", "--pubkey-cert-der", pem, "--id-attr:ID", "AuthnRequest", file).CombinedOutput()
	if err != nil {
		t.Errorf("xmlsec1: %v\n%s", err, out)
	}
	if at := request.xml.SelectElement("Signature").Index(); request.xml.SelectElement("Issuer").Index() != at-1 {
		t.Error("the Signature does not follow the Issuer")
	}
}
