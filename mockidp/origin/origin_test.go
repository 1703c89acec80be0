package origin

import (
	"context"
	"errors"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	exists := func(context.Context, string) (bool, error) { return true, nil }
	for name, cfg := range map[string]Config{
		"no base":         {PortalURL: portal},
		"base with path":  {BaseURL: "http://os.localhost/app", PortalURL: portal},
		"portal relative": {BaseURL: "http://os.localhost", PortalURL: "/portal"},
		"portal scheme":   {BaseURL: "http://os.localhost", PortalURL: "javascript://x"},
		"one name":        {BaseURL: "http://os.localhost", PortalURL: portal, Names: Names{Email: "session"}},
		"half a Data API": {BaseURL: "http://os.localhost", PortalURL: portal, UserExists: exists},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// The road of seed 000, steps 2 to 5, with every hop character for character.
func TestJumpThroughLogin(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	b := r.browser()
	link := jump("1", portal+"/Leads/123?a=b%26c&d=%C3%A9")

	toLogin := b.get(link)
	if want := r.server.URL + "/login?redirect=" + url.QueryEscape(r.server.URL+link); toLogin.location != want {
		t.Fatalf("without a session: %d %s, want %s", toLogin.status, toLogin.location, want)
	}
	form := b.get(toLogin.location)
	wrong := b.submit(form, "ada@example.com", "guess")
	if wrong.status != 401 || wrong.location != "" || !strings.Contains(wrong.body, "wrong") {
		t.Fatalf("a wrong password: %d %s", wrong.status, wrong.location)
	}
	back := b.submit(wrong, "ADA@example.com", "lovelace")
	if back.location != r.server.URL+link {
		t.Fatalf("signed in: sent to %s, want %s", back.location, r.server.URL+link)
	}
	sent := b.get(back.location)
	want := regexp.MustCompile(`^` + regexp.QuoteMeta(portal+"/Leads/123?a=b%26c&d=%C3%A9&email=ada%40example.com&session=") + `[0-9a-f]{32}$`)
	if sent.status != 302 || !want.MatchString(sent.location) {
		t.Fatalf("sent to %d %s", sent.status, sent.location)
	}
	if sent.header.Get("Referrer-Policy") != "no-referrer" || sent.header.Get("Cache-Control") != "no-store" {
		t.Errorf("credentials may leak by referrer or cache: %v", sent.header)
	}
	if got := b.get("/AuthenticationService?" + sent.location[strings.Index(sent.location, "email="):]); got.body != "true" {
		t.Errorf("the service says %s of the session that was just made", got.body)
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		reason, session string
		status          int
		location, page  string // start of the Location; data-page
	}{
		{"", "yes", 302, portal + "/Leads/1?email=", ""},
		{"1", "yes", 302, portal + "/Leads/1?email=", ""},
		{"2", "yes", 302, portal + "/Leads/1?email=", ""},
		{"3", "yes", 403, "", "os-access-denied"},
		{"4", "yes", 403, "", "os-error"},
		{"5", "yes", 403, "", "os-error"}, // nobody to create users with
		{"6", "yes", 302, "OS/login", ""},
		{"6", "no", 302, "OS/login", ""},
		{"7", "yes", 403, "", "os-error"},
		{"8", "yes", 403, "", "os-error"},
		{"9", "yes", 400, "", "os-error"},
		{"9", "no", 400, "", "os-error"},
		{"10", "yes", 400, "", "os-error"},
		{"3", "no", 302, "OS/login?redirect=", ""},
		{"0", "yes", 400, "", "os-error"},
		{"11", "yes", 400, "", "os-error"},
		{"-1", "yes", 400, "", "os-error"},
		{"+1", "yes", 400, "", "os-error"},
		{"01", "yes", 400, "", "os-error"},
		{"NotLoggedIn", "yes", 400, "", "os-error"},
		{"0", "no", 400, "", "os-error"},
	} {
		t.Run(c.reason+" session "+c.session, func(t *testing.T) {
			t.Parallel()
			r := start(t, nil)
			b := r.browser()
			if c.session == "yes" {
				b.signIn()
			}
			got := b.get(jump(c.reason, portal+"/Leads/1"))
			want := strings.Replace(c.location, "OS", r.server.URL, 1)
			if got.status != c.status || !strings.HasPrefix(got.location, want) || want == "" && got.location != "" {
				t.Errorf("%d %q, want %d %q", got.status, got.location, c.status, want)
			}
			if c.page != "" && !strings.Contains(got.body, `data-page="`+c.page+`"`) {
				t.Errorf("not the page %s: %s", c.page, got.body)
			}
		})
	}
}

func TestReasonEmptyOrTwice(t *testing.T) {
	t.Parallel()
	b := start(t, nil).browser().signIn()
	for _, q := range []string{"reason=", "reason=1&reason=3", "target=" + portal + "/&target=" + portal + "/x", "reason=%zz"} {
		if got := b.get("/SSO?" + q); got.status != 400 {
			t.Errorf("%s: %d %s", q, got.status, got.location)
		}
	}
}

func TestLogoutEndsTheSession(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	b := r.browser().signIn()
	pair := b.get("/SSO").location
	b.get("/SSO?reason=6")
	if got := b.get("/"); !strings.HasSuffix(got.location, "/login") {
		t.Errorf("still signed in: %d %s", got.status, got.location)
	}
	if got := b.get("/AuthenticationService" + pair[strings.Index(pair, "?"):]); got.body != "false" {
		t.Errorf("the key outlived the session: %s", got.body)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *Config) { c.Names = Names{"why", "goto", "user", "key"} })
	b := r.browser().signIn()
	got := b.get("/SSO?why=1&goto=" + url.QueryEscape(portal+"/Leads/1"))
	if !strings.HasPrefix(got.location, portal+"/Leads/1?user=ada%40example.com&key=") {
		t.Fatalf("sent to %s", got.location)
	}
	if answer := b.get("/AuthenticationService" + got.location[strings.Index(got.location, "?"):]); answer.body != "true" {
		t.Errorf("the service says %s", answer.body)
	}
}

func TestHomeLinksGoThroughTheJumpPage(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *Config) { c.Links = []Link{{"A lead", "/Leads/123"}} })
	body := r.browser().signIn().get("/").body
	links := regexp.MustCompile(`class="portal" href="([^"]*)"`).FindAllStringSubmatch(body, -1)
	if len(links) != 2 {
		t.Fatalf("%d links: %s", len(links), body)
	}
	for _, l := range links {
		if !strings.HasPrefix(html.UnescapeString(l[1]), r.o.JumpURL()) {
			t.Errorf("%s does not go through the jump page", l[1])
		}
	}
	if strings.Contains(body, `href="`+portal) {
		t.Error("a link goes straight to the portal")
	}
}

func TestLoopGuard(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *Config) { c.ResendLimit = 3 })
	b := r.browser().signIn()
	link := jump("1", portal+"/Leads/1")
	for i := range 3 {
		if got := b.get(link); got.status != 302 {
			t.Fatalf("time %d: %d", i+1, got.status)
		}
	}
	if got := b.get(link); got.status != http.StatusLoopDetected || got.location != "" {
		t.Errorf("time 4: %d %s", got.status, got.location)
	}
	if got := b.get(jump("1", portal+"/Leads/2")); got.status != 302 {
		t.Errorf("another target: %d", got.status)
	}
	for range 4 {
		b.get(link)
	}
	r.advance(time.Minute + time.Second)
	if got := b.get(link); got.status != 302 {
		t.Errorf("a minute later: %d", got.status)
	}
}

func TestUserCreation(t *testing.T) {
	t.Parallel()
	down := errors.New("portal is down")
	for _, c := range []struct {
		name                  string
		exists                bool
		existsErr, createErr  error
		reason                string
		status, wantedCreated int
	}{
		{name: "absent", reason: "", status: 302, wantedCreated: 1},
		{name: "absent, code 5", reason: "5", status: 302, wantedCreated: 1},
		{name: "present", exists: true, reason: "5", status: 302},
		{name: "code 1 asks nobody", existsErr: down, reason: "1", status: 302},
		{name: "check unavailable", existsErr: down, reason: "5", status: 502},
		{name: "creation fails", createErr: down, reason: "5", status: 502, wantedCreated: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var created []Person
			r := start(t, func(cfg *Config) {
				cfg.UserExists = func(_ context.Context, email string) (bool, error) {
					if email != "ada@example.com" {
						t.Errorf("asked for %q", email)
					}
					return c.exists, c.existsErr
				}
				cfg.CreateUser = func(_ context.Context, p Person) error { created = append(created, p); return c.createErr }
			})
			got := r.browser().signIn().get(jump(c.reason, portal+"/Leads/1"))
			if got.status != c.status || len(created) != c.wantedCreated {
				t.Errorf("%d with %d created, want %d with %d", got.status, len(created), c.status, c.wantedCreated)
			}
			if c.status != 302 && got.location != "" {
				t.Errorf("sent to %s", got.location)
			}
			for _, p := range created {
				if p.FirstName != "Ada" || p.Password != "" {
					t.Errorf("created %+v", p)
				}
			}
		})
	}
}

func TestEventsHoldNoCredentials(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	b := r.browser().signIn()
	sent := b.get(jump("1", portal+"/x?email=old&session=0123456789&a=b")).location
	key := sent[strings.LastIndex(sent, "=")+1:]
	b.get("/AuthenticationService" + sent[strings.Index(sent, "?"):])
	for _, e := range r.events {
		for _, secret := range []string{key, "0123456789", "lovelace"} {
			if strings.Contains(e.Target+e.Note+e.Key+e.Answer+e.Person+e.Reason, secret) {
				t.Errorf("%s in %+v", secret, e)
			}
		}
	}
	calls, ways := r.seen("service-called"), r.seen("sent-to-portal")
	if len(calls) != 1 || len(ways) != 1 || calls[0].Key != ways[0].Key || calls[0].Answer != "true" || ways[0].Target != portal+"/x?a=b" {
		t.Errorf("calls %+v, ways %+v", calls, ways)
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *Config) { c.Lifetime = time.Hour })
	b := r.browser().signIn()
	key, err := r.o.Issue("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	r.advance(time.Hour)
	if got := b.get("/"); got.status != 302 {
		t.Errorf("the session outlived its lifetime: %d", got.status)
	}
	if r.o.confirms("ada@example.com", key) {
		t.Error("the key outlived its session")
	}
	if _, err := r.o.Issue("nobody@example.com"); err == nil {
		t.Error("issued a key for nobody")
	}
	key, _ = r.o.Issue("ada@example.com")
	r.o.EndSessions("ada@example.com")
	if r.o.confirms("ada@example.com", key) {
		t.Error("EndSessions left a key")
	}
}
