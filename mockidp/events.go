package mockidp

import (
	"slices"
	"sync"
	"time"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// Event is one thing that happened at the identity provider. It never holds a
// password or a cookie.
type Event struct {
	Kind       Kind      `json:"kind"`
	At         time.Time `json:"at"`                   // the IdP's clock
	SP         string    `json:"sp,omitempty"`         // entityID
	Person     string    `json:"person,omitempty"`     // login, as typed when it was refused
	Binding    string    `json:"binding,omitempty"`    // HTTP-Redirect or HTTP-POST
	RelayState string    `json:"relayState,omitempty"` // as received or sent
	XML        []byte    `json:"-"`                    // the message: decoded when received, as sent before base64
	// Form is the form that carried the message, when a fault edited it: there
	// its fields need not hold XML and RelayState in the usual way.
	Form   []fault.Field `json:"-"`
	Faults []string      `json:"faults,omitempty"` // names, in the order of arming
	Note   string        `json:"note,omitempty"`
}

// Kind says what an event is about.
type Kind = string

// The kinds of event.
const (
	RequestReceived Kind = "request-received" // a SAMLRequest could be decoded
	Launched        Kind = "launched"         // the visitor opens an SP from the launch page
	LoginShown      Kind = "login-shown"
	LoginRefused    Kind = "login-refused" // wrong login or password
	SignedIn        Kind = "signed-in"
	SignedOut       Kind = "signed-out"
	ResponseSent    Kind = "response-sent"

	LogoutRequested      Kind = "logout-requested"       // an SP's LogoutRequest is believed
	LogoutRequestSent    Kind = "logout-request-sent"    // to an SP
	LogoutAnswered       Kind = "logout-answered"        // an SP's LogoutResponse is believed
	LogoutResponseSent   Kind = "logout-response-sent"   // to an SP
	LogoutFailed         Kind = "logout-failed"          // an SP could not be reached over the back channel
	ArtifactSent         Kind = "artifact-sent"          // the browser carries it to an SP
	ArtifactRequested    Kind = "artifact-requested"     // an SP's ArtifactResolve is believed
	ArtifactResponseSent Kind = "artifact-response-sent" // whatever is in it

	MetadataSent Kind = "metadata-sent" // with faults; without, it is what Metadata returns

	Refused   Kind = "refused"   // a page instead of a Response
	Disturbed Kind = "disturbed" // service faults strike
	Broken    Kind = "broken"    // the IdP itself failed
)

// The bindings as events name them.
const (
	redirectBinding = "HTTP-Redirect"
	postBinding     = "HTTP-POST"
	soapBinding     = "SOAP"
	artifactBinding = "HTTP-Artifact"
)

const eventLimit = 200

func (p *IdP) record(event Event) {
	event.At = p.now()
	p.events.add(event)
	if p.config.Record != nil {
		p.config.Record(event)
	}
}

// carried is the event of a message that left in this form.
func (e Event) carried(form fault.Delivery, faults []fault.Armed) Event {
	e.RelayState = ""
	if i := slices.IndexFunc(form.Fields, func(f fault.Field) bool { return f.Name == relayField }); i >= 0 {
		e.RelayState = form.Fields[i].Value
	}
	if slices.ContainsFunc(faults, func(f fault.Armed) bool { return f.Fault.Delivery != nil }) {
		e.Form = form.Fields
	}
	return e
}

func faultNames(faults []fault.Armed) []string {
	var names []string
	for _, armed := range faults {
		names = append(names, armed.Fault.Name)
	}
	return names
}

// ring remembers the last events.
type ring struct {
	mu     sync.Mutex
	limit  int
	events []Event
}

func newRing(limit int) *ring { return &ring{limit: limit} }

func (r *ring) add(event Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.events) == r.limit {
		r.events = append(r.events[:0], r.events[1:]...)
	}
	r.events = append(r.events, event)
}

// last returns up to n of the newest events, oldest first.
func (r *ring) last(n int) []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	n = min(max(n, 0), len(r.events))
	return append([]Event(nil), r.events[len(r.events)-n:]...)
}
