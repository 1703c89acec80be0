package mockidp

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sort"
	"strconv"
	"sync"
	"time"

	"github.com/crewjam/saml"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// ServiceProvider is one registration.
type ServiceProvider struct {
	Metadata []byte // SP metadata XML as the SP serves it
	Name     string // shown on login and launch page, the entityID when empty
	Shape    response.Shape
	NameID   NameIDRule
	// Release are the attributes that the SP gets. Without any, it gets those
	// that its metadata requests by the name of an attribute of the person.
	Release []Release
	// NotBefore and Lifetime bound the assertion relative to the IdP's clock;
	// Lifetime is 5 minutes when zero.
	NotBefore, Lifetime time.Duration
	LaunchRelayState    string // preset on the launch page

	// ResponseBinding is how Responses travel when the request does not say:
	// post, the default, or artifact.
	ResponseBinding string
	// LogoutBinding is how LogoutRequests travel: redirect, post or soap; the
	// first that the SP's metadata has when empty. LogoutURL takes them when the
	// metadata has no single logout service at all.
	LogoutBinding, LogoutURL string
	// Recipient, when not nil, is encrypted to in place of the key in Metadata:
	// what an IdP does whose copy of the metadata is old, or wrong.
	Recipient *x509.Certificate
}

// artifactChoice is the ResponseBinding other than post.
const artifactChoice = "artifact"

// registration is a service provider whose metadata has been read.
type registration struct {
	ServiceProvider
	entity     *saml.EntityDescriptor
	descriptor *saml.SPSSODescriptor
	signing    []*x509.Certificate
	recipient  *x509.Certificate
}

func (r *registration) entityID() string { return r.entity.EntityID }

// registry holds the registrations by entityID.
type registry struct {
	mu    sync.Mutex
	known map[string]*registration
}

// Register adds a service provider, or replaces it when entityID and default
// assertion consumer service are those of a known one. Another SP under a
// known entityID is an error: the IdP could not tell their requests apart.
func (p *IdP) Register(sp ServiceProvider) error {
	entry, err := newRegistration(sp, p.now())
	if err != nil {
		return fmt.Errorf("registering service provider %q: %w", sp.Name, err)
	}
	return p.registry.add(entry)
}

// Unregister forgets a service provider and reports whether it was known.
func (p *IdP) Unregister(entityID string) bool { return p.registry.remove(entityID) }

func (g *registry) add(entry *registration) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.known == nil {
		g.known = map[string]*registration{}
	}
	if old, ok := g.known[entry.entityID()]; ok {
		before, after := old.defaultACS().Location, entry.defaultACS().Location
		if before != after {
			return fmt.Errorf("registering service provider %q: entityID %q belongs to %q at %s already; the one at %s needs an entityID of its own",
				entry.Name, entry.entityID(), old.Name, before, after)
		}
	}
	g.known[entry.entityID()] = entry
	return nil
}

func (g *registry) remove(entityID string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, ok := g.known[entityID]
	delete(g.known, entityID)
	return ok
}

// find returns os.ErrNotExist for an entityID that nobody has registered, as
// saml.ServiceProviderProvider wants it. entityIDs are compared octet by
// octet (core 1.3.1).
func (g *registry) find(entityID string) (*registration, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if entry, ok := g.known[entityID]; ok {
		return entry, nil
	}
	return nil, os.ErrNotExist
}

// all returns the registrations by name.
func (g *registry) all() []*registration {
	g.mu.Lock()
	defer g.mu.Unlock()
	var list []*registration
	for _, entry := range g.known {
		list = append(list, entry)
	}
	sort.Slice(list, func(i, j int) bool {
		return list[i].Name+list[i].entityID() < list[j].Name+list[j].entityID()
	})
	return list
}

// lookUp finds a registration for a request. Errors are refusals.
func (p *IdP) lookUp(entityID string) (*registration, error) {
	entry, err := p.registry.find(entityID)
	if errors.Is(err, os.ErrNotExist) {
		return nil, refusef(http.StatusNotFound, "No service provider %.200q is registered here.", entityID)
	}
	if err != nil {
		return nil, err
	}
	if until := entry.entity.ValidUntil; !until.IsZero() && !p.now().Before(until) {
		return nil, refusef(http.StatusForbidden, "The metadata of %q was valid until %s only.", entry.Name, until.Format(time.RFC3339))
	}
	return entry, nil
}

// defaultACS is the endpoint for a request that names none: the first that
// says isDefault="true", else the first that does not say "false", else the
// first (metadata 2.2.3). Responses travel by POST, so only those count.
func (r *registration) defaultACS() *saml.IndexedEndpoint {
	var unmarked, first *saml.IndexedEndpoint
	for i := range r.descriptor.AssertionConsumerServices {
		endpoint := &r.descriptor.AssertionConsumerServices[i]
		switch {
		case endpoint.Binding != saml.HTTPPostBinding:
			continue
		case endpoint.IsDefault != nil && *endpoint.IsDefault:
			return endpoint
		case endpoint.IsDefault == nil && unmarked == nil:
			unmarked = endpoint
		}
		if first == nil {
			first = endpoint
		}
	}
	if unmarked != nil {
		return unmarked
	}
	return first
}

// endpoint finds a POST endpoint by its exact URL or by its index, nil when
// the metadata has none.
func (r *registration) endpoint(location, index string) *saml.IndexedEndpoint {
	for i := range r.descriptor.AssertionConsumerServices {
		endpoint := &r.descriptor.AssertionConsumerServices[i]
		named := location != "" && endpoint.Location == location || index != "" && strconv.Itoa(endpoint.Index) == index
		if named && endpoint.Binding == saml.HTTPPostBinding {
			return endpoint
		}
	}
	return nil
}
