package flow

import (
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
)

// replayFlows bring the SP a message that it should not get a second time, or
// not in this browser.
func replayFlows() []Flow {
	return []Flow{
		{
			Name: "replay", Summary: "sign in at the identity provider, log out, and post the same Response once more from another site",
			Params: []fault.Param{
				{Name: "pause", Kind: fault.Duration, Default: "0s", Doc: "time that passes, on every clock, before the second post"},
				{Name: "log-out", Kind: fault.Bool, Default: "true", Doc: "false stays signed in, where logging out leads straight to the next sign-on"},
				{Name: "rewrapped", Kind: fault.Bool, Default: "false", Doc: "post the assertions in a new Response that is not signed"},
				{Name: "restart", Kind: fault.Bool, Default: "false", Doc: "start the product anew before"},
			},
			Road: "saml", Run: replay,
		},
		{
			Name: "second-answer", Summary: "sign in, then let the identity provider answer the same request once more with a new Response",
			Road: "saml", Run: secondAnswer,
		},
		{
			Name: "two-requests", Summary: "start single sign-on in a second tab, then go through it in the first: the Response answers the first request, and the confirmation in it the other",
			Road: "saml", Run: twoRequests,
		},
		{
			Name: "other-browser", Summary: "post a Response that somebody else has got and kept in a browser of their own",
			Params: []fault.Param{{Name: "started", Kind: fault.Bool, Default: "true", Doc: "start single sign-on in this browser before, as far as the identity provider's login page"}},
			Road:   "saml", Run: otherBrowser,
		},
		{
			Name: "back-button", Summary: "sign in, go back in the browser and send the form that is found there again",
			Road: "saml", SignsIn: true, Run: backButton,
		},
	}
}

func replay(l *lab.Lab, a fault.Args) error {
	if err := spInitiated(l, fault.Args{}); err != nil {
		return err
	}
	if a.Bool("log-out") {
		if err := l.LogOut(); err != nil {
			return err
		}
	}
	if a.Bool("restart") {
		if err := l.Restart(); err != nil {
			return err
		}
	}
	l.Pause(a.Duration("pause"))
	if a.Bool("rewrapped") {
		return l.ReplayRewrapped()
	}
	return l.Replay()
}

func secondAnswer(l *lab.Lab, _ fault.Args) error {
	if err := spInitiated(l, fault.Args{}); err != nil {
		return err
	}
	return answerOnceMore(l)
}

func twoRequests(l *lab.Lab, _ fault.Args) error {
	if err := l.Beside(func() error { return toLogin(l, fault.Args{}) }); err != nil {
		return err
	}
	if err := l.ConfirmLastRequest(); err != nil {
		return err
	}
	return spInitiated(l, fault.Args{})
}

// answerOnceMore lets the identity provider answer the same request again.
func answerOnceMore(l *lab.Lab) error {
	if err := l.AnswerAgain(); err != nil {
		return err
	}
	return launch(l)
}

func otherBrowser(l *lab.Lab, a fault.Args) error {
	err := l.Intercept(func() error {
		return l.Elsewhere(func() error { return spInitiated(l, fault.Args{}) })
	})
	if err != nil {
		return err
	}
	if a.Bool("started") {
		if err := toLogin(l, fault.Args{}); err != nil {
			return err
		}
	}
	return l.Replay()
}

func backButton(l *lab.Lab, _ fault.Args) error {
	if err := spInitiated(l, fault.Args{}); err != nil {
		return err
	}
	if err := l.Tab.Back(); err != nil {
		return err
	}
	return l.Tab.Reload()
}
