// Package sp is the reference service provider: products that people sign in
// to through an identity provider, each behaving as its profile says.
//
// One SP serves many tenants and tells them apart by the Host header, so that
// every product keeps its real paths. What a message is worth is judged by
// sp/validate, what a product does by sp/profile, and what goes beyond plain
// SAML by the features below sp/feature; here they are put to work. The
// package knows nothing of the identity provider but what its metadata says.
// Start at New and SP.Add, then follow a login through start.go and acs.go.
package sp

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// Config is what all tenants share. The zero Config works.
type Config struct {
	Now func() time.Time // the SP's clock; default time.Now
	// Record receives what happens, in order, on the goroutine it happens on;
	// it must be safe for concurrent use. Nil records nothing.
	Record func(Event)
	// Client makes the SP's own calls, to an Authentication Web Service for
	// example; default a client that gives up after ten seconds.
	Client *http.Client
	// Mail sends mail, or puts it where somebody can read it; nil sends none. It
	// must be safe for concurrent use and return at once: how long it takes must
	// not tell a visitor whether there is somebody of that address.
	Mail func(Mail) error
	// Without switches off rules of the validator and of Rules by ID, to prove
	// that a suite notices.
	Without []string
}

// Mail is what the SP writes to its users.
type Mail = feature.Mail

// Key is an RSA key of a tenant with its certificate: what it signs requests
// with and what identity providers encrypt to.
type Key struct {
	Signer      crypto.Signer
	Certificate *x509.Certificate
}

// Tenant is one customer's site of a product.
type Tenant struct {
	Host    string // as browsers send it, with the port unless it is the default
	BaseURL string // scheme and host, no trailing slash
	Profile *profile.Profile
	Layout  string // "" is the profile's first
	// Settings are the tenant's own; nil is what the profile says for the layout.
	Settings    *profile.Settings
	IdPMetadata []byte // as the identity provider publishes it; nil when there is none
	// OtherIdPs are the metadata of further identity providers that are trusted
	// beside that one. Somebody signs in through one of them where it says so
	// itself, or where the start path is given its entity ID as idp; the tenant's
	// own is asked otherwise, and single logout and artifacts are its alone.
	OtherIdPs [][]byte
	// MetadataURL is where that metadata is fetched from, at the first login and
	// every day, or as often as it asks for; "" is nowhere. Until some was
	// accepted, nobody signs in through an identity provider.
	MetadataURL string
	// MetadataSigners are those whose signature metadata must have; none takes it
	// unsigned.
	MetadataSigners []*x509.Certificate
	Accounts        []account.Account
	// Replays is what was used; nil is a memory that begins and ends with the tenant.
	Replays *Replays
	Key     *Key // nil is a key of the SP's own making, where one is needed
	// PreviousKey is the one before Key, for identity providers that still
	// encrypt to it; whether it is used is the setting decrypts-with.
	PreviousKey *Key
}

// SP is the service provider: an http.Handler.
type SP struct {
	config  Config   // Without holds the validator's
	without []string // of Rules

	mu      sync.RWMutex
	tenants map[string]*tenant
	ownKey  func() (*Key, error)
}

// New returns an SP without tenants. A rule in Without that does not exist is
// an error.
func New(c Config) (*SP, error) {
	rules, without := c.Without, []string(nil)
	c.Without = nil
	for _, id := range rules {
		if slices.ContainsFunc(Rules(), func(r validate.Rule) bool { return r.ID == id }) {
			without = append(without, id)
		} else {
			c.Without = append(c.Without, id)
		}
	}
	if errs := (validate.Policy{Without: c.Without}).Check(); len(errs) > 0 {
		return nil, fmt.Errorf("service provider: %w", errors.Join(errs...))
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Record == nil {
		c.Record = func(Event) {}
	}
	if c.Client == nil {
		c.Client = &http.Client{Timeout: 10 * time.Second}
	}
	return &SP{
		config:  c,
		without: without,
		tenants: map[string]*tenant{},
		ownKey: sync.OnceValues(func() (*Key, error) {
			now := c.Now()
			return NewKey("ssoproof service provider", now.AddDate(-1, 0, 0), now.AddDate(20, 0, 0))
		}),
	}, nil
}

// Add opens a tenant. A host that exists already is replaced, with its
// accounts and sessions: a redeployment. What it has seen it forgets, unless
// both have the same Replays. Settings or metadata that cannot work
// are an error; the error of metadata says what an administrator would be told
// at import.
func (s *SP) Add(c Tenant) error {
	t, err := newTenant(s, c)
	if err != nil {
		return fmt.Errorf("adding tenant %s: %w", c.Host, err)
	}
	if err := s.enter(t, func() { s.tenants[strings.ToLower(c.Host)] = t }); err != nil {
		return fmt.Errorf("adding tenant %s: %w", c.Host, err)
	}
	return nil
}

// Remove closes a tenant; its pages are not found any more.
func (s *SP) Remove(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tenants, strings.ToLower(host))
}

// Metadata returns a tenant's metadata as its metadata path serves it.
func (s *SP) Metadata(host string) ([]byte, error) {
	t, ok := s.tenant(host)
	if !ok {
		return nil, fmt.Errorf("metadata of %s: no such tenant", host)
	}
	return t.metadata()
}

// Accounts returns the accounts of a tenant, to look at or to change.
func (s *SP) Accounts(host string) (*account.Store, bool) {
	t, ok := s.tenant(host)
	if !ok {
		return nil, false
	}
	return t.accounts, true
}

func (s *SP) tenant(host string) (*tenant, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	t, ok := s.tenants[strings.ToLower(host)]
	if !ok {
		return nil, false
	}
	return t.site.serving.Load(), true
}

// ServeHTTP serves the tenant that the Host header names. Whatever goes wrong
// inside ends as a plain 500 and a record of kind "broken", never in a crash.
func (s *SP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t, ok := s.tenant(r.Host)
	if !ok {
		http.NotFound(w, r)
		return
	}
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			panic(v)
		default:
			t.record(Event{Kind: "broken", Note: fmt.Sprintf("%s %s: %v\n%s", r.Method, r.URL.Path, v, debug.Stack())})
			http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		}
	}()
	t.handler.ServeHTTP(w, r)
}
