package incomingsso_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
)

const key = "0123456789abcdef"

func TestStrangerIsSentAway(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	for asked, target := range map[string]string{
		"/Leads/123":                  "/Leads/123",
		"/Leads/123?a=b%26c&d=%C3%A9": "/Leads/123?a=b%26c&d=%C3%A9",
		"/":                           "/",
		"/Login":                      "/",
		"/Profile":                    "/Profile",
		"/account":                    "/account",
		"/Login?NoSSO=false":          "/",
		"/Login?NoSSO=1":              "/",
		"/Leads/123?NoSSO=true":       "/Leads/123?NoSSO=true",
		"/?Email=a@b&Session=cd":      "/?Email=a@b&Session=cd",
	} {
		b := r.browser(true)
		b.sentAway(b.get(asked), "1", target, reason.NotLoggedIn)
	}
	b := r.browser(true)
	posted := b.read(b.PostForm(r.base+"/Leads/123", url.Values{"email": {"ada@example.com"}, "session": {key}}))
	b.sentAway(posted, "1", "/Leads/123", reason.NotLoggedIn)
	if len(r.calls) != 0 {
		t.Errorf("the web service was asked: %v", r.calls)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	r := start(t, func(s *profile.Settings) {
		s.Incoming.ReasonParameter, s.Incoming.TargetParameter = "why", "goto"
		s.Incoming.EmailParameter, s.Incoming.SessionParameter = "user", "key"
		s.Incoming.InvalidSessionURL += "?portal=1"
	})
	b := r.browser(true)
	if got, want := b.get("/Deals").location, jumpPage+"?portal=1&why=1&goto="+url.QueryEscape(r.base+"/Deals"); got != want {
		t.Errorf("sent to %s, want %s", got, want)
	}
	if got := b.get("/Deals?user=ada%40example.com&key=" + key); got.location != r.base+"/Deals" {
		t.Errorf("sent to %s", got.location)
	}
	if c := r.calls[0]; c.Get("user") != "ada@example.com" || c.Get("key") != key || len(c) != 2 {
		t.Errorf("asked %v", c)
	}
	bare := start(t, func(s *profile.Settings) { s.Incoming.ReasonParameter, s.Incoming.TargetParameter = "", "" })
	if got := bare.browser(true).get("/Deals").location; got != jumpPage {
		t.Errorf("without names: sent to %s", got)
	}
}

func TestGoodCredentials(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"/Leads/123", "/Leads/123?a=b%26c&d=%C3%A9;e&&f", "/Leads/123?"} {
		r := start(t, nil)
		b := r.browser(true)
		b.get(page) // the portal's cookie
		got := b.arrive(page, "ada@example.com", key)
		if got.status != http.StatusFound || got.location != r.base+page {
			t.Fatalf("%d %s, want %s", got.status, got.location, r.base+page)
		}
		b.shows(b.get(got.location), 200, "lead")
		if len(r.calls) != 1 || r.calls[0].Get("email") != "ada@example.com" || r.calls[0].Get("session") != key {
			t.Errorf("asked %v", r.calls)
		}
		if e := r.last("session-started"); e.Account != "ada" || e.Note != "incoming-sso" {
			t.Errorf("recorded %+v", e)
		}
	}
}

func TestCredentialsArriveIntact(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	const email, session = "a+b&c=é#@example.com", "k+/= &#%é"
	r.browser(true).arrive("/Deals", email, session)
	if len(r.calls) != 1 || r.calls[0].Get("email") != email || r.calls[0].Get("session") != session {
		t.Errorf("asked %q", r.calls)
	}
	for _, e := range r.events {
		if strings.Contains(e.Note, session) {
			t.Errorf("the key is in the record: %+v", e)
		}
	}
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		email, code string
		why         reason.Reason
	}{
		{"nobody@example.com", "5", reason.UserNotFound},
		{" ada@example.com ", "5", reason.UserNotFound},
		{"<script>@example.com", "5", reason.UserNotFound},
		{"ina@example.com", "7", reason.UserInactive},
		{"exa@example.com", "8", reason.UserExpired},
	} {
		b := start(t, nil).browser(true)
		b.sentAway(b.arrive("/Leads/123", c.email, key), c.code, "/Leads/123", c.why)
		b.sentAway(b.get("/account"), "1", "/account", reason.NotLoggedIn)
	}
	b := start(t, nil).browser(true)
	if got := b.arrive("/Deals", "ADA@Example.COM", key); got.location != b.base+"/Deals" {
		t.Errorf("letter case: sent to %s", got.location)
	}
	b = start(t, nil).browser(true)
	b.shows(b.arrive("/Deals", "twin1@example.com", key), 409, "message")
	if e := b.last("refused"); e.Reason != reason.UserAmbiguous {
		t.Errorf("recorded %q", e.Reason)
	}
}

func TestMalformedCredentials(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"email=ada@example.com", "session=" + key, "email=&session=" + key, "email=ada@example.com&session=",
		"email=ada@example.com&session=a&session=b", "email=ada@example.com&session=%zz", "email=ada@example.com&session=%00",
		"email=ada@example.com&session=" + strings.Repeat("x", 10_000),
	} {
		r := start(t, nil)
		b := r.browser(true)
		b.sentAway(b.get("/Leads/123?"+query), "10", "/Leads/123", reason.InvalidSession)
		if len(r.calls) != 0 {
			t.Errorf("%.60s: the web service was asked", query)
		}
	}
}

func TestServiceSaysNo(t *testing.T) {
	t.Parallel()
	moved := func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/elsewhere" {
			say("true")(w, q)
			return
		}
		http.Redirect(w, q, "/elsewhere", http.StatusFound)
	}
	for name, answer := range map[string]http.HandlerFunc{
		"false":    say("false"),
		"quoted":   say(`"true"`),
		"redirect": moved,
		"dropped":  func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"silent":   func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() },
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			for range 1 << 10 {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(s *profile.Settings) { s.Incoming.ServiceTimeout = 200 * time.Millisecond })
			r.answer = answer
			b := r.browser(true)
			b.sentAway(b.arrive("/Leads/123", "ada@example.com", key), "4", "/Leads/123", reason.AuthenticationFailed)
			b.sentAway(b.get("/account"), "1", "/account", reason.NotLoggedIn)
			if len(r.calls) != 1 {
				t.Errorf("asked %d times", len(r.calls))
			}
			if e := r.last("service-called"); e.Note == "" || strings.Contains(e.Note, key) {
				t.Errorf("recorded %q", e.Note)
			}
		})
	}
}

func TestServiceIsAskedAfresh(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	b := r.browser(true)
	r.answer = say("false")
	b.sentAway(b.arrive("/Leads/123", "ada@example.com", key), "4", "/Leads/123", reason.AuthenticationFailed)
	r.answer = say("true")
	if got := b.arrive("/Leads/123", "ada@example.com", key); got.location != r.base+"/Leads/123" {
		t.Errorf("sent to %s", got.location)
	}
	r.answer = say("false")
	b.arrive("/Leads/123", "rae@example.com", key)
	if got := b.get("/account"); !strings.Contains(got.body, `id="account-id">ada<`) {
		t.Error("a link that failed ended the session that was there")
	}
	r.answer = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) } // what net/http would ask again
	b.arrive("/Leads/123", "rae@example.com", key)
	if len(r.calls) != 4 {
		t.Errorf("asked %d times", len(r.calls))
	}
}

func signedIn(b *browser, email string) *browser {
	b.Helper()
	if got := b.arrive("/Deals", email, key); got.location != b.base+"/Deals" {
		b.Fatalf("signing in: %d %s", got.status, got.location)
	}
	return b
}

func TestSessionTimeout(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	b := signedIn(r.browser(true), "ada@example.com")
	r.advance(29 * time.Minute)
	b.shows(b.get("/Leads/123"), 200, "lead")
	r.advance(30 * time.Minute)
	b.sentAway(b.get("/Leads/123"), "2", "/Leads/123", reason.SessionTimeout)
	b.sentAway(b.get("/Profile"), "2", "/Profile", reason.SessionTimeout)
	signedIn(b, "ada@example.com")
	b.shows(b.get("/Leads/123"), 200, "lead")
}

func TestAccessDenied(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	b := signedIn(r.browser(true), "ada@example.com")
	b.sentAway(b.get("/Reports/Revenue"), "3", "/Reports/Revenue", reason.AccessDenied)
	b.shows(b.get("/Leads/123"), 200, "lead")
	rae := signedIn(r.browser(true), "rae@example.com")
	rae.shows(rae.get("/Reports/Revenue"), 200, "revenue")
}

func TestLogout(t *testing.T) {
	t.Parallel()
	b := signedIn(start(t, nil).browser(true), "ada@example.com")
	b.sentAway(b.get("/Logout"), "6", "", reason.Logout)
	b.sentAway(b.get("/Leads/123"), "1", "/Leads/123", reason.NotLoggedIn)
}

func TestAccountChangesDuringSession(t *testing.T) {
	t.Parallel()
	for state, c := range map[account.State]struct {
		code string
		why  reason.Reason
	}{account.Inactive: {"7", reason.UserInactive}, account.Expired: {"8", reason.UserExpired}} {
		r := start(t, nil)
		b := signedIn(r.browser(true), "ada@example.com")
		store, _ := r.sp.Accounts(strings.TrimPrefix(r.base, "http://"))
		store.Update("ada", func(a *account.Account) { a.State = state })
		b.sentAway(b.get("/Leads/123"), c.code, "/Leads/123", c.why)
		b.sentAway(b.get("/Leads/124"), "1", "/Leads/124", reason.NotLoggedIn)
	}
}

func TestFirstLogin(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	b := r.browser(true)
	got := b.arrive("/Leads/123?a=b", "pia@example.com", key)
	for _, page := range []string{got.location, "/Leads/123?a=b"} { // who leaves the form is brought back
		if got := b.get(page); got.location != r.base+"/Profile" {
			t.Fatalf("%s: %d %s", page, got.status, got.location)
		}
	}
	form := b.get("/Profile")
	b.shows(form, 200, "profile")
	if !strings.Contains(form.body, `value="pia"`) || !strings.Contains(form.body, "complete your profile") {
		t.Errorf("the form is not filled: %s", form.body)
	}
	save := func(first string) answer {
		return b.read(b.PostForm(r.base+"/Profile", url.Values{"first-name": {first}, "last-name": {"Roe"}, "company": {"ACME"}}))
	}
	b.shows(save(" "), 422, "profile")
	if got := save("Pia"); got.location != r.base+"/Leads/123?a=b" {
		t.Errorf("saved: %d %s", got.status, got.location)
	}
	b.shows(b.get("/Leads/123"), 200, "lead")
	store, _ := r.sp.Accounts(strings.TrimPrefix(r.base, "http://"))
	if a, _ := store.Find("pia"); a.State != account.Active || a.FirstName != "Pia" || a.Company != "ACME" {
		t.Errorf("stored %+v", a)
	}
}

func TestNoSSO(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	for _, page := range []string{"/?NoSSO=true", "/Login?NoSSO=true", "/Login?nosso=TRUE", "/?NoSSO=true&email=ada@example.com&session=x"} {
		b := r.browser(true)
		b.shows(b.get(page), 200, "login")
	}
	b := r.browser(true)
	post := func(login, password string) answer {
		return b.read(b.PostForm(r.base+"/Login", url.Values{"login": {login}, "password": {password}}))
	}
	b.shows(post("ada", "wrong"), 401, "login")
	b.shows(post("ina", "local-ina"), 401, "login")
	if got := post("ada", "local-ada"); got.location != "/" {
		t.Errorf("signed in: %d %s", got.status, got.location)
	}
	b.shows(b.get("/"), 200, "home")
	if len(r.calls) != 0 {
		t.Error("the web service was asked")
	}
}

func TestInactiveFeature(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*profile.Settings){
		"box not ticked": func(s *profile.Settings) { s.Incoming.Active = false },
		"no URL":         func(s *profile.Settings) { s.Incoming.InvalidSessionURL = "" },
	} {
		r := start(t, change)
		b := r.browser(true)
		if got := b.get("/Leads/123" + pair("", "ada@example.com", key)); !strings.HasPrefix(got.location, "/Login?target=") {
			t.Errorf("%s: %d %s", name, got.status, got.location)
		}
		b.shows(b.get("/Login"), 200, "login")
		if got := b.get("/Logout"); got.location != "/Login" {
			t.Errorf("%s: logged out to %s", name, got.location)
		}
		if len(r.calls) != 0 {
			t.Errorf("%s: the web service was asked", name)
		}
	}
}
