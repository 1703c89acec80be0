package lab

import (
	"encoding/xml"
	"errors"
	"fmt"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// hasNeighbour tells whether there is another tenant of the product: where the
// setup has one, or where whoever plays has an account elsewhere.
func (l *Lab) hasNeighbour() bool {
	return l.Setup.Neighbour != nil || l.Setup.Person.Account == elsewhere
}

func (l *Lab) buildNeighbour(idpMetadata []byte, key *sp.Key) error {
	if !l.hasNeighbour() {
		return nil
	}
	settings, err := l.neighbourSettings()
	if err != nil {
		return err
	}
	l.neighbour = settings
	err = l.SP.Add(sp.Tenant{
		Host: l.house.Front.Host(l.hosts[trace.Neighbour]), BaseURL: l.URLs[trace.Neighbour],
		Profile: l.Setup.Profile, Layout: l.Setup.Layout, Settings: settings,
		IdPMetadata: idpMetadata, Accounts: l.neighbourAccounts(), Key: key,
	})
	if err != nil {
		return fmt.Errorf("starting the service provider's other tenant: %w", err)
	}
	l.admitNeighbour()
	return nil
}

// neighbourSettings are the setup's, or else those of the first tenant under a
// name of their own.
func (l *Lab) neighbourSettings() (*profile.Settings, error) {
	if l.Setup.Neighbour == nil {
		settings := l.Settings
		settings.IssuerSuffix += "-Neighbour"
		return &settings, nil
	}
	settings, errs := l.Setup.Profile.With(l.Setup.Layout, l.fillAll(l.Setup.Neighbour)...)
	if len(errs) > 0 {
		return nil, fmt.Errorf("setting up the service provider's other tenant: %w", errors.Join(errs...))
	}
	return &settings, nil
}

// neighbourAccounts are those of the whole cast, whose accounts elsewhere are here.
func (l *Lab) neighbourAccounts() []account.Account {
	all := accounts(l.Setup.People)
	for _, p := range l.Setup.People {
		if p.Account == elsewhere {
			all = append(all, accountOf(p))
		}
	}
	return all
}

func (l *Lab) admitNeighbour() {
	if l.neighbour != nil {
		l.admit(trace.Neighbour, l.SP)
	}
}

// AtNeighbour lets play go on at the product's other tenant, as if it were the
// first: its pages, its settings.
func (l *Lab) AtNeighbour(play func() error) error {
	if l.neighbour == nil {
		return errors.New("the setup has no other tenant of the product")
	}
	url, settings := l.URLs[trace.SP], l.Settings
	l.URLs[trace.SP], l.Settings = l.URLs[trace.Neighbour], *l.neighbour
	defer func() { l.URLs[trace.SP], l.Settings = url, settings }()
	return play()
}

// tenant tells which of the SP's tenants lives at a host.
func (l *Lab) tenant(host string) trace.Party {
	if l.neighbour != nil && host == l.house.Front.Host(l.hosts[trace.Neighbour]) {
		return trace.Neighbour
	}
	return trace.SP
}

// registerTenants gives the IdP the metadata of every tenant that has an
// assertion consumer service; another has nothing to be told.
func (l *Lab) registerTenants() error {
	l.registered = map[trace.Party]string{}
	var errs []error
	if l.Settings.ACSPath() != "" {
		errs = append(errs, l.register(trace.SP))
	}
	if l.neighbour != nil && l.neighbour.ACSPath() != "" {
		errs = append(errs, l.register(trace.Neighbour))
	}
	return errors.Join(errs...)
}

// register gives a tenant's metadata to the IdP, or both, in place of what it
// had from the tenant.
func (l *Lab) register(party trace.Party) error {
	metadata, err := l.SP.Metadata(l.house.Front.Host(l.hosts[party]))
	if err != nil {
		return fmt.Errorf("asking the service provider for its metadata: %w", err)
	}
	var entity struct {
		ID string `xml:"entityID,attr"`
	}
	if err := xml.Unmarshal(metadata, &entity); err != nil {
		return fmt.Errorf("reading the service provider's metadata: %w", err)
	}
	registration := l.registration(metadata)
	if party == trace.Neighbour {
		registration.Name = "other tenant of " + registration.Name
	}
	l.registering.Lock()
	defer l.registering.Unlock()
	for _, idp := range l.idps() {
		if before := l.registered[party]; before != "" {
			idp.Unregister(before)
		}
		if err := idp.Register(registration); err != nil {
			return fmt.Errorf("registering the service provider: %w", err)
		}
	}
	l.registered[party] = entity.ID
	return nil
}

// addressee tells which tenant the IdP speaks to.
func (l *Lab) addressee(entityID string) trace.Party {
	l.registering.Lock()
	defer l.registering.Unlock()
	if entityID != "" && entityID == l.registered[trace.Neighbour] {
		return trace.Neighbour
	}
	return trace.SP
}

// renewRegistration follows when an administrator has changed a tenant: the
// IdP's administrator is told, as the settings pages ask, and takes the
// metadata over before the page comes back.
func (l *Lab) renewRegistration(party trace.Party) {
	if l.IdP == nil {
		return
	}
	note := "the identity provider takes over the product's metadata"
	if err := l.register(party); err != nil {
		note = "the identity provider cannot take over the product's metadata: " + err.Error()
	}
	l.record(trace.Event{At: l.Clocks[party].Now(), Party: trace.Lab, Kind: trace.KindNote, Note: note})
}
