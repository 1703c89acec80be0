package validate

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

const metadataNS = "urn:oasis:names:tc:SAML:2.0:metadata"

// MaxMetadata is how much metadata is read unless Policy.MaxBytes says
// otherwise, in bytes: an identity provider's own document has a few thousand.
const MaxMetadata = defaultMaxBytes

// LongestRefresh is how long metadata that was fetched is relied on before it
// is fetched anew, whatever longer time its cacheDuration allows.
const LongestRefresh = 24 * time.Hour

// Fetched is how metadata came over HTTP, redirects not followed.
type Fetched struct {
	Status      int    // of the answer
	Location    string // where the answer sends on to
	ContentType string
	Err         error // why there was no answer, or not all of it
}

// Provider is what an SP takes from the metadata of an identity provider.
type Provider struct {
	EntityID     string
	Certificates []*x509.Certificate // of its signing keys
	// SignOn, Logout and LogoutAnswer are locations by binding URI, the first of
	// each: where AuthnRequests, LogoutRequests and LogoutResponses go.
	SignOn, Logout, LogoutAnswer map[string]string
	Artifacts                    map[int]string // where artifacts are resolved, by index
	ValidUntil                   time.Time      // zero when it says nothing
	Refresh                      time.Duration  // how long to rely on it, LongestRefresh at most
}

// Valid tells whether the metadata may be relied on still (metadata 2.3.2).
func (p *Provider) Valid(now time.Time) bool {
	return p.ValidUntil.IsZero() || now.Before(p.ValidUntil)
}

// ReliedOnUntil is when the metadata, taken now, must be fetched anew.
func (p *Provider) ReliedOnUntil(now time.Time) time.Time {
	latest := now.Add(p.Refresh)
	if p.ValidUntil.IsZero() || latest.Before(p.ValidUntil) {
		return latest
	}
	return p.ValidUntil
}

// Metadata judges an identity provider's metadata the way an import does:
// whatever would make logins impossible or unsafe is a finding now. f is nil
// unless the document was fetched. Of the policy it heeds Issuer, the entity ID
// to choose ("" takes the only identity provider there is), Certificates, those
// that metadata must be signed with (none takes it unsigned), SignsRequests,
// AllowSHA1, MaxBytes, Without, Tolerated and Enforced. The Provider is nil
// unless the metadata is accepted. Like Response, Metadata never panics.
func Metadata(raw []byte, f *Fetched, p Policy, now time.Time) (d Decision, provider *Provider) {
	if p.MaxBytes == 0 {
		p.MaxBytes = MaxMetadata
	}
	m := &Message{now: now, metadata: &metadata{fetched: f}}
	d = m.decide(&p, MetadataRules(), func() { m.readMetadata(raw, &p) }, reason.Metadata, func(*Decision) bool {
		if len(m.metadata.roles) > 0 {
			provider = m.metadata.provider()
		}
		return provider != nil
	})
	if !d.Accepted {
		provider = nil
	}
	return d, provider
}

// metadata is what the rules about metadata look at.
type metadata struct {
	fetched  *Fetched
	entities []*xmltree.Element // every EntityDescriptor that stands in its place, in document order
	chosen   []*xmltree.Element // those that could be the one that is meant
	entity   *xmltree.Element   // that one, nil unless exactly one could be
	roles    []*xmltree.Element // its IDPSSODescriptors that speak SAML 2.0
	keys     []metadataKey      // what their KeyDescriptors hold that are fit for signing
}

// metadataKey is one X509Certificate.
type metadataKey struct {
	element     *xmltree.Element
	certificate *x509.Certificate
	err         error // why it cannot be read
}

func (m *Message) readMetadata(raw []byte, p *Policy) {
	md := m.metadata
	if md.fetched.problem() != "" {
		return // what came is not the document
	}
	m.raw = raw
	m.root, m.problems = m.parse(raw, p, nil)
	md.entities = entities(m.root)
	if !m.metadataRoot() {
		return
	}
	m.response = m.root
	m.readSignatures(p)
	md.choose(m.root, p)
	for _, role := range md.entity.All(metadataNS, "IDPSSODescriptor") {
		if slices.Contains(strings.Fields(role.Value("protocolSupportEnumeration")), protocolNS) {
			md.roles = append(md.roles, role)
		}
	}
	md.readKeys()
}

func (m *Message) metadataRoot() bool { return isEntity(m.root) || isAggregate(m.root) }

func isEntity(e *xmltree.Element) bool    { return e.Is(metadataNS, "EntityDescriptor") }
func isAggregate(e *xmltree.Element) bool { return e.Is(metadataNS, "EntitiesDescriptor") }

// entities returns the EntityDescriptors in an element, itself included, in
// document order. They stand in EntitiesDescriptors only: anything else that
// may hold one, a Signature above all, may be left out of what is signed.
func entities(e *xmltree.Element) (found []*xmltree.Element) {
	switch {
	case isEntity(e):
		return []*xmltree.Element{e}
	case isAggregate(e):
		for _, child := range e.Elements() {
			found = append(found, entities(child)...)
		}
	}
	return found
}

// choose finds the entity that is meant. A document about one entity is meant
// for it; of an aggregate it is the one of that name, or the only one that is an
// identity provider.
func (md *metadata) choose(root *xmltree.Element, p *Policy) {
	for _, e := range md.entities {
		alone := e == root && p.Issuer == ""
		if alone || p.Issuer != "" && e.Value("entityID") == p.Issuer ||
			p.Issuer == "" && e.First(metadataNS, "IDPSSODescriptor") != nil {
			md.chosen = append(md.chosen, e)
		}
	}
	if len(md.chosen) > 0 && distinct(md.chosen) == 1 {
		md.entity = md.chosen[0]
	}
}

// distinct counts the names among entities.
func distinct(entities []*xmltree.Element) int {
	names := map[string]bool{}
	for _, e := range entities {
		names[e.Value("entityID")] = true
	}
	return len(names)
}

// provider collects what the accepted roles say, the first of each kind.
func (md *metadata) provider() *Provider {
	p := &Provider{
		EntityID: md.entity.Value("entityID"), Refresh: LongestRefresh,
		SignOn: map[string]string{}, Logout: map[string]string{}, LogoutAnswer: map[string]string{}, Artifacts: map[int]string{},
	}
	for _, key := range md.keys {
		if key.certificate != nil {
			p.Certificates = append(p.Certificates, key.certificate)
		}
	}
	for _, role := range md.roles {
		p.endpoints(role)
	}
	for _, until := range md.instants("validUntil") {
		if until.valid && (p.ValidUntil.IsZero() || until.Before(p.ValidUntil)) {
			p.ValidUntil = until.Time
		}
	}
	for _, e := range md.bounded() {
		if d, err := parseDuration(e.Value("cacheDuration")); err == nil {
			p.Refresh = min(p.Refresh, d)
		}
	}
	return p
}

func (p *Provider) endpoints(role *xmltree.Element) {
	keep := func(in map[string]string, e *xmltree.Element, location string) {
		if binding := e.Value("Binding"); in[binding] == "" {
			in[binding] = location
		}
	}
	for _, e := range role.All(metadataNS, "SingleSignOnService") {
		keep(p.SignOn, e, e.Value("Location"))
	}
	for _, e := range role.All(metadataNS, "SingleLogoutService") {
		keep(p.Logout, e, e.Value("Location"))
		answer := e.Value("ResponseLocation")
		if answer == "" {
			answer = e.Value("Location")
		}
		keep(p.LogoutAnswer, e, answer)
	}
	for _, e := range role.All(metadataNS, "ArtifactResolutionService") {
		index, ok := parseDigits(e.Value("index"))
		if ok && e.Value("Binding") == soapBinding && p.Artifacts[index] == "" {
			p.Artifacts[index] = e.Value("Location")
		}
	}
}

// bounded are the elements whose validUntil and cacheDuration bound the chosen
// entity: itself, what it stands in, and its roles (metadata 2.3.1, 2.3.2, 2.4.1).
func (md *metadata) bounded() []*xmltree.Element {
	var all []*xmltree.Element
	for e := md.entity; e != nil; e = e.Parent {
		all = append(all, e)
	}
	return append(all, md.roles...)
}

func (md *metadata) instants(name string) []instant {
	var all []instant
	for _, e := range md.bounded() {
		if i := readInstant(e, name); i.set {
			all = append(all, i)
		}
	}
	return all
}

// problem says what came in place of the document, "" when the document came.
func (f *Fetched) problem() string {
	switch {
	case f == nil:
		return ""
	case f.Err != nil:
		return f.Err.Error()
	case f.Status >= 300 && f.Status < 400:
		return fmt.Sprintf("a redirect (%d) to %s", f.Status, shortened(f.Location))
	case f.Status != 200:
		return fmt.Sprintf("HTTP status %d", f.Status)
	case strings.HasPrefix(strings.ToLower(f.ContentType), "text/html"):
		return "an HTML page (" + f.ContentType + ")"
	}
	return ""
}
