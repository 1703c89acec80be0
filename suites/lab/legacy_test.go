package lab_test

import (
	"context"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/mockidp/origin"
	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/profile"
)

// The legacy road from end to end without a browser: the mock Originating
// System and the Channeltivity profile, which share no code, and a client that
// follows redirects and fills in forms.

const (
	portalURL = "http://portal.localhost"
	osURL     = "http://os.localhost"
)

type road struct {
	*testing.T
	http.Client
	origin   *origin.Origin
	accounts *account.Store
	calls    int      // of the Authentication Web Service
	forms    int      // filled in by the visitor
	hops     []string // every URL opened, in order
	clock    atomic.Int64
}

type stop struct {
	url    string
	status int
	body   string
}

// dialer sends each host to its own loopback server, so that portal and
// Originating System have cookies of their own.
func dialer(t *testing.T, handlers map[string]http.HandlerFunc) *http.Transport {
	servers := map[string]*httptest.Server{}
	for host, handler := range handlers {
		servers[host] = httptest.NewServer(handler)
		t.Cleanup(servers[host].Close)
	}
	return &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		return (&net.Dialer{}).DialContext(ctx, network, servers[host].Listener.Addr().String())
	}}
}

func openRoad(t *testing.T, change func(*profile.Settings)) *road {
	t.Helper()
	r := &road{T: t}
	var portal *sp.SP
	transport := dialer(t, map[string]http.HandlerFunc{
		"portal.localhost": func(w http.ResponseWriter, q *http.Request) { portal.ServeHTTP(w, q) },
		"os.localhost":     func(w http.ResponseWriter, q *http.Request) { r.origin.ServeHTTP(w, q) },
	})
	t.Cleanup(transport.CloseIdleConnections)
	r.clock.Store(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).Unix())
	r.Jar, _ = cookiejar.New(nil)
	r.Transport = transport
	r.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

	p, err := profile.Load(os.DirFS("../../sp/profile/profiles"), "channeltivity")
	if err != nil {
		t.Fatal(err)
	}
	settings := p.Settings
	settings.Incoming.InvalidSessionURL, settings.Incoming.ServiceURL = osURL+"/SSO", osURL+"/AuthenticationService"
	if change != nil {
		change(&settings)
	}
	if portal, err = sp.New(sp.Config{Now: r.now, Client: &http.Client{Transport: transport}}); err != nil {
		t.Fatal(err)
	}
	if err := portal.Add(sp.Tenant{Host: "portal.localhost", BaseURL: portalURL, Profile: p, Settings: &settings, Accounts: []account.Account{
		{ID: "1", Login: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace"},
		{ID: "2", Login: "ina", Email: "ina@example.com", State: account.Inactive},
		{ID: "3", Login: "exa", Email: "exa@example.com", State: account.Expired},
	}}); err != nil {
		t.Fatal(err)
	}
	r.accounts, _ = portal.Accounts("portal.localhost")
	in := settings.Incoming
	r.origin, err = origin.New(origin.Config{
		BaseURL: osURL, PortalURL: portalURL,
		Names: origin.Names{Reason: in.ReasonParameter, Target: in.TargetParameter, Email: in.EmailParameter, Session: in.SessionParameter},
		People: []origin.Person{
			{Login: "ada@example.com", Password: "pw"}, {Login: "ina@example.com", Password: "pw"},
			{Login: "exa@example.com", Password: "pw"}, {Login: "new@example.com", Password: "pw", FirstName: "Nora"},
		},
		UserExists: r.userExists, CreateUser: r.createUser, Now: r.now,
		Record: func(e origin.Event) {
			if e.Kind == "service-called" {
				r.calls++
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *road) now() time.Time { return time.Unix(r.clock.Load(), 0) }

func (r *road) userExists(_ context.Context, email string) (bool, error) {
	return len(r.accounts.Match(account.Matching{Field: "email", Fold: true}, email)) > 0, nil
}

func (r *road) createUser(_ context.Context, p origin.Person) error {
	_, err := r.accounts.Add(account.Account{Login: p.Login, Email: p.Login, FirstName: p.FirstName, State: account.Pending})
	return err
}

// open opens a URL and follows redirects to where they come to rest.
func (r *road) open(to string) stop {
	r.Helper()
	return r.follow(r.Get(to))
}

func (r *road) follow(res *http.Response, err error) stop {
	r.Helper()
	for range 20 {
		if err != nil {
			r.Fatal(err)
		}
		r.hops = append(r.hops, res.Request.URL.String())
		body, readErr := io.ReadAll(res.Body)
		res.Body.Close()
		if readErr != nil {
			r.Fatal(readErr)
		}
		to := res.Header.Get("Location")
		if to == "" {
			return stop{res.Request.URL.String(), res.StatusCode, string(body)}
		}
		next, parseErr := res.Request.URL.Parse(to)
		if parseErr != nil {
			r.Fatal(parseErr)
		}
		res, err = r.Get(next.String())
	}
	r.Fatalf("more than 20 hops: %s", strings.Join(r.hops, "\n"))
	return stop{}
}

var formAction = regexp.MustCompile(`<form[^>]* action="([^"]*)"`)

// submit fills in the form of the page.
func (r *road) submit(page stop, fields url.Values) stop {
	r.Helper()
	m := formAction.FindStringSubmatch(page.body)
	if m == nil {
		r.Fatalf("no form at %s: %s", page.url, page.body)
	}
	at, err := url.Parse(page.url)
	if err != nil {
		r.Fatal(err)
	}
	to, err := at.Parse(html.UnescapeString(m[1]))
	if err != nil {
		r.Fatal(err)
	}
	r.forms++
	return r.follow(r.PostForm(to.String(), fields))
}

func (r *road) signIn(page stop, login string) stop {
	r.Helper()
	return r.submit(page, url.Values{"login": {login + "@example.com"}, "password": {"pw"}})
}

func (r *road) shows(got stop, status int, page string) {
	r.Helper()
	if got.status != status || !strings.Contains(got.body, `data-page="`+page+`"`) {
		r.Errorf("%d at %s: %.400s\nwant %d %s", got.status, got.url, got.body, status, page)
	}
}

// Seed 000: "1. Click on link in email 2. Enter login and password 3. View Lead".
func TestMailLinkToLead(t *testing.T) {
	t.Parallel()
	for _, lead := range []string{portalURL + "/Leads/123", portalURL + "/Leads/123?tab=a%26b&x=%C3%A9", portalURL + "/Leads/123?"} {
		r := openRoad(t, nil)
		jump := osURL + "/SSO?reason=1&target=" + url.QueryEscape(lead)
		got := r.signIn(r.open(lead), "ada")
		r.shows(got, 200, "lead")
		if got.url != lead || r.forms != 1 || r.calls != 1 {
			t.Errorf("%s: ended at %s after %d forms and %d calls", lead, got.url, r.forms, r.calls)
		}
		want := []string{lead, jump, osURL + "/login?redirect=" + url.QueryEscape(jump), osURL + "/login?redirect=" + url.QueryEscape(jump), jump}
		if len(r.hops) != 7 || !slices.Equal(r.hops[:5], want) || !strings.Contains(r.hops[5], "email=ada%40example.com&session=") || r.hops[6] != lead {
			t.Errorf("the road was\n%s", strings.Join(r.hops, "\n"))
		}
	}
}

func TestFromTheOriginatingSystem(t *testing.T) {
	t.Parallel()
	r := openRoad(t, nil)
	home := r.signIn(r.open(osURL+"/"), "ada")
	r.shows(home, 200, "os-home")
	link := regexp.MustCompile(`class="portal" href="([^"]*)"`).FindStringSubmatch(home.body)
	got := r.open(html.UnescapeString(link[1]))
	r.shows(got, 200, "home")
	if got.url != portalURL+"/" || r.calls != 1 {
		t.Errorf("ended at %s after %d calls", got.url, r.calls)
	}
}

func TestCustomNames(t *testing.T) {
	t.Parallel()
	r := openRoad(t, func(s *profile.Settings) {
		s.Incoming.ReasonParameter, s.Incoming.TargetParameter = "why", "goto"
		s.Incoming.EmailParameter, s.Incoming.SessionParameter = "user", "key"
	})
	got := r.signIn(r.open(portalURL+"/Leads/123"), "ada")
	if r.shows(got, 200, "lead"); got.url != portalURL+"/Leads/123" {
		t.Errorf("ended at %s", got.url)
	}
}

// Each failure ends on one page of the Originating System, without a loop.
func TestReasonsEndOnAPage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, login, page, code string
		change                  func(*road)
		status                  int
		shown                   string
	}{
		{name: "access denied", login: "ada", page: "/Reports/Revenue", code: "3", status: 403, shown: "os-access-denied"},
		{name: "authentication failed", login: "ada", page: "/Leads/123", code: "4", status: 403, shown: "os-error", change: func(r *road) {
			no, _ := origin.AnswerNamed("json-quoted-true")
			r.origin.AnswerWith(no)
		}},
		{name: "connection refused", login: "ada", page: "/Leads/123", code: "4", status: 403, shown: "os-error", change: func(r *road) {
			no, _ := origin.AnswerNamed("refused")
			r.origin.AnswerWith(no)
		}},
		{name: "inactive", login: "ina", page: "/Leads/123", code: "7", status: 403, shown: "os-error"},
		{name: "expired", login: "exa", page: "/Leads/123", code: "8", status: 403, shown: "os-error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := openRoad(t, nil)
			if c.change != nil {
				c.change(r)
			}
			got := r.signIn(r.open(portalURL+c.page), c.login)
			r.shows(got, c.status, c.shown)
			if want := osURL + "/SSO?reason=" + c.code + "&target=" + url.QueryEscape(portalURL+c.page); got.url != want {
				t.Errorf("ended at %s, want %s", got.url, want)
			}
			if r.calls != 1 {
				t.Errorf("the web service was called %d times", r.calls)
			}
		})
	}
}

// A session key that cannot be read is code 10, and the web service is spared.
func TestInvalidSession(t *testing.T) {
	t.Parallel()
	r := openRoad(t, nil)
	r.signIn(r.open(osURL+"/"), "ada")
	got := r.open(portalURL + "/Leads/123?email=ada%40example.com&session=%00")
	r.shows(got, 400, "os-error")
	if !strings.HasPrefix(got.url, osURL+"/SSO?reason=10&") || r.calls != 0 {
		t.Errorf("ended at %s after %d calls", got.url, r.calls)
	}
}

// Somebody whom the portal does not know is created, fills in the profile, and
// only then sees the lead (code 5; seed 001, FAQ).
func TestUserIsCreatedOnTheWay(t *testing.T) {
	t.Parallel()
	r := openRoad(t, nil)
	form := r.signIn(r.open(portalURL+"/Leads/123"), "new")
	r.shows(form, 200, "profile")
	if !r.went("5") || r.calls != 2 {
		t.Errorf("%d calls on the road\n%s", r.calls, strings.Join(r.hops, "\n"))
	}
	got := r.submit(form, url.Values{"first-name": {"Nora"}, "last-name": {"New"}})
	if r.shows(got, 200, "lead"); got.url != portalURL+"/Leads/123" {
		t.Errorf("ended at %s", got.url)
	}
}

// went tells whether the visitor came by the jump page with this code.
func (r *road) went(code string) bool {
	return slices.ContainsFunc(r.hops, func(u string) bool { return strings.HasPrefix(u, osURL+"/SSO?reason="+code+"&") })
}

// The portal's session is over, that of the Originating System is not: the
// visitor notices nothing (code 2).
func TestTimeoutIsSeamless(t *testing.T) {
	t.Parallel()
	r := openRoad(t, nil)
	r.signIn(r.open(portalURL+"/Leads/123"), "ada")
	r.clock.Add(31 * 60)
	got := r.open(portalURL + "/Leads/124")
	if r.shows(got, 200, "lead"); got.url != portalURL+"/Leads/124" || r.forms != 1 || !r.went("2") {
		t.Errorf("%d forms on the road\n%s", r.forms, strings.Join(r.hops, "\n"))
	}
}

// A portal that never keeps a session sends the visitor round and round; the
// road ends on a page all the same.
func TestNobodyGoesInCircles(t *testing.T) {
	t.Parallel()
	r := openRoad(t, func(s *profile.Settings) { s.SessionLifetime = -1; s.Incoming.LoopLimit = 1000 })
	r.shows(r.signIn(r.open(osURL+"/"), "ada"), 200, "os-home")
	r.shows(r.open(portalURL+"/Leads/123"), 508, "os-error")
	r = openRoad(t, func(s *profile.Settings) { s.SessionLifetime = -1; s.Incoming.LoopLimit = 2 })
	r.signIn(r.open(osURL+"/"), "ada")
	r.shows(r.open(portalURL+"/Leads/123"), 403, "message")
}

// The visitor changes reason 3 to 1 in the address bar: the portal decides
// again.
func TestTamperedReason(t *testing.T) {
	t.Parallel()
	r := openRoad(t, nil)
	denied := r.signIn(r.open(portalURL+"/Reports/Revenue"), "ada")
	again := r.open(strings.Replace(denied.url, "reason=3", "reason=1", 1))
	if r.shows(again, 403, "os-access-denied"); again.url != denied.url {
		t.Errorf("ended at %s", again.url)
	}
}

// Single sign-out (code 6): both sessions are over, and the old key is dead.
func TestLogoutEverywhere(t *testing.T) {
	t.Parallel()
	r := openRoad(t, nil)
	r.signIn(r.open(portalURL+"/Leads/123"), "ada")
	old := r.hops[5]
	r.shows(r.open(portalURL+"/Logout"), 200, "os-login")
	r.shows(r.open(portalURL+"/Leads/123"), 200, "os-login")
	r.hops = nil
	r.open(old)
	if !r.went("4") {
		t.Errorf("the old link went\n%s", strings.Join(r.hops, "\n"))
	}
}

// Whoever forges the target gets neither the visitor nor her credentials.
func TestCredentialsStayWithThePortal(t *testing.T) {
	t.Parallel()
	r := openRoad(t, nil)
	r.signIn(r.open(osURL+"/"), "ada")
	for _, target := range []string{"http://evil.localhost/", "//evil.localhost/", portalURL + "@evil.localhost/", portalURL + ".evil.localhost/"} {
		r.shows(r.open(osURL+"/SSO?reason=1&target="+url.QueryEscape(target)), 400, "os-error")
	}
	// A path that a browser would take for a host, were it not sent absolute.
	got := r.open(osURL + "/SSO?reason=1&target=" + url.QueryEscape(portalURL+"//evil.localhost/"))
	if !strings.HasPrefix(got.url, portalURL+"/") {
		t.Errorf("ended at %s", got.url)
	}
}
