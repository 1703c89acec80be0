package sp_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/account"
)

// eftSettings is the form as it stands, with some fields changed.
func eftSettings(pairs ...string) url.Values {
	v := url.Values{"sso": {"on"}, "reserved-path": {"/sp/samlv2/sso"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestReservedPath(t *testing.T) {
	t.Parallel()
	s := open(t, "eft", "other", "")
	v := s.administrator()
	for path, says := range map[string]string{
		"sso": "starts with a slash", "/a//b": "starts with a slash", "/{x}": "starts with a slash", "/a b": "starts with a slash",
		"/logout": "is used by the site itself", "/admin/site": "is used by the site itself", "/files": "is used by the site itself",
		"/files/readme.txt": "is a page of the site", "/account": "is a page of the site",
	} {
		if p := v.submit("/admin/site", eftSettings("reserved-path", path)); p.status != 422 || !strings.Contains(p.body, says) {
			t.Errorf("%s: %d %s", path, p.status, find(p.body, `role="alert">([^<]*)`))
		}
	}
	if p := v.submit("/admin/site", url.Values{"reserved-path": {"/"}}); p.status != 422 {
		t.Errorf("/ without Web SSO: %d", p.status)
	}
	if p := v.submit("/admin/site", eftSettings("reserved-path", "/portal/sso")); p.status != 200 {
		t.Fatalf("another path: %d", p.status)
	}
	s.visitor().request(s.visitor().get("/portal/sso"))
	if p := s.visitor().get("/sp/samlv2/sso"); p.status != 404 {
		t.Errorf("the old path: %d", p.status)
	}
	// With "/" the site changes its whole manner: no login page, HTTP errors.
	if p := v.submit("/admin/site", eftSettings("reserved-path", "/")); p.status != 200 {
		t.Fatalf("/: %d", p.status)
	}
	stranger := s.visitor()
	stranger.request(stranger.get("/"))
	if p := stranger.follow(stranger.send("POST", "/", url.Values{"SAMLResponse": {"%%%"}})); p.name() != "http-error" || p.status != 400 {
		t.Errorf("a refusal: %d %s", p.status, p.name())
	}
	v.submit("/admin/site", eftSettings())
	if p := s.visitor().get("/"); p.name() != "login" {
		t.Errorf("back again, the root shows %s", p.name())
	}
}

func TestEventRuleCredentials(t *testing.T) {
	t.Parallel()
	sso := func(v *visitor) { v.signIn(people[0]) }
	password := func(v *visitor) {
		v.send("POST", "/", url.Values{"login": {"ada"}, "password": {"enchantress"}})
	}
	for _, test := range []struct {
		name, overlay string
		login         func(*visitor)
		user, value   string
	}{
		{"single sign-on, not persisted", "", sso, "ada", "empty (NULL)"},
		{"single sign-on, persisted", "{persist-credentials: true}", sso, "ada", "empty (NULL)"},
		{"password, not persisted", "", password, "ada", "empty (NULL)"},
		{"password, persisted", "{persist-credentials: true}", password, "ada", "present, 11 characters"},
		{"the rule's own", "{persist-credentials: true, rule-login: partner, rule-password: secret}", password, "partner", "present, 6 characters"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := open(t, "eft", "other", test.overlay).visitor()
			test.login(v)
			p := v.send("POST", "/event-rules", url.Values{})
			user, value := find(p.body, `id="rule-login">([^<]*)`), find(p.body, `id="rule-password">([^<]*)`)
			if p.status != 200 || user != test.user || value != test.value || strings.Contains(p.body, "enchantress") {
				t.Errorf("%d: %s, %s", p.status, user, value)
			}
		})
	}
}

// Enabling Web SSO does not untick the box, and the rule's password is kept
// without being shown.
func TestSiteSettingsAreKept(t *testing.T) {
	t.Parallel()
	s := open(t, "eft", "other", "")
	v := s.administrator()
	v.submit("/admin/site", url.Values{"reserved-path": {"/sp/samlv2/sso"}, "persist": {"on"}, "rule-login": {"partner"}, "rule-password": {"secret"}})
	if p := s.visitor().get("/"); strings.Contains(p.body, `id="sso"`) {
		t.Error("single sign-on is off, and the login page has its button")
	}
	p := v.submit("/admin/site", eftSettings("persist", "on", "rule-login", "partner"))
	if !strings.Contains(p.body, "Web SSO is enabled; credentials are persisted.") || strings.Contains(p.body, "secret") {
		t.Errorf("after enabling:\n%s", p.body)
	}
	ada := s.visitor()
	ada.signIn(account.Account{Login: "ada"})
	if got := find(ada.send("POST", "/event-rules", url.Values{}).body, `id="rule-password">([^<]*)`); got != "present, 6 characters" {
		t.Errorf("the rule's password is %s", got)
	}
}
