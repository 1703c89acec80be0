package sp_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/reason"
)

func TestMetadataOfInfluitive(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "")
	p := s.visitor().get("/saml/metadata")
	const want = `<?xml version='1.0' encoding='UTF-8'?><md:EntityDescriptor ID='ID' entityID='Influitive-AdvocateHub' xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata'><md:SPSSODescriptor AuthnRequestsSigned='false' WantAssertionsSigned='true' protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'><md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat><md:AssertionConsumerService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' Location='http://acme.influitive.localhost/saml/consume' index='0' isDefault='true'/></md:SPSSODescriptor></md:EntityDescriptor>`
	id := find(p.body, ` ID='(_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})'`)
	if got := strings.Replace(p.body, id, "ID", 1); got != want || id == "" {
		t.Errorf("metadata\n%s\nwant, with an ID,\n%s", got, want)
	}
}

func TestMetadataOfSuccessPro(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "")
	body := s.visitor().get("/auth/saml/metadata").body
	for _, part := range []string{
		`entityID="http://acme.successpro.localhost/auth/saml/metadata"`, `<md:KeyDescriptor use="signing">`, `<md:KeyDescriptor use="encryption">`,
		`<md:RequestedAttribute Name="tenantSpecificUserId" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic" isRequired="true"/>`,
		`Location="http://acme.successpro.localhost/auth/saml/acs"`,
	} {
		if !strings.Contains(body, part) {
			t.Errorf("metadata lacks %s\n%s", part, body)
		}
	}
	if strings.Contains(body, "PRIVATE") {
		t.Error("metadata holds a secret")
	}
}

func TestFingerprints(t *testing.T) {
	t.Parallel()
	sum := fmt.Sprintf("%x", sha256.Sum256(known().certificate.Raw))
	for _, test := range []struct {
		overlay string
		want    reason.Reason
	}{
		{"fingerprint-algorithm: sha256", ""},
		{"{fingerprint-algorithm: sha256, fingerprint: " + sum + "}", ""},
		{"{fingerprint-algorithm: sha256, fingerprint: '" + strings.ToUpper(sum) + "'}", ""},
		{"{fingerprint-algorithm: sha1, fingerprint: " + sum + "}", reason.FingerprintMismatch},
		{"{fingerprint: '00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33'}", reason.FingerprintMismatch},
		{"trust: nothing", reason.CertificateMissing},
	} {
		t.Run(test.overlay, func(t *testing.T) {
			t.Parallel()
			s := open(t, "influitive", "", test.overlay)
			v := s.visitor()
			a := s.identity(people[0])
			a.inResponseTo = v.request(v.get("/")).id
			v.post(a, "")
			s.decided(test.want)
		})
	}
}

func TestImportOfMetadata(t *testing.T) {
	t.Parallel()
	good := string(known().metadata())
	for _, test := range []struct{ name, metadata, want string }{
		{"good", good, ""},
		{"aggregate", `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` + good + `</md:EntitiesDescriptor>`, ""},
		{"key for any use", strings.Replace(good, ` use="signing"`, "", 1), ""},
		{"page", "<html>please log in</html>", "metadata-root"},
		{"expired", strings.Replace(good, "entityID=", `validUntil="2020-01-01T00:00:00Z" entityID=`, 1), "metadata-valid-until"},
		{"document type", "<!DOCTYPE a>" + good, "no-doctype"},
		{"no key", strings.Replace(good, `use="signing"`, `use="encryption"`, 1), "metadata-signing-key"},
		{"broken certificate", strings.Replace(good, "<ds:X509Certificate>MII", "<ds:X509Certificate>-----MII", 1), "PEM file around it"},
		{"other protocol", strings.Replace(good, `protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"`, `protocolSupportEnumeration="urn:other"`, 1), "metadata-protocol"},
		{"hostile location", strings.ReplaceAll(good, idpLogin, "javascript:alert(1)"), "metadata-location"},
		{"unusable binding", strings.NewReplacer("HTTP-Redirect", "SOAP", "HTTP-POST", "PAOS").Replace(good), "metadata-sso-binding"},
		{"empty", "", "xml-well-formed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server, err := sp.New(sp.Config{Now: func() time.Time { return start }})
			if err != nil {
				t.Fatal(err)
			}
			err = server.Add(sp.Tenant{
				Host: "x.localhost", BaseURL: "http://x.localhost", Profile: builtin()["eft"], IdPMetadata: []byte(test.metadata), Key: ownKey(),
			})
			switch {
			case test.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}
