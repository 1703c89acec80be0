package validate

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmldsig"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// Query is the signature of a message that came by the Redirect binding: it
// stands in the query, over the parameters as they were written there
// (bindings 3.4.4.1).
type Query struct {
	Octets    string // SAMLRequest=…&RelayState=…&SigAlg=…, not decoded
	Algorithm string // SigAlg
	Value     []byte // Signature
}

// Logout is what an accepted message of single logout says. Of a LogoutRequest
// the SP takes NameID and SessionIndexes, of a LogoutResponse the Status.
type Logout struct {
	ID, InResponseTo               string
	NameID, NameIDFormat           string
	NameQualifier, SPNameQualifier string
	SessionIndexes                 []string // none is all of that NameID (core 3.7.1)
	Status, SubStatus              string   // the codes without their prefix, such as Success and PartialLogout
}

// maxLogoutAge is how long ago a message of single logout may have been issued:
// it is made when it is sent, and its ID has to be remembered that long.
const maxLogoutAge = time.Hour

// LogoutRequest judges a LogoutRequest, q being nil unless it came by the
// Redirect binding. Policy.ACS is the URL that it came to, and Policy.Seen
// remembers it. Like Response, it never panics.
func LogoutRequest(raw []byte, q *Query, p Policy, now time.Time) Decision {
	return logout(raw, q, p, now, LogoutRequestRules())
}

// LogoutResponse judges a LogoutResponse in the same way; Policy.Requests tells
// of the LogoutRequest that it answers. That the status is not Success is no
// finding: the message says something true.
func LogoutResponse(raw []byte, q *Query, p Policy, now time.Time) Decision {
	return logout(raw, q, p, now, LogoutResponseRules())
}

// LogoutRequestOverSOAP judges a LogoutRequest in its SOAP envelope; message is
// the request alone.
func LogoutRequestOverSOAP(raw []byte, p Policy, now time.Time) (d Decision, message []byte) {
	m := &Message{now: now, raw: raw}
	rules := append([]Rule{envelopeRule("LogoutRequest", reason.Malformed)}, LogoutRequestRules()...)
	d = m.judgeLogout(&p, rules, func() {
		m.envelope, m.problems = m.parse(raw, &p, nil)
		if inside := m.envelope.First(soapNS, "Body").Elements(); len(inside) > 0 {
			message = inside[0].Detach()
			m.readLogout(inside[0], &p)
		}
	})
	return d, message
}

func logout(raw []byte, q *Query, p Policy, now time.Time, rules []Rule) Decision {
	m := &Message{now: now, query: q, raw: raw}
	return m.judgeLogout(&p, rules, func() {
		var root *xmltree.Element
		root, m.problems = m.parse(raw, &p, nil)
		m.readLogout(root, &p)
	})
}

func (m *Message) judgeLogout(p *Policy, rules []Rule, read func()) Decision {
	return m.decide(p, rules, read, reason.Malformed, func(d *Decision) bool {
		d.Logout = m.logout()
		return m.root != nil
	})
}

func (m *Message) readLogout(root *xmltree.Element, p *Policy) {
	m.root, m.response = root, root
	m.readSignatures(p)
	m.nameIDs = m.root.All(assertionNS, "NameID")
	for _, e := range m.root.All(assertionNS, "EncryptedID") {
		if plain := m.decrypt(e, "NameID", p); plain != nil {
			m.nameIDs = append(m.nameIDs, plain)
		}
	}
}

func (m *Message) logout() Logout {
	l := Logout{
		ID: m.root.Value("ID"), InResponseTo: m.root.Value("InResponseTo"),
		NameID: m.nameID().Text(), NameIDFormat: m.nameID().Value("Format"),
		NameQualifier: m.nameID().Value("NameQualifier"), SPNameQualifier: m.nameID().Value("SPNameQualifier"),
	}
	for _, e := range m.root.All(protocolNS, "SessionIndex") {
		l.SessionIndexes = append(l.SessionIndexes, e.Text())
	}
	code := m.root.First(protocolNS, "Status").First(protocolNS, "StatusCode")
	l.Status = strings.TrimPrefix(code.Value("Value"), statusPrefix)
	l.SubStatus = strings.TrimPrefix(code.First(protocolNS, "StatusCode").Value("Value"), statusPrefix)
	return l
}

// AllRules returns the rules of every message, each once: those of a Response,
// then those that only the other messages have.
func AllRules() []Rule {
	var all []Rule
	for _, r := range slices.Concat(Rules(), LogoutRequestRules(), LogoutResponseRules(), ArtifactRules(), MetadataRules(), DeliveryRules()) {
		if !slices.ContainsFunc(all, func(known Rule) bool { return known.ID == r.ID }) {
			all = append(all, r)
		}
	}
	return all
}

// LogoutRequestRules returns the rules of a LogoutRequest, in their order.
func LogoutRequestRules() []Rule {
	return slices.Concat(logoutRules("LogoutRequest"), encryptionRules(), []Rule{
		{ID: "logout-name-id", Title: "the LogoutRequest has one readable NameID", Ref: "SAML core 3.7.1",
			Level: Must, Reason: reason.NameID, Check: checkLogoutNameID},
		{ID: "logout-not-on-or-after", Title: "the LogoutRequest is good still", Ref: "SAML core 3.7.1",
			Level: Must, Reason: reason.Expired, Check: checkLogoutExpired},
		{ID: "logout-not-replayed", Title: "a LogoutRequest is used once", Ref: "SAML core 3.2.1",
			Level: Must, Reason: reason.Replayed, Last: true, Check: checkLogoutSeen},
	})
}

// LogoutResponseRules returns the rules of a LogoutResponse, in their order.
func LogoutResponseRules() []Rule {
	return slices.Concat(logoutRules("LogoutResponse"), []Rule{
		{ID: "logout-status-present", Title: "the LogoutResponse has a StatusCode", Ref: "SAML core 3.2.2",
			Level: Must, Reason: reason.Malformed, Check: checkStatusPresent},
		{ID: "logout-in-response-to", Title: "the LogoutResponse answers a LogoutRequest that is waiting for its answer", Ref: "SAML core 3.2.2",
			Level: Must, Reason: reason.InResponseTo, Check: checkLogoutAnswers},
	})
}

// logoutRules are what both messages have in common.
func logoutRules(name string) []Rule {
	return slices.Concat(documentRules(), []Rule{
		{ID: "logout-root", Title: "the document is the message that belongs here", Ref: "SAML profiles 4.4.3",
			Level: Must, Reason: reason.Malformed, Check: func(m *Message, _ *Policy) []Finding { return checkLogoutRoot(m, name) }},
		{ID: "logout-version", Title: "the message of single logout says Version 2.0", Ref: "SAML core 3.2.1",
			Level: Must, Reason: reason.Version, Check: func(m *Message, _ *Policy) []Finding { return checkVersion(m.root) }},
		{ID: "logout-id", Title: "the message of single logout has an ID", Ref: "SAML core 3.2.1",
			Level: Must, Reason: reason.Malformed, Check: func(m *Message, _ *Policy) []Finding { return checkID(m.root) }},
	}, wrappingRules(), []Rule{
		{ID: "logout-signed", Title: "the message of single logout is signed as a whole", Ref: "SAML profiles 4.4.4.1, 4.4.4.2",
			Level: Must, Reason: reason.SignatureMissing, Check: checkLogoutSigned},
		{ID: "logout-query-signature", Title: "the signature of the query verifies over the query as it was sent", Ref: "SAML bindings 3.4.4.1",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkQuerySignature},
		{ID: "logout-query-algorithm", Title: "the signature of the query uses an algorithm that is known and sound", Ref: "SAML bindings 3.4.4.1; RFC 6931",
			Level: Must, Reason: reason.AlgorithmRefused, Check: checkQueryAlgorithm},
	}, presentSignatureRules(), trustRules(), []Rule{
		{ID: "logout-destination", Title: "the message of single logout is addressed to this URL", Ref: "SAML core 3.2.1; SAML bindings 3.4.5.2",
			Level: Must, Reason: reason.Destination, Check: checkLogoutDestination},
		{ID: "logout-issuer", Title: "the message of single logout comes from the identity provider", Ref: "SAML profiles 4.4.4.1",
			Level: Must, Reason: reason.Issuer, Check: func(m *Message, p *Policy) []Finding { return checkExactIssuer(m.root, p) }},
		{ID: "logout-issue-instant", Title: "the message of single logout was issued just now", Ref: "SAML core 3.2.1",
			Level: Must, Reason: reason.IssueInstant, Check: checkLogoutIssued},
	})
}

// presentSignatureRules are the rules about signatures that are there.
func presentSignatureRules() []Rule {
	return slices.DeleteFunc(signatureRules(), func(r Rule) bool { return r.ID == "signature-present" })
}

func checkLogoutRoot(m *Message, name string) []Finding {
	if m.root == nil || m.root.Is(protocolNS, name) {
		return nil
	}
	return found(m.root, fmt.Sprintf("a %s element of namespace %q", m.root.Local, m.root.URI),
		fmt.Sprintf("a %s element of namespace %q", name, protocolNS), "Send a "+name+" in this field.")
}

func checkLogoutSigned(m *Message, _ *Policy) []Finding {
	if m.root == nil || m.query != nil || m.signed(m.root) {
		return nil
	}
	return found(m.root, "not signed itself", "a signature over the whole message",
		"Sign messages of single logout: in the query with the Redirect binding, enveloped with POST and SOAP.")
}

// signer returns the certificate whose key made the query's signature.
func (q *Query) signer(p *Policy) (*x509.Certificate, error) {
	err := errors.New("the SP has no certificate to verify it with")
	for _, c := range p.Certificates {
		if err = xmldsig.Verify(q.Algorithm, c.PublicKey, []byte(q.Octets), q.Value); err == nil {
			return c, nil
		}
	}
	return nil, err
}

func checkQuerySignature(m *Message, p *Policy) []Finding {
	if m.root == nil || m.query == nil {
		return nil
	}
	if _, err := m.query.signer(p); err != nil {
		return found(m.root, fmt.Sprintf("the query's signature does not verify: %v", err), "a signature made with a key that the SP knows",
			"Sign SAMLRequest or SAMLResponse, RelayState and SigAlg in this order, as they stand in the URL.")
	}
	return nil
}

func checkQueryAlgorithm(m *Message, p *Policy) []Finding {
	if m.root == nil || m.query == nil {
		return nil
	}
	strength := xmldsig.SignatureStrength(m.query.Algorithm)
	if strength == xmldsig.Sound || strength == xmldsig.Weak && p.AllowSHA1 {
		return nil
	}
	return found(m.root, "SigAlg "+quoted(m.query.Algorithm, true), "RSA or ECDSA with SHA-256, SHA-384 or SHA-512", "Choose rsa-sha256.")
}

func checkLogoutDestination(m *Message, p *Policy) []Finding {
	got, present := m.root.Attr("Destination")
	if m.root == nil || got == p.ACS {
		return nil
	}
	return foundAttr(m.root, "Destination", quoted(got, present), quoted(p.ACS, true),
		"Send the message to the single logout service of this SP's metadata, and say so. "+difference(got, p.ACS))
}

// checkExactIssuer knows no exception: who may end sessions, or answer for an
// artifact, is the identity provider alone.
func checkExactIssuer(e *xmltree.Element, p *Policy) []Finding {
	got := e.First(assertionNS, "Issuer").Text()
	if e == nil || got == p.Issuer {
		return nil
	}
	return found(e, quoted(got, got != ""), quoted(p.Issuer, true), "Write the entity ID that the SP was given. "+difference(got, p.Issuer))
}

func checkLogoutIssued(m *Message, p *Policy) []Finding {
	i := readInstant(m.root, "IssueInstant")
	switch {
	case m.root == nil:
		return nil
	case !i.valid:
		return foundAttr(m.root, "IssueInstant", quoted(i.text, i.set), "a time like 2026-01-31T08:00:00Z", "Write the time of issue as xs:dateTime in UTC.")
	case !m.begun(i.Time, p):
		return m.foundTime(i, p, "a time that has come", clockAdvice+"and let the identity provider's clock not run ahead.")
	case m.over(i.Add(maxLogoutAge), p):
		return m.foundTime(i, p, "no older than "+seconds(maxLogoutAge), clockAdvice+"and send each message when it is made.")
	}
	return nil
}

func checkLogoutNameID(m *Message, _ *Policy) []Finding {
	encrypted := len(m.root.All(assertionNS, "EncryptedID"))
	undecrypted := encrypted > 0 && len(m.nameIDs) == 0 // which is another rule's finding
	if m.root == nil || undecrypted || len(m.nameIDs) == 1 && m.nameID().Text() != "" {
		return nil
	}
	return found(m.root, fmt.Sprintf("%d identifiers, the first %s", len(m.nameIDs), quoted(m.nameID().Text(), len(m.nameIDs) > 0)), "one NameID",
		"Write the NameID that the session was started with.")
}

func checkLogoutExpired(m *Message, p *Policy) []Finding {
	i := readInstant(m.root, "NotOnOrAfter")
	switch {
	case !i.set || i.valid && !m.over(i.Time, p):
		return nil
	case !i.valid:
		return foundAttr(m.root, "NotOnOrAfter", quoted(i.text, true), "a time like 2026-01-31T08:00:00Z", "Write times as xs:dateTime in UTC.")
	}
	return m.foundTime(i, p, "after the SP's time", clockAdvice+"and make the request good for some minutes.")
}

func checkLogoutSeen(m *Message, p *Policy) []Finding {
	id := m.root.Value("ID")
	if p.Seen == nil || !p.Seen(id, m.now.Add(maxLogoutAge+2*p.Tolerance)) {
		return nil
	}
	return foundAttr(m.root, "ID", quoted(id, true)+", used before", "a LogoutRequest that was not used yet", "Send a fresh LogoutRequest, with an ID of its own.")
}

func checkLogoutAnswers(m *Message, p *Policy) []Finding {
	id, present := m.root.Attr("InResponseTo")
	if m.root == nil || p.Requests == nil {
		return nil
	}
	if state := p.Requests(id); state != RequestOutstanding {
		return foundAttr(m.root, "InResponseTo", quoted(id, present)+", which is "+string(state), "a LogoutRequest of this SP that is waiting for its answer",
			"Repeat the ID of the LogoutRequest in InResponseTo, and answer each request once.")
	}
	return nil
}
