package validate_test

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// FuzzMetadata looks for metadata of an identity provider that breaks the
// reader, or that is taken although nobody could sign on with it.
func FuzzMetadata(f *testing.F) {
	const start, end = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:idp"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">`,
		`</md:IDPSSODescriptor></md:EntityDescriptor>`
	const signOn = `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp/sso"/>`
	const key = `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate> MII </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
	good := strings.Replace(start, "entityID", `ID="_md" validUntil="2027-01-16T12:00:00Z" cacheDuration="PT1H" entityID`, 1) +
		strings.Replace(key, "MII", base64.StdEncoding.EncodeToString(certificate(f, "idp").Raw), 1) + signOn + end
	for _, seed := range []string{
		good, sign(f, good, signing{on: "_md"}), start + signOn + end, start + key + signOn + end,
		`<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` + start + signOn + end + `</md:EntitiesDescriptor>`,
		start + `<md:ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://idp/a" index="x"/>` + signOn + end,
		start + `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp/slo" ResponseLocation="/"/>` + signOn + end,
		strings.Replace(start, "entityID", `validUntil="2020-01-01T00:00:00Z" cacheDuration="P1D" entityID`, 1) + signOn + end,
		"<html/>", "", "<!DOCTYPE a>", "<a",
	} {
		f.Add([]byte(seed), false, false)
		f.Add([]byte(seed), true, true)
	}
	if _, provider := validate.Metadata([]byte(good), nil, validate.Policy{}, now); provider == nil {
		f.Fatal("the best of the seeds is not accepted")
	}
	f.Fuzz(func(t *testing.T, raw []byte, signed, fetched bool) {
		p := validate.Policy{}
		if signed {
			p = policy(t)
			p.Issuer = ""
		}
		var came *validate.Fetched
		if fetched {
			came = &validate.Fetched{Status: 200, ContentType: "application/samlmetadata+xml"}
		}
		d, provider := validate.Metadata(raw, came, p, now)
		if d.Accepted != (provider != nil) || d.Accepted != (d.Reason == "") {
			t.Fatalf("accepted %v, reason %q, provider %v", d.Accepted, d.Reason, provider)
		}
		for _, finding := range d.Findings {
			if finding.Remedy == defect {
				t.Fatalf("finding %+v", finding)
			}
		}
		if provider == nil {
			return
		}
		if signed && !bytes.Contains(raw, []byte("SignatureValue")) || provider.EntityID == "" || len(provider.SignOn) == 0 {
			t.Fatalf("taken: %+v", provider)
		}
		for _, location := range provider.SignOn {
			if u, err := url.Parse(location); err != nil || u.Host == "" {
				t.Fatalf("sign-on at %q", location)
			}
		}
	})
}
