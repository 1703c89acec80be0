package flow

import (
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func logoutFlows() []Flow {
	return []Flow{
		{
			Name: "logout-everywhere", Summary: "sign in, then press the identity provider's button that signs out everywhere",
			Params: []fault.Param{{Name: "then", Kind: fault.Choice, Default: "stay", Choices: []string{"stay", "return", "again"},
				Doc: "what follows: nothing, opening the product once more as far as the identity provider asks, or signing in once more and opening the same LogoutRequest again"}},
			Road: "saml", SignsOut: true, Run: logoutEverywhere,
		},
		{
			Name: "logout-of-another", Summary: "sign in here and in another browser, sign out everywhere in one of the two, and look in the other browser who is signed in there",
			Params: []fault.Param{
				{Name: "login", Kind: fault.Person, Required: true, Doc: "who signs in in the other browser, by the login of somebody in the cast", Example: "grace"},
				{Name: "session-index", Kind: fault.String, Doc: "what the identity provider calls both sessions; names of their own when absent", Example: "_session"},
				{Name: "by", Kind: fault.Choice, Default: "other", Choices: []string{"other", "visitor"}, Doc: "who signs out: whoever is in the other browser, or the visitor here"},
			},
			Road: "saml", SignsIn: true, Run: logoutOfAnother,
		},
		{
			Name: "key-rollover", Summary: "sign in in another browser, let the identity provider replace its key, and sign in here",
			Params: []fault.Param{{Name: "then", Kind: fault.Choice, Default: "stay", Choices: []string{"stay", "refresh"},
				Doc: "what follows: nothing, or the product's fetching the metadata anew and one more login"}},
			Road: "saml", SignsIn: true, Run: keyRollover,
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
	if err := l.LogOutEverywhere(); err != nil {
		return err
	}
	switch a.String("then") {
	case "return":
		return toLogin(l, fault.Args{})
	case "again":
		if err := spInitiated(l, fault.Args{}); err != nil {
			return err
		}
		return l.ReplayLogout()
	}
	return nil
}

func logoutOfAnother(l *lab.Lab, a fault.Args) error {
	here := func(play func() error) error { return play() }
	there, leave, err := l.OtherBrowser(a.String("login"))
	if err != nil {
		return err
	}
	defer leave()
	leaves := there
	if a.String("by") == "visitor" {
		leaves = here
	}
	named := func(fault string) error {
		if !a.Has("session-index") {
			return nil
		}
		return l.ArmNext(fault, map[string]string{"value": a.String("session-index")})
	}
	signIn := func() error {
		if err := named("session-index"); err != nil {
			return err
		}
		return spInitiated(l, fault.Args{})
	}
	for _, step := range []func() error{
		signIn,
		func() error { return there(signIn) },
		func() error { return named("logout-request-session-index") },
		func() error { return leaves(l.LogOutEverywhere) },
		func() error { return there(l.SeeAccount) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func keyRollover(l *lab.Lab, a fault.Args) error {
	login := func() error { return spInitiated(l, fault.Args{}) }
	if err := l.Elsewhere(login); err != nil {
		return err
	}
	if err := l.ReplaceKey(); err != nil {
		return err
	}
	if err := login(); err != nil || a.String("then") == "stay" {
		return err
	}
	l.See(trace.Stop)
	if err := l.RefreshMetadata(); err != nil {
		return err
	}
	return login()
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
