package lab

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// secondIdP is another identity provider that the tenant trusts: see
// IdPSettings.Second. In the trace it is the party "idp" like the first, at
// another address, and what it says of itself begins with its name.
type secondIdP struct {
	idp       *mockidp.IdP
	host, url string
}

const secondLabel = "second."

// metadata is what the SP is given of it.
func (s *secondIdP) metadata() [][]byte {
	if s == nil {
		return nil
	}
	return [][]byte{s.idp.Metadata()}
}

func (l *Lab) buildSecondIdP(settings IdPSettings) error {
	if !settings.Second {
		return nil
	}
	clock := l.Clocks[trace.IdP]
	key, err := l.house.keys.second(clock.Now())
	if err != nil {
		return fmt.Errorf("making the second identity provider's key: %w", err)
	}
	host := secondLabel + l.hosts[trace.IdP]
	s := &secondIdP{host: host, url: l.house.Front.URL(host)}
	s.idp, err = mockidp.New(mockidp.Config{
		BaseURL: s.url, Keys: []mockidp.Key{key}, Foreign: l.house.keys.foreign, Sleep: l.sleep,
		People: people(l.Setup.People), Now: clock.Now, Client: client(trace.IdP),
		WantSignedRequests: settings.WantSignedRequests, SignMetadata: settings.SignMetadata,
		Record: func(e mockidp.Event) {
			e.Note = "second identity provider: " + e.Note
			l.fromIdP(e)
		},
	})
	if err != nil {
		return fmt.Errorf("starting the second identity provider: %w", err)
	}
	l.house.Front.open(host, &door{party: trace.IdP, record: l.record, clock: clock, handler: s.idp})
	l.second = s
	return nil
}

func (l *Lab) shutSecondIdP() {
	if l.second != nil {
		l.house.Front.shut(l.second.host)
	}
}

// idps are the identity providers that know the product.
func (l *Lab) idps() []*mockidp.IdP {
	if l.second == nil {
		return []*mockidp.IdP{l.IdP}
	}
	return []*mockidp.IdP{l.IdP, l.second.idp}
}

// AtSecondIdP lets play go on at the second identity provider, as if it were
// the only one: its pages, its faults.
func (l *Lab) AtSecondIdP(play func() error) error {
	if l.second == nil {
		return errors.New("the setup has no second identity provider (setup: {idp: {second: true}})")
	}
	idp, address := l.IdP, l.URLs[trace.IdP]
	l.IdP, l.URLs[trace.IdP] = l.second.idp, l.second.url
	defer func() { l.IdP, l.URLs[trace.IdP] = idp, address }()
	return play()
}

// StartByName opens the product's link that signs in through the identity
// provider where play is.
func (l *Lab) StartByName() error {
	return l.Visit(trace.SP, l.Settings.StartPath()+"?"+url.Values{"idp": {l.IdP.EntityID()}}.Encode())
}

// AnswerLastRequest makes the identity provider's next Response an answer to
// the AuthnRequest that the SP sent last, whomever it was sent to.
func (l *Lab) AnswerLastRequest() error {
	id, err := l.lastRequest()
	if err != nil {
		return err
	}
	return l.ArmNext("in-response-to", fault.Args{"value": id})
}
