package flow

import (
	"fmt"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// webFlows are about what lies between the parties: addresses, pages, browsers.
func webFlows() []Flow {
	page := fault.Param{Name: "page", Kind: fault.String, Doc: "path of the product to open; its home when absent", Example: "/dashboard"}
	return []Flow{
		{
			Name: "sso-link", Summary: "open the address at which the product starts single sign-on, as from a bookmark, and sign in at the identity provider",
			Params: []fault.Param{{Name: "after", Kind: fault.Duration, Default: "0s", Doc: "time that passes before, on every clock"}},
			Road:   "saml", SignsIn: true, Returning: true, Run: fromBookmark,
		},
		{
			Name: "acs-link", Summary: "open the address of the product's assertion consumer service in the address bar",
			Road: "saml", Run: func(l *lab.Lab, _ fault.Args) error { return l.Visit(trace.SP, l.Settings.ACSPath()) },
		},
		{
			Name: "waiting", Summary: "sign in at the identity provider first, then open a page of the product, and wait for the answer however long it takes by the clocks of the parties and the browser",
			Params: []fault.Param{page}, Road: "saml", SignsIn: true, Run: waiting,
		},
		{
			Name: "by-hand", Summary: "go through SP-initiated sign-on and press the button on each page that does not go on by itself",
			Params: []fault.Param{page}, Road: "saml", SignsIn: true, Run: byHand,
		},
		{
			Name: "cancel", Summary: "start single sign-on, and give up on the identity provider's login page",
			Params: []fault.Param{{Name: "by", Kind: fault.Choice, Default: "button", Choices: []string{"button", "leaving"},
				Doc: "its Cancel button, or opening the product's home again"}},
			Road: "saml", Run: cancel,
		},
		{
			Name: "two-tabs", Summary: "start single sign-on in two tabs, sign in in the second, then in the first",
			Road: "saml", SignsIn: true, Run: twoTabs,
		},
		{
			Name: "refresh", Summary: "go through SP-initiated sign-on and reload the page that it ends on",
			Params: []fault.Param{page}, Road: "saml", SignsIn: true, Run: refresh,
		},
		{
			Name: "double-submit", Summary: "go through SP-initiated sign-on, bring the product two forms from two tabs at the same moment, and open its home",
			Params: []fault.Param{{Name: "answers", Kind: fault.Choice, Default: "same", Choices: []string{"same", "different", "of-two-requests"},
				Doc: "what the forms carry: the same Response, two Responses to the same request, or two to a request each"}},
			Road: "saml", Races: true, Run: doubleSubmit,
		},
		{
			Name: "behind-tls", Summary: "go through SP-initiated sign-on to a product that is behind TLS, at a name that is not under localhost",
			Params: []fault.Param{page, {Name: "acs", Kind: fault.Choice, Default: "https", Choices: []string{"https", "http"},
				Doc: "how the form goes to the assertion consumer service"}},
			Road: "saml", SignsIn: true, Run: behindTLS,
		},
		{
			Name: "framed", Summary: "open a page of the product in a frame of somebody else's page",
			Params: []fault.Param{page}, Road: "saml",
			Run: func(l *lab.Lab, a fault.Args) error { return l.Framed(target(l, a)) },
		},
	}
}

// goOn is the button of pages that post themselves, for browsers that run no script.
const goOn = "#continue"

func fromBookmark(l *lab.Lab, a fault.Args) error {
	l.Pause(a.Duration("after"))
	if err := l.Visit(trace.SP, l.Settings.StartPath()); err != nil {
		return err
	}
	if l.At(trace.SP) {
		return nil // where a login form would be the product's own
	}
	_, err := l.SignIn()
	return err
}

func waiting(l *lab.Lab, a fault.Args) error {
	if err := l.StopTime(); err != nil {
		return err
	}
	return silent(l, a)
}

func byHand(l *lab.Lab, a fault.Args) error {
	for _, step := range []func() error{
		func() error { return toLogin(l, a) },
		func() error { return l.PressIfThere(goOn) },
		func() error { return atLogin(l, fault.Args{}) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return l.PressIfThere(goOn)
}

func cancel(l *lab.Lab, a fault.Args) error {
	if err := toLogin(l, a); err != nil {
		return err
	}
	if a.String("by") == "button" {
		return l.Press("#cancel")
	}
	return l.Visit(trace.SP, l.Settings.Paths.Home)
}

func twoTabs(l *lab.Lab, a fault.Args) error {
	if err := toLogin(l, a); err != nil {
		return err
	}
	if err := l.Beside(func() error { return spInitiated(l, fault.Args{}) }); err != nil {
		return err
	}
	_, err := l.SignIn()
	return err
}

func refresh(l *lab.Lab, a fault.Args) error {
	if err := spInitiated(l, a); err != nil {
		return err
	}
	return l.Tab.Reload()
}

func doubleSubmit(l *lab.Lab, a fault.Args) error {
	err := l.Intercept(func() error {
		if a.String("answers") == "of-two-requests" {
			return twoTabs(l, fault.Args{})
		}
		if err := spInitiated(l, fault.Args{}); err != nil || a.String("answers") == "same" {
			return err
		}
		return answerOnceMore(l)
	})
	if err != nil {
		return err
	}
	answers, wanted := l.Answers(), 2
	if a.String("answers") == "same" {
		wanted = 1
	}
	if len(answers) < wanted {
		return fmt.Errorf("%w: of %d Responses that are to be posted the identity provider has sent %d", lab.ErrTooSoon, wanted, len(answers))
	}
	if err := l.PostAtOnce(answers[0], answers[wanted-1]); err != nil {
		return err
	}
	return l.Visit(trace.SP, l.Settings.Paths.Home)
}

func behindTLS(l *lab.Lab, a fault.Args) error {
	if err := l.MoveBehindTLS(); err != nil {
		return err
	}
	if a.String("acs") == "http" {
		if err := l.PostOverHTTP(); err != nil {
			return err
		}
	}
	return spInitiated(l, a)
}
