package validate

import (
	"fmt"
	"unicode/utf8"

	"github.com/ssoproof/ssoproof/sp/reason"
)

func addressingRules() []Rule {
	return []Rule{
		{ID: "destination-present", Title: "a signed Response names its Destination", Ref: "SAML bindings 3.5.5.2",
			Level: Must, Reason: reason.Destination, Check: checkDestinationPresent},
		{ID: "destination-matches", Title: "the Destination is the URL that the Response was posted to", Ref: "SAML core 3.2.2",
			Level: Must, Reason: reason.Destination, Check: checkDestination},
		{ID: "solicited", Title: "the Response was asked for", Ref: "SAML profiles 4.1.5",
			Level: Must, Reason: reason.Unsolicited, Check: checkSolicited},
		{ID: "request-outstanding", Title: "the Response answers a request that is waiting for its answer in this browser", Ref: "SAML core 3.2.2; SAML profiles 4.1.4.3",
			Level: Must, Reason: reason.InResponseTo, Check: checkRequest},
	}
}

func checkDestinationPresent(m *Message, _ *Policy) []Finding {
	if _, present := m.response.Attr("Destination"); present || !m.signed(m.response) {
		return nil
	}
	return foundAttr(m.response, "Destination", "none", "the URL of the SP's assertion consumer service",
		"Write the Destination: without it the signed Response could be posted to any SP.")
}

// checkDestination compares exactly (core 1.3.2): an SP behind a proxy has to
// know the URL that the world uses.
func checkDestination(m *Message, p *Policy) []Finding {
	destination, present := m.response.Attr("Destination")
	if !present || destination == p.ACS {
		return nil
	}
	return foundAttr(m.response, "Destination", quoted(destination, true), quoted(p.ACS, true),
		"Set the assertion consumer service URL of this SP to "+p.ACS+". "+difference(destination, p.ACS))
}

// difference points at the first character in which two values differ.
func difference(got, want string) string {
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	for at > 0 && at < len(got) && !utf8.RuneStart(got[at]) {
		at--
	}
	character := utf8.RuneCountInString(got[:at]) + 1
	switch {
	case got == want:
		return ""
	case at == len(got):
		return fmt.Sprintf("It ends before character %d, where %q is missing.", character, shortened(want[at:]))
	case at == len(want):
		return fmt.Sprintf("From character %d on it has %q too much.", character, shortened(got[at:]))
	}
	return fmt.Sprintf("They differ from character %d on: %q is not %q.", character, shortened(got[at:]), shortened(want[at:]))
}

func checkSolicited(m *Message, p *Policy) []Finding {
	if m.response == nil || p.AllowUnsolicited || m.response.Value("InResponseTo") != "" || m.confirmedRequest() != "" {
		return nil
	}
	return foundAttr(m.response, "InResponseTo", "none", "the ID of a request of this SP",
		"This SP takes only answers to its own requests: start the login at the SP, and repeat the ID of its AuthnRequest in InResponseTo.")
}

// confirmedRequest is the request that the Assertion's confirmation names.
func (m *Message) confirmedRequest() string {
	return m.confirmation.First(assertionNS, "SubjectConfirmationData").Value("InResponseTo")
}

// answered is the request that the Response answers, by what it says itself or
// by its Assertion's confirmation; "" is none.
func (m *Message) answered() string {
	if id := m.response.Value("InResponseTo"); id != "" {
		return id
	}
	return m.confirmedRequest()
}

// question is the request of the SP that the Response answers.
func (m *Message) question(p *Policy) (request Sent, known bool) {
	id := m.answered()
	if id == "" || p.Sent == nil {
		return Sent{}, false
	}
	return p.Sent(id)
}

func checkRequest(m *Message, p *Policy) []Finding {
	id := m.answered()
	if id == "" || p.Requests == nil {
		return nil
	}
	state := p.Requests(id)
	got := fmt.Sprintf("%q, which is %s", shortened(id), map[RequestState]string{
		RequestUnknown:      "no request of this SP",
		RequestAnswered:     "a request that was answered before",
		RequestOtherBrowser: "a request from another browser",
		RequestExpired:      "a request that the SP has given up",
	}[state])
	switch state {
	case RequestOutstanding:
		return nil
	case RequestExpired:
		f := foundAttr(m.response, "InResponseTo", got, "a request that is waiting for its answer", "Log in again, without a long pause on the login page.")
		f[0].Reason = reason.RequestExpired
		return f
	}
	return foundAttr(m.response, "InResponseTo", got, "a request that is waiting for its answer in this browser",
		"Repeat the ID of the AuthnRequest in InResponseTo, answer each request once, and send no InResponseTo when nobody asked.")
}
