package lab

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// ErrTooSoon says that the journey has not come as far as it must have for what
// is to be done: what went wrong is what came before.
var ErrTooSoon = errors.New("it has not come so far")

// Elsewhere lets play go on in a browser of somebody else.
func (l *Lab) Elsewhere(play func() error) error {
	tab, err := l.Another()
	if err != nil {
		return fmt.Errorf("opening another browser: %w", err)
	}
	return errors.Join(l.in(tab, play), tab.Close())
}

// in lets play go on in a tab, and comes back to the one before.
func (l *Lab) in(tab *browser.Tab, play func() error) error {
	before := l.Tab
	l.Tab = tab
	defer func() { l.Tab = before }()
	return play()
}

// OtherBrowser opens a browser of somebody else of the cast, and returns what
// lets play go on in it as that person, as often as is wanted, and what closes it.
func (l *Lab) OtherBrowser(login string) (in func(play func() error) error, leave func(), err error) {
	tab, err := l.Another()
	if err != nil {
		return nil, nil, fmt.Errorf("opening another browser: %w", err)
	}
	in = func(play func() error) error {
		return l.As(login, func() error { return l.in(tab, play) })
	}
	return in, func() { _ = tab.Close() }, nil // one that will not close goes with its worker's context
}

// Intercept lets play go on while no Response reaches the SP: each is kept for
// a Replay.
func (l *Lab) Intercept(play func() error) error {
	l.intercepts.Store(true)
	defer func() {
		l.intercepts.Store(false)
		l.admit(trace.SP, l.SP)
		l.admitNeighbour()
	}()
	return play()
}

var answered = regexp.MustCompile(`InResponseTo=["']([^"']+)["']`)

// AnswerAgain makes the identity provider's next Response one more answer to
// the request that it answered last.
func (l *Lab) AnswerAgain() error {
	for _, one := range slices.Backward(l.Answers()) {
		if request := answered.FindSubmatch(one.xml); request != nil {
			return l.ArmNext("in-response-to", fault.Args{"value": string(request[1])})
		}
	}
	return fmt.Errorf("%w: the identity provider has answered no request yet", ErrTooSoon)
}

// ConfirmLastRequest makes the confirmation in the identity provider's next
// Response name the request that the SP has sent last, whatever that Response answers.
func (l *Lab) ConfirmLastRequest() error {
	id, err := l.lastRequest()
	if err != nil {
		return err
	}
	return l.ArmNext("in-response-to", fault.Args{"target": "assertion", "value": id})
}

// ArmNext puts a fault into the identity provider's next Response; "" is none.
func (l *Lab) ArmNext(name string, args fault.Args) error {
	if name == "" {
		return nil
	}
	f, found := fault.Find(name)
	if !found {
		return fmt.Errorf("no fault is named %s", name)
	}
	full, errs := f.Check(args)
	if len(errs) > 0 {
		return fmt.Errorf("fault %s: %w", name, errors.Join(errs...))
	}
	l.IdP.Arm(fault.Armed{Fault: f, Args: full})
	return nil
}

// Restart starts the SP anew, as another node of it would start: it has its
// settings, its accounts and what its database knows of used assertions, and has
// forgotten every session and request.
func (l *Lab) Restart() error {
	if l.IdP == nil {
		return errors.New("only an SP of the SAML road is started anew")
	}
	return l.buildSP(l.IdP.Metadata(), l.house.keys.sp)
}
