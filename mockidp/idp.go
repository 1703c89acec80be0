// Package mockidp is a SAML 2.0 identity provider for tests: an http.Handler
// that any Go test can mount, and that puts exactly the defect it was told to
// into what it sends. Without a defect it behaves as the standard asks: it
// verifies signed requests, refuses what must be refused, and answers an
// error with a SAML Response where one is due.
//
// It stands on the seams of crewjam/saml (seams.go) and its schema types, but
// reads requests, writes metadata and builds Responses itself, because the
// library verifies no request, sends no error Response and keeps its clocks
// in package variables. Those are never touched here: time comes from
// Config.Now alone.
//
// The package knows no service provider of ours, no profile and no scenario;
// an SP is what its metadata says. Start at New, Register and Arm.
package mockidp

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/crewjam/saml"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// Key is a private key with its certificate.
type Key = fault.Key

// Config says who an identity provider is.
type Config struct {
	BaseURL  string // http://idp.localhost:1234, no trailing slash
	EntityID string // BaseURL + "/saml/metadata" when empty
	// Keys are published for signing, and the first signs. At least one.
	Keys []Key
	// Unannounced are keys that the IdP has made and publishes nowhere; faults
	// count them after those of Keys.
	Unannounced []Key
	// Foreign is a key that no SP is told about, for faults that sign with the
	// wrong one. When zero, one like Keys[0] is made the first time a fault is sent.
	Foreign Key
	People  []Person
	Now     func() time.Time // time.Now when nil
	// WantSignedRequests refuses unsigned requests of every SP; without it only
	// those of SPs whose metadata says AuthnRequestsSigned="true".
	WantSignedRequests bool
	// RequestTolerance is how far a request's IssueInstant may lie from the
	// IdP's clock. 12 hours when zero: an IdP whose clock is set hours off must
	// still answer, or no SP would ever see the wrong times.
	RequestTolerance time.Duration
	// ArtifactURL is where the metadata says that artifacts are resolved, the
	// IdP's own path when empty. Somebody else has to serve another URL.
	ArtifactURL string
	// NoArtifacts leaves the artifact resolution service out of the metadata.
	NoArtifacts bool
	// LogoutBindings are those of the single logout services in the metadata:
	// response.Redirect, Post and SOAP; every one when nil. An SP that is told of no
	// other sends by these.
	LogoutBindings []response.Binding
	// SignOnURL is where the metadata says that AuthnRequests go, the IdP's own
	// path when empty. Somebody else has to serve another URL.
	SignOnURL string
	// Sleep lets time pass while a fault holds a request, and reports false when
	// the request ended before; default fault.Sleep, which really waits.
	Sleep func(*http.Request, time.Duration) bool
	// SignMetadata signs the metadata with the first key.
	SignMetadata bool
	// Client calls SPs over the back channel, to log somebody out; default a
	// client that gives up after ten seconds.
	Client *http.Client
	// Record is told of everything that happens, synchronously and from any
	// goroutine. It may be nil.
	Record func(Event)
}

// Person is somebody who can sign in. Attributes are what registrations
// release, by names of the tester's choice: email, first-name, user-id, ...
type Person struct {
	Login, Password string
	Attributes      map[string][]string
}

// first returns a person's first value of an attribute. The name "login" is
// the login itself unless the person has an attribute of that name.
func (p Person) first(name string) string {
	if values := p.Attributes[name]; len(values) > 0 {
		return values[0]
	}
	if name == "login" {
		return p.Login
	}
	return ""
}

// IdP is one identity provider. Its methods may be called from any goroutine.
type IdP struct {
	config   Config
	saml     saml.IdentityProvider
	metadata []byte
	handler  http.Handler
	pages    *pages
	registry registry
	orders   orders
	sessions *shelf[*saml.Session]
	waiting  *shelf[*saml.IdpAuthnRequest]
	events   *ring
	foreign  func() (Key, error)

	participations participations
	departures     *shelf[*departure]
	artifacts      *shelf[issued]
}

// How many sessions and half-finished sign-ons one IdP remembers. The oldest
// is forgotten first: a flood must not fill the memory of a long-lived server.
const (
	sessionLimit = 1024
	waitingLimit = 64
)

// New returns an identity provider that knows no SP yet.
func New(config Config) (*IdP, error) {
	config = config.withDefaults()
	if err := config.check(); err != nil {
		return nil, fmt.Errorf("identity provider: %w", err)
	}
	metadata, err := publish(config, Key{}, nil)
	if err != nil {
		return nil, fmt.Errorf("writing the identity provider's metadata: %w", err)
	}
	pages, err := loadPages()
	if err != nil {
		return nil, fmt.Errorf("loading the identity provider's pages: %w", err)
	}
	p := &IdP{
		config:   config,
		metadata: metadata,
		pages:    pages,
		sessions: newShelf[*saml.Session](sessionLimit),
		waiting:  newShelf[*saml.IdpAuthnRequest](waitingLimit),
		events:   newRing(eventLimit),
		foreign:  sync.OnceValues(func() (Key, error) { return foreignKey(config) }),

		departures: newShelf[*departure](waitingLimit),
		artifacts:  newShelf[issued](waitingLimit),
	}
	p.saml = p.wire()
	p.handler = p.routes()
	return p, nil
}

func (c Config) withDefaults() Config {
	if c.EntityID == "" {
		c.EntityID = c.BaseURL + metadataPath
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Client == nil {
		c.Client = &http.Client{Timeout: 10 * time.Second}
	}
	if c.RequestTolerance == 0 {
		c.RequestTolerance = 12 * time.Hour
	}
	return c
}

func (c Config) check() error {
	base, err := url.Parse(c.BaseURL)
	switch {
	case err != nil:
		return fmt.Errorf("base URL: %w", err)
	case base.Scheme != "http" && base.Scheme != "https", base.Host == "", base.Path != "", base.RawQuery != "":
		return fmt.Errorf("base URL %q is not scheme://host[:port] without a path", c.BaseURL)
	case len(c.Keys) == 0:
		return errors.New("no key to sign with (see NewKey)")
	}
	for i, key := range slices.Concat(c.Keys, c.Unannounced) {
		if key.Signer == nil || key.Certificate == nil {
			return fmt.Errorf("key %d lacks its private key or its certificate", i+1)
		}
	}
	logins := map[string]bool{}
	for _, person := range c.People {
		if person.Login == "" || logins[person.Login] {
			return fmt.Errorf("login %q is empty or used twice", person.Login)
		}
		logins[person.Login] = true
	}
	return nil
}

// EntityID is the IdP's name.
func (p *IdP) EntityID() string { return p.config.EntityID }

// Metadata returns the IdP's metadata document, as /saml/metadata serves it.
func (p *IdP) Metadata() []byte { return append([]byte(nil), p.metadata...) }

// Arm puts faults into the next Response of this IdP, and only that one.
// Faults of the service (delay, status, silence) strike the exchange that
// would send it: after signing in, if that is needed. When they keep it from
// being sent, the other faults wait for the one after. Several calls add up.
// Arguments that do not fit a fault, and a fault that changes nothing in the
// message that comes, end in a Broken event and no message.
func (p *IdP) Arm(faults ...fault.Armed) { p.orders.arm(faults, false) }

// ArmAlways puts faults into every Response until Reset.
func (p *IdP) ArmAlways(faults ...fault.Armed) { p.orders.arm(faults, true) }

// AnswerStatus makes the next answer an error Response with this status,
// after the visitor has signed in as usual.
func (p *IdP) AnswerStatus(status response.Status) { p.orders.answer(status) }

// Reset takes back every order: faults armed once, faults armed for good, and
// the status to answer. Registrations, sessions and events stay.
func (p *IdP) Reset() { p.orders.reset() }

func (p *IdP) now() time.Time { return p.config.Now() }

func (p *IdP) person(login string) (Person, bool) {
	for _, person := range p.config.People {
		if person.Login == login {
			return person, true
		}
	}
	return Person{}, false
}

func (p *IdP) secure() bool { return strings.HasPrefix(p.config.BaseURL, "https:") }
