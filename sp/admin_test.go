package sp_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/reason"
)

var boss = account.Account{ID: "9", Login: "boss", Password: "nanosecond", Email: "boss@acme.example", UserID: "A-9", FirstName: "B", LastName: "Oss", Role: "admin"}

// administrator returns a visitor who is signed in as one.
func (s *site) administrator() *visitor {
	s.Helper()
	store, _ := s.sp.Accounts(s.host)
	if _, err := store.Add(boss); err != nil {
		s.Fatal(err)
	}
	v := s.visitor()
	v.signIn(boss)
	return v
}

// signIn goes through single sign-on as the product starts it.
func (v *visitor) signIn(who account.Account) page {
	v.Helper()
	a := v.identity(who)
	a.inResponseTo = v.request(v.get(v.settings.StartPath())).id
	p := v.post(a, "")
	v.decided("")
	return p
}

func (v *visitor) submit(path string, fields url.Values) page {
	v.Helper()
	return v.follow(v.send("POST", path, fields))
}

const relayStates = "/admin/users-access/auth-sso/relay-states"

func TestAdministrationIsForAdministrators(t *testing.T) {
	t.Parallel()
	for product, paths := range map[string][]string{
		"influitive": {"/settings", hubSecurity, hubUsers},
		"eft":        {"/admin/site", "/admin/site"},
		"successpro": {"/admin", relayStates, relayStates + "/new", "/admin/users-access/auth-sso/messages"},
	} {
		s := open(t, product, "", "")
		stranger, user, admin := s.visitor(), s.visitor(), s.administrator()
		user.signIn(people[0])
		for _, path := range paths {
			if p := stranger.get(path); p.status != 303 && p.status != 302 {
				t.Errorf("%s: a stranger gets %d", path, p.status)
			}
			if p := user.get(path); p.status != 404 {
				t.Errorf("%s: a user gets %d", path, p.status)
			}
			if p := admin.get(path); p.status != 200 {
				t.Errorf("%s: an administrator gets %d", path, p.status)
			}
		}
		if p := user.send("POST", paths[1], url.Values{"name": {"mine"}}); p.status != 404 {
			t.Errorf("%s: a user can save: %d", product, p.status)
		}
	}
}

func TestRelayStateAdministration(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "")
	v := s.administrator()
	for _, test := range []struct {
		name   string
		fields url.Values
		says   string // of the refusal; "" is saved
	}{
		{"new", url.Values{"name": {"review"}, "active": {"on"}, "type": {"client"}, "target-client": {"7"}}, ""},
		{"name taken", url.Values{"name": {"review"}, "active": {"on"}, "type": {"dashboard"}}, "names are unique"},
		{"no name", url.Values{"name": {" "}, "type": {"dashboard"}}, "has no name"},
		{"too long", url.Values{"name": {strings.Repeat("x", 81)}, "type": {"dashboard"}}, "longer than 80 bytes"},
		{"second SP default", url.Values{"name": {"two"}, "sp-default": {"on"}, "type": {"dashboard"}}, "there can be one"},
		{"second IdP default", url.Values{"name": {"two"}, "idp-default": {"on"}, "type": {"dashboard"}}, "there can be one"},
		{"unknown type", url.Values{"name": {"two"}, "type": {"rocket"}}, "choose a Redirect/Link Type"},
		{"another site", url.Values{"name": {"two"}, "type": {"path"}, "target-path": {"//evil.example/"}}, "path of this site"},
		{"a path", url.Values{"name": {"mine"}, "active": {"on"}, "type": {"path"}, "target-path": {"/reports/revenue"}}, ""},
		{"rename", url.Values{"was": {"mine"}, "name": {"own"}, "active": {"on"}, "type": {"path"}, "target-path": {"/nowhere"}}, ""},
		{"rename what is gone", url.Values{"was": {"mine"}, "name": {"other"}, "type": {"dashboard"}}, "somebody else"},
	} {
		p := v.submit(relayStates, test.fields)
		if saved := p.name() == "relay-states"; saved != (test.says == "") || test.says != "" && (p.status != 422 || !strings.Contains(p.body, test.says)) {
			t.Errorf("%s: %d %s\n%s", test.name, p.status, p.name(), find(p.body, `role="alert">([^<]*)`))
		}
	}
	if p := v.get(relayStates + "/edit?name=former-client"); !strings.Contains(p.body, "<option selected>999</option>") {
		t.Error("the form of a broken relay state shows another target")
	}
	list := v.get(relayStates).body
	if !strings.Contains(list, ">own</a>") || strings.Contains(list, ">mine</a>") || strings.Count(list, "No such page") != 2 {
		t.Errorf("the list:\n%s", list)
	}
	// What was saved holds at once, in the metadata's neighbourhood too: nothing else has changed.
	portal := s.visitor()
	if p := portal.post(s.identity(people[0]), "review"); p.header.Get("Location") != "/clients/7" {
		t.Errorf("review leads to %q", p.header.Get("Location"))
	}
	portal.post(s.identity(people[0]), "own")
	s.decided(reason.RelayStateNotFound)
}

func TestFormsComeFromThisSite(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "")
	v := s.administrator()
	r := formRequest(s.host, relayStates, url.Values{"name": {"evil"}, "type": {"dashboard"}})
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if p := v.deliver(r); p.status != 403 {
		t.Errorf("a form from elsewhere: %d", p.status)
	}
}

// Whoever logs in while settings change sees the old ones or the new ones.
func TestSettingsChangeWhileOthersVisit(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "")
	v := s.administrator()
	before := s.visitor()
	before.signIn(people[0])
	var all sync.WaitGroup
	for range 4 {
		other := s.visitor()
		all.Go(func() {
			for range 20 {
				other.get("/login")
			}
		})
	}
	for _, box := range []string{"on", ""} {
		v.submit(relayStates, url.Values{"was": {"client-42"}, "name": {"client-42"}, "active": {box}, "type": {"client"}, "target-client": {"42"}})
	}
	all.Wait()
	if who := before.who(); who != "1" {
		t.Errorf("the session of before belongs to %q", who)
	}
	if p := s.visitor().post(s.identity(people[0]), "client-42"); p.header.Get("Location") != "/dashboard" {
		t.Errorf("the inactive relay state leads to %q", p.header.Get("Location"))
	}
}

func TestMessageTexts(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "")
	v := s.administrator()
	const path = "/admin/users-access/auth-sso/messages"
	p := v.submit(path, url.Values{"text-user-not-found": {"Ask <b>Bob</b>"}, "text-sso-system-error": {"All is well"}})
	if p.status != 200 || !strings.Contains(p.body, "The texts are saved") {
		t.Fatalf("saving: %d\n%s", p.status, p.body)
	}
	stranger := s.visitor()
	if got := stranger.get("/message/user-not-found").body; !strings.Contains(got, "Ask &lt;b&gt;Bob&lt;/b&gt;") {
		t.Errorf("User Not Found says:\n%s", got)
	}
	if got := stranger.get("/message/sso-system-error").body; !strings.Contains(got, "An error occurred while attempting to consume the SSO assertion.") {
		t.Errorf("SSO System Error says:\n%s", got)
	}
	v.submit(path, url.Values{})
	if got := stranger.get("/message/user-not-found").body; !strings.Contains(got, "was not found in the SuccessPro system.") {
		t.Errorf("User Not Found says afterwards:\n%s", got)
	}
	if p := v.submit(path, url.Values{"text-user-not-found": {strings.Repeat("x", 2001)}}); p.status != 422 {
		t.Errorf("a long text: %d", p.status)
	}
}

func TestEntityIDsAreUnique(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "")
	second := sp.Tenant{Host: "two.influitive.localhost", BaseURL: "http://two.influitive.localhost", Profile: builtin()["influitive"], IdPMetadata: known().metadata()}
	if err := s.sp.Add(second); err == nil || !strings.Contains(err.Error(), "is taken by "+s.host) {
		t.Errorf("a second hub of the same name: %v", err)
	}
	settings := s.settings
	settings.IssuerSuffix = "-Two"
	second.Settings = &settings
	if err := s.sp.Add(second); err != nil {
		t.Error(err)
	}
	if err := s.sp.Add(second); err != nil {
		t.Errorf("adding it again: %v", err)
	}
}

// TestEveryPageHasATitle opens the pages of the features, whose titles stand in
// their templates.
func TestEveryPageHasATitle(t *testing.T) {
	t.Parallel()
	for product, paths := range map[string][]string{
		"influitive": {"/settings", hubSecurity, hubUsers},
		"eft":        {"/admin/site", "/event-rules", "/files"},
		"successpro": {relayStates, relayStates + "/new", "/admin/users-access/auth-sso/messages", "/auth/wall?relayState=nope", "/auth/wall/enter?relayState=nope"},
	} {
		s := open(t, product, "", "")
		for _, v := range []*visitor{s.administrator(), s.visitor()} {
			for _, path := range paths {
				if p := v.get(path); p.name() != "" && find(p.body, `<title>([^·<]*\S) · `) == "" {
					t.Errorf("%s%s has the title %q", product, path, find(p.body, `<title>([^<]*)`))
				}
			}
		}
	}
}

// TestOneEntityIDAtOnce adds tenants that have one entity ID at the same time.
func TestOneEntityIDAtOnce(t *testing.T) {
	t.Parallel()
	for range 20 {
		server, err := sp.New(sp.Config{})
		if err != nil {
			t.Fatal(err)
		}
		var added atomic.Int32
		var all sync.WaitGroup
		start := make(chan struct{})
		for i := range 16 {
			all.Go(func() {
				host := fmt.Sprintf("%d.influitive.localhost", i)
				<-start
				if server.Add(sp.Tenant{Host: host, BaseURL: "http://" + host, Profile: builtin()["influitive"], IdPMetadata: known().metadata()}) == nil {
					added.Add(1)
				}
			})
		}
		close(start)
		all.Wait()
		if n := added.Load(); n != 1 {
			t.Fatalf("%d tenants have the same entity ID", n)
		}
	}
}
