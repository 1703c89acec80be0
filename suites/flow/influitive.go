package flow

import (
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// hubFields are the fields of the Single Sign-On section.
var hubFields = []string{"endpoint", "sign-out", "fingerprint", "algorithm", "registration", "suffix"}

// influitiveFlows walk the settings of an AdvocateHub.
func influitiveFlows() []Flow {
	params := []fault.Param{
		{Name: "endpoint", Kind: fault.String, Doc: "SSO Endpoint URL", Example: "{idp-url}/saml/sso"},
		{Name: "sign-out", Kind: fault.String, Doc: "SSO Sign out URL", Example: "{idp-url}/"},
		{Name: "fingerprint", Kind: fault.String, Doc: "SSO Fingerprint/Thumbprint", Example: "00:11:22"},
		{Name: "algorithm", Kind: fault.Choice, Choices: []string{"sha1", "sha256"}, Doc: "what kind of thumbprint"},
		{Name: "registration", Kind: fault.String, Doc: "SSO Registration Path", Example: "{idp-url}/join"},
		{Name: "suffix", Kind: fault.String, Doc: "SAML SP Issuer Suffix", Example: "-Two"},
		{Name: "login", Kind: fault.Choice, Default: "sso", Choices: []string{"sso", "password"}, Doc: "the radio button to press"},
		{Name: "then", Kind: fault.Choice, Default: "stay", Choices: []string{"stay", "log-out", "log-in"},
			Doc: "what follows the saving: nothing, logging out, or a login after that"},
	}
	return []Flow{
		{
			Name: "hub-settings", Summary: "sign in, walk the menu to Login/Security, fill in the Single Sign-On section, and save it",
			Params: params, Road: "saml", SignsIn: true, Run: hubSettings,
		},
		{
			Name: "hub-user", Summary: "let an administrator make the visitor's account under User Management, then sign in with it",
			Params: []fault.Param{
				{Name: "admin", Kind: fault.Person, Default: "grace", Doc: "who makes the account"},
				{Name: "page", Kind: fault.String, Doc: "path of the product to open; its home when absent", Example: "/settings"},
			},
			Road: "saml", SignsIn: true, Run: hubUser,
		},
		{
			Name: "choice", Summary: "open a page of the product and follow one of the two ways that it offers to strangers",
			Params: []fault.Param{
				{Name: "take", Kind: fault.Choice, Required: true, Choices: []string{"sign-in", "register"}, Doc: "sign in, or create an account"},
			},
			Road: "saml", Run: choice,
		},
	}
}

func hubSettings(l *lab.Lab, a fault.Args) error {
	if err := signInAndPress(l, "#menu-settings", "#menu-system", "#menu-login-security"); err != nil {
		return err
	}
	if err := l.Press("#login-" + a.String("login")); err != nil {
		return err
	}
	fields := []browser.Field{}
	for _, name := range hubFields {
		if a.Has(name) {
			fields = append(fields, browser.Field{CSS: "#" + name, Text: l.Place(a.String(name))})
		}
	}
	if err := l.Tab.Submit(fields, "#save"); err != nil || a.String("then") == "stay" {
		return err
	}
	if err := l.LogOut(); err != nil || a.String("then") == "log-out" {
		return err
	}
	return spInitiated(l, fault.Args{})
}

// hubUser needs an identity provider that asks every time (force-authn), for
// the administrator has a session there.
func hubUser(l *lab.Lab, a fault.Args) error {
	email := l.Email()
	if err := l.As(a.String("admin"), func() error {
		if err := signInAndPress(l, "#menu-settings", "#menu-system", "#menu-user-management"); err != nil {
			return err
		}
		if err := l.Tab.Submit([]browser.Field{{CSS: "#email", Text: email}, {CSS: "#role", Text: "admin"}}, "#save"); err != nil {
			return err
		}
		return l.LogOut()
	}); err != nil {
		return err
	}
	return spInitiated(l, a)
}

func choice(l *lab.Lab, a fault.Args) error {
	if err := l.Visit(trace.SP, l.Settings.Paths.Home); err != nil {
		return err
	}
	if a.String("take") == "register" {
		return l.Press("#register")
	}
	if err := l.Press(lab.SSOButton); err != nil {
		return err
	}
	return atLogin(l, fault.Args{})
}
