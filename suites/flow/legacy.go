package flow

import (
	"net/url"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func legacyFlows() []Flow {
	page := fault.Param{Name: "page", Kind: fault.String, Default: "/Leads/123", Doc: "path of the portal that the link leads to"}
	return []Flow{
		{
			Name: "mail-link", Summary: "follow a link from an e-mail into the portal and sign in at the originating system if asked",
			Params: []fault.Param{page}, Road: "legacy", SignsIn: true, Run: mailLink,
		},
		{
			Name: "jump-page", Summary: "open the originating system's jump page with these parameters and sign in if asked",
			Params: []fault.Param{
				{Name: "reason", Kind: fault.String, Doc: "reason code", Example: "4"},
				{Name: "target", Kind: fault.String, Doc: "path of the portal, or a whole URL", Example: "/Leads/123"},
			},
			Road: "legacy", Run: jumpPage,
		},
		{
			Name: "portal-link", Summary: "sign in at the originating system and follow its link to the portal",
			Road: "legacy", SignsIn: true, Run: portalLink,
		},
		{
			Name: "credentials", Summary: "open a page of the portal with an e-mail address and a session key in the query",
			Params: []fault.Param{
				page,
				{Name: "email", Kind: fault.String, Doc: "the e-mail address; that of the person when absent", Example: "ada@example.com"},
				{Name: "session", Kind: fault.String, Required: true, Doc: "the session key", Example: "00000000000000000000000000000000"},
			},
			Road: "legacy", Run: credentials,
		},
	}
}

func mailLink(l *lab.Lab, a fault.Args) error {
	if err := l.Visit(trace.SP, a.String("page")); err != nil {
		return err
	}
	_, err := l.SignIn()
	return err
}

func jumpPage(l *lab.Lab, a fault.Args) error {
	q := url.Values{}
	if a.Has("reason") {
		q.Set("reason", a.String("reason"))
	}
	if a.Has("target") {
		q.Set("target", l.Absolute(trace.SP, a.String("target")))
	}
	if err := l.Tab.Open(l.Origin.JumpURL() + "?" + q.Encode()); err != nil {
		return err
	}
	_, err := l.SignIn()
	return err
}

func portalLink(l *lab.Lab, _ fault.Args) error {
	if err := l.Visit(trace.Origin, "/"); err != nil {
		return err
	}
	if _, err := l.SignIn(); err != nil {
		return err
	}
	return l.Press("a[href*='/SSO']")
}

func credentials(l *lab.Lab, a fault.Args) error {
	email := a.String("email")
	if !a.Has("email") {
		email = l.Email()
	}
	return l.Visit(trace.SP, a.String("page")+"?email="+query(email)+"&session="+query(a.String("session")))
}

func query(s string) string { return url.QueryEscape(s) }
