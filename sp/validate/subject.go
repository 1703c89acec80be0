package validate

import (
	"fmt"

	"github.com/ssoproof/ssoproof/sp/reason"
)

func subjectRules() []Rule {
	return []Rule{
		{ID: "one-assertion", Title: "the Response holds one Assertion", Ref: "SAML profiles 4.1.4.2",
			Level: Must, Reason: reason.Subject, Check: checkOneAssertion},
		{ID: "subject-present", Title: "the Assertion is about somebody", Ref: "SAML profiles 4.1.4.2",
			Level: Must, Reason: reason.Subject, Check: checkSubject},
	}
}

// checkOneAssertion: the standard allows several about one principal, but SPs
// disagree about which one counts, and attackers live on that. One in the
// clear beside one encrypted is always such an attempt (CVE-2026-2092).
func checkOneAssertion(m *Message, _ *Policy) []Finding {
	if len(m.assertions) < 2 {
		return nil
	}
	f := found(m.assertions[1], fmt.Sprintf("%d Assertions", len(m.assertions)), "one", "Send one Assertion with all statements.")
	if m.response.First(assertionNS, "Assertion") != nil && m.hasEncryptedAssertion() {
		f[0].Got += ", encrypted and in the clear"
		f[0].Reason = reason.SignatureInvalid
	}
	return f
}

func checkSubject(m *Message, _ *Policy) []Finding {
	if m.judged == nil || m.subject != nil {
		return nil
	}
	return found(m.judged, "no Subject", "a Subject with a bearer confirmation", "Write the Subject: it says who logs in.")
}
