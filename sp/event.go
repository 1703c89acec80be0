package sp

import (
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// Event is one thing that happened at a tenant, for whoever keeps the record.
//
// Every POST to an ACS makes exactly one Event of kind "decision", with the
// final reason; it is empty when the visitor is signed in and on the way to
// where they wanted to be. Other kinds are "request-sent", "refused" (outside
// the ACS), "session-started", "session-ended", "account-created", "broken",
// those of single logout and artifacts ("logout-decision" of every message of
// single logout that came, "logout-request-sent", "logout-response-sent",
// "artifact-resolve-sent"), and what features add.
type Event struct {
	Kind    string
	Tenant  string // the host
	Account string // the account's ID, when it is about one
	Login   string // and its login
	Reason  reason.Reason
	// Decision is the validator's, of a message that could be given to it; an
	// accepted message may still have a Reason, such as an unknown user.
	Decision   *validate.Decision
	Policy     *validate.Policy // by which a Response was judged; without its memories, Requests and Seen
	XML        []byte           // the message that was sent or received
	Binding    string           // redirect, post, artifact, soap
	RelayState string
	Note       string    // for people
	At         time.Time // by the SP's clock
}

func (t *tenant) record(e Event) {
	e.Tenant, e.At = t.config.Host, t.Now()
	t.sp.config.Record(e)
	if e.Decision == nil {
		return
	}
	for _, f := range e.Decision.Findings {
		if f.Rule == validate.Broken {
			t.record(Event{Kind: "broken", Note: f.Got})
		}
	}
}
