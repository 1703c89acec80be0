package validate

import (
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// The replay rules ask Policy.Seen, which remembers the Assertion, so they run
// last and exactly one of them asks.
func replayRules() []Rule {
	return []Rule{
		{ID: "one-time-use", Title: "an Assertion for one-time use is used once", Ref: "SAML core 2.5.1.5",
			Level: Must, Reason: reason.Condition, Last: true, Check: func(m *Message, p *Policy) []Finding { return checkSeen(m, p, true) }},
		{ID: "not-replayed", Title: "an Assertion is used once while it is valid", Ref: "SAML profiles 4.1.4.5",
			Level: Must, Reason: reason.Replayed, Last: true, Check: func(m *Message, p *Policy) []Finding { return checkSeen(m, p, false) }},
	}
}

func checkSeen(m *Message, p *Policy, oneTime bool) []Finding {
	condition := m.conditions.First(assertionNS, "OneTimeUse")
	if m.judged == nil || p.Seen == nil || oneTime != (condition != nil) {
		return nil
	}
	id := m.judged.Value("ID")
	if !p.Seen(id, m.useless(p)) {
		return nil
	}
	return foundAttr(m.judged, "ID", quoted(id, true)+", used before", "an Assertion that was not used yet",
		"Send a fresh Assertion for every login; a user should not reload or go back to the page that posts it.")
}

// useless returns from when on the Assertion will be refused for its age, so that
// nobody need remember it; never, where nothing that the SP heeds says so.
func (m *Message) useless(p *Policy) time.Time {
	never := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	end := never
	consider := func(rule string, e *xmltree.Element) {
		i := readInstant(e, "NotOnOrAfter")
		if i.valid && !p.lets(rule) && i.Before(never) && (end == never || i.After(end)) {
			end = i.Time
		}
	}
	consider("not-on-or-after", m.conditions)
	for _, c := range m.confirmations { // another one may be the best later
		consider("confirmation-not-on-or-after", c.First(assertionNS, "SubjectConfirmationData"))
	}
	if end == never && p.MaxIssueAge > 0 && !p.lets("issue-instant-recent") {
		end = m.now.Add(p.Tolerance + p.MaxIssueAge) // it may have been issued that far ahead
	}
	return end.Add(p.Tolerance)
}
