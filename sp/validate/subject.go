package validate

import "github.com/ssoproof/ssoproof/sp/reason"

func subjectRules() []Rule {
	return []Rule{
		{ID: "subject-present", Title: "the Assertion is about somebody", Ref: "SAML profiles 4.1.4.2",
			Level: Must, Reason: reason.Subject, Check: checkSubject},
	}
}

func checkSubject(m *Message, _ *Policy) []Finding {
	if m.judged == nil || m.subject != nil {
		return nil
	}
	return found(m.judged, "no Subject", "a Subject with a bearer confirmation", "Write the Subject: it says who logs in.")
}
