package validate

import (
	"fmt"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// The clocks may be Tolerance apart: what begins has begun once now+T has
// reached it, what ends has ended once now-T has reached it.
func timeRules() []Rule {
	return []Rule{
		{ID: "times-readable", Title: "times are xs:dateTime", Ref: "SAML core 1.3.3",
			Level: Must, Reason: reason.Malformed, Check: checkTimesReadable},
		{ID: "times-utc", Title: "times are in UTC and end in Z", Ref: "SAML core 1.3.3",
			Level: Should, Reason: reason.Malformed, Check: checkTimesUTC},
		{ID: "issue-instant-present", Title: "Response and Assertion say when they were issued", Ref: "SAML core 2.3.3, 3.2.2",
			Level: Must, Reason: reason.IssueInstant, Check: checkIssuePresent},
		{ID: "issue-instant-not-future", Title: "Response and Assertion were not issued in the future", Ref: "SAML core 3.2.2",
			Level: Must, Reason: reason.IssueInstant, Check: checkIssueFuture},
		{ID: "issue-instant-recent", Title: "Response and Assertion were issued no longer ago than the SP accepts", Ref: "SP policy; SAML core 3.2.2",
			Level: Must, Reason: reason.IssueInstant, Check: checkIssueAge},
		{ID: "issued-after-request", Title: "Response and Assertion were issued after the request that they answer", Ref: "SAML core 3.2.2; SPID 14, 39",
			Level: Should, Reason: reason.IssueInstant, Check: checkIssueAfterRequest},
		{ID: "not-before", Title: "the Assertion is valid already", Ref: "SAML core 2.5.1.2",
			Level: Must, Reason: reason.NotYetValid, Check: checkNotBefore},
		{ID: "not-on-or-after", Title: "the Assertion is valid still", Ref: "SAML core 2.5.1.2",
			Level: Must, Reason: reason.Expired, Check: checkNotOnOrAfter},
		{ID: "window-ordered", Title: "the Assertion's validity begins before it ends", Ref: "SAML core 2.5.1.2",
			Level: Must, Reason: reason.Expired, Check: checkWindow},
		{ID: "session-not-over", Title: "the identity provider's session is not over", Ref: "SAML core 2.7.2",
			Level: Must, Reason: reason.SessionExpired, Check: checkSession},
		{ID: "authn-instant-not-future", Title: "the user has authenticated in the past", Ref: "SAML core 2.7.2",
			Level: Must, Reason: reason.Condition, Check: checkAuthnFuture},
		{ID: "authn-recent", Title: "the user has authenticated no longer ago than the SP accepts", Ref: "SP policy; SAML core 2.7.2",
			Level: Must, Reason: reason.Condition, Check: checkAuthnAge},
	}
}

const clockAdvice = "Compare both clocks with a time server, check the time zone, "

// begun tells whether what begins at t has begun, and over whether what ends
// then is over. The bounds are inclusive and exclusive, as NotBefore and
// NotOnOrAfter say.
func (m *Message) begun(t time.Time, p *Policy) bool { return !m.now.Add(p.Tolerance).Before(t) }
func (m *Message) over(t time.Time, p *Policy) bool  { return !m.now.Add(-p.Tolerance).Before(t) }

func (m *Message) foundTime(i instant, p *Policy, want, remedy string) []Finding {
	return foundAttr(i.element, i.name, apart(i.name, i.Time, m.now, p.Tolerance), want, remedy)
}

func checkTimesReadable(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, i := range m.instants() {
		if !i.valid {
			findings = append(findings, foundAttr(i.element, i.name, quoted(i.text, true), "a time like 2026-01-31T08:00:00Z",
				"Write times as xs:dateTime in UTC.")...)
		}
	}
	return findings
}

// checkTimesUTC reports times that were understood nevertheless: one with an
// offset was converted, one without zone taken as UTC.
func checkTimesUTC(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, i := range m.instants() {
		if i.valid && !i.utc {
			findings = append(findings, foundAttr(i.element, i.name, quoted(i.text, true)+", read as "+stamp(i.Time),
				"a time in UTC that ends in Z", "Write times in UTC with a Z: other SPs may read this one differently.")...)
		}
	}
	return findings
}

// issues returns the IssueInstants that are there and can be read.
func (m *Message) issues() []instant {
	var readable []instant
	for _, e := range []*xmltree.Element{m.response, m.judged} {
		if i := readInstant(e, "IssueInstant"); i.valid {
			readable = append(readable, i)
		}
	}
	return readable
}

func checkIssuePresent(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, e := range []*xmltree.Element{m.response, m.judged} {
		if _, set := e.Attr("IssueInstant"); e != nil && !set {
			findings = append(findings, foundAttr(e, "IssueInstant", "none", "the time of issue", "Write IssueInstant into the "+e.Local+".")...)
		}
	}
	return findings
}

func checkIssueFuture(m *Message, p *Policy) []Finding {
	var findings []Finding
	for _, i := range m.issues() {
		if !m.begun(i.Time, p) {
			findings = append(findings, m.foundTime(i, p, "a time that has come",
				clockAdvice+"and let the identity provider's clock not run ahead.")...)
		}
	}
	return findings
}

// checkIssueAfterRequest only advises: an answer that is older than its request
// looks like that of a clock which is slow.
func checkIssueAfterRequest(m *Message, p *Policy) []Finding {
	request, known := m.question(p)
	if !known {
		return nil
	}
	var findings []Finding
	asked := request.At.Truncate(time.Second) // many write no fractions
	for _, i := range m.issues() {
		if i.Time.Add(p.Tolerance).Before(asked) {
			findings = append(findings, foundAttr(i.element, i.name, quoted(i.text, true), "no time before "+stamp(asked)+", when the request was sent",
				clockAdvice+"and make each Response when it is asked for, not beforehand.")...)
		}
	}
	return findings
}

func checkIssueAge(m *Message, p *Policy) []Finding {
	if p.MaxIssueAge <= 0 {
		return nil
	}
	var findings []Finding
	for _, i := range m.issues() {
		if m.over(i.Add(p.MaxIssueAge), p) {
			findings = append(findings, m.foundTime(i, p, "no older than "+seconds(p.MaxIssueAge),
				clockAdvice+"and send each message when it is made.")...)
		}
	}
	return findings
}

func checkNotBefore(m *Message, p *Policy) []Finding {
	i := readInstant(m.conditions, "NotBefore")
	if !i.valid || m.begun(i.Time, p) {
		return nil
	}
	return m.foundTime(i, p, "at or before the SP's time",
		clockAdvice+"and do not set NotBefore into the future; many identity providers set it some seconds back.")
}

func checkNotOnOrAfter(m *Message, p *Policy) []Finding {
	i := readInstant(m.conditions, "NotOnOrAfter")
	if !i.valid || !m.over(i.Time, p) {
		return nil
	}
	return m.foundTime(i, p, "after the SP's time",
		clockAdvice+"and make the validity long enough for a slow user: five minutes are usual.")
}

// checkWindow matters where a tolerance would let an empty window pass.
func checkWindow(m *Message, p *Policy) []Finding {
	from, until := readInstant(m.conditions, "NotBefore"), readInstant(m.conditions, "NotOnOrAfter")
	if !from.valid || !until.valid || from.Before(until.Time) {
		return nil
	}
	f := found(m.conditions, fmt.Sprintf("valid from %s until %s", stamp(from.Time), stamp(until.Time)),
		"NotBefore before NotOnOrAfter", "Let NotOnOrAfter lie some minutes after NotBefore.")
	if from.After(until.Time) {
		f[0].Reason = reason.NotYetValid
	}
	return f
}

// checkSession and checkAuthnFuture look at every AuthnStatement: readers differ
// in which of them they take.
func checkSession(m *Message, p *Policy) []Finding {
	var findings []Finding
	for _, e := range m.authns {
		if i := readInstant(e, "SessionNotOnOrAfter"); i.valid && m.over(i.Time, p) {
			findings = append(findings, m.foundTime(i, p, "after the SP's time", clockAdvice+"and let the user log in again once the session has ended.")...)
		}
	}
	return findings
}

func checkAuthnFuture(m *Message, p *Policy) []Finding {
	var findings []Finding
	for _, e := range m.authns {
		if i := readInstant(e, "AuthnInstant"); i.valid && !m.begun(i.Time, p) {
			findings = append(findings, m.foundTime(i, p, "a time that has come", strings.TrimSuffix(clockAdvice, ", ")+".")...)
		}
	}
	return findings
}

func checkAuthnAge(m *Message, p *Policy) []Finding {
	i := readInstant(m.authn, "AuthnInstant")
	if !i.valid || p.MaxAuthnAge <= 0 || !m.over(i.Add(p.MaxAuthnAge), p) {
		return nil
	}
	return m.foundTime(i, p, "no longer ago than "+seconds(p.MaxAuthnAge),
		"Let the user log in again: the identity provider's session is older than the SP accepts.")
}
