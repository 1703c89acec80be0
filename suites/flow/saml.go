package flow

import (
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// pauses let virtual time pass at two moments of a login.
func pauses() []fault.Param {
	return []fault.Param{
		{Name: "pause", Kind: fault.Duration, Default: "0s", Doc: "time that passes, on every clock, while the login page is open"},
		{Name: "pause-before-post", Kind: fault.Duration, Default: "0s", Doc: "time that passes between the making of the Response and its delivery"},
	}
}

func samlFlows() []Flow {
	page := fault.Param{Name: "page", Kind: fault.String, Doc: "path of the product to open; its home when absent", Example: "/dashboard"}
	relay := fault.Param{Name: "relay-state", Kind: fault.String, Doc: "RelayState to send; none is sent when absent", Example: "client-review"}
	return []Flow{
		{
			Name: "sp-initiated", Summary: "open a page of the product without a session, start single sign-on if it offers a button, and sign in at the identity provider",
			Params: append([]fault.Param{page}, pauses()...), Road: "saml", SignsIn: true, Returning: true, Run: spInitiated,
		},
		{
			Name: "sso-button", Summary: "open the product's login page, press its single sign-on button, and sign in at the identity provider",
			Params: pauses(), Road: "saml", SignsIn: true, Returning: true, Run: ssoButton,
		},
		{
			Name: "idp-initiated", Summary: "sign in at the identity provider and open the product from its launch page",
			Params: append([]fault.Param{relay}, pauses()...), Road: "saml", SignsIn: true, Returning: true, Run: idpInitiated,
		},
		{
			Name: "silent", Summary: "sign in at the identity provider first, then open a page of the product",
			Params: []fault.Param{page}, Road: "saml", SignsIn: true, Run: silent,
		},
		{
			Name: "start-over", Summary: "leave the identity provider's login page open for a while, sign in there, and start again from the product",
			Params: []fault.Param{page, pauses()[0]}, Road: "saml", SignsIn: true, Run: startOver,
		},
		{
			Name: "wall", Summary: "open the product's own link to a relay state and sign in with the product's form if it asks",
			Params: []fault.Param{
				{Name: "relay-state", Kind: fault.String, Required: true, Doc: "name of the relay state", Example: "client-review"},
				{Name: "signed-in", Kind: fault.Bool, Default: "false", Doc: "sign in by single sign-on before"},
			},
			Road: "saml", SignsIn: true, Run: wall,
		},
		{
			Name: "retry", Summary: "go through SP-initiated sign-on and, whatever came of it, start it again",
			Params: []fault.Param{page,
				{Name: "after", Kind: fault.Duration, Default: "0s", Doc: "time that passes in between, on every clock"},
				{Name: "log-out", Kind: fault.Bool, Default: "false", Doc: "log out of the product in between"}},
			Road: "saml", SignsIn: true, Run: retry,
		},
	}
}

func spInitiated(l *lab.Lab, a fault.Args) error {
	if err := toLogin(l, a); err != nil {
		return err
	}
	return atLogin(l, a)
}

// toLogin goes as far as the identity provider's login page. A returning
// visitor has kept the address that the product's button leads to.
func toLogin(l *lab.Lab, a fault.Args) error {
	if l.Returning() && l.Settings.Entrance == "login" {
		return l.Visit(trace.SP, l.Settings.StartPath()+"?target="+query(target(l, a)))
	}
	if err := l.Visit(trace.SP, target(l, a)); err != nil {
		return err
	}
	return l.PressSSO()
}

func ssoButton(l *lab.Lab, a fault.Args) error {
	if err := l.Visit(trace.SP, l.Settings.Paths.Login); err != nil {
		return err
	}
	if err := l.Press(lab.SSOButton); err != nil {
		return err
	}
	return atLogin(l, a)
}

func idpInitiated(l *lab.Lab, a fault.Args) error {
	if err := l.Visit(trace.IdP, "/"); err != nil {
		return err
	}
	if err := l.Launch(a.String("relay-state"), a.Has("relay-state")); err != nil {
		return err
	}
	return atLogin(l, a)
}

func silent(l *lab.Lab, a fault.Args) error {
	if err := l.Visit(trace.IdP, "/login"); err != nil {
		return err
	}
	if _, err := l.SignIn(); err != nil {
		return err
	}
	return spInitiated(l, a)
}

// startOver stops at what became of the first login, so that it can be looked at.
func startOver(l *lab.Lab, a fault.Args) error {
	if err := spInitiated(l, a); err != nil {
		return err
	}
	l.See(trace.Stop)
	return spInitiated(l, fault.Args{"page": a.String("page")})
}

func wall(l *lab.Lab, a fault.Args) error {
	if a.Bool("signed-in") {
		if err := spInitiated(l, fault.Args{}); err != nil {
			return err
		}
	}
	if err := l.Visit(trace.SP, "/auth/wall?relayState="+query(a.String("relay-state"))); err != nil {
		return err
	}
	_, err := l.SignIn()
	return err
}

func retry(l *lab.Lab, a fault.Args) error {
	if err := spInitiated(l, a); err != nil {
		return err
	}
	l.Pause(a.Duration("after"))
	if a.Bool("log-out") {
		if err := l.LogOut(); err != nil {
			return err
		}
	}
	return spInitiated(l, a)
}

// atLogin signs in on the login page that the visitor has come to, if it is one.
func atLogin(l *lab.Lab, a fault.Args) error {
	l.Pause(a.Duration("pause"))
	l.PauseBeforePost(a.Duration("pause-before-post"))
	_, err := l.SignIn()
	return err
}

func target(l *lab.Lab, a fault.Args) string {
	if page := a.String("page"); page != "" {
		return page
	}
	return l.Settings.Paths.Home
}
