package incomingsso_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
)

const key32 = "0123456789abcdef0123456789abcdef"

// administrator signs ros in by password, past single sign-on.
func (r *rig) administrator() *browser {
	r.Helper()
	b := r.browser(true)
	b.post("/Login", url.Values{"login": {"ros"}, "password": {"local-ros"}})
	return b
}

func (b *browser) post(path string, form url.Values) answer {
	b.Helper()
	return b.read(b.PostForm(b.base+path, form))
}

func TestSettingsAreForAdministrators(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	for _, path := range []string{"/Settings", "/Settings/SSO"} {
		b := r.browser(true)
		b.sentAway(b.get(path), "1", path, reason.NotLoggedIn)
		b.arrive("/", "rae@example.com", key)
		b.sentAway(b.get(path), "3", path, reason.AccessDenied)
	}
	b := r.browser(true)
	b.arrive("/", "rae@example.com", key)
	for _, path := range []string{"/Settings/SSO", "/Settings/SSO/Test"} {
		b.sentAway(b.post(path, url.Values{"active": {""}}), "3", path, reason.AccessDenied)
	}
	admin := r.administrator()
	admin.shows(admin.get("/Settings"), 200, "settings")
	page := admin.get("/Settings/SSO")
	admin.shows(page, 200, "sso-settings")
	for _, text := range []string{"we recommend using our SAML 2.0", `href="/Settings/SSO/AuthenticationService.wsdl"`, `name="active" value="yes" aria-describedby="active-help" checked`} {
		if !strings.Contains(page.body, text) {
			t.Errorf("the page lacks %s", text)
		}
	}
	if fields, help := strings.Count(page.body, "aria-describedby="), strings.Count(page.body, `class="help" id=`); fields != 8 || help != 8 {
		t.Errorf("%d settings and %d helps", fields, help)
	}
}

func TestFeatureNotEnabled(t *testing.T) {
	t.Parallel()
	r := start(t, func(s *profile.Settings) { s.Incoming.Enabled = false })
	b := r.administrator()
	if page := b.get("/Settings"); strings.Contains(page.body, "/Settings/SSO") {
		t.Error("the settings are offered")
	}
	b.shows(b.get("/Settings/SSO"), 404, "not-found")
	if got := b.get("/Settings/SSO/AuthenticationService.wsdl"); got.status != 404 {
		t.Errorf("WSDL: %d", got.status)
	}
	stranger := r.browser(true)
	if got := stranger.get("/Leads/123" + pair("", "ada@example.com", key)); !strings.HasPrefix(got.location, "/Login?target=") || len(r.calls) != 0 {
		t.Errorf("%d %s, %d calls", got.status, got.location, len(r.calls))
	}
}

func TestSavedSettingsCountAtOnce(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	admin, visitor := r.administrator(), r.browser(true)
	save := func(form url.Values) answer { return admin.post("/Settings/SSO", form) }

	if got := save(url.Values{"invalid-session-url": {jumpPage}}); got.location != r.base+"/Settings/SSO?saved" {
		t.Fatalf("%d %s %s", got.status, got.location, got.body)
	}
	if got := visitor.get("/Leads/123"); !strings.HasPrefix(got.location, "/Login?target=") {
		t.Errorf("unticked: %d %s", got.status, got.location)
	}
	save(url.Values{"active": {"yes"}, "reason-parameter": {"why"}, "target-parameter": {""}})
	if got := visitor.get("/Leads/123"); got.location != jumpPage+"?why=1" {
		t.Errorf("ticked: %d %s", got.status, got.location)
	}
	for name, form := range map[string]url.Values{
		"Invalid Session URL: &#34;/SSO&#34; is not": {"active": {"yes"}, "invalid-session-url": {"/SSO"}},
		"is a page of the portal itself":             {"active": {"yes"}, "service-url": {r.base + "/x"}},
		"Web Service URL: &#34;&#34; is not":         {"active": {"yes"}, "service-url": {""}},
		"Web Service kind: &#34;corba&#34;":          {"active": {"yes"}, "service-format": {"corba"}},
		"two different names are needed":             {"active": {"yes"}, "email-parameter": {"session"}},
	} {
		got := save(form)
		admin.shows(got, 422, "sso-settings")
		if !strings.Contains(got.body, name) {
			t.Errorf("the page does not say %s: %s", name, got.body)
		}
	}
	if got := visitor.get("/Leads/123"); got.location != jumpPage+"?why=1" {
		t.Errorf("after settings that were refused: %d %s", got.status, got.location)
	}
}

func TestTestTool(t *testing.T) {
	t.Parallel()
	r := start(t, func(s *profile.Settings) { s.Incoming.Active = false })
	admin := r.administrator()
	for _, c := range []struct{ answer, verdict, shown string }{
		{"true", "<strong>Valid</strong>", "\r\n\r\ntrue</pre>"},
		{"false", "<strong>Not valid</strong>", "\r\n\r\nfalse</pre>"},
		{"<b>" + key32, "<strong>Not valid</strong>", "&lt;b&gt;***</pre>"},
	} {
		r.mu.Lock()
		r.answer = say(c.answer)
		r.mu.Unlock()
		got := admin.post("/Settings/SSO/Test", url.Values{"email": {"ada@example.com"}, "session": {key32}})
		admin.shows(got, 200, "sso-settings")
		for _, text := range []string{c.verdict, c.shown, "GET /?email=ada%40example.com&amp;session=*** HTTP/1.1"} {
			if !strings.Contains(got.body, text) {
				t.Errorf("%s: the page lacks %q: %s", c.answer, text, got.body)
			}
		}
		if strings.Contains(got.body, key32) {
			t.Error("the page shows the key")
		}
	}
	if r.calls[0].Get("email") != "ada@example.com" || r.calls[0].Get("session") != key32 {
		t.Errorf("asked %v", r.calls[0])
	}
	if e := r.last("session-started"); e.Login != "ros" {
		t.Errorf("the tool signed %s in", e.Login)
	}
}

func TestWSDLIsServed(t *testing.T) {
	t.Parallel()
	r := start(t, func(s *profile.Settings) { s.Incoming.ServiceURL = "https://os.example/ws?a&b" })
	res, err := http.Get(r.base + "/Settings/SSO/AuthenticationService.wsdl")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.Header.Get("Content-Type") != "text/xml; charset=utf-8" || !strings.Contains(string(body), `location="https://os.example/ws?a&amp;b"`) {
		t.Errorf("%v %s %s", err, res.Header, body)
	}
}
