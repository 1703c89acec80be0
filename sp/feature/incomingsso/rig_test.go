package incomingsso_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
)

const jumpPage = "http://os.example/SSO"

// rig is a portal on a loopback port, an Authentication Web Service that says
// what a test wants, the portal's clock, and what the portal recorded.
type rig struct {
	*testing.T
	base string
	sp   *sp.SP

	mu     sync.Mutex
	now    time.Time
	answer http.HandlerFunc
	calls  []url.Values
	events []sp.Event
}

func say(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		io.WriteString(w, body)
	}
}

func start(t *testing.T, change func(*profile.Settings)) *rig {
	t.Helper()
	r := &rig{T: t, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), answer: say("true")}
	service := httptest.NewServer(http.HandlerFunc(r.service))
	t.Cleanup(service.Close)
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { r.sp.ServeHTTP(w, q) }))
	t.Cleanup(portal.Close)
	r.base = portal.URL

	p, err := profile.Load(os.DirFS("../../profile/profiles"), "channeltivity")
	if err != nil {
		t.Fatal(err)
	}
	settings := p.Settings
	settings.Incoming.InvalidSessionURL, settings.Incoming.ServiceURL = jumpPage, service.URL
	if change != nil {
		change(&settings)
	}
	r.sp, err = sp.New(sp.Config{Now: r.clock, Record: r.record})
	if err != nil {
		t.Fatal(err)
	}
	err = r.sp.Add(sp.Tenant{Host: strings.TrimPrefix(r.base, "http://"), BaseURL: r.base, Profile: p, Settings: &settings, Accounts: users()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func users() []account.Account {
	user := func(name string, state account.State, groups ...string) account.Account {
		return account.Account{
			ID: name, Login: name, Password: "local-" + name, Email: name + "@example.com",
			FirstName: name, LastName: "Doe", State: state, Groups: groups,
		}
	}
	admin := user("ros", account.Active)
	admin.Role = "admin"
	twin := user("twin2", account.Active)
	twin.Email = "twin1@example.com"
	return []account.Account{
		user("ada", account.Active), user("rae", account.Active, "reports"), user("pia", account.Pending),
		user("ina", account.Inactive), user("exa", account.Expired), user("twin1", account.Active), twin, admin,
	}
}

func (r *rig) service(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	r.calls = append(r.calls, q.URL.Query())
	answer := r.answer
	r.mu.Unlock()
	answer(w, q)
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) advance(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

func (r *rig) record(e sp.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

// last returns the newest event of a kind.
func (r *rig) last(kind string) sp.Event {
	r.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.events) - 1; i >= 0; i-- {
		if r.events[i].Kind == kind {
			return r.events[i]
		}
	}
	r.Fatalf("no event %s in %+v", kind, r.events)
	return sp.Event{}
}

// browser is one visitor, who follows no redirect by herself.
type browser struct {
	*rig
	http.Client
}

func (r *rig) browser(cookies bool) *browser {
	b := &browser{rig: r}
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if cookies {
		b.Jar, _ = cookiejar.New(nil)
	}
	return b
}

type answer struct {
	status         int
	location, body string
}

func (b *browser) read(res *http.Response, err error) answer {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return answer{res.StatusCode, res.Header.Get("Location"), string(body)}
}

func (b *browser) get(path string) answer {
	b.Helper()
	return b.read(b.Get(b.base + strings.TrimPrefix(path, b.base)))
}

// arrive opens a page with credentials and goes through the cookie probe.
func (b *browser) arrive(path, email, session string) answer {
	b.Helper()
	got := b.get(path + pair(path, email, session))
	if strings.Contains(got.location, "cookie-check=1") {
		got = b.get(got.location)
	}
	return got
}

func pair(path, email, session string) string {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return separator + url.Values{"email": {email}, "session": {session}}.Encode()
}

// sentAway checks that the answer sends the visitor to the jump page with this
// code and target ("" for none), and that the record says why.
func (b *browser) sentAway(got answer, code, target string, why reason.Reason) {
	b.Helper()
	want := jumpPage + "?reason=" + code
	if target != "" {
		want += "&target=" + url.QueryEscape(b.base+target)
	}
	if got.status != http.StatusFound || got.location != want {
		b.Errorf("%d %s\nwant %s", got.status, got.location, want)
	}
	if e := b.last("refused"); e.Reason != why {
		b.Errorf("recorded %q, want %q", e.Reason, why)
	}
}

func (b *browser) shows(got answer, status int, page string) {
	b.Helper()
	if got.status != status || !strings.Contains(got.body, `data-page="`+page+`"`) {
		b.Errorf("%d %s %.600s\nwant %d %s", got.status, got.location, got.body, status, page)
	}
}
