package mockidp

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/crewjam/saml"
)

func TestWrongPasswordStaysOnTheLoginPage(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(nil, ServiceProvider{})
	v := s.visitor()
	p := v.redirect(requestXML(t, s.request(sp)), "state")
	for _, wrong := range []Person{{Login: "ada", Password: "sesame-seed"}, {Login: "nobody", Password: ""}, {}} {
		p = v.signIn(p, wrong)
		if p.status != http.StatusOK || !strings.Contains(p.text, `id="wrong"`) || p.forms[0].fields.Get("login") != wrong.Login {
			t.Fatalf("after %q: %d %s", wrong.Login, p.status, p.text)
		}
	}
	v.signIn(p, ada).response(t)
	for _, event := range s.events {
		if strings.Contains(event.Note+event.Person, "sesame") {
			t.Errorf("a password in %+v", event)
		}
	}
	if !strings.Contains(s.kinds(), LoginRefused) {
		t.Errorf("events %s", s.kinds())
	}
}

// TestRemember signs somebody in without a page: who has the cookie is not
// asked, and nobody else is let in by it.
func TestRemember(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(nil, ServiceProvider{})
	cookie, err := s.idp.Remember("ada")
	if err != nil {
		t.Fatal(err)
	}
	known, stranger := s.visitor(), s.visitor()
	known.client.Jar.SetCookies(known.get("/").address(), []*http.Cookie{cookie})
	known.redirect(requestXML(t, s.request(sp)), "").response(t)
	if p := stranger.redirect(requestXML(t, s.request(sp)), ""); !strings.Contains(p.text, `id="sign-in"`) {
		t.Errorf("a stranger sees %s", p.text)
	}
	if _, err := s.idp.Remember("nobody"); err == nil {
		t.Error("nobody has a session")
	}
}

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	v := s.visitor()
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	p := v.signIn(v.get("/login"), ada)
	cookie := p.header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("no %s in %q", want, cookie)
		}
	}
	if strings.Contains(cookie, "Secure") {
		t.Errorf("Secure over plain http: %q", cookie)
	}
	old := v.client.Jar.Cookies(p.address())
	v.signIn(v.get("/login"), bob)
	if current := v.get("/"); !strings.Contains(current.text, "bob") {
		t.Error("bob is not signed in")
	}
	w := s.visitor()
	w.client.Jar.SetCookies(p.address(), old)
	if p := w.get("/"); strings.Contains(p.text, "Signed in as") {
		t.Error("the session that bob replaced is still good")
	}
	v.get("/logout")
	if p := v.get("/"); strings.Contains(p.text, "Signed in as") {
		t.Error("still signed in after signing out")
	}
	if !strings.HasSuffix(s.kinds(), SignedOut) {
		t.Errorf("events %s", s.kinds())
	}
}

func TestForceAuthnAndIsPassive(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for name, tc := range map[string]struct {
		signedIn       bool
		force, passive *bool
		want           string // "login" or a status
	}{
		"nobody signed in":             {want: "login"},
		"signed in":                    {signedIn: true, want: "Success"},
		"force, signed in":             {signedIn: true, force: &yes, want: "login"},
		"not force, signed in":         {signedIn: true, force: &no, want: "Success"},
		"passive, nobody signed in":    {passive: &yes, want: "Responder/NoPassive"},
		"passive, signed in":           {signedIn: true, passive: &yes, want: "Success"},
		"passive and force, signed in": {signedIn: true, passive: &yes, force: &yes, want: "Responder/NoPassive"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, nil)
			sp := s.register(nil, ServiceProvider{})
			req := s.request(sp)
			req.ForceAuthn, req.IsPassive = tc.force, tc.passive
			for _, binding := range []string{redirectBinding, postBinding} {
				v := s.visitor()
				if tc.signedIn {
					v.signIn(v.get("/login"), ada)
				}
				var p page
				if binding == redirectBinding {
					p = v.redirect(requestXML(t, req), "")
				} else {
					p = v.post(ssoPath, url.Values{"SAMLRequest": {base64Text(requestXML(t, req))}})
				}
				switch {
				case tc.want == "login":
					v.signIn(p, bob).response(t)
				case p.statusOf(t) != tc.want:
					t.Errorf("%s: %s, want %s", binding, p.statusOf(t), tc.want)
				}
			}
		})
	}
}

// Two tabs wait at the login page, and each is answered to its own request.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(nil, ServiceProvider{})
	v := s.visitor()
	requests := []*saml.AuthnRequest{s.request(sp), s.request(sp)}
	tabs := []page{v.redirect(requestXML(t, requests[0]), "one"), v.redirect(requestXML(t, requests[1]), "two")}
	for i, relayState := range []string{"one", "two"} {
		posted, raw := v.signIn(tabs[i], ada).response(t)
		if _, err := sp.ParseXMLResponse(raw, []string{requests[i].ID}, sp.AcsURL); err != nil || posted.fields.Get("RelayState") != relayState {
			t.Errorf("tab %d: %v, relay state %q", i, err, posted.fields.Get("RelayState"))
		}
	}
}

func TestBackAndSubmitAgain(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(nil, ServiceProvider{})
	v := s.visitor()
	shown := v.redirect(requestXML(t, s.request(sp)), "")
	v.signIn(shown, ada).response(t)
	if again := v.signIn(shown, ada); again.status != http.StatusGone || again.name != "refused" {
		t.Errorf("a second answer: %d %s", again.status, again.name)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(nil, ServiceProvider{})
	v := s.visitor()
	shown := v.redirect(requestXML(t, s.request(sp)), "state")
	fields := shown.forms[0].fields
	fields.Set("cancel", "yes")
	p := v.post("/login", fields)
	if got := p.statusOf(t); got != "Responder/AuthnFailed" {
		t.Errorf("status %s", got)
	}
	if posted, _ := p.response(t); posted.fields.Get("RelayState") != "state" {
		t.Errorf("relay state %q", posted.fields.Get("RelayState"))
	}
}

// The login page survives a reload after a POST, and does not answer twice.
func TestLoginPageReloads(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(nil, ServiceProvider{})
	v := s.visitor()
	shown := v.post(ssoPath, url.Values{"SAMLRequest": {base64Text(requestXML(t, s.request(sp)))}})
	reloaded := v.get(strings.TrimPrefix(shown.url, s.url))
	if shown.forms[0].fields.Get("request") != reloaded.forms[0].fields.Get("request") {
		t.Error("the reloaded page waits under another key")
	}
	v.signIn(reloaded, ada).response(t)
	if again := v.get(strings.TrimPrefix(shown.url, s.url)); again.status != http.StatusGone {
		t.Errorf("status %d", again.status)
	}
}

func TestLaunch(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(func(sp *saml.ServiceProvider) { sp.AllowIDPInitiated = true }, ServiceProvider{LaunchRelayState: "dashboard"})
	v := s.visitor()
	p := v.get("/")
	for _, want := range []string{`id="launch"`, `id="sp"`, `id="relay-state"`, `id="open"`} {
		if !strings.Contains(p.text, want) {
			t.Fatalf("no %s on the launch page\n%s", want, p.text)
		}
	}
	if got := p.forms[0].fields.Get("relay-state"); got != "dashboard" {
		t.Errorf("preset relay state %q", got)
	}
	query := url.Values{"sp": {sp.EntityID}, "relay-state": {"reports & more"}}
	posted, raw := v.signIn(v.get(p.forms[0].action+"?"+query.Encode()), ada).response(t)
	if posted.fields.Get("RelayState") != "reports & more" || strings.Contains(string(raw), "InResponseTo") {
		t.Errorf("relay state %q in\n%s", posted.fields.Get("RelayState"), raw)
	}
	if _, err := sp.ParseXMLResponse(raw, nil, sp.AcsURL); err != nil {
		t.Error(err)
	}
	if unknown := v.get("/launch?sp=nobody"); unknown.status != http.StatusNotFound {
		t.Errorf("unknown SP: %d", unknown.status)
	}
}

func htmlPage(body []byte) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(string(body))), Request: &http.Request{URL: &url.URL{}}}, nil
}
