package origin

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

const portal = "http://portal.localhost:8080"

// rig is an Originating System on a loopback port, its clock, and what it
// recorded.
type rig struct {
	*testing.T
	o      *Origin
	server *httptest.Server

	mu     sync.Mutex
	now    time.Time
	events []Event
}

func start(t *testing.T, change func(*Config)) *rig {
	t.Helper()
	r := &rig{T: t, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	var handler http.Handler
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { handler.ServeHTTP(w, q) }))
	t.Cleanup(r.server.Close)
	cfg := Config{
		BaseURL: r.server.URL, PortalURL: portal,
		People: []Person{
			{Login: "ada@example.com", Password: "lovelace", FirstName: "Ada"},
			{Login: "bob+tag&é@example.com", Password: "bob"},
		},
		Now: r.clock,
		Record: func(e Event) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.events = append(r.events, e)
		},
	}
	if change != nil {
		change(&cfg)
	}
	o, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.o, handler = o, o
	return r
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

func (r *rig) seen(kind string) []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []Event
	for _, e := range r.events {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// browser is one visitor, who follows no redirect by herself.
type browser struct {
	*rig
	http.Client
}

func (r *rig) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.Fatal(err)
	}
	return &browser{r, http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type answer struct {
	status         int
	location, body string
	header         http.Header
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
	return answer{res.StatusCode, res.Header.Get("Location"), string(body), res.Header}
}

func (b *browser) get(path string) answer {
	b.Helper()
	if strings.HasPrefix(path, "/") {
		path = b.server.URL + path
	}
	return b.read(b.Get(path))
}

var action = regexp.MustCompile(`action="([^"]*)"`)

// submit fills in the login form that is on the page.
func (b *browser) submit(page answer, login, password string) answer {
	b.Helper()
	m := action.FindStringSubmatch(page.body)
	if m == nil {
		b.Fatalf("no form on the page: %s", page.body)
	}
	return b.read(b.PostForm(b.server.URL+html.UnescapeString(m[1]), url.Values{"login": {login}, "password": {password}}))
}

func (b *browser) signIn() *browser {
	b.Helper()
	if got := b.submit(b.get("/login"), "ada@example.com", "lovelace"); got.location != b.server.URL+"/" {
		b.Fatalf("signing in led to %q", got.location)
	}
	return b
}

func jump(reason, target string) string {
	q := url.Values{}
	if reason != "" {
		q.Set("reason", reason)
	}
	if target != "" {
		q.Set("target", target)
	}
	return "/SSO?" + q.Encode()
}
