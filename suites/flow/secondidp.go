package flow

import (
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// secondIdPFlows need a setup with a second identity provider (idp: second).
func secondIdPFlows() []Flow {
	return []Flow{
		{
			Name: "second-idp", Summary: "sign in at the second identity provider that the product trusts",
			Params: []fault.Param{{Name: "asked", Kind: fault.Choice, Default: "second", Choices: []string{"second", "first", "nobody"},
				Doc: "which of the two the product has sent the visitor to; where it is the first, the second answers in its place"}},
			Road: "saml", SignsIn: true, Run: secondIdP,
		},
	}
}

func secondIdP(l *lab.Lab, a fault.Args) error {
	toIdP := l.StartByName
	switch a.String("asked") {
	case "nobody":
		toIdP = func() error { return launch(l) }
	case "first":
		if err := toLogin(l, fault.Args{}); err != nil {
			return err
		}
		toIdP = func() error {
			if err := l.AnswerLastRequest(); err != nil {
				return err
			}
			return launch(l)
		}
	}
	return l.AtSecondIdP(func() error {
		if err := toIdP(); err != nil {
			return err
		}
		_, err := l.SignIn()
		return err
	})
}

// launch opens the product from the identity provider's launch page.
func launch(l *lab.Lab) error {
	if err := l.Visit(trace.IdP, "/"); err != nil {
		return err
	}
	return l.Launch("", false)
}
