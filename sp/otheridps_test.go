package sp_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/reason"
)

const (
	otherHost = "http://other-idp.localhost"
	otherName = otherHost + "/saml/metadata"
)

// otherMetadata describes the stranger as an identity provider of its own.
func otherMetadata() []byte {
	return bytes.ReplaceAll(stranger().metadata(), []byte("http://idp.localhost"), []byte(otherHost))
}

// openWithOthers starts a tenant that trusts further identity providers.
func openWithOthers(t *testing.T, overlay string, others ...[]byte) (*site, error) {
	t.Helper()
	s := open(t, "successpro", "", overlay)
	return s, s.sp.Add(sp.Tenant{
		Host: s.host, BaseURL: "http://" + s.host, Profile: builtin()["successpro"], Settings: &s.settings,
		IdPMetadata: known().metadata(), OtherIdPs: others, Accounts: people, Key: ownKey(),
	})
}

// askAt starts a login at the identity provider of that name, which is at host,
// and returns the ID of the request.
func (v *visitor) askAt(name, host string) string {
	v.Helper()
	p := v.get(v.settings.StartPath() + "?" + url.Values{"idp": {name}}.Encode())
	at := p.header.Get("Location")
	if !strings.HasPrefix(at, host+"/") {
		v.Fatalf("the request for %q goes to %q", name, at)
	}
	p.header.Set("Location", strings.Replace(at, host, "http://idp.localhost", 1))
	return v.request(p).id
}

func TestOtherIdentityProvider(t *testing.T) {
	t.Parallel()
	own, other := func(a *answer) {}, func(a *answer) { a.issuer, a.by = otherName, stranger() }
	for _, test := range []struct {
		name, asked string // entity ID, "-" for nobody
		answers     func(*answer)
		want        reason.Reason
	}{
		{"the own one", "", own, ""},
		{"the own one by name", idpName, own, ""},
		{"the other", otherName, other, ""},
		{"the other for the own one", "", other, reason.Issuer},
		{"the own one for the other", otherName, own, reason.Issuer},
		{"the other unasked", "-", other, ""},
		{"the other in the name of the own one", "", func(a *answer) { a.by = stranger() }, reason.FingerprintMismatch},
		{"the own one in the name of the other", otherName, func(a *answer) { a.issuer = otherName }, reason.FingerprintMismatch},
		{"somebody else", "", func(a *answer) { a.issuer, a.by = "http://third.localhost", stranger() }, reason.FingerprintMismatch},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := openWithOthers(t, "", otherMetadata())
			if err != nil {
				t.Fatal(err)
			}
			v, a := s.visitor(), s.identity(people[0])
			test.answers(&a)
			host := "http://idp.localhost"
			if test.asked == otherName {
				host = otherHost
			}
			if test.asked != "-" {
				a.inResponseTo = v.askAt(test.asked, host)
			}
			v.post(a, "")
			s.decided(test.want)
			if who := v.who(); (who == "1") != (test.want == "") {
				t.Errorf("signed in as %q", who)
			}
		})
	}
}

// The tenant's own identity provider has no say in sessions of another one.
func TestLogoutIsNotForSessionsOfOthers(t *testing.T) {
	t.Parallel()
	s, err := openWithOthers(t, "slo: true", otherMetadata())
	if err != nil {
		t.Fatal(err)
	}
	v, a := s.visitor(), s.identity(people[0])
	a.issuer, a.by, a.index = otherName, stranger(), "_one"
	v.post(a, "")
	mine := s.enter(people[0], "_one")
	s.visitor().postLogout("SAMLRequest", s.logoutMessage("LogoutRequest", sloPath, "", leaver(people[0])))
	if why, found := s.lastLogout(); !found || why != "" || mine.who() != "" || v.who() != "1" {
		t.Errorf("the logout ends with %q, and leaves %q of the own and %q of the other", why, mine.who(), v.who())
	}
	if at := v.get(s.settings.Paths.Logout).header.Get("Location"); strings.HasPrefix(at, idpLeave) || v.who() != "" {
		t.Errorf("signing out leads to %q, and leaves %q", at, v.who())
	}
}

func TestUnknownIdentityProviderIsNotAsked(t *testing.T) {
	t.Parallel()
	s, err := openWithOthers(t, "", otherMetadata())
	if err != nil {
		t.Fatal(err)
	}
	if at := s.visitor().get(s.settings.StartPath() + "?idp=http://third.localhost").header.Get("Location"); strings.Contains(at, "third") || len(s.refusals()) != 1 {
		t.Errorf("sent to %q, refused %v", at, s.refusals())
	}
}

func TestOtherIdentityProvidersHaveNames(t *testing.T) {
	t.Parallel()
	for want, others := range map[string][][]byte{
		"two describe " + idpName:   {stranger().metadata()},
		"two describe " + otherName: {otherMetadata(), otherMetadata()},
		"metadata-root":             {[]byte("<html/>")},
	} {
		if _, err := openWithOthers(t, "", others...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
