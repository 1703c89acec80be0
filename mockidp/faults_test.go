package mockidp

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// Faults of our own, so that the tests do not depend on the catalogue.
var (
	marked = fault.Armed{Fault: fault.Fault{Name: "marked", Wire: func(raw []byte, _ fault.Args) ([]byte, error) {
		return append(raw, "<!--marked-->"...), nil
	}}}
	astray = fault.Armed{Fault: fault.Fault{Name: "astray", Delivery: func(d *fault.Delivery, _ fault.Args) error {
		d.URL = "https://elsewhere.example.com/"
		return nil
	}}}
	foreignSigned = fault.Armed{Fault: fault.Fault{Name: "foreign-signed", Signature: func(s *fault.Signing, _ fault.Args) error {
		s.Key = s.Foreign
		return nil
	}}}
	closed = fault.Armed{Fault: fault.Fault{Name: "closed", Service: func(http.Handler, fault.Args) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	}}}
	reset = fault.Armed{Fault: fault.Fault{Name: "reset", Service: func(http.Handler, fault.Args) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	}}}
	failing = fault.Armed{Fault: fault.Fault{Name: "failing", Assertion: func(*fault.Message, fault.Args) error { return errors.New("out of order") }}}
	panicky = fault.Armed{Fault: fault.Fault{Name: "panicky", Assertion: func(*fault.Message, fault.Args) error { panic("out of order") }}}
)

// signedOn returns a scene with an SP and a visitor who is signed in, and how
// to ask for a Response.
func signedOn(t *testing.T) (*scene, *saml.ServiceProvider, func() page) {
	t.Helper()
	s := newScene(t, nil)
	sp := s.register(nil, ServiceProvider{})
	v := s.visitor()
	v.signIn(v.get("/login"), ada)
	return s, sp, func() page { return v.get("/launch?sp=" + sp.EntityID) }
}

func isMarked(t *testing.T, p page) bool {
	_, raw := p.response(t)
	return strings.Contains(string(raw), "marked")
}

func TestArmedFaultsAreForTheNextResponse(t *testing.T) {
	t.Parallel()
	s, sp, open := signedOn(t)
	s.idp.Arm(marked)
	// Showing a login page and refusing a request are no Responses.
	s.visitor().redirect(requestXML(t, s.request(sp)), "")
	s.visitor().get(ssoPath)
	if !isMarked(t, open()) || isMarked(t, open()) {
		t.Error("want the fault in the next Response, and in no other")
	}
	s.idp.Arm(marked)
	s.idp.Arm(astray)
	p := open()
	if posted, _ := p.response(t); !isMarked(t, p) || posted.action != "https://elsewhere.example.com/" {
		t.Errorf("want both faults, form %+v", posted)
	}
	if got := strings.Join(s.last(ResponseSent).Faults, " "); got != "marked astray" {
		t.Errorf("recorded %q", got)
	}
}

func TestTheFormIsRecordedAsItLeft(t *testing.T) {
	t.Parallel()
	s, _, open := signedOn(t)
	open()
	if e := s.last(ResponseSent); e.Form != nil || e.RelayState != "" {
		t.Errorf("without a fault recorded %+v", e)
	}
	for name, args := range map[string]fault.Args{"relay-state": {"value": "elsewhere"}, "base64-garbage": {"value": "%%%"}} {
		f, _ := fault.Find(name)
		s.idp.Arm(fault.Armed{Fault: f, Args: args})
	}
	posted := open().forms[0].fields
	e := s.last(ResponseSent)
	want := []fault.Field{{Name: "SAMLResponse", Value: "%%%"}, {Name: "RelayState", Value: "elsewhere"}}
	if !slices.Equal(e.Form, want) || e.RelayState != "elsewhere" || len(e.XML) == 0 || posted.Get("RelayState") != "elsewhere" {
		t.Errorf("recorded %+v", e)
	}
}

func TestArmAlwaysUntilReset(t *testing.T) {
	t.Parallel()
	s, _, open := signedOn(t)
	s.idp.ArmAlways(marked)
	if first, second := isMarked(t, open()), isMarked(t, open()); !first || !second {
		t.Error("want the fault in every Response")
	}
	s.idp.Arm(astray)
	s.idp.AnswerStatus(response.Status{Code: saml.StatusResponder})
	s.idp.Reset()
	p := open()
	if posted, _ := p.response(t); isMarked(t, p) || posted.action != "https://sp.example.com/acs" || p.statusOf(t) != "Success" {
		t.Errorf("an order is left after Reset: %+v", posted)
	}
}

// A service fault strikes where the Response would be sent. What it kept from
// being sent keeps its other faults for the next.
func TestServiceFaults(t *testing.T) {
	t.Parallel()
	s, sp, open := signedOn(t)
	s.idp.Arm(closed, marked)
	v := s.visitor()
	shown := v.redirect(requestXML(t, s.request(sp)), "")
	if p := v.signIn(shown, ada); p.status != http.StatusServiceUnavailable {
		t.Fatalf("%d, want 503", p.status)
	}
	if !strings.Contains(s.kinds(), Disturbed) || strings.Contains(s.kinds(), ResponseSent) {
		t.Errorf("events %s", s.kinds())
	}
	if !isMarked(t, open()) || isMarked(t, open()) {
		t.Error("want the other fault in the next Response")
	}
	s.idp.Arm(reset)
	resp, err := http.Get(s.url + "/launch?sp=" + sp.EntityID)
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("the login page must not be struck: %v", err)
	}
	resp.Body.Close()
	client := s.visitor()
	client.signIn(client.get("/login"), ada)
	if _, err := client.client.Get(s.url + "/launch?sp=" + sp.EntityID); err == nil {
		t.Error("the connection was not reset")
	}
	if strings.Contains(s.kinds(), Broken) {
		t.Error("a reset counts as a broken identity provider")
	}
}

func TestAnswerStatus(t *testing.T) {
	t.Parallel()
	s, sp, open := signedOn(t)
	s.idp.AnswerStatus(response.Status{Code: saml.StatusResponder, SubCode: saml.StatusRequestDenied, Message: "not today"})
	v := s.visitor()
	p := v.signIn(v.redirect(requestXML(t, s.request(sp)), "state"), ada)
	posted, raw := p.response(t)
	if p.statusOf(t) != "Responder/RequestDenied" || posted.fields.Get("RelayState") != "state" || !strings.Contains(string(raw), "not today") {
		t.Errorf("status %s in %s", p.statusOf(t), raw)
	}
	if got := open().statusOf(t); got != "Success" {
		t.Errorf("the next answer: %s", got)
	}
}

// The foreign key is made when it is needed, and no SP has heard of it.
func TestForeignKey(t *testing.T) {
	t.Parallel()
	s, sp, open := signedOn(t)
	sp.AllowIDPInitiated = true
	s.idp.Arm(foreignSigned)
	_, raw := open().response(t)
	if _, err := sp.ParseXMLResponse(raw, nil, sp.AcsURL); err == nil {
		t.Error("the SP accepts a foreign key")
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil || doc.FindElement("//X509Certificate") == nil {
		t.Fatalf("no certificate in %s", raw)
	}
	if _, raw = open().response(t); true {
		if _, err := sp.ParseXMLResponse(raw, nil, sp.AcsURL); err != nil {
			t.Error(err)
		}
	}
}

// A fault that fails is the lab's problem, and is told apart.
func TestBrokenFaults(t *testing.T) {
	t.Parallel()
	for _, broken := range []fault.Armed{failing, panicky} {
		s, _, open := signedOn(t)
		s.idp.Arm(broken)
		if p := open(); p.status != http.StatusInternalServerError || p.name != "broken" || strings.Contains(p.text, "out of order") {
			t.Errorf("%s: %d %s", broken.Fault.Name, p.status, p.text)
		}
		if note := s.last(Broken).Note; !strings.Contains(note, "out of order") {
			t.Errorf("%s: recorded %q", broken.Fault.Name, note)
		}
		open().response(t)
	}
}

// impersonating forges an Assertion about the person of a login.
func impersonating(t *testing.T, name, login string, more fault.Args) fault.Armed {
	t.Helper()
	f, known := fault.Find(name)
	if !known {
		t.Fatalf("there is no fault %q", name)
	}
	args := fault.Args{"as": login}
	for name, value := range more {
		args[name] = value
	}
	return fault.Armed{Fault: f, Args: args}
}

// What is forged says of another person what this IdP says of them to this SP.
func TestForgeriesAreAboutPeopleOfThisIdP(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(nil, ServiceProvider{Release: []Release{{Name: "mail", From: "email"}}})
	v := s.visitor()
	v.signIn(v.get("/login"), ada)
	open := func() page { return v.get("/launch?sp=" + sp.EntityID) }

	s.idp.Arm(impersonating(t, "signature-wrapped", "bob", fault.Args{"variant": "forged-last"}))
	_, raw := open().response(t)
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"ada@example.com", "bob@example.com"} {
		assertion := doc.Root().SelectElements("Assertion")[i]
		for _, path := range []string{"Subject/NameID", "AttributeStatement/Attribute[@Name='mail']/AttributeValue"} {
			if el := assertion.FindElement(path); el == nil || el.Text() != want {
				t.Errorf("Assertion %d: %s is %v, want %s", i+1, path, el, want)
			}
		}
	}

	s.idp.Arm(impersonating(t, "signature-wrapped", "carol", fault.Args{"variant": "3"}))
	if p := open(); p.status != http.StatusInternalServerError {
		t.Errorf("a forgery about somebody whom nobody knows is answered with %d", p.status)
	}
	s.idp.Arm(impersonating(t, "metadata-planted", "bob", nil))
	if p := open(); p.status != http.StatusInternalServerError {
		t.Errorf("metadata that is not signed is planted all the same: %d", p.status)
	}
}
