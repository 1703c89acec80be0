// Package trace is the evidence of one case: what the browser saw, what the
// parties sent each other and what the service provider decided, in the order
// in which it was observed.
//
// It knows nothing of scenarios, profiles, servers or Chrome; whoever observes
// something adds an Event, and checks and reports only read. Secrets are masked
// when an event enters, so that no reader has to remember it. Start at Event.
package trace

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// Party is who was observed, or who observed.
type Party string

// The parties of a case.
const (
	Browser Party = "browser"
	SP      Party = "sp"
	IdP     Party = "idp"
	Origin  Party = "origin" // the legacy Originating System
	Lab     Party = "lab"
	// Neighbour is another tenant of the SP's product. What it decides and whom
	// it signs in is no evidence about the SP.
	Neighbour Party = "neighbour"
)

// Kind says what happened. The kinds below are those that finders and checks
// look for; a party may record others, which are evidence for the reader only.
type Kind string

// The kinds of event that checks rely on.
const (
	KindExchange       Kind = "exchange"          // one HTTP request and its answer (Exchange)
	KindRequestSent    Kind = "request-sent"      // the SP sent an AuthnRequest (Message)
	KindResponseSent   Kind = "response-sent"     // the IdP sent a Response (Message)
	KindServiceCalled  Kind = "service-called"    // the SP called the Authentication Web Service
	KindDecision       Kind = "decision"          // the SP judged a message (Decision)
	KindLogoutDecision Kind = "logout-decision"   // the SP judged a message of single logout (Decision)
	KindMetadata       Kind = "metadata-decision" // the SP judged the IdP's metadata (Decision)
	KindRefused        Kind = "refused"           // the SP turned the visitor away (Decision.Reason)
	KindSessionStarted Kind = "session-started"   // Session
	KindSessionEnded   Kind = "session-ended"     // Session
	KindAccountCreated Kind = "account-created"   // Session names the account
	KindFormFilled     Kind = "form-filled"       // the visitor filled in and sent a login form
	KindPage           Kind = "page"              // Page
	KindTrapped        Kind = "trapped"           // an address was called that nobody may call (Exchange or Note)
	KindCertificate    Kind = "certificate-shown" // a party behind TLS showed its certificate; Note is what is wrong with it for whom the lab's authority is trusted
	KindBroken         Kind = "broken"            // the party itself failed, and nothing that it does is evidence (Note)
	KindClock          Kind = "clock"             // Note
	KindNote           Kind = "note"              // Note
)

// Event is one thing observed. At is the virtual clock of the party, Elapsed
// the real time since the case began. At most one of the pointers is set.
type Event struct {
	Seq      int           `json:"seq"`
	At       time.Time     `json:"at"`
	Elapsed  time.Duration `json:"elapsed"`
	Party    Party         `json:"party"`
	Kind     Kind          `json:"kind"`
	Exchange *Exchange     `json:"exchange,omitempty"`
	Message  *Message      `json:"message,omitempty"`
	Decision *Decision     `json:"decision,omitempty"`
	Session  *Session      `json:"session,omitempty"`
	Page     *Page         `json:"page,omitempty"`
	Note     string        `json:"note,omitempty"`
}

// Exchange is one HTTP request and its answer, without bodies and most headers.
type Exchange struct {
	From        Party  `json:"from"`
	To          Party  `json:"to"`
	Method      string `json:"method"`
	URL         string `json:"url"`
	Status      int    `json:"status"`
	Location    string `json:"location,omitempty"`
	ContentType string `json:"contentType,omitempty"`
	// Cookies are the names of the cookies that the answer sets.
	Cookies []string `json:"cookies,omitempty"`
}

// Message is one protocol message: AuthnRequest, Response, AuthenticationCall.
type Message struct {
	Name       string   `json:"name"`
	From       Party    `json:"from"`
	To         Party    `json:"to"`
	Binding    string   `json:"binding,omitempty"` // post or redirect for SAML
	RelayState string   `json:"relayState,omitempty"`
	XML        string   `json:"xml,omitempty"`
	Signed     bool     `json:"signed,omitempty"` // by a Signature element or in the query
	Faults     []string `json:"faults,omitempty"`
	// Form holds the fields of the form that carried the message, in order, when
	// a fault edited them: the message as it was before is in XML.
	Form []Fact `json:"form,omitempty"`
}

// Decision is what the SP concluded. Reason is empty when Accepted. An event
// of kind KindRefused carries one with the Reason alone.
type Decision struct {
	Accepted bool                `json:"accepted"`
	Reason   string              `json:"reason,omitempty"`
	Findings []Finding           `json:"findings,omitempty"`
	Identity map[string][]string `json:"identity,omitempty"` // name-id, name-id-format, issuer, session-index, and attributes by name
	Facts    []Fact              `json:"facts,omitempty"`
	// RelayState came with the message.
	RelayState string `json:"relayState,omitempty"`
}

// Finding is one broken rule: what the SP got, what it wants, and what the
// sender should change.
type Finding struct {
	Rule      string `json:"rule"`
	Ref       string `json:"ref,omitempty"`
	Reason    string `json:"reason"`
	Got       string `json:"got,omitempty"`
	Want      string `json:"want,omitempty"`
	Where     string `json:"where,omitempty"`
	Remedy    string `json:"remedy,omitempty"`
	Tolerated bool   `json:"tolerated,omitempty"`
}

// Fact is a value with a name: one worth showing beside a decision, such as a
// thumbprint, or a field of a form.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Session is a session at the SP, or the account it would belong to.
type Session struct {
	Started bool   `json:"started"`
	Account string `json:"account"`
	Login   string `json:"login,omitempty"`
}

// Page labels. Any other label names a step of the flow.
const (
	Final     = "final"     // where the flow left the visitor
	Elsewhere = "elsewhere" // the account page in another browser, where a flow has one
	Protected = "protected" // the page opened afterwards, to see who is signed in
	Stop      = "stop"      // where the visitor stood on the way, before going on
	Metadata  = "metadata"  // the product's metadata, fetched without the browser
)

// Page is what the visitor saw at one moment.
type Page struct {
	Label      string `json:"label"`
	Name       string `json:"name,omitempty"` // data-page of <body>
	URL        string `json:"url"`
	Status     int    `json:"status"`
	Title      string `json:"title"`
	Text       string `json:"text"` // innerText: what can be seen, not what is in the source
	HTML       string `json:"html,omitempty"`
	Screenshot []byte `json:"screenshot,omitempty"` // PNG
	// Error is why no page came, in the browser's words; "" when one did.
	Error string `json:"error,omitempty"`
}

// Trace collects events. It may be used by many goroutines at once; its zero
// value is empty and ready.
type Trace struct {
	mu     sync.Mutex
	events []Event
}

// New returns an empty trace.
func New() *Trace { return &Trace{} }

// Add numbers the event, from 1, masks its secrets and keeps it. The event's
// parts are copied: what the caller does with them later is not seen.
func (t *Trace) Add(e Event) {
	e = masked(e)
	t.mu.Lock()
	defer t.mu.Unlock()
	e.Seq = len(t.events) + 1
	t.events = append(t.events, e)
}

// Illustrate adds a picture to the newest page with that label, if there is
// one: whether a picture is worth its price is known only once the case is
// judged.
func (t *Trace) Illustrate(label string, png []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := len(t.events) - 1; i >= 0; i-- {
		if page := t.events[i].Page; page != nil && page.Label == label {
			pictured := *page
			pictured.Screenshot = png
			t.events[i].Page = &pictured
			return
		}
	}
}

// Events returns what was observed so far, in order. The slice is the
// caller's, what it points to is not.
func (t *Trace) Events() []Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Event(nil), t.events...)
}

// String tells the story in one line per event, without bodies.
func (t *Trace) String() string {
	var b strings.Builder
	for _, e := range t.Events() {
		fmt.Fprintf(&b, "%3d %-7s %-16s %s\n", e.Seq, e.Party, e.Kind, e.summary())
	}
	return b.String()
}

func (e Event) summary() string {
	switch {
	case e.Exchange != nil:
		x := e.Exchange
		return strings.TrimSpace(fmt.Sprintf("%s %s %d %s", x.Method, x.URL, x.Status, x.Location))
	case e.Message != nil:
		return strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Message.Name, e.Message.Binding, strings.Join(e.Message.Faults, " ")))
	case e.Decision != nil && e.Decision.Accepted:
		return "accepted"
	case e.Decision != nil:
		return e.Decision.Reason
	case e.Session != nil:
		return e.Session.Account
	case e.Page != nil:
		return fmt.Sprintf("%s: %s %d %q", e.Page.Label, e.Page.URL, e.Page.Status, e.Page.Title)
	}
	return e.Note
}
