package validate

import (
	"crypto"
	"fmt"
	"strings"
	"time"
)

// Facts is what a report shows about a message, accepted or not. Nothing in it
// has been verified: a login takes Identity and nothing else.
type Facts struct {
	Now                                   time.Time // the SP's clock
	ResponseID, AssertionID, InResponseTo string
	Destination, Issuer, Status           string
	NameID, NameIDFormat                  string
	IssueInstant, NotBefore, NotOnOrAfter string // as written
	AuthnInstant, SessionNotOnOrAfter     string
	Audiences                             []string
	Attributes                            []string // names
	Signatures                            []SignatureFacts
	Encryption                            []string // algorithms
}

// SignatureFacts describes one signature and the certificate that it was
// checked with.
type SignatureFacts struct {
	On                               string // Response or Assertion
	Method, Digest, Canonicalization string
	Transforms                       []string
	Subject, Key                     string // of the certificate, "" when there is none
	SHA1, SHA256                     string // its fingerprints
	NotBefore, NotAfter              time.Time
	DigestValid, ValueValid, Trusted bool
}

// Fact is one line of a report.
type Fact struct{ Name, Value string }

func (m *Message) facts() Facts {
	f := Facts{
		Now: m.now, ResponseID: m.response.Value("ID"), AssertionID: m.judged.Value("ID"),
		InResponseTo: m.response.Value("InResponseTo"), Destination: m.response.Value("Destination"),
		Issuer: m.issuer(), Status: m.status(),
		NameID: m.nameID().Text(), NameIDFormat: m.nameID().Value("Format"),
		IssueInstant: m.judged.Value("IssueInstant"),
		NotBefore:    m.conditions.Value("NotBefore"), NotOnOrAfter: m.conditions.Value("NotOnOrAfter"),
		AuthnInstant: m.authn.Value("AuthnInstant"), SessionNotOnOrAfter: m.authn.Value("SessionNotOnOrAfter"),
	}
	if f.IssueInstant == "" {
		f.IssueInstant = m.response.Value("IssueInstant")
	}
	for _, restriction := range m.conditions.All(assertionNS, "AudienceRestriction") {
		for _, a := range restriction.All(assertionNS, "Audience") {
			f.Audiences = append(f.Audiences, a.Text())
		}
	}
	for _, a := range m.attributes {
		f.Attributes = append(f.Attributes, a.name)
	}
	for _, s := range m.signatures {
		f.Signatures = append(f.Signatures, s.facts())
	}
	for _, x := range m.encrypted {
		f.Encryption = append(f.Encryption, x.Algorithms()...)
	}
	return f
}

func (m *Message) issuer() string {
	if issuer := m.judged.First(assertionNS, "Issuer"); issuer != nil {
		return issuer.Text()
	}
	return m.response.First(assertionNS, "Issuer").Text()
}

func (s *signature) facts() SignatureFacts {
	f := SignatureFacts{
		On: s.owner.Local, Method: s.Method, Canonicalization: s.Form.Algorithm,
		DigestValid: len(s.digests) > 0, ValueValid: s.trust.value == nil, Trusted: s.trust.trusted,
	}
	for i, r := range s.References {
		if i == 0 {
			f.Digest = r.Digest
			for _, t := range r.Transforms {
				f.Transforms = append(f.Transforms, t.Algorithm)
			}
		}
		f.DigestValid = f.DigestValid && i < len(s.digests) && s.digests[i] == nil
	}
	if c := s.trust.signer; c != nil {
		f.Subject, f.Key = c.Subject.String(), keyKind(c)
		f.SHA1, f.SHA256 = FingerprintOf(c, crypto.SHA1).Hex(), FingerprintOf(c, crypto.SHA256).Hex()
		f.NotBefore, f.NotAfter = c.NotBefore, c.NotAfter
	}
	return f
}

// List returns the facts as lines, in reading order, without the empty ones.
func (f Facts) List() []Fact {
	var clock string
	if !f.Now.IsZero() { // else nothing was read
		clock = stamp(f.Now)
	}
	lines := []Fact{
		{"SP clock", clock}, {"status", f.Status}, {"issuer", f.Issuer},
		{"response ID", f.ResponseID}, {"assertion ID", f.AssertionID},
		{"in response to", f.InResponseTo}, {"destination", f.Destination},
		{"name ID", f.NameID}, {"name ID format", f.NameIDFormat},
		{"audience", strings.Join(f.Audiences, ", ")}, {"attributes", strings.Join(f.Attributes, ", ")},
		{"issue instant", f.IssueInstant}, {"not before", f.NotBefore}, {"not on or after", f.NotOnOrAfter},
		{"authn instant", f.AuthnInstant}, {"session not on or after", f.SessionNotOnOrAfter},
	}
	for _, s := range f.Signatures {
		lines = append(lines, s.list()...)
	}
	lines = append(lines, Fact{"encryption", strings.Join(f.Encryption, ", ")})
	var filled []Fact
	for _, line := range lines {
		if line.Value != "" {
			filled = append(filled, Fact{line.Name, shortened(line.Value)})
		}
	}
	return filled
}

func (s SignatureFacts) list() []Fact {
	on := strings.ToLower(s.On) + " signature"
	lines := []Fact{
		{on, fmt.Sprintf("digest %s, value %s, certificate %s", word(s.DigestValid, "valid"), word(s.ValueValid, "valid"), word(s.Trusted, "trusted"))},
		{on + " method", s.Method}, {on + " digest", s.Digest},
		{on + " canonicalization", s.Canonicalization}, {on + " transforms", strings.Join(s.Transforms, ", ")},
	}
	if s.Subject+s.SHA1 == "" {
		return append(lines, Fact{on + " certificate", "none"})
	}
	return append(lines,
		Fact{on + " certificate", s.Subject}, Fact{on + " key", s.Key},
		Fact{on + " certificate SHA-1", s.SHA1}, Fact{on + " certificate SHA-256", s.SHA256},
		Fact{on + " certificate validity", stamp(s.NotBefore) + " to " + stamp(s.NotAfter)})
}

func word(yes bool, adjective string) string {
	if yes {
		return adjective
	}
	return "not " + adjective
}
