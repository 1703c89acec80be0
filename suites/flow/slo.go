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

func artifactReplay(l *lab.Lab, _ fault.Args) error {
	if err := spInitiated(l, fault.Args{}); err != nil {
		return err
	}
	if err := l.LogOut(); err != nil {
		return err
	}
	return l.ReplayArtifact()
}
