package flow

import (
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
)

// eftFlows meet the prompts and the event rules of EFT.
func eftFlows() []Flow {
	return []Flow{
		{
			Name: "acknowledge", Summary: "go through SP-initiated sign-on, press OK on the prompt that it ends with, and go on from there",
			Params: []fault.Param{
				{Name: "then", Kind: fault.Choice, Default: "stay", Choices: []string{"stay", "retry", "password"},
					Doc: "what follows: nothing, single sign-on once more, or the login form"},
			},
			Road: "saml", Run: acknowledge,
		},
		{
			Name: "site-settings", Summary: "sign in, open the site settings, and tick a box",
			Params: []fault.Param{
				{Name: "tick", Kind: fault.Choice, Required: true, Choices: []string{"sso-enabled", "persist"}, Doc: "the box to tick"},
				{Name: "save", Kind: fault.Bool, Default: "false", Doc: "press OK on the prompt, then save"},
			},
			Road: "saml", SignsIn: true, Run: siteSettings,
		},
		{
			Name: "event-rule", Summary: "sign in and run the event rule",
			Params: []fault.Param{
				{Name: "by", Kind: fault.Choice, Default: "sso", Choices: []string{"sso", "password"}, Doc: "how to sign in"},
			},
			Road: "saml", SignsIn: true, Run: eventRule,
		},
	}
}

func acknowledge(l *lab.Lab, a fault.Args) error {
	if err := spInitiated(l, fault.Args{}); err != nil {
		return err
	}
	l.See("prompt")
	if err := l.Press("#ok"); err != nil {
		return err
	}
	switch a.String("then") {
	case "retry":
		if err := l.Press(lab.SSOButton); err != nil {
			return err
		}
		return atLogin(l, fault.Args{})
	case "password":
		_, err := l.SignIn()
		return err
	}
	return nil
}

func siteSettings(l *lab.Lab, a fault.Args) error {
	if err := signInAndPress(l, "#menu-site", "#"+a.String("tick")); err != nil || !a.Bool("save") {
		return err
	}
	l.See("prompt")
	if err := l.Press("#ok"); err != nil {
		return err
	}
	return l.Press("#save")
}

func eventRule(l *lab.Lab, a fault.Args) error {
	login := spInitiated
	if a.String("by") == "password" {
		login = password
	}
	if err := login(l, fault.Args{"page": "/event-rules"}); err != nil {
		return err
	}
	return l.Press("#run")
}
