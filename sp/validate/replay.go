package validate

import "github.com/ssoproof/ssoproof/sp/reason"

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
	if !p.Seen(id, m.latestUse().Add(p.Tolerance)) {
		return nil
	}
	return foundAttr(m.judged, "ID", quoted(id, true)+", used before", "an Assertion that was not used yet",
		"Send a fresh Assertion for every login; a user should not reload or go back to the page that posts it.")
}
