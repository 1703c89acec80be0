package lab

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// As lets somebody else of the cast play for a while.
func (l *Lab) As(login string, play func() error) error {
	before := l.Setup.Person
	defer func() { l.Setup.Person = before }()
	for _, p := range l.Setup.People {
		if p.Login == login {
			l.Setup.Person = p
			return play()
		}
	}
	return fmt.Errorf("nobody in the cast is called %q", login)
}

// AsAdministrator lets the first of the cast play who is one.
func (l *Lab) AsAdministrator(play func() error) error {
	for _, p := range l.Setup.People {
		if first(p, "role") == "admin" {
			return l.As(p.Login, play)
		}
	}
	return errors.New("nobody in the cast is an administrator")
}

// Place replaces the addresses of the parties in a flow's parameter, as in a
// setup: {sp-url}, {idp-url}, {origin-url}.
func (l *Lab) Place(text string) string {
	for _, party := range []trace.Party{trace.SP, trace.IdP, trace.Origin} {
		text = strings.ReplaceAll(text, "{"+string(party)+"-url}", l.URLs[party])
	}
	return text
}

// SecondTab opens a tab beside the first, with the same cookies, and returns
// what lets play go on in it. It closes with the case.
func (l *Lab) SecondTab() (in func(play func() error) error) {
	second := l.Tab.Beside()
	return func(play func() error) error { return l.in(second, play) }
}
