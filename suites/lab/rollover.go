package lab

import (
	"errors"
	"fmt"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// ReplaceKey starts the identity provider anew with another key, which it signs
// with and publishes alone. It has forgotten every session, as after a
// maintenance, and knows the product as before; what faults waited are gone.
func (l *Lab) ReplaceKey() error {
	if l.IdP == nil {
		return errors.New("there is no identity provider whose key could be replaced")
	}
	settings, err := l.idpSettings()
	if err != nil {
		return fmt.Errorf("setting up the identity provider: %w", err)
	}
	if err := l.startIdP(settings, []mockidp.Key{l.house.keys.spare}); err != nil {
		return err
	}
	if err := l.registerTenants(); err != nil {
		return err
	}
	l.admit(trace.IdP, l.IdP)
	l.record(trace.Event{At: l.Clocks[trace.IdP].Now(), Party: trace.Lab, Kind: trace.KindNote, Note: "the identity provider has replaced its key"})
	return nil
}

// RefreshMetadata lets the product fetch the identity provider's metadata, as
// its administrator would after hearing of a new key.
func (l *Lab) RefreshMetadata() error {
	if !l.provision.fetches() {
		return errors.New("the product fetches no metadata (setup: {idp: {metadata: fetched}})")
	}
	l.fetchMetadata()
	return nil
}
