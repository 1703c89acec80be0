package validate_test

import (
	"encoding/base64"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// idpMetadata is a sound document, with one name to replace in each test.
func idpMetadata(t testing.TB) string {
	t.Helper()
	return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example/metadata" validUntil="` +
		now.Add(time.Hour).Format(time.RFC3339) + `"><md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
		`<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>` +
		base64.StdEncoding.EncodeToString(certificate(t, "idp").Raw) + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
		`<md:ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://idp.example/artifact" index="7"/>` +
		`<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/slo" ResponseLocation="https://idp.example/slo/answer"/>` +
		`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>` +
		`</md:IDPSSODescriptor></md:EntityDescriptor>`
}

// broken lists the rules that refuse, or that only warn.
func brokenRules(d validate.Decision, tolerated bool) []string {
	var rules []string
	for _, f := range d.Findings {
		if f.Tolerated == tolerated && !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
		}
	}
	return rules
}

func TestMetadataOfAProvider(t *testing.T) {
	t.Parallel()
	d, p := validate.Metadata([]byte(idpMetadata(t)), nil, validate.Policy{}, now)
	if !d.Accepted || d.Reason != "" || len(d.Findings) != 0 || p == nil {
		t.Fatalf("%+v", d)
	}
	if p.EntityID != "https://idp.example/metadata" || len(p.Certificates) != 1 || !p.Certificates[0].Equal(certificate(t, "idp")) ||
		p.SignOn["urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"] != "https://idp.example/sso" ||
		p.Logout["urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"] != "https://idp.example/slo" ||
		p.LogoutAnswer["urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"] != "https://idp.example/slo/answer" || p.Artifacts[7] != "https://idp.example/artifact" {
		t.Errorf("%+v", p)
	}
	if p.Refresh != validate.LongestRefresh || !p.Valid(now) || p.Valid(now.Add(time.Hour)) {
		t.Errorf("refresh %s, valid until %s", p.Refresh, p.ValidUntil)
	}
}

func TestMetadataRules(t *testing.T) {
	t.Parallel()
	good := idpMetadata(t)
	encoded := base64.StdEncoding.EncodeToString(certificate(t, "idp").Raw)
	armoured := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate(t, "idp").Raw}))
	other := strings.ReplaceAll(good, "idp.example", "other.example")
	wrapped := func(entities ...string) string {
		return `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` + strings.Join(entities, "") + `</md:EntitiesDescriptor>`
	}
	for _, test := range []struct {
		name, text, want string
		policy           validate.Policy
		fetched          *validate.Fetched
	}{
		{name: "html", text: "<html/>", want: "metadata-root"},
		{name: "nothing", text: "", want: "xml-well-formed"},
		{name: "doctype", text: "<!DOCTYPE a>" + good, want: "no-doctype"},
		{name: "large", text: good + "<!--" + strings.Repeat("x", validate.MaxMetadata) + "-->", want: "message-size"},
		{name: "ended", text: strings.Replace(good, now.Add(time.Hour).Format(time.RFC3339), now.Format(time.RFC3339), 1), want: "metadata-valid-until"},
		{name: "no time", text: strings.Replace(good, `validUntil="`, `validUntil="soon `, 1), want: "metadata-valid-until"},
		{name: "enclosing ended", text: strings.Replace(wrapped(good), "<md:EntitiesDescriptor ", `<md:EntitiesDescriptor validUntil="2020-01-01T00:00:00Z" `, 1), want: "metadata-valid-until"},
		{name: "no name", text: strings.Replace(good, `entityID="https://idp.example/metadata"`, "", 1), want: "metadata-entity-id"},
		{name: "long name", text: strings.Replace(good, "/metadata", "/"+strings.Repeat("m", 1024), 1), want: "metadata-entity-id"},
		{name: "two providers", text: wrapped(good, other), want: "metadata-entity"},
		{name: "another provider", text: good, policy: validate.Policy{Issuer: "https://other.example/metadata"}, want: "metadata-entity"},
		{name: "twice", text: wrapped(good, good), want: "metadata-entity-distinct"},
		{name: "no role", text: strings.ReplaceAll(good, "IDPSSODescriptor", "SPSSODescriptor"), want: "metadata-role"},
		{name: "old protocol", text: strings.Replace(good, "SAML:2.0:protocol", "SAML:1.1:protocol", 1), want: "metadata-protocol"},
		{name: "encryption key", text: strings.Replace(good, `use="signing"`, `use="encryption"`, 1), want: "metadata-signing-key"},
		{name: "key name", text: strings.Replace(strings.Replace(good, "X509Certificate>", "KeyName>", 1), "/ds:X509Certificate>", "/ds:KeyName>", 1), want: "metadata-key-certificate"},
		{name: "PEM", text: strings.Replace(good, encoded, armoured, 1), want: "metadata-certificate"},
		{name: "no base64", text: strings.Replace(good, encoded, "*"+encoded, 1), want: "metadata-certificate"},
		{name: "half", text: strings.Replace(good, encoded, encoded[:400], 1), want: "metadata-certificate"},
		{name: "no sign-on", text: strings.Replace(good, "SingleSignOnService", "NameIDMappingService", 1), want: "metadata-sso-service"},
		{name: "SOAP", text: strings.Replace(good, "HTTP-Redirect", "SOAP", 1), want: "metadata-sso-binding"},
		{name: "script", text: strings.Replace(good, "https://idp.example/sso", "javascript:alert(1)", 1), want: "metadata-location"},
		{name: "logout at a path", text: strings.Replace(good, "https://idp.example/slo/answer", "/slo", 1), want: "metadata-location"},
		{name: "unsigned", text: good, policy: validate.Policy{Certificates: policy(t).Certificates}, want: "metadata-signed"},
		{name: "no answer", fetched: &validate.Fetched{Err: errors.New("no answer")}, want: "metadata-answer"},
		{name: "not found", text: good, fetched: &validate.Fetched{Status: 404}, want: "metadata-answer"},
		{name: "redirect", text: good, fetched: &validate.Fetched{Status: 302, Location: "http://127.0.0.1/"}, want: "metadata-redirect"},
		{name: "page", text: good, fetched: &validate.Fetched{Status: 200, ContentType: "text/HTML; charset=utf-8"}, want: "metadata-content-type"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, p := validate.Metadata([]byte(test.text), test.fetched, test.policy, now)
			if p != nil || d.Accepted || d.Reason == "" {
				t.Fatalf("taken: %+v", p)
			}
			if got := brokenRules(d, false); !slices.Contains(got, test.want) || len(got) > 2 {
				t.Errorf("refused because of %v, want %s", got, test.want)
			}
			for _, f := range d.Findings {
				if f.Got == "" || f.Want == "" || f.Ref == "" || f.Remedy == "" {
					t.Errorf("%s tells too little: %+v", f.Rule, f)
				}
			}
			without := test.policy
			without.Without = []string{test.want}
			if again, _ := validate.Metadata([]byte(test.text), test.fetched, without, now); slices.Contains(brokenRules(again, false), test.want) {
				t.Errorf("%s cannot be switched off", test.want)
			}
		})
	}
}

// What a signature does not cover, and what is no place for a description, is
// never taken for one.
func TestMetadataWrapped(t *testing.T) {
	t.Parallel()
	p := policy(t)
	p.Issuer = "https://evil.example/metadata"
	good := strings.Replace(idpMetadata(t), " entityID", ` ID="_md" entityID`, 1)
	evil := strings.ReplaceAll(idpMetadata(t), "idp.example", "evil.example")
	aggregate := `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_md">` + strings.Replace(good, "_md", "_one", 1) + `</md:EntitiesDescriptor>`
	const object = "signature-without-object"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"an object of the signature":       {sign(t, good, signing{on: "_md", extra: "<ds:Object>" + evil + "</ds:Object>"}), []string{"metadata-placement", object, "metadata-entity"}},
		"the signature of an aggregate":    {sign(t, aggregate, signing{on: "_md", extra: "<ds:Object>" + evil + "</ds:Object>"}), []string{"metadata-placement", object, "metadata-entity"}},
		"the key information":              {edit(t, sign(t, aggregate, signing{on: "_md"}), "<ds:KeyInfo>", "<ds:KeyInfo>"+evil), []string{"metadata-placement", "metadata-entity"}},
		"extensions":                       {sign(t, edit(t, good, "<md:IDPSSODescriptor", "<md:Extensions>"+evil+"</md:Extensions><md:IDPSSODescriptor"), signing{on: "_md"}), []string{"metadata-placement", "metadata-entity"}},
		"a description in a description":   {sign(t, edit(t, good, "<md:IDPSSODescriptor", evil+"<md:IDPSSODescriptor"), signing{on: "_md"}), []string{"metadata-placement", "metadata-entity"}},
		"a signature that signs elsewhere": {sign(t, edit(t, aggregate, "</md:EntitiesDescriptor>", "<x>"+`<ds:Signature xmlns:ds="`+ds+`"/></x>`+evil+"</md:EntitiesDescriptor>"), signing{on: "_md"}), []string{"metadata-placement"}},
		"one ID twice":                     {sign(t, edit(t, aggregate, "</md:EntitiesDescriptor>", strings.Replace(evil, " entityID", ` ID="_one" entityID`, 1)+"</md:EntitiesDescriptor>"), signing{on: "_md"}), []string{"unique-ids"}},
		"nothing is wrong":                 {sign(t, edit(t, aggregate, "</md:EntitiesDescriptor>", strings.Replace(evil, "<md:IDPSSODescriptor", `<ds:Signature xmlns:ds="`+ds+`"/><md:IDPSSODescriptor`, 1)+"</md:EntitiesDescriptor>"), signing{on: "_md"}), nil},
	} {
		d, provider := validate.Metadata([]byte(c.text), nil, p, now)
		if got := brokenRules(d, false); !slices.Equal(got, c.want) || (provider != nil) != (c.want == nil) {
			explain(t, d)
			t.Errorf("%s: broken %v, want %v", name, got, c.want)
		}
		if c.want == nil {
			continue
		}
		p := p
		p.Without = c.want[:1]
		if again, _ := validate.Metadata([]byte(c.text), nil, p, now); slices.Contains(brokenRules(again, false), c.want[0]) {
			t.Errorf("%s: %s cannot be switched off", name, c.want[0])
		}
	}
}

func TestMetadataWarnings(t *testing.T) {
	t.Parallel()
	good := idpMetadata(t)
	until := ` validUntil="` + now.Add(time.Hour).Format(time.RFC3339) + `"`
	for name, test := range map[string]struct {
		text, want string
		refresh    time.Duration
	}{
		"no end":       {strings.Replace(good, until, "", 1), "metadata-expiry", validate.LongestRefresh},
		"ten years":    {strings.Replace(good, until, ` cacheDuration="P10Y"`, 1), "metadata-cache-duration", validate.LongestRefresh},
		"an hour":      {strings.Replace(good, until, ` cacheDuration="PT1H0.5S"`, 1), "", time.Hour},
		"no duration":  {strings.Replace(good, until, ` cacheDuration="1h"`, 1), "metadata-cache-duration", validate.LongestRefresh},
		"signed only":  {strings.Replace(good, `Signed="false"`, `Signed="true"`, 1), "metadata-wants-signed", validate.LongestRefresh},
		"very long":    {strings.Replace(good, until, ` cacheDuration="P999999Y"`, 1), "metadata-cache-duration", validate.LongestRefresh},
		"unfinished":   {strings.Replace(good, until, ` cacheDuration="PT"`, 1), "metadata-cache-duration", validate.LongestRefresh},
		"a day's part": {strings.Replace(good, until, ` cacheDuration="P0Y0M0DT2H30M"`, 1), "", 150 * time.Minute},
	} {
		d, p := validate.Metadata([]byte(test.text), nil, validate.Policy{}, now)
		if p == nil {
			t.Errorf("%s: refused: %+v", name, d.Findings)
			continue
		}
		if got := strings.Join(brokenRules(d, true), " "); got != test.want || p.Refresh != test.refresh {
			t.Errorf("%s: warned of %q and refreshed after %s, want %q, %s", name, got, p.Refresh, test.want, test.refresh)
		}
		if test.want == "" {
			continue
		}
		if d, p := validate.Metadata([]byte(test.text), nil, validate.Policy{Enforced: []string{test.want}}, now); p != nil || !slices.Equal(brokenRules(d, false), []string{test.want}) {
			t.Errorf("%s: taken although %s is enforced", name, test.want)
		}
	}
	if d, _ := validate.Metadata([]byte(strings.Replace(good, `Signed="false"`, `Signed="1"`, 1)), nil, validate.Policy{SignsRequests: true}, now); len(d.Findings) > 0 {
		t.Errorf("an SP that signs is warned: %+v", d.Findings)
	}
}
