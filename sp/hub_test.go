package sp_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/account"
)

const (
	hubSecurity = "/settings/system/login-security"
	hubUsers    = "/settings/system/user-management"
)

// section is the Single Sign-On section as it stands, with some fields changed.
func section(pairs ...string) url.Values {
	v := url.Values{"login": {"sso"}, "type": {"saml"}, "algorithm": {"sha1"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestHubSettingsRefusals(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "")
	v := s.administrator()
	for _, test := range []struct {
		fields url.Values
		says   string
	}{
		{section("fingerprint", strings.Repeat("aB:", 31)+"aB"), "this is a SHA256 fingerprint (64 digits), but SHA1 is chosen"},
		{section("fingerprint", strings.Repeat("ab ", 20), "algorithm", "sha256"), "this is a SHA1 fingerprint (40 digits), but SHA256 is chosen"},
		{section("fingerprint", "abcd"), "4 digits; SHA1 has 40, SHA256 has 64"},
		{section("fingerprint", "none of your business"), "made of the digits"},
		{section("algorithm", "md5"), "choose SHA1 or SHA256"},
		{section("endpoint", "/login"), "is not a whole URL"},
		{section("sign-out", "javascript:alert(1)"), "is not a whole URL"},
		{section("registration", "//join.example/"), "is not a whole URL"},
		{section("suffix", "two words"), "without blanks"},
	} {
		p := v.submit(hubSecurity, test.fields)
		if p.status != 422 || !strings.Contains(p.body, test.says) {
			t.Errorf("%v: %d %s", test.fields, p.status, find(p.body, `role="alert">([^<]*)`))
		}
	}
	if v.get("/saml/metadata").status != 200 || s.audience() != "Influitive-AdvocateHub" {
		t.Errorf("the hub is %q now", s.audience())
	}
}

func TestHubSettingsHoldAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "")
	v := s.administrator()
	p := v.submit(hubSecurity, section("endpoint", idpLogin+"/portal", "sign-out", "http://bye.example/", "registration", "http://join.example/", "suffix", "-Two"))
	if p.status != 200 || !strings.Contains(p.body, "The settings are saved.") || !strings.Contains(p.body, "Influitive-AdvocateHub-Two") {
		t.Fatalf("saving: %d\n%s", p.status, p.body)
	}
	stranger := s.visitor()
	choice := stranger.get("/rewards")
	if choice.name() != "choice" || !strings.Contains(choice.body, `href="http://join.example/"`) {
		t.Fatalf("a stranger sees %s", choice.name())
	}
	sent := stranger.get(find(choice.body, `id="sso" href="([^"]*)"`))
	asked := stranger.request(sent)
	if !strings.HasPrefix(sent.header.Get("Location"), idpLogin+"/portal?") || asked.xml.SelectElement("Issuer").Text() != "Influitive-AdvocateHub-Two" {
		t.Errorf("the request goes to %s", sent.header.Get("Location"))
	}
	a := s.identity(people[0])
	if a.inResponseTo = asked.id; a.audience != "Influitive-AdvocateHub-Two" {
		t.Errorf("the audience is %s", a.audience)
	}
	if p := stranger.post(a, ""); p.header.Get("Location") != "/rewards" {
		t.Errorf("the login ends at %q", p.header.Get("Location"))
	}
	s.decided("")
	if to := stranger.get("/sign_out").header.Get("Location"); to != "http://bye.example/" {
		t.Errorf("signing out leads to %q", to)
	}
	// A thumbprint of somebody else's certificate locks everybody out, until it is cleared.
	v.submit(hubSecurity, section("fingerprint", strings.Repeat("00", 20)))
	a = s.identity(people[0])
	a.inResponseTo = stranger.request(stranger.get("/sign_in")).id
	if p := stranger.post(a, ""); !strings.Contains(p.body, "Fingerprint Mismatch") {
		t.Errorf("another thumbprint: %d", p.status)
	}
}

// The radio button decides whether the sign-in page is a form or leads away.
func TestHubWithoutSingleSignOn(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "")
	v := s.administrator()
	v.submit(hubSecurity, section("login", "password"))
	stranger := s.visitor()
	if p := stranger.follow(stranger.get("/rewards")); p.name() != "login" || p.path != "/sign_in" {
		t.Fatalf("a stranger sees %s at %s", p.name(), p.path)
	}
	if p := stranger.send("POST", "/sign_in", url.Values{"login": {"ada"}, "password": {"enchantress"}, "target": {"/rewards"}}); p.header.Get("Location") != "/rewards" {
		t.Errorf("a password login: %d to %q", p.status, p.header.Get("Location"))
	}
	v.submit(hubSecurity, section())
	other := s.visitor()
	other.request(other.get("/sign_in"))
	if p := other.send("POST", "/sign_in", url.Values{"login": {"ada"}, "password": {"enchantress"}}); p.status != 405 {
		t.Errorf("a password login while single sign-on is on: %d", p.status)
	}
}

func TestCorporateUsers(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "")
	v := s.administrator()
	for email, says := range map[string]string{"nobody": "not an e-mail address", "Ada@Acme.example": "already", "": "not an e-mail address"} {
		if p := v.submit(hubUsers, url.Values{"email": {email}, "role": {"admin"}}); p.status != 422 || !strings.Contains(p.body, says) {
			t.Errorf("%q: %d", email, p.status)
		}
	}
	p := v.submit(hubUsers, url.Values{"email": {"Staff@acme.example"}, "first-name": {"Sta"}, "last-name": {"Ff"}, "role": {"admin"}})
	if p.status != 200 || !strings.Contains(p.body, "Staff@acme.example can sign in") {
		t.Fatalf("adding: %d", p.status)
	}
	staff := s.visitor()
	staff.signIn(account.Account{Email: "staff@acme.example", FirstName: "Sta", LastName: "Ff"})
	if p := staff.get(hubUsers); p.status != 200 {
		t.Errorf("the new administrator gets %d", p.status)
	}
}
