package lab

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/origin"
	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/scenario"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// Setup says how the parties of one case are set up, beside what the profile
// says by itself.
type Setup struct {
	// Tenant is the first label of the case's host names; a number when empty.
	Tenant  string
	Profile *profile.Profile
	Layout  string
	// SP is laid over the profile's settings, IdP over the profile's idp section
	// (IdPSettings), Origin over the OriginSettings, each in turn. Placeholders
	// are filled in.
	SP, IdP, Origin []*yaml.Node
	// Neighbour is laid over the profile's settings for another tenant of the
	// product, with the same cast; nil is no other tenant.
	Neighbour []*yaml.Node
	// Clock holds each party's offset from the house's start, by party name.
	Clock   map[string]time.Duration
	Person  scenario.Person // who plays
	People  []scenario.Person
	Faults  []fault.Armed // put into the IdP's next Response
	Without []string      // rules of the SP that are switched off
}

// Lab is one case's parties. Its methods are for one goroutine; the parties
// themselves answer many.
type Lab struct {
	Setup    Setup
	Settings profile.Settings // as the SP has them
	Trace    *trace.Trace
	Tab      *browser.Tab
	// Another opens a tab of a browser that knows nothing of Tab's.
	Another func() (*browser.Tab, error)
	Clocks  map[trace.Party]*Clock
	URLs    map[trace.Party]string // base addresses, without a trailing slash

	IdP    *mockidp.IdP   // nil on the legacy road
	second *secondIdP     // nil unless the setup has it
	Origin *origin.Origin // nil on the SAML road
	SP     *sp.SP
	used   sp.Replays // what the SP keeps over a restart

	// neighbour are the settings of the product's other tenant, nil without one.
	neighbour *profile.Settings
	// registration makes a tenant's registration at the IdP of its metadata, and
	// registered are those there are, by party.
	registration func(metadata []byte) mockidp.ServiceProvider
	registering  sync.Mutex
	registered   map[trace.Party]string

	provision provision // how the SP comes by the IdP's metadata
	still     stillTime

	house      *House
	returning  bool   // the visitor has a session at the identity provider from before
	trap       string // the address that nobody may call
	began      time.Time
	hosts      map[trace.Party]string
	answers    answers
	judged     judged
	mails      mailbox
	intercepts atomic.Bool // no Response reaches the SP
	onSent     hook        // run when the IdP has sent a Response, before the browser carries it

	secret       func(text string) string // masks session keys; nil on the SAML road
	onJump       hook                     // run when the jump page is asked for, before it answers
	onHandedOver hook                     // run when the Originating System sends the browser into the portal, before it goes
}

// Open starts the parties of one case under host names of their own. The
// error is bad data in the setup or a broken lab; Close must be called on success.
func (h *House) Open(s Setup) (*Lab, error) {
	if s.Tenant == "" {
		s.Tenant = fmt.Sprintf("t%d", h.cases.Add(1))
	}
	l := &Lab{Setup: s, Trace: trace.New(), house: h, began: time.Now(), Clocks: map[trace.Party]*Clock{}, URLs: map[trace.Party]string{}}
	l.hosts = map[trace.Party]string{
		trace.SP:     s.Tenant + "." + spSite(s.Profile.Name),
		trace.IdP:    s.Tenant + "." + idpSite,
		trace.Origin: s.Tenant + "." + originSite,
		trace.Lab:    s.Tenant + "." + mailSite,
	}
	if l.hasNeighbour() {
		l.hosts[trace.Neighbour] = "neighbour." + l.hosts[trace.SP]
	}
	for party, host := range l.hosts {
		l.URLs[party] = h.Front.URL(host)
		l.Clocks[party] = h.clock(s.Clock[string(party)])
	}
	if l.hasNeighbour() {
		l.Clocks[trace.Neighbour] = l.Clocks[trace.SP] // they are one service provider
	}
	l.setTrap()
	build := l.buildSAML
	if s.Profile.Roads()&reason.Legacy != 0 {
		build = l.buildLegacy
	}
	if err := build(); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// Close takes the case's hosts off the front.
func (l *Lab) Close() {
	for _, host := range l.hosts {
		l.house.Front.shut(host)
		l.house.secure.shut(host)
	}
	l.shutSecondIdP()
	l.house.Front.shut(l.trapHost())
	l.house.Front.shut(l.aliasHost())
}

// admit puts a party behind its host name.
func (l *Lab) admit(party trace.Party, handler http.Handler) {
	l.house.Front.open(l.hosts[party], &door{party: party, record: l.record, clock: l.Clocks[party], handler: handler})
}

// CloseDoor answers every further request to the party with 503, so that
// nothing that is done from now on can reach it.
func (l *Lab) CloseDoor(party trace.Party) {
	if _, here := l.hosts[party]; here {
		l.admit(party, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "closed by the lab: the case is over", http.StatusServiceUnavailable)
		}))
	}
}

// Pause lets the time pass on every clock.
func (l *Lab) Pause(d time.Duration) {
	if d == 0 {
		return
	}
	advanced := map[*Clock]bool{}
	for _, c := range l.Clocks {
		if !advanced[c] {
			c.Advance(d)
		}
		advanced[c] = true
	}
	l.record(trace.Event{At: l.Clocks[trace.SP].Now(), Party: trace.Lab, Kind: trace.KindClock, Note: fmt.Sprintf("%s pass on every clock", d)})
}

// PauseBeforePost lets the time pass between the moment the IdP has made its
// Response and the moment the SP gets it.
func (l *Lab) PauseBeforePost(d time.Duration) {
	l.onSent.set(func() { l.Pause(d) })
}

func (l *Lab) record(e trace.Event) {
	e.Elapsed = time.Since(l.began)
	l.Trace.Add(l.hide(e))
}
