package validate

import (
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// Finding is one broken rule, in one place.
type Finding struct {
	Rule      string
	Ref       string
	Reason    reason.Reason
	Got, Want string // what stands in the message, and what should
	Where     string // XPath-like
	Remedy    string // what the identity provider's administrator can do, in plain words
	Tolerated bool   // the policy lets it pass; it stays on record

	element *xmltree.Element // becomes Where
	attr    string
}

func (f Finding) refuses() bool { return !f.Tolerated }

// Decision is the verdict on one message. Reason is empty exactly when the
// message is accepted, and Identity is set only then: nothing that an SP could
// mistake for a login comes out of a refused message.
type Decision struct {
	Accepted bool
	Reason   reason.Reason
	Findings []Finding
	Identity Identity
	Logout   Logout // of a message of single logout
	Facts    Facts
}

// Identity is what an accepted Assertion says about its subject, read from the
// very elements that were verified.
type Identity struct {
	NameID, NameIDFormat              string
	NameQualifier, SPNameQualifier    string
	Attributes                        map[string][]string // by Name; values of equal names are joined
	SessionIndex                      string
	SessionNotOnOrAfter, AuthnInstant time.Time // zero when not sent
	Issuer, AssertionID, InResponseTo string
}
