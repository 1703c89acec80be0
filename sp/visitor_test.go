package sp_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"
	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// start is when every test begins.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// ownKey is one key for all tenants, because making one takes long.
var ownKey = sync.OnceValue(func() *sp.Key {
	key, err := sp.NewKey("service provider of a test", start.AddDate(-1, 0, 0), start.AddDate(1, 0, 0))
	if err != nil {
		panic(err)
	}
	return key
})

// site is one tenant under test with its clock and its record.
type site struct {
	*testing.T
	sp       *sp.SP
	host     string
	settings profile.Settings

	mu     sync.Mutex
	now    time.Time
	events []sp.Event
	mails  []sp.Mail
}

var people = []account.Account{
	{ID: "1", Login: "ada", Password: "enchantress", Email: "ada@acme.example", UserID: "A-1001", FirstName: "Ada", LastName: "Lovelace"},
	{ID: "2", Login: "grace", Email: "grace@acme.example", UserID: "A-1002", State: account.Inactive},
	{ID: "3", Login: "alan", Email: "alan@acme.example", UserID: "A-1003", State: account.Expired},
	{ID: "4", Login: "twin", Email: "twin@acme.example", UserID: "A-1004"},
	{ID: "5", Login: "twin", Email: "twin@acme.example", UserID: "A-1004"},
	{ID: "6", Login: "lise", Email: "lise@acme.example", UserID: "A-1006", State: account.Locked},
}

var builtin = sync.OnceValue(func() map[string]*profile.Profile {
	all, err := profile.Builtin()
	if err != nil {
		panic(err)
	}
	byName := map[string]*profile.Profile{}
	for _, p := range all {
		byName[p.Name] = p
	}
	return byName
})

// open starts a tenant of the product; overlay is laid over its settings.
func open(t *testing.T, product, layout, overlay string, without ...string) *site {
	t.Helper()
	s := &site{T: t, host: "acme." + product + ".localhost", now: start}
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(overlay), &node); err != nil {
		t.Fatal(err)
	}
	p := builtin()[product]
	if layout == "" {
		layout = p.Layouts[0].Name
	}
	var over *yaml.Node
	if len(node.Content) > 0 {
		over = node.Content[0]
	}
	settings, errs := p.With(layout, over)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	s.settings = settings
	var err error
	s.sp, err = sp.New(sp.Config{Now: s.clock, Record: s.record, Mail: s.mail, Without: without})
	if err != nil {
		t.Fatal(err)
	}
	err = s.sp.Add(sp.Tenant{
		Host: s.host, BaseURL: "http://" + s.host, Profile: p, Layout: layout, Settings: &settings,
		IdPMetadata: known().metadata(), Accounts: people, Key: ownKey(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *site) record(e sp.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
}

func (s *site) mail(m sp.Mail) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, m)
	return nil
}

// decisions are the final reasons of all deliveries so far.
func (s *site) decisions() []reason.Reason {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []reason.Reason
	for _, e := range s.events {
		if e.Kind == "decision" {
			all = append(all, e.Reason)
		}
	}
	return all
}

// decided fails the test unless the last delivery ended with want.
func (s *site) decided(want reason.Reason) {
	s.Helper()
	all := s.decisions()
	if len(all) == 0 {
		s.Fatal("no decision was recorded")
	}
	if got := all[len(all)-1]; got != want {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, e := range s.events {
			if e.Kind == "decision" && e.Decision != nil {
				s.Logf("note %q, findings %+v", e.Note, e.Decision.Findings)
			}
		}
		s.Fatalf("the SP concluded %q, want %q", got, want)
	}
}

// visitor is a browser without a network: it keeps every cookie, as Chrome
// does under .localhost, where Secure ones are taken over plain http.
type visitor struct {
	*site
	cookies map[string]*http.Cookie
}

func (s *site) visitor() *visitor { return &visitor{s, map[string]*http.Cookie{}} }

// page is what the visitor sees.
type page struct {
	path   string
	url    string // path and query
	status int
	header http.Header
	body   string
}

func (v *visitor) send(method, target string, form url.Values) page {
	v.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, target, body)
	r.Host = v.host
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return v.deliver(r)
}

func (v *visitor) deliver(r *http.Request) page {
	for _, c := range v.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.sp.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
			continue
		}
		v.cookies[c.Name] = c
	}
	return page{r.URL.Path, r.URL.RequestURI(), w.Code, w.Header(), w.Body.String()}
}

func (v *visitor) get(target string) page { v.Helper(); return v.send("GET", target, nil) }

// follow goes after redirects as long as they stay on the site.
func (v *visitor) follow(p page) page {
	v.Helper()
	for range 5 {
		location := p.header.Get("Location")
		if p.status < 300 || p.status > 399 || !strings.HasPrefix(location, "/") {
			return p
		}
		p = v.get(location)
	}
	v.Fatal("the redirects do not end")
	return p
}

// name is the page's data-page.
func (p page) name() string {
	return find(p.body, `<body data-page="([^"]*)"`)
}

func find(text, pattern string) string {
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// asked is an AuthnRequest as it reached the identity provider.
type asked struct {
	id, relayState string
	xml            *etree.Element
	query          string
}

// request reads the AuthnRequest off a redirect or a self-posting page.
func (v *visitor) request(p page) asked {
	v.Helper()
	a := asked{}
	var raw []byte
	var err error
	if location := p.header.Get("Location"); location != "" {
		u, parseErr := url.Parse(location)
		if parseErr != nil || !strings.HasPrefix(location, idpLogin) {
			v.Fatalf("the request goes to %q", location)
		}
		a.query, a.relayState = u.RawQuery, u.Query().Get("RelayState")
		deflated, decodeErr := base64.StdEncoding.DecodeString(u.Query().Get("SAMLRequest"))
		if decodeErr != nil {
			v.Fatal(decodeErr)
		}
		raw, err = io.ReadAll(flate.NewReader(bytes.NewReader(deflated)))
	} else {
		if action := find(p.body, `action="([^"]*)"`); action != idpLogin {
			v.Fatalf("the form goes to %q\n%s", action, p.body)
		}
		a.relayState = find(p.body, `name="RelayState" value="([^"]*)"`)
		raw, err = base64.StdEncoding.DecodeString(find(p.body, `name="SAMLRequest" value="([^"]*)"`))
	}
	if err != nil {
		v.Fatal(err)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		v.Fatal(err)
	}
	a.xml, a.id = doc.Root(), doc.Root().SelectAttrValue("ID", "")
	return a
}

// identity is what the identity provider says about somebody: in every
// product's terms at once.
func (s *site) identity(who account.Account) answer {
	return answer{
		acs: "http://" + s.host + s.settings.ACSPath(), audience: s.audience(), now: s.clock(), nameID: who.Login,
		attributes: map[string]string{
			"FirstName": who.FirstName + "-", "LastName": who.LastName + "-", "Email": who.Email, "tenantSpecificUserId": who.UserID,
		},
	}
}

func (s *site) audience() string {
	raw, err := s.sp.Metadata(s.host)
	if err != nil {
		s.Fatal(err)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		s.Fatal(err)
	}
	return doc.Root().SelectAttrValue("entityID", "")
}

// post delivers a Response.
func (v *visitor) post(a answer, relayState string) page {
	v.Helper()
	form := url.Values{"SAMLResponse": {a.sign(v.T)}}
	if relayState != "" {
		form.Set("RelayState", relayState)
	}
	return v.send("POST", v.settings.ACSPath(), form)
}

// who is the account that the product takes the visitor for, "" if none.
func (v *visitor) who() string {
	v.Helper()
	return find(v.get("/account").body, `<span id="account-id">([^<]*)</span>`)
}
