package lab

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// Elsewhere lets play go on in a browser of somebody else.
func (l *Lab) Elsewhere(play func() error) error {
	tab, err := l.Another()
	if err != nil {
		return fmt.Errorf("opening another browser: %w", err)
	}
	mine := l.Tab
	l.Tab = tab
	err = play()
	l.Tab = mine
	return errors.Join(err, tab.Close())
}

// Intercept lets play go on while no Response reaches the SP: each is kept for
// a Replay.
func (l *Lab) Intercept(play func() error) error {
	l.intercepts.Store(true)
	defer func() {
		l.intercepts.Store(false)
		l.admit(trace.SP, l.SP)
	}()
	return play()
}

var answered = regexp.MustCompile(`InResponseTo=["']([^"']+)["']`)

// AnswerAgain makes the identity provider's next Response one more answer to
// the request that it answered last.
func (l *Lab) AnswerAgain() error {
	f, found := fault.Find("in-response-to")
	if !found {
		return errors.New("no fault is named in-response-to")
	}
	for _, one := range slices.Backward(l.sent) {
		if request := answered.FindSubmatch(one.xml); request != nil {
			l.IdP.Arm(fault.Armed{Fault: f, Args: fault.Args{"value": string(request[1])}})
			return nil
		}
	}
	return errors.New("the identity provider has answered no request yet")
}

// Restart starts the SP anew: it has its settings and accounts, and has
// forgotten every session, request and assertion.
func (l *Lab) Restart() error {
	if l.IdP == nil {
		return errors.New("only an SP of the SAML road is started anew")
	}
	return l.buildSP(l.IdP.Metadata(), l.house.keys.sp)
}

// buildNeighbour adds a tenant of the same product for whoever plays and has
// an account elsewhere.
func (l *Lab) buildNeighbour(idpMetadata []byte, key *sp.Key) error {
	if l.Setup.Person.Account != elsewhere {
		return nil
	}
	host, settings := "neighbour."+l.hosts[trace.SP], l.Settings
	settings.IssuerSuffix += "-Neighbour" // two tenants of one name would be one
	err := l.SP.Add(sp.Tenant{
		Host: l.house.Front.Host(host), BaseURL: l.house.Front.URL(host),
		Profile: l.Setup.Profile, Layout: l.Setup.Layout, Settings: &settings,
		IdPMetadata: idpMetadata, Accounts: []account.Account{accountOf(l.Setup.Person)}, Key: key,
	})
	if err != nil {
		return fmt.Errorf("starting the service provider's other tenant: %w", err)
	}
	return nil
}
