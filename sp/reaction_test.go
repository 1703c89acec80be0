package sp_test

import (
	"bytes"
	"encoding/base64"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
)

// faults are one message for each kind of refusal.
var faults = []struct {
	name string
	spit func(*answer)
	want reason.Reason
}{
	{"expired", func(a *answer) { a.now = a.now.Add(-time.Hour) }, reason.Expired},
	{"not yet valid", func(a *answer) { a.notBefore = 30 * time.Minute; a.lifetime = time.Hour }, reason.NotYetValid},
	{"audience", func(a *answer) { a.audience = "https://other.example" }, reason.Audience},
	{"status", func(a *answer) { a.status = "urn:oasis:names:tc:SAML:2.0:status:Responder" }, reason.Status},
	{"stranger", func(a *answer) { a.by = stranger() }, reason.FingerprintMismatch},
}

func TestReactions(t *testing.T) {
	t.Parallel()
	sse := map[string]string{"": "SSO System Error"}
	for _, test := range []struct {
		product, layout string
		status          int
		page            string
		texts           map[string]string // by fault; "" is any other
	}{
		{"influitive", "", 403, "error", map[string]string{
			"expired":       "Current time is on or after NotOnOrAfter condition",
			"not yet valid": "Current time is earlier than NotBefore condition",
			"stranger":      "Fingerprint Mismatch",
			"audience":      "audience", "status": "not Success",
		}},
		{"successpro", "", 400, "message", sse},
		{"eft", "other", 200, "prompt", map[string]string{"": `<dialog open id="prompt"`}},
		{"eft", "root", 403, "http-error", map[string]string{"": "403 Forbidden"}},
	} {
		for _, fault := range faults {
			t.Run(test.product+test.layout+" "+fault.name, func(t *testing.T) {
				t.Parallel()
				s := open(t, test.product, test.layout, "allow-unsolicited: true")
				v := s.visitor()
				a := s.identity(people[0])
				fault.spit(&a)
				p := v.follow(v.post(a, ""))
				s.decided(fault.want)
				text, ok := test.texts[fault.name]
				if !ok {
					text = test.texts[""]
				}
				if p.status != test.status || p.name() != test.page || !strings.Contains(p.body, text) {
					t.Errorf("shows %d %s, want %d %s with %q\n%s", p.status, p.name(), test.status, test.page, text, p.body)
				}
				if v.who() != "" {
					t.Error("the visitor is signed in all the same")
				}
			})
		}
	}
}

func TestInfluitiveNamesTheAttribute(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "allow-unsolicited: true")
	a := s.identity(people[0])
	delete(a.attributes, "LastName")
	if p := s.visitor().post(a, ""); !strings.Contains(p.body, "LastName") {
		t.Errorf("the page does not name LastName:\n%s", p.body)
	}
	s.decided(reason.AttributeMissing)
}

func TestSuccessProMessages(t *testing.T) {
	t.Parallel()
	overlay := "texts: {user-not-found: Ask your back office., sso-system-error: Nothing to see here.}"
	s := open(t, "successpro", "", overlay)
	v := s.visitor()
	lost := people[0]
	lost.UserID = "nobody"
	first := v.post(s.identity(lost), "")
	if first.status != 303 || first.header.Get("Location") != "/message/user-not-found" {
		t.Errorf("User Not Found: %d to %q, want 303 to its message page", first.status, first.header.Get("Location"))
	}
	if p := v.follow(first); p.status != 403 || !strings.Contains(p.body, "User Not Found") || !strings.Contains(p.body, "Ask your back office.") {
		t.Errorf("User Not Found page: %d\n%s", p.status, p.body)
	}
	p := v.follow(v.send("POST", "/auth/saml/acs", url.Values{}))
	if p.status != 400 || strings.Contains(p.body, "Nothing to see here.") ||
		!strings.Contains(p.body, "An error occurred while attempting to consume the SSO assertion.") {
		t.Errorf("SSO System Error is not to be customized: %d\n%s", p.status, p.body)
	}
}

func TestEFTPromptLeadsToTheLoginPage(t *testing.T) {
	t.Parallel()
	s := open(t, "eft", "other", "")
	v := s.visitor()
	prompt := v.send("POST", "/sp/samlv2/sso", url.Values{"SAMLResponse": {"!"}})
	login := v.get(find(prompt.body, `id="ok" href="([^"]*)"`))
	if login.path != "/" || login.name() != "login" || !strings.Contains(login.body, `id="sso"`) || !strings.Contains(login.body, `id="password"`) {
		t.Errorf("OK leads to %s %s\n%s", login.path, login.name(), login.body)
	}
}

func TestEFTRootHasNoOtherWayIn(t *testing.T) {
	t.Parallel()
	s := open(t, "eft", "root", "")
	v := s.visitor()
	one, two := v.request(v.get("/")), v.request(v.get("/"))
	if one.id == two.id {
		t.Error("a refresh does not make a new request")
	}
	p := v.follow(v.send("POST", "/", url.Values{"SAMLResponse": {"!"}}))
	if p.status != 400 || strings.Contains(p.body, "<form") {
		t.Errorf("unreadable input: %d, want 400 without a form\n%s", p.status, p.body)
	}
	if again := v.request(v.follow(v.get(p.url))); again.id == one.id || again.id == two.id {
		t.Error("refreshing the error does not make a new request")
	}
}

func TestEFTTimeout(t *testing.T) {
	t.Parallel()
	for layout, status := range map[string]int{"root": 504, "other": 200} {
		s := open(t, "eft", layout, "answer-timeout: 2s")
		v := s.visitor()
		waiting := v.get(s.settings.ReservedPath)
		request := v.request(waiting)
		watch := s.settings.ReservedPath + "?timed-out=" + request.id
		if !strings.Contains(strings.ReplaceAll(waiting.body, `\/`, "/"), "timed-out") || !strings.Contains(waiting.body, "2000") {
			t.Errorf("%s: the page does not watch\n%s", layout, waiting.body)
		}
		if other := s.visitor(); other.request(other.follow(other.get(watch))).id == "" {
			t.Errorf("%s: somebody else can end the wait", layout)
		}
		if p := v.follow(v.get(watch)); p.status != status {
			t.Errorf("%s: timeout shows %d, want %d", layout, p.status, status)
		}
		if again := v.request(v.follow(v.get(watch))); again.id == request.id {
			t.Errorf("%s: refreshing the timeout does not make a new request", layout)
		}
		a := s.identity(people[0])
		a.inResponseTo = request.id
		v.post(a, "")
		s.decided(reason.RequestExpired)
	}
}

func TestHostileDeliveries(t *testing.T) {
	t.Parallel()
	b64 := func(s string) url.Values {
		return url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString([]byte(s))}}
	}
	for name, form := range map[string]url.Values{
		"nothing": {}, "empty": {"SAMLResponse": {""}}, "two": {"SAMLResponse": {"YQ==", "YQ=="}}, "lower case": {"samlresponse": {"YQ=="}},
		"not base64": {"SAMLResponse": {"<xml>"}}, "not XML": b64("\x00\xff\xfe"), "no element": b64("<?xml version='1.0'?>"),
		"open": b64("<a><b>"), "doctype": b64(`<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`), "deep": b64(strings.Repeat("<a>", 50000)),
		"with a request": {"SAMLResponse": {"YQ=="}, "SAMLRequest": {"YQ=="}}, "artifact": {"SAMLart": {"AAQ="}},
		"another message": b64(`<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "eft", "root", "")
			v := s.visitor()
			if p := v.follow(v.send("POST", "/", form)); p.status < 400 || p.status > 499 {
				t.Errorf("status %d, want one in the four hundreds", p.status)
			}
			if n := len(s.decisions()); n != 1 {
				t.Errorf("%d decisions, want exactly one", n)
			}
			for _, e := range s.events {
				if e.Kind == "broken" {
					t.Errorf("broken: %s", e.Note)
				}
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	for product, status := range map[string]int{"influitive": 413, "successpro": 400, "eft": 200} {
		s := open(t, product, "", "max-body: 4096")
		v := s.visitor()
		p := v.follow(v.send("POST", s.settings.ACSPath(), url.Values{"SAMLResponse": {strings.Repeat("A", 5000)}}))
		s.decided(reason.TooLarge)
		if p.status != status {
			t.Errorf("%s shows %d, want %d", product, p.status, status)
		}
	}
}

func TestOtherMethodsAndForms(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "")
	v := s.visitor()
	for _, p := range []page{
		v.get("/saml/consume"), v.get("/saml/consume?SAMLResponse=YQ=="), v.send("PUT", "/saml/consume", url.Values{}),
		v.get("/sign_in?SAMLResponse=YQ=="),
	} {
		if p.status != 400 {
			t.Errorf("status %d, want 400", p.status)
		}
	}
	r := httptest.NewRequest("POST", "/saml/consume", bytes.NewReader([]byte("SAMLResponse=YQ==")))
	r.Host = s.host
	r.Header.Set("Content-Type", "text/plain")
	v.deliver(r)
	s.decided(reason.Malformed)
}

func TestUnknownHostAndPage(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "")
	v := s.visitor()
	if p := v.get("/nowhere"); p.status != 404 || p.name() != "not-found" {
		t.Errorf("unknown page: %d %s", p.status, p.name())
	}
	s.host = "other.localhost"
	if p := v.get("/"); p.status != 404 {
		t.Errorf("unknown host: %d", p.status)
	}
}
