package sp_test

import (
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
)

// Settings that are off, or otherwise, unless somebody turns them.

func TestTrustByCertificates(t *testing.T) {
	t.Parallel()
	plain := base64.StdEncoding.EncodeToString(known().certificate.Raw)
	lines := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: known().certificate.Raw}))
	other := base64.StdEncoding.EncodeToString(stranger().certificate.Raw)
	for _, test := range []struct {
		name, certificate, issuer string
		want                      reason.Reason
	}{
		{"base64", plain, idpName, ""},
		{"lines of PEM", lines, idpName, ""},
		{"another certificate", other, idpName, reason.FingerprintMismatch},
		{"another issuer", plain, "http://other.localhost/", reason.Issuer},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "successpro", "", fmt.Sprintf("{trust: certificates, certificates: [%q], issuer: %q, login-url: %q}", test.certificate, test.issuer, idpLogin))
			v := s.visitor()
			sent := v.request(v.get("/auth/sso"))
			a := s.identity(people[0])
			a.inResponseTo = sent.id
			v.post(a, "")
			s.decided(test.want)
		})
	}
}

func TestIdentifierPattern(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern, nameID string
		want            reason.Reason
	}{
		{"", "ada", ""},
		{"", "ada@acme.example", reason.UserNotFound},
		{"^(.*)@.*", "ada@acme.example", ""},
		{"^(.*)@.*", "ada", reason.UserNotFound},
		{"^(.*)@.*", "@acme.example", reason.UserNotFound},
		{`^ACME\\(.*)$`, `ACME\ada`, ""},
	} {
		t.Run(test.pattern+" "+test.nameID, func(t *testing.T) {
			t.Parallel()
			s := open(t, "eft", "", fmt.Sprintf("{allow-unsolicited: true, accounts: {pattern: '%s'}}", test.pattern))
			a := s.identity(people[0])
			a.nameID = test.nameID
			s.visitor().post(a, "")
			s.decided(test.want)
		})
	}
}

func TestSameSite(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]http.SameSite{"": http.SameSiteNoneMode, "same-site: none": http.SameSiteNoneMode, "same-site: lax": http.SameSiteLaxMode} {
		v := open(t, "influitive", "", setting).visitor()
		v.get("/")
		if c := v.cookies["sso_browser"]; c == nil || c.SameSite != want || !c.Secure || !c.HttpOnly {
			t.Errorf("%q: the cookie is %v", setting, c)
		}
	}
}

func TestWording(t *testing.T) {
	t.Parallel()
	for overlay, want := range map[string]string{
		"":                   "Current time is on or after NotOnOrAfter condition<",
		"wording: ruby-saml": "Current time is on or after NotOnOrAfter condition (2026-03-01 12:02:00 UTC &gt;= 2026-03-01 12:01:00 UTC)<",
	} {
		s := open(t, "influitive", "", overlay)
		v := s.visitor()
		a := s.identity(people[0])
		a.inResponseTo = v.request(v.get("/")).id
		s.advance(2 * time.Minute)
		if p := v.post(a, ""); !strings.Contains(p.body, want) {
			t.Errorf("%q: the page says %q, want %q", overlay, find(p.body, `(Current time[^<]*)`), want)
		}
	}
}

func TestRootRefused(t *testing.T) {
	t.Parallel()
	s := open(t, "eft", "other", "root-refused: true")
	p := s.administrator().submit("/admin/site", eftSettings("reserved-path", "/"))
	if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "the reserved path cannot be /") {
		t.Errorf("saving /: %d", p.status)
	}
}
