package sp_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/reason"
)

func TestRelayStates(t *testing.T) {
	t.Parallel()
	const none = "relay-states: []"
	for _, test := range []struct {
		name, overlay, relay, want string
		reason                     reason.Reason
	}{
		{"absent", "", "", "/dashboard", ""},
		{"named", "", "client-42", "/clients/42", ""},
		{"named with a blank", "", "AUM Report", "/reports/aum", ""},
		{"inactive", "", "old-report", "/dashboard", ""},
		{"unknown", "", "nope", "", reason.RelayStateNotFound},
		{"other case", "", "Client-42", "", reason.RelayStateNotFound},
		{"target gone", "", "former-client", "", reason.RelayStateNotFound},
		{"no default", none, "", "", reason.RelayStateNotFound},
		{"path", "", "/clients/42", "", reason.RelayStateNotFound},
		{"off the site", "relay-states: [{name: x, type: path, target: '//evil.example'}]", "x", "", reason.RelayStateNotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "successpro", "", test.overlay)
			v := s.visitor()
			landed := v.post(s.identity(people[0]), test.relay)
			s.decided(test.reason)
			want := test.want
			if test.reason != "" {
				want = "/message/resource-not-found"
			}
			if got := landed.header.Get("Location"); got != want {
				t.Errorf("landed at %q, want %q", got, want)
			}
			final := v.follow(landed)
			if test.reason != "" && (final.status != 404 || !strings.Contains(final.body, "Resource Not Found")) {
				t.Errorf("message page: %d\n%s", final.status, final.body)
			}
			if v.who() != "1" {
				t.Error("the identity was established, yet nobody is signed in")
			}
		})
	}
}

// evil are RelayStates that would leave the site if anybody followed them.
var evil = []string{
	"https://evil.example/", "//evil.example", `/\evil.example`, `\\evil.example`, "/\t/evil.example", "http:evil.example",
	"javascript:alert(1)", "data:text/html,x", "/challenges/7\r\nSet-Cookie: a=b", "/%09/evil.example", "///evil.example",
	"http://acme.influitive.localhost@evil.example/", "http://acme.influitive.localhost.evil.example/", "/%5Cevil.example", "/%2Fevil.example",
}

func TestNobodyLeavesTheSite(t *testing.T) {
	t.Parallel()
	for _, product := range []string{"influitive", "successpro", "eft"} {
		for _, relay := range evil {
			t.Run(product+" "+relay, func(t *testing.T) {
				t.Parallel()
				s := open(t, product, "", "allow-unsolicited: true")
				v := s.visitor()
				v.post(s.identity(people[0]), relay)
				for _, target := range []string{"/sign_in", "/auth/sso", "/sp/samlv2/sso", "/", "/login", "/challenges/7", "/auth/wall"} {
					for _, name := range []string{"target", "RelayState", "relayState"} {
						checkLocal(t, v.get(target+"?"+name+"="+url.QueryEscape(relay)).header.Get("Location"))
					}
				}
				checkLocal(t, v.post(s.identity(people[0]), relay).header.Get("Location"))
				if s.settings.Paths.Login == "" {
					return
				}
				checkLocal(t, v.send("POST", s.settings.Paths.Login, url.Values{
					"login": {"ada"}, "password": {"enchantress"}, "target": {relay},
				}).header.Get("Location"))
			})
		}
	}
}

func checkLocal(t *testing.T, location string) {
	t.Helper()
	local := strings.HasPrefix(location, "/") && !strings.HasPrefix(location, "//") && !strings.ContainsAny(location, "\\\r\n\t")
	if location != "" && !local && !strings.HasPrefix(location, idpLogin+"?") {
		t.Errorf("Location %q leaves the site", location)
	}
}

func TestUnaskedRelayStateIsAPath(t *testing.T) {
	t.Parallel()
	for relay, want := range map[string]string{
		"/challenges/7": "/challenges/7", "http://acme.influitive.localhost/challenges/7": "/challenges/7",
		"/challenges/99": "/", "/sign_out": "/", "/saml/consume": "/", "hello": "/",
	} {
		s := open(t, "influitive", "", "allow-unsolicited: true")
		if got := s.visitor().post(s.identity(people[0]), relay).header.Get("Location"); got != want {
			t.Errorf("RelayState %q leads to %q, want %q", relay, got, want)
		}
	}
}

func TestWall(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "sp-initiated: false")
	v := s.visitor()
	const link = "/auth/wall?relayState=client-42"
	screen := v.get(link)
	if screen.status != 200 || screen.name() != "wall" || strings.Contains(screen.body, `id="sso"`) {
		t.Errorf("without a session: %d %s", screen.status, screen.name())
	}
	form := find(screen.body, `action="([^"]*)"`)
	if p := v.send("POST", form, url.Values{"login": {"ada"}, "password": {"no"}}); p.status != 401 || p.name() != "wall" {
		t.Errorf("wrong password: %d %s", p.status, p.name())
	}
	if p := v.send("POST", form, url.Values{"login": {"ada"}, "password": {"enchantress"}}); p.header.Get("Location") != "/clients/42" {
		t.Errorf("after the login: %d to %q", p.status, p.header.Get("Location"))
	}
	if p := v.get(link); p.status != 302 || p.header.Get("Location") != "/clients/42" {
		t.Errorf("with a session: %d to %q", p.status, p.header.Get("Location"))
	}
	if p := v.follow(v.get("/auth/wall?relayState=nope")); p.status != 404 || !strings.Contains(p.body, "Resource Not Found") {
		t.Errorf("unknown name: %d", p.status)
	}
}
