package flow

import (
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
)

func logoutFlows() []Flow {
	return []Flow{
		{
			Name: "logout-everywhere", Summary: "sign in, then press the identity provider's button that signs out everywhere",
			Params: []fault.Param{{Name: "again", Kind: fault.Bool, Default: "false",
				Doc: "sign in once more afterwards, and open the same LogoutRequest again"}},
			Road: "saml", Run: logoutEverywhere,
		},
		{
			Name: "logout-of-another", Summary: "sign in, and stay while somebody else, in another browser, signs in and signs out everywhere",
			Params: []fault.Param{
				{Name: "login", Kind: fault.Person, Required: true, Doc: "who that is, by the login of somebody in the cast", Example: "grace"},
				{Name: "session-index", Kind: fault.String, Required: true, Doc: "what the identity provider calls both sessions", Example: "_session"},
			},
			Road: "saml", SignsIn: true, Run: logoutOfAnother,
		},
		{
			Name: "artifact-replay", Summary: "sign in by artifact, log out, and open the same artifact once more",
			Road: "saml", Run: artifactReplay,
		},
	}
}

func logoutEverywhere(l *lab.Lab, a fault.Args) error {
	if err := spInitiated(l, fault.Args{}); err != nil {
		return err
	}
	if err := l.LogOutEverywhere(); err != nil || !a.Bool("again") {
		return err
	}
	if err := spInitiated(l, fault.Args{}); err != nil {
		return err
	}
	return l.ReplayLogout()
}

func logoutOfAnother(l *lab.Lab, a fault.Args) error {
	index := fault.Args{"value": a.String("session-index")}
	signIn := func() error {
		if err := l.ArmNext("session-index", index); err != nil {
			return err
		}
		return spInitiated(l, fault.Args{})
	}
	if err := signIn(); err != nil {
		return err
	}
	return l.ElsewhereAs(a.String("login"), func() error {
		if err := signIn(); err != nil {
			return err
		}
		if err := l.ArmNext("logout-request-session-index", index); err != nil {
			return err
		}
		return l.LogOutEverywhere()
	})
}

func artifactReplay(l *lab.Lab, _ fault.Args) error {
	if err := spInitiated(l, fault.Args{}); err != nil {
		return err
	}
	if err := l.LogOut(); err != nil {
		return err
	}
	return l.ReplayArtifact()
}
