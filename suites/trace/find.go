package trace

import (
	"fmt"
	"strings"
)

// The finders return what was observed, never nil elements; a finder that
// returns one thing returns nil when there is none. What they point to belongs
// to the trace: read it only.

// Final returns the page on which the flow left the visitor, the last one if
// the flow ended more than once.
func (t *Trace) Final() *Page { return t.page(Final) }

// Protected returns the page opened after the flow to see who is signed in.
func (t *Trace) Protected() *Page { return t.page(Protected) }

// Elsewhere returns the account page as another browser saw it last.
func (t *Trace) Elsewhere() *Page { return t.page(Elsewhere) }

func (t *Trace) page(label string) *Page {
	var found *Page
	for _, p := range t.Pages() {
		if p.Label == label {
			found = p
		}
	}
	return found
}

// Pages returns every page seen.
func (t *Trace) Pages() []*Page {
	return collect(t, func(e Event) *Page { return e.Page })
}

// Decisions returns what the SP decided about each message, in order.
func (t *Trace) Decisions() []*Decision {
	return collect(t, func(e Event) *Decision {
		if e.Party == Neighbour || e.Kind != KindDecision && e.Kind != KindLogoutDecision {
			return nil
		}
		return e.Decision
	})
}

// Journey returns what was observed until the flow ended: without what
// happened when the protected page was opened afterwards.
func (t *Trace) Journey() []Event {
	events := t.Events()
	for i := len(events) - 1; i >= 0; i-- {
		if events[i].Page != nil && events[i].Page.Label == Final {
			return events[:i]
		}
	}
	return events
}

// Verdict returns the SP's last word before the flow ended: its decision about
// a message, or its refusal of the visitor where that came later. What happens
// when the protected page is opened afterwards does not count.
func (t *Trace) Verdict() *Decision {
	var last *Decision
	for _, e := range t.Journey() {
		if e.Party == SP && e.Decision != nil && (e.Kind == KindDecision || e.Kind == KindRefused) {
			last = e.Decision
		}
	}
	return last
}

// Messages returns the messages of that name, all of them when it is empty.
func (t *Trace) Messages(name string) []*Message {
	return collect(t, func(e Event) *Message {
		if e.Message == nil || name != "" && e.Message.Name != name {
			return nil
		}
		return e.Message
	})
}

// Requests returns the AuthnRequests that the SP sent on the journey.
func (t *Trace) Requests() []*Message {
	return among(t.Journey(), func(e Event) *Message {
		if e.Party == Neighbour || e.Kind != KindRequestSent {
			return nil
		}
		return e.Message
	})
}

// Broken says in words which parties themselves failed, and how.
func (t *Trace) Broken() []string {
	var all []string
	for _, e := range t.Kind(KindBroken) {
		what, _, _ := strings.Cut(e.Note, "\n") // a stack may follow
		all = append(all, fmt.Sprintf("the party %q broke: %s", e.Party, what))
	}
	return all
}

// Exchanges returns every HTTP request of the journey, with its answer.
func (t *Trace) Exchanges() []*Exchange {
	return among(t.Journey(), func(e Event) *Exchange { return e.Exchange })
}

// Sessions returns the sessions that the SP started.
func (t *Trace) Sessions() []*Session {
	return collect(t, func(e Event) *Session {
		if e.Party == Neighbour || e.Kind != KindSessionStarted {
			return nil
		}
		return e.Session
	})
}

// Kind returns the events of one kind.
func (t *Trace) Kind(kind Kind) []Event {
	var found []Event
	for _, e := range t.Events() {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

func collect[T any](t *Trace, pick func(Event) *T) []*T { return among(t.Events(), pick) }

func among[T any](events []Event, pick func(Event) *T) []*T {
	var found []*T
	for _, e := range events {
		if p := pick(e); p != nil {
			found = append(found, p)
		}
	}
	return found
}
