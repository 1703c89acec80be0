package flow

import (
	"errors"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func anyFlows() []Flow {
	page := fault.Param{Name: "page", Kind: fault.String, Doc: "path of the product; its home when absent", Example: "/"}
	return []Flow{
		{
			Name: "direct", Summary: "open a page of the product and do nothing else",
			Params: []fault.Param{page}, Run: direct,
		},
		{
			Name: "password", Summary: "open the product's own login form and sign in there",
			Params: []fault.Param{page}, SignsIn: true, Run: password,
		},
		{
			Name: "metadata", Summary: "open the product's home, and fetch its metadata as an identity provider would",
			Params: []fault.Param{at()},
			Run: func(l *lab.Lab, a fault.Args) error {
				return errors.Join(direct(l, a), atTenant(l, a, l.ReadMetadata))
			},
		},
		{
			Name: "logout", Summary: "sign in, then follow the product's log-out link",
			Params: []fault.Param{{Name: "then", Kind: fault.Choice, Default: "stay", Choices: []string{"stay", "return"},
				Doc: "what follows: nothing, or opening the product once more as far as the identity provider asks"}},
			SignsOut: true, Run: logout,
		},
		{
			Name: "return", Summary: "sign in, let time pass, and open a page of the product",
			Params: []fault.Param{
				page,
				{Name: "after", Kind: fault.Duration, Default: "0s", Doc: "time that passes in between, on every clock"},
			},
			SignsIn: true, Run: comeBack,
		},
	}
}

func direct(l *lab.Lab, a fault.Args) error { return l.Visit(trace.SP, target(l, a)) }

func password(l *lab.Lab, a fault.Args) error {
	if err := direct(l, a); err != nil {
		return err
	}
	_, err := l.SignIn()
	return err
}

// signIn is the road's plainest login.
func signIn(l *lab.Lab) error {
	if l.Origin != nil {
		return mailLink(l, fault.Args{"page": "/"})
	}
	return spInitiated(l, fault.Args{})
}

func logout(l *lab.Lab, a fault.Args) error {
	if err := signIn(l); err != nil {
		return err
	}
	if err := l.LogOut(); err != nil || a.String("then") == "stay" {
		return err
	}
	return toLogin(l, fault.Args{})
}

func comeBack(l *lab.Lab, a fault.Args) error {
	if err := signIn(l); err != nil {
		return err
	}
	l.Pause(a.Duration("after"))
	if err := direct(l, a); err != nil {
		return err
	}
	_, err := l.SignIn()
	return err
}
