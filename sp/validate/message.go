package validate

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ssoproof/ssoproof/sp/validate/internal/xmldsig"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmlenc"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

const (
	assertionNS = "urn:oasis:names:tc:SAML:2.0:assertion"
	protocolNS  = "urn:oasis:names:tc:SAML:2.0:protocol"
	schemaNS    = "http://www.w3.org/2001/XMLSchema-instance"
)

// What is read at most, whatever the policy; a thousand group values make
// about two thousand elements.
const (
	defaultMaxBytes = 1 << 20
	maxDepth        = 100
	maxElements     = 8_000 // what is decrypted counts as well
	maxAttributes   = 256   // on one element
	maxTotal        = 4 * maxElements
	maxNamespaces   = 64 // in force at one place
	// Each of these costs cryptography or a pass over the document; an honest
	// message has one or two of them.
	maxCostly   = 16
	maxAttempts = 16 // of a key of the SP to decrypt something
	maxVerified = 24 // keys tried on a signature
)

// Message is what the rules look at. Reading it decides nothing: which
// signatures verify, what was decrypted and what was odd on the way are data.
type Message struct {
	now      time.Time
	query    *Query             // the signature of the query that carried it, if any
	metadata *metadata          // of an identity provider's metadata, nil for messages
	problems []*xmltree.Problem // of the document and of what was decrypted
	raw      []byte
	envelope *xmltree.Element // the document's root, of a message that came over SOAP
	root     *xmltree.Element // the message's root, whatever it is
	response *xmltree.Element // the same, when it is a Response

	assertions []*xmltree.Element // in the clear and decrypted, in document order
	signatures []*signature
	encrypted  []*encrypted
	budget     budget

	// The first Assertion and what is read from it. Any other Assertion is a
	// finding, and no part of the judged one is ever found by searching the
	// document: it hangs on the element that a signature covers.
	judged        *xmltree.Element
	conditions    *xmltree.Element
	subject       *xmltree.Element
	nameIDs       []*xmltree.Element // in the clear and decrypted
	confirmations []*xmltree.Element // bearer ones
	confirmation  *xmltree.Element   // that which breaks the fewest rules
	attributes    []attribute
	authns        []*xmltree.Element // every AuthnStatement
	authn         *xmltree.Element   // the newest of them
}

// budget is what is left of what reading the message may cost.
type budget struct {
	elements, attempts int
	signatures         xmldsig.Budget
}

// parse reads the document, or what was decrypted where scope stands, and
// deducts it from the budget.
func (m *Message) parse(raw []byte, p *Policy, scope *xmltree.Element) (*xmltree.Element, []*xmltree.Problem) {
	limits := p.limits()
	if limits.Scope = scope; scope == nil {
		// Each octet may be covered by the signature of the Response and by that
		// of the Assertion.
		m.budget = budget{limits.Elements, maxAttempts, xmldsig.Budget{Octets: 2*max(limits.Bytes, len(raw)) + 4096, Keys: maxVerified}}
	}
	limits.Elements = max(1, m.budget.elements)
	root, problems := xmltree.Parse(raw, limits)
	root.Walk(func(*xmltree.Element) { m.budget.elements-- })
	return root, problems
}

// encrypted is one encrypted element with what became of it.
type encrypted struct {
	*xmlenc.Encrypted
	refused []string         // algorithms that are unknown or unsound
	stopped bool             // so it was not tried, or not with every key
	plain   *xmltree.Element // nil when it could not be decrypted
	instead string           // what an authenticated plaintext is in place of plain
}

func (m *Message) read(raw []byte, p *Policy) {
	m.raw = raw
	m.root, m.problems = m.parse(raw, p, nil)
	if m.root.Is(protocolNS, "Response") || m.root != nil && p.lets(ruleRoot) {
		m.response = m.root
	}
	m.readAssertions(p)
	if len(m.assertions) > 0 {
		m.judged = m.assertions[0]
	}
	*p = p.By(m.issuer())
	m.readSignatures(p)
	if m.judged != nil {
		m.readAssertion(p)
	}
}

func (m *Message) readAssertions(p *Policy) {
	for _, child := range m.response.Elements() {
		if len(m.assertions) == maxCostly {
			m.demands(maxCostly, "Assertions")
			return
		}
		switch {
		case child.Is(assertionNS, "Assertion"):
			m.assertions = append(m.assertions, child)
		case child.Is(assertionNS, "EncryptedAssertion"):
			if plain := m.decrypt(child, "Assertion", p); plain != nil {
				m.assertions = append(m.assertions, plain)
			}
		}
	}
}

func (m *Message) readSignatures(p *Policy) {
	for _, owner := range slices.Concat([]*xmltree.Element{m.response}, m.assertions) {
		for _, e := range owner.All(xmldsig.Namespace, "Signature") {
			if len(m.signatures) == maxCostly {
				m.demands(maxCostly, "Signatures")
				return
			}
			m.signatures = append(m.signatures, m.verify(e, owner, p))
		}
	}
}

// demands notes once that the reading stopped where the message demands more
// of something, which the rule element-count reports.
func (m *Message) demands(most int, what string) {
	text := fmt.Sprintf("more than %d %s", most, what)
	if !slices.ContainsFunc(m.problems, func(p *xmltree.Problem) bool { return p.Text == text }) {
		m.problems = append(m.problems, &xmltree.Problem{Kind: xmltree.Count, Line: 1, Text: text})
	}
}

func (m *Message) readAssertion(p *Policy) {
	m.conditions = m.judged.First(assertionNS, "Conditions")
	m.subject = m.judged.First(assertionNS, "Subject")
	m.nameIDs = m.subject.All(assertionNS, "NameID")
	for _, e := range m.subject.All(assertionNS, "EncryptedID") {
		if plain := m.decrypt(e, "NameID", p); plain != nil {
			m.nameIDs = append(m.nameIDs, plain)
		}
	}
	for _, e := range m.subject.All(assertionNS, "SubjectConfirmation") {
		if e.Value("Method") == bearer && len(m.confirmations) < maxCostly {
			m.confirmations = append(m.confirmations, e)
		}
	}
	m.confirmation = m.bestConfirmation(p)
	for _, statement := range m.judged.All(assertionNS, "AttributeStatement") {
		for _, e := range statement.Elements() {
			if e.Is(assertionNS, "EncryptedAttribute") {
				e = m.decrypt(e, "Attribute", p)
			}
			if e.Is(assertionNS, "Attribute") {
				m.attributes = append(m.attributes, readAttribute(e))
			}
		}
	}
	m.authns = m.judged.All(assertionNS, "AuthnStatement")
	for _, e := range m.authns {
		if m.authn == nil || readInstant(e, "AuthnInstant").After(readInstant(m.authn, "AuthnInstant").Time) {
			m.authn = e
		}
	}
}

// decrypt returns the element that was encrypted, or nil. It hangs where it
// was found, so that namespaces and inclusive canonical forms come out right,
// but it is not put into the tree: a signature of the Response covers the
// ciphertext.
func (m *Message) decrypt(e *xmltree.Element, local string, p *Policy) *xmltree.Element {
	x := &encrypted{Encrypted: xmlenc.Read(e)}
	if len(m.encrypted) == maxCostly {
		m.demands(maxCostly, "encrypted elements")
	}
	m.encrypted = append(m.encrypted, x)
	if len(m.encrypted) > maxCostly {
		return nil
	}
	allowed := func(uri string) bool {
		return xmlenc.Known(uri) && (xmlenc.Sound(uri) || p.lets(ruleEncryptionAlgorithm))
	}
	for _, uri := range x.Algorithms() {
		if !xmlenc.Sound(uri) {
			x.refused = append(x.refused, uri)
			x.stopped = x.stopped || !allowed(uri)
		}
	}
	plain, err := x.Decrypt(p.DecryptionKeys, allowed, &m.budget.attempts)
	if errors.Is(err, xmlenc.ErrCostly) {
		m.demands(maxAttempts, "attempts to decrypt it")
	}
	if err != nil {
		return nil
	}
	root, problems := m.parse(plain, p, e)
	if !root.Is(assertionNS, local) {
		if xmlenc.Authenticates(x.Block) {
			x.instead = unfitting(root, problems)
		}
		return nil // said no louder than any other failure
	}
	x.plain = root
	return root
}

func (p *Policy) limits() xmltree.Limits {
	limits := xmltree.Limits{Bytes: p.MaxBytes, Depth: maxDepth, Elements: maxElements, Attributes: maxAttributes, Total: maxTotal, Namespaces: maxNamespaces}
	if limits.Bytes <= 0 {
		limits.Bytes = defaultMaxBytes
	}
	for _, d := range documentProblems() {
		if d.kind != xmltree.Syntax && p.lets(d.id) {
			limits.Allow = append(limits.Allow, d.kind)
		}
	}
	return limits
}

// trees returns the document and everything that was decrypted, each by its root.
func (m *Message) trees() []*xmltree.Element {
	var roots []*xmltree.Element
	if m.response != nil {
		roots = append(roots, m.response)
	}
	for _, x := range m.encrypted {
		if x.plain != nil {
			roots = append(roots, x.plain)
		}
	}
	return roots
}

// walk visits every element of every tree.
func (m *Message) walk(visit func(*xmltree.Element)) {
	for _, root := range m.trees() {
		root.Walk(visit)
	}
}

// instants returns every time that the standard knows in a Response.
func (m *Message) instants() []instant {
	var all []instant
	add := func(e *xmltree.Element, names ...string) {
		for _, name := range names {
			if i := readInstant(e, name); i.set {
				all = append(all, i)
			}
		}
	}
	add(m.response, "IssueInstant")
	add(m.judged, "IssueInstant")
	add(m.conditions, "NotBefore", "NotOnOrAfter")
	for _, e := range m.confirmations {
		add(e.First(assertionNS, "SubjectConfirmationData"), "NotBefore", "NotOnOrAfter")
	}
	for _, e := range m.authns {
		add(e, "AuthnInstant", "SessionNotOnOrAfter")
	}
	return all
}

func (m *Message) succeeded() bool {
	status := m.response.First(protocolNS, "Status").First(protocolNS, "StatusCode")
	return status.Value("Value") == statusSuccess
}

func (m *Message) hasEncryptedAssertion() bool {
	return m.response.First(assertionNS, "EncryptedAssertion") != nil
}
