package flow

import (
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// successproFlows walk the auth wall and the administration of SuccessPro.
func successproFlows() []Flow {
	relay := fault.Param{Name: "relay-state", Kind: fault.String, Doc: "name of the relay state that the link or the portal names afterwards", Example: "client-review"}
	then := fault.Param{Name: "then", Kind: fault.Choice, Default: "stay", Choices: []string{"stay", "portal", "button"},
		Doc: "what follows the saving: nothing, a login from the portal, or one by the single sign-on button"}
	return []Flow{
		{
			Name: "wall-code", Summary: "open the product's own link, ask for a one-time code by e-mail, and sign in with it",
			Params: []fault.Param{
				relay,
				{Name: "email", Kind: fault.String, Doc: "address to send the code to; that of the person when absent", Example: "ada@example.com"},
				{Name: "use", Kind: fault.Choice, Default: "once", Choices: []string{"once", "twice", "other-address", "wrong"},
					Doc: "use the code once, once more after logging out, with somebody else's address, or use another code"},
				{Name: "after", Kind: fault.Duration, Default: "0s", Doc: "time that passes before the code is used"},
			},
			Road: "saml", SignsIn: true, Run: wallCode,
		},
		{
			Name: "relay-state-admin", Summary: "sign in, walk the menu to the relay states, make or edit one, and save it",
			Params: []fault.Param{
				{Name: "edit", Kind: fault.String, Doc: "the one to edit; a new one when absent", Example: "client-42"},
				{Name: "name", Kind: fault.String, Doc: "its name; left as it is when absent", Example: "client-review"},
				{Name: "type", Kind: fault.Choice, Choices: []string{"dashboard", "client", "report", "path"}, Doc: "its Redirect/Link Type; left as it is when absent"},
				{Name: "target", Kind: fault.String, Doc: "what the type's additional field says", Example: "42"},
				{Name: "active", Kind: fault.Bool, Default: "true", Doc: "tick Active"},
				{Name: "sp-default", Kind: fault.Bool, Default: "false", Doc: "tick SSO Service Provider Default"},
				{Name: "idp-default", Kind: fault.Bool, Default: "false", Doc: "tick SSO Identity Provider Default"},
				then, relay, at(),
			},
			Road: "saml", SignsIn: true, Run: relayStateAdmin,
		},
		{
			Name: "message-admin", Summary: "sign in, walk the menu to the message texts, and save one",
			Params: []fault.Param{
				{Name: "reaction", Kind: fault.String, Required: true, Doc: "name of the profile's reaction", Example: "resource-not-found"},
				{Name: "text", Kind: fault.String, Required: true, Doc: "its new text", Example: "Ask your branch manager"},
				then, relay,
			},
			Road: "saml", SignsIn: true, Run: messageAdmin,
		},
	}
}

func wallCode(l *lab.Lab, a fault.Args) error {
	link := "?relayState=" + query(a.String("relay-state"))
	email := a.String("email")
	if !a.Has("email") {
		email = l.Email()
	}
	if err := l.Visit(trace.SP, "/auth/wall"+link); err != nil {
		return err
	}
	if err := l.Tab.Submit([]browser.Field{{CSS: "#email", Text: email}}, "#send-code"); err != nil {
		return err
	}
	code, err := l.MailedCode()
	if err != nil || code == "" {
		return err // nobody was written to, so there is nothing to go on with
	}
	l.Pause(a.Duration("after"))
	switch a.String("use") {
	case "other-address":
		email = "somebody.else@example.com"
	case "wrong":
		code = string('0'+('9'-code[0])) + code[1:]
	}
	if err := enterCode(l, email, code); err != nil || a.String("use") != "twice" {
		return err
	}
	if err := l.LogOut(); err != nil {
		return err
	}
	if err := l.Visit(trace.SP, "/auth/wall/enter"+link); err != nil {
		return err
	}
	return enterCode(l, email, code)
}

func enterCode(l *lab.Lab, email, code string) error {
	return l.Tab.Submit([]browser.Field{{CSS: "#address", Text: email}, {CSS: "#code", Text: code}}, "#enter")
}

func relayStateAdmin(l *lab.Lab, a fault.Args) error {
	if err := atTenant(l, a, func() error { return saveRelayState(l, a) }); err != nil {
		return err
	}
	return andThen(l, a)
}

func saveRelayState(l *lab.Lab, a fault.Args) error {
	if err := signInAndPress(l, "#menu-admin", "#menu-users-access", "#menu-auth-sso", "#menu-relay-states"); err != nil {
		return err
	}
	open := "#new"
	if a.Has("edit") {
		open = "a[href$='edit?name=" + query(a.String("edit")) + "']"
	}
	if err := l.Press(open); err != nil {
		return err
	}
	fields := []browser.Field{}
	for _, box := range []string{"active", "sp-default", "idp-default"} {
		fields = append(fields, browser.Field{CSS: "#" + box, Text: map[bool]string{true: "true"}[a.Bool(box)]})
	}
	for _, name := range []string{"name", "type"} {
		if a.Has(name) {
			fields = append(fields, browser.Field{CSS: "#" + name, Text: a.String(name)})
		}
	}
	if a.Has("target") {
		fields = append(fields, browser.Field{CSS: "#target-" + a.String("type"), Text: a.String("target")})
	}
	return l.Tab.Submit(fields, "#save")
}

func messageAdmin(l *lab.Lab, a fault.Args) error {
	if err := signInAndPress(l, "#menu-admin", "#menu-users-access", "#menu-auth-sso", "#menu-messages"); err != nil {
		return err
	}
	if err := l.Tab.Submit([]browser.Field{{CSS: "#text-" + a.String("reaction"), Text: a.String("text")}}, "#save"); err != nil {
		return err
	}
	return andThen(l, a)
}

// signInAndPress signs in and walks a menu.
func signInAndPress(l *lab.Lab, menu ...string) error {
	if err := spInitiated(l, fault.Args{}); err != nil {
		return err
	}
	for _, css := range menu {
		if err := l.Press(css); err != nil {
			return err
		}
	}
	return nil
}

// andThen goes on after the saving of a form as the flow's parameter says.
func andThen(l *lab.Lab, a fault.Args) error {
	if a.String("then") == "stay" {
		return nil
	}
	if err := l.LogOut(); err != nil {
		return err
	}
	if a.String("then") == "button" {
		return ssoButton(l, fault.Args{})
	}
	if err := l.Visit(trace.IdP, "/"); err != nil {
		return err
	}
	return l.Launch(a.String("relay-state"), a.Has("relay-state"))
}
