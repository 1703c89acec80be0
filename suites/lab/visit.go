package lab

import (
	"fmt"
	"strings"

	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// The ids of what a person can touch on the pages of every party.
const (
	loginField    = "#login"
	passwordField = "#password"
	signInButton  = "#sign-in"
	logOutLink    = "#log-out"

	relayStateField = "#relay-state"
	launchButton    = "#open"

	logOutEverywhereButton = "#log-out-everywhere"

	// SSOButton starts single sign-on on a product's login page.
	SSOButton = "#sso"
)

// Visit opens a path of a party.
func (l *Lab) Visit(party trace.Party, path string) error {
	return l.Tab.Open(l.URLs[party] + path)
}

// Press presses a button or follows a link, as a person would.
func (l *Lab) Press(css string) error { return l.Tab.Press(css) }

// PressSSO starts single sign-on if the page offers a button for it.
func (l *Lab) PressSSO() error {
	if !l.Tab.Exists(SSOButton) {
		return nil
	}
	return l.Press(SSOButton)
}

// LogOut follows the page's log-out link.
func (l *Lab) LogOut() error { return l.Press(logOutLink) }

// LogOutEverywhere presses the button of the identity provider's launch page.
func (l *Lab) LogOutEverywhere() error {
	if err := l.Visit(trace.IdP, "/"); err != nil {
		return err
	}
	return l.Press(logOutEverywhereButton)
}

// Remember gives the visitor a session at the identity provider, as one who
// has signed in there before.
func (l *Lab) Remember() error {
	login := l.Setup.Person.Login
	if l.IdP == nil {
		return fmt.Errorf("giving %s a session at the identity provider: this product has none", login)
	}
	cookie, err := l.IdP.Remember(login)
	if err == nil {
		err = l.Tab.Remember(l.URLs[trace.IdP], cookie)
	}
	if err != nil {
		return fmt.Errorf("giving %s a session at the identity provider: %w", login, err)
	}
	l.returning = true
	l.record(trace.Event{At: l.Clocks[trace.IdP].Now(), Party: trace.Lab, Kind: trace.KindNote, Note: login + " has a session at the identity provider from before"})
	return nil
}

// Returning tells whether the visitor has been here before, by Remember.
func (l *Lab) Returning() bool { return l.returning }

// SignIn fills in the login form of the page, if it has one, as the person who
// plays. It tells whether there was a form.
func (l *Lab) SignIn() (bool, error) {
	if !l.Tab.Exists(signInButton) {
		return false, nil
	}
	login, password := l.Setup.Person.Login, l.Setup.Person.Password
	if strings.HasPrefix(l.Tab.Page().URL, l.URLs[trace.Origin]+"/") {
		login = l.Email()
	}
	l.record(trace.Event{At: l.Clocks[trace.SP].Now(), Party: trace.Browser, Kind: trace.KindFormFilled, Note: login + " signs in at " + l.Tab.Page().URL})
	return true, l.Tab.Submit([]browser.Field{{CSS: loginField, Text: login}, {CSS: passwordField, Text: password}}, signInButton)
}

// Mistype sends the login form of the page with a wrong password.
func (l *Lab) Mistype() error {
	return l.Tab.Submit([]browser.Field{{CSS: loginField, Text: l.Email()}, {CSS: passwordField, Text: "not-" + l.Setup.Person.Password}}, signInButton)
}

// Email is the e-mail address of the person who plays.
func (l *Lab) Email() string { return first(l.Setup.Person, "email") }

// Launch opens the product from the identity provider's launch page.
func (l *Lab) Launch(relayState string, send bool) error {
	if send {
		if err := l.Tab.Fill(relayStateField, relayState); err != nil {
			return err
		}
	}
	return l.Press(launchButton)
}

// Absolute returns a path of a party as a URL; what is a URL already stays as it is.
func (l *Lab) Absolute(party trace.Party, target string) string {
	if strings.HasPrefix(target, "/") && !strings.HasPrefix(target, "//") {
		return l.URLs[party] + target
	}
	return target
}

// See records the page that the visitor looks at.
func (l *Lab) See(label string) { l.see(label, l.Tab.Page()) }

// Photograph adds a picture of what the visitor looks at to the page that was
// seen under that label. That it could not be taken is on record.
func (l *Lab) Photograph(label string) {
	png, err := l.Tab.Screenshot()
	if err != nil {
		l.record(trace.Event{At: l.Clocks[trace.SP].Now(), Party: trace.Lab, Kind: trace.KindNote, Note: "no picture: " + err.Error()})
		return
	}
	l.Trace.Illustrate(label, png)
}

func (l *Lab) see(label string, page *browser.Page) {
	l.record(trace.Event{At: l.Clocks[trace.SP].Now(), Party: trace.Browser, Kind: trace.KindPage, Page: &trace.Page{
		Label: label, Name: page.Name, URL: page.URL, Status: page.Status, Title: page.Title,
		Text: strings.TrimSpace(strings.Join(append(page.Dialogs, page.Text, page.Err), "\n")), HTML: page.HTML,
		Error: strings.TrimSpace(strings.Join(append(page.Frames, page.Err), " ")),
	}})
}

// SeeAccount opens the account page, to see who is signed in in another browser
// than the one in which the flow ends.
func (l *Lab) SeeAccount() error {
	if err := l.Visit(trace.SP, accountPage); err != nil {
		return err
	}
	l.See(trace.Elsewhere)
	return nil
}

// accountPage is the page of every product that says who is signed in.
const accountPage = "/account"

// Probe opens the account page, to see who is signed in, when nobody but the
// SP can be reached any more: what it shows is the session that the flow left.
// The final page stays where it is. Where that is one of the SP's, the page is
// asked for from there, which costs a tenth of a second tab and brings the
// same cookies; a redirect means that it does not open.
func (l *Lab) Probe() error {
	l.CloseDoor(trace.IdP)
	l.shutSecondIdP()
	l.CloseDoor(trace.Origin)
	address := l.URLs[trace.SP] + accountPage
	if final := l.Tab.Page(); final.Err == "" && strings.HasPrefix(final.URL, l.URLs[trace.SP]+"/") {
		if page, err := l.Tab.Fetch(address); err == nil {
			l.see(trace.Protected, page)
			return nil
		}
		// A page may forbid it, by a policy for example: then a tab of its own will tell.
	}
	second := l.Tab.Beside()
	if err := second.Open(address); err != nil {
		return fmt.Errorf("opening the account page: %w", err)
	}
	l.see(trace.Protected, second.Page())
	return second.Close()
}
