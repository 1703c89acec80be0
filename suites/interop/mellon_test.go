//go:build linux

package interop

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
	"github.com/ssoproof/ssoproof/suites/browser"
)

const (
	idpHost    = "idp.localhost"
	mellonHost = "mellon.localhost"
	secret     = "/secret.html"
)

// accepted are ways in which products' documents want a Response to look.
var accepted = []struct {
	name  string
	shape response.Shape
}{
	{"a signed assertion", response.Shape{Sign: "assertion"}},
	{"a signed message", response.Shape{Sign: "response"}},
	{"an encrypted assertion", response.Shape{Sign: "both", Encrypt: true}},
}

// refusals are defects of a Response, with the status that mod_auth_mellon
// answers and what it writes to its log.
var refusals = []struct {
	name, fault string
	args        fault.Args
	status      int
	log         string
}{
	{"an expired assertion", "conditions-window", fault.Args{"not-on-or-after": "-10m"}, 400, "NotOnOrAfter in Condition was in the past"},
	{"an assertion of the future", "conditions-window", fault.Args{"not-before": "10m"}, 400, "NotBefore in Condition was in the future"},
	{"an expired confirmation", "confirmation-window", fault.Args{"not-on-or-after": "-10m"}, 400, "NotOnOrAfter in SubjectConfirmationData was in the past"},
	{"an assertion for another audience", "audience", fault.Args{"value": "https://another.example/metadata"}, 400, "Invalid Audience in Conditions"},
	{"an assertion for another recipient", "recipient", fault.Args{"value": "https://another.example/acs"}, 400, "Wrong Recipient in SubjectConfirmationData"},
	{"a message for another destination", "destination", fault.Args{"value": "https://another.example/acs"}, 400, "Invalid Destination on Response"},
	{"a message of an unknown issuer", "issuer", fault.Args{"value": "https://another.example/metadata"}, 400, "identifier of a provider is unknown"},
	{"a signature with a foreign key", "signed-with-foreign-key", nil, 400, "Failed to verify signature"},
	{"a borrowed certificate", "borrowed-certificate", nil, 400, "Failed to verify signature"},
	{"a name changed after signing", "content-tampered", nil, 400, "Failed to verify signature"},
	{"a message without signature", "unsigned", nil, 400, "Signature element not found"},
	{"a forged assertion beside the signed one", "signature-wrapped", fault.Args{"variant": "3", "as": "grace"}, 400, "Signature element not found"},
	{"an assertion encrypted to somebody else", "encrypted-to-foreign-key", nil, 400, "Could not decrypt an assertion"},
	{"a status other than success", "status", fault.Args{"sub": "NoPassive"}, 401, "Status code is not success"},
}

// mellon signs ada in to a site that mod_auth_mellon guards, through the mock
// identity provider, and lets it judge what the identity provider does wrong.
func (s *stage) mellon(t *testing.T) {
	idp := s.mockIdP(t)
	server := s.guardedSite(t, idp)
	metadata := server.get(t, mellonHost, "/mellon/metadata")
	for _, a := range accepted {
		t.Run(a.name, func(t *testing.T) {
			must(t, idp.Register(registration(metadata, a.shape)))
			s.atMellon(t, s.openSecret(t, server), server)
			s.say(t, "mod_auth_mellon let ada in with %s of our identity provider", a.name)
		})
	}
	must(t, idp.Register(registration(metadata, response.Shape{Sign: "both"})))
	t.Run("an answer to another request", func(t *testing.T) {
		// It does not compare InResponseTo with its requests: a rule that only
		// our service provider can be the judge of.
		arm(t, idp, "in-response-to", fault.Args{"value": "_another"})
		s.atMellon(t, s.openSecret(t, server), server)
		if sent := s.sent.Load(); sent == nil || !bytes.Contains(sent.XML, []byte(`InResponseTo="_another"`)) {
			t.Error("the message answered the right request after all")
		}
		s.say(t, "mod_auth_mellon let ada in with an answer to a request that it never sent")
	})
	for _, r := range refusals {
		t.Run(r.name, func(t *testing.T) {
			arm(t, idp, r.fault, r.args)
			s.refused(t, server, r.status, r.log)
			s.say(t, "mod_auth_mellon refused %s (%q), and let ada in without that", r.name, r.log)
		})
	}
}

// arm puts a defect into the next Response.
func arm(t *testing.T, idp *mockidp.IdP, name string, args fault.Args) {
	t.Helper()
	defect, known := fault.Find(name)
	if !known {
		t.Fatalf("no fault is called %s", name)
	}
	idp.Arm(fault.Armed{Fault: defect, Args: args})
}

// refused plays a login that is to fail, and then the same without the defect:
// only that can be to blame.
func (s *stage) refused(t *testing.T, server *apache, status int, log string) {
	t.Helper()
	before := len(server.log())
	tab := s.openSecret(t, server)
	at(t, tab, server.url(mellonHost, "/mellon/postResponse"), status, nil)
	if said := server.log()[before:]; !strings.Contains(said, log) {
		t.Errorf("mod_auth_mellon refused for another reason than %q:\n%s", log, said)
	}
	must(t, tab.Open(server.url(mellonHost, secret)))
	s.atMellon(t, tab, server)
}

// openSecret opens the guarded page in a fresh browser and signs in.
func (s *stage) openSecret(t *testing.T, server *apache) *browser.Tab {
	t.Helper()
	tab := s.tab(t)
	must(t, tab.Open(server.url(mellonHost, secret)))
	must(t, tab.Submit([]browser.Field{{CSS: "#login", Text: s.ada.Login}, {CSS: "#password", Text: s.ada.Password}}, "#sign-in"))
	return tab
}

func (s *stage) atMellon(t *testing.T, tab *browser.Tab, server *apache) {
	t.Helper()
	at(t, tab, server.url(mellonHost, secret), http.StatusOK, map[string]string{
		"#user": "U-1815", "#email": "ada@example.com",
	})
}

func (s *stage) mockIdP(t *testing.T) *mockidp.IdP {
	t.Helper()
	key, err := mockidp.NewKey(mockidp.KeyOptions{})
	must(t, err)
	idp, err := mockidp.New(mockidp.Config{
		BaseURL: s.front.URL(idpHost), Keys: []mockidp.Key{key}, Now: time.Now,
		People: []mockidp.Person{
			{Login: s.ada.Login, Password: s.ada.Password, Attributes: s.ada.Attributes},
			{Login: "grace", Attributes: map[string][]string{"email": {"grace@example.com"}, "user-id": {"U-1906"}}},
		},
		Record: func(e mockidp.Event) {
			switch e.Kind {
			case mockidp.ResponseSent:
				s.sent.Store(&e)
			case mockidp.Broken:
				t.Errorf("the identity provider is broken: %s", e.Note)
			}
		},
	})
	must(t, err)
	s.front.Serve(idpHost, idp)
	return idp
}

func (s *stage) guardedSite(t *testing.T, idp *mockidp.IdP) *apache {
	t.Helper()
	server := newApache(t)
	server.writeKey(t, "mellon")
	server.write(t, "idp.xml", idp.Metadata())
	server.fill(t, "mellon", site{Host: mellonHost, SP: server.url(mellonHost, "/mellon/metadata")})
	server.start(t)
	return server
}

func registration(metadata []byte, shape response.Shape) mockidp.ServiceProvider {
	return mockidp.ServiceProvider{
		Metadata: metadata, Name: "mod_auth_mellon", Shape: shape,
		NameID: mockidp.NameIDRule{Format: "email"},
		Release: []mockidp.Release{
			{Name: "user-id", Format: "basic", From: "user-id"},
			{Name: "email", Format: "basic", From: "email"},
		},
	}
}
