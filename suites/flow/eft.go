package flow

import (
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
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
			Name: "reserved-path", Summary: "sign in, open the site settings, type another reserved path, and save it",
			Params: []fault.Param{
				{Name: "path", Kind: fault.String, Required: true, Doc: "the reserved path", Example: "/sso"},
				{Name: "then", Kind: fault.Choice, Default: "stay", Choices: []string{"stay", "log-in"},
					Doc: "what follows the saving: nothing, or logging out and in again"},
			},
			Road: "saml", SignsIn: true, Run: reservedPath,
		},
		{
			Name: "every-reason", Summary: "go through SP-initiated sign-on once for each reason that the document names, one failure after the other",
			Road: "saml", Run: everyReason,
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

func reservedPath(l *lab.Lab, a fault.Args) error {
	if err := signInAndPress(l, "#menu-site"); err != nil {
		return err
	}
	if err := l.Tab.Submit([]browser.Field{{CSS: "#reserved-path", Text: a.String("path")}}, "#save"); err != nil || a.String("then") == "stay" {
		return err
	}
	if err := l.LogOut(); err != nil {
		return err
	}
	return spInitiated(l, fault.Args{})
}

// failures bring about the reasons of seed 004, in its order: the identity
// provider's fault, or somebody without an account.
var failures = []struct {
	fault string
	args  fault.Args
	who   string
}{
	{fault: "authz-decision", args: fault.Args{"decision": "Deny"}},
	{fault: "status", args: fault.Args{"code": "Responder", "sub": "AuthnFailed"}},
	{fault: "conditions-window", args: fault.Args{"not-before": "-20m", "not-on-or-after": "-10m"}},
	{fault: "silent"},
	{fault: "digest-tampered", args: fault.Args{"target": "assertion"}},
	{fault: "encrypted-to-foreign-key"},
	{who: "uma"},
}

// everyReason needs an answer-timeout that does not keep the visitor waiting.
func everyReason(l *lab.Lab, _ fault.Args) error {
	if err := l.StopTime(); err != nil {
		return err
	}
	for _, one := range failures {
		who := l.Setup.Person.Login
		if one.who != "" {
			who = one.who
			if err := l.Visit(trace.IdP, "/logout"); err != nil {
				return err
			}
		}
		if err := l.ArmNext(one.fault, one.args); err != nil {
			return err
		}
		if err := l.As(who, func() error { return spInitiated(l, fault.Args{}) }); err != nil {
			return err
		}
		l.See(trace.Stop)
	}
	return nil
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
