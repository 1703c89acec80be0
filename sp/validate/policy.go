package validate

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
)

// Policy is what one service provider knows and demands. The zero value trusts
// nobody and so refuses everything.
type Policy struct {
	EntityID string // the SP's own; what Audience must name
	ACS      string // the URL that the message was posted to; Destination and Recipient

	Issuer    string // the entity ID of the identity provider
	AnyIssuer bool   // whoever holds the trusted key may call itself what it likes
	// Others are trusted as well, for Responses that name them as their Issuer:
	// each with its own keys only, and none for any other message.
	Others []*Provider

	// Trust: a message signed with the key of one of these is believed. With
	// fingerprints alone the message must bring its certificate along.
	Certificates []*x509.Certificate
	Fingerprints []Fingerprint
	AllowSHA1    bool // in signatures and digests
	// CheckCertificate refuses certificates outside their validity and RSA keys
	// under 2048 bits; without it they are findings that are tolerated.
	CheckCertificate bool
	SignatureOn      string // what must be signed: either (default), assertion, response, both

	DecryptionKeys    []crypto.PrivateKey
	RequireEncryption bool

	Tolerance   time.Duration // how far the clocks may be apart, either way
	MaxIssueAge time.Duration // of Response and Assertion; 0 = any
	MaxAuthnAge time.Duration // since the user authenticated; 0 = any

	// Requests tells what became of the AuthnRequest of that ID; nil means that
	// the SP keeps no memory of its requests, so that any will do.
	Requests         func(id string) RequestState
	AllowUnsolicited bool
	// Sent tells to whom and when the AuthnRequest of that ID was sent, and false
	// for no request of the SP; nil means that whoever is trusted may answer.
	Sent func(id string) (request Sent, known bool)
	// Seen tells whether the Assertion was used before, and remembers it until
	// the time given. It is asked once, and only when all else is well. nil
	// means that the SP has no such memory.
	Seen func(assertionID string, until time.Time) bool

	AudienceOptional   bool
	NameIDRequired     bool
	NameIDFormats      []string // any of; none = any
	RequiredAttributes []string // each must have exactly one value, not blank
	AuthnContext       []string // any of; none = any
	StrongerAuthn      bool     // or any that is stronger than one of them
	AuthzDecisions     bool     // an AuthzDecisionStatement other than Permit refuses

	SignsRequests bool // for metadata that wants them signed

	MaxBytes int // of the XML document; 0 = 1 MiB

	Tolerated  []string        // rules whose findings do not refuse
	Enforced   []string        // should rules whose findings do
	Precedence []reason.Reason // which reason wins; those not listed come after, in rule order
	Without    []string        // rules switched off: for testing whether anybody would notice
}

// Sent is an AuthnRequest of an SP's own.
type Sent struct {
	To string // the identity provider's entity ID
	At time.Time
}

// RequestState is what an SP knows about an AuthnRequest of its own.
type RequestState string

// The states of a request.
const (
	RequestUnknown      RequestState = "unknown"
	RequestOutstanding  RequestState = "outstanding"
	RequestAnswered     RequestState = "answered"
	RequestOtherBrowser RequestState = "other-browser"
	RequestExpired      RequestState = "expired"
)

// Check returns everything that is wrong with the policy itself: words that
// name no rule, no reason and no place for a signature.
func (p Policy) Check() []error {
	var problems []error
	ids := []string{}
	for _, r := range AllRules() {
		ids = append(ids, r.ID)
	}
	for _, list := range [][]string{p.Tolerated, p.Enforced, p.Without} {
		for _, id := range list {
			if !slices.Contains(ids, id) {
				problems = append(problems, fmt.Errorf("no rule %q", id))
			}
		}
	}
	for _, r := range p.Precedence {
		if !slices.ContainsFunc(reason.All(), func(e reason.Entry) bool { return e.Reason == r }) {
			problems = append(problems, fmt.Errorf("no reason %q", r))
		}
	}
	if !slices.Contains([]string{"", "either", "assertion", "response", "both"}, p.SignatureOn) {
		problems = append(problems, fmt.Errorf("signature on %q: either, assertion, response or both", p.SignatureOn))
	}
	return problems
}

// By returns the policy by which a Response is judged that names that Issuer:
// the same, or that of one of Others, whose signatures are then the only ones
// that count.
func (p Policy) By(issuer string) Policy {
	for _, other := range p.Others {
		if other.EntityID == issuer {
			p.Issuer, p.Certificates, p.Fingerprints = issuer, other.Certificates, nil
			break
		}
	}
	return p
}

func (p *Policy) tolerates(r Rule) bool {
	return slices.Contains(p.Tolerated, r.ID) || r.Level == Should && !slices.Contains(p.Enforced, r.ID)
}

// lets tells whether a broken must rule would keep the message from being
// accepted. Reading and decrypting stop at what is refused anyway, so they
// have to know beforehand.
func (p *Policy) lets(ids ...string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool {
		return !slices.Contains(p.Tolerated, id) && !slices.Contains(p.Without, id)
	})
}
