package flow

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func legacyFlows() []Flow {
	page := fault.Param{Name: "page", Kind: fault.String, Default: "/Leads/123", Doc: "path of the portal that the link leads to"}
	signedIn := fault.Param{Name: "signed-in", Kind: fault.Bool, Default: "false", Doc: "sign in at the originating system beforehand"}
	pairQuery := fault.Param{Name: "query", Kind: fault.String, Example: "email={email}&session={key}",
		Doc: "the query, verbatim: {email} and {key} are the person's, {other-key} is somebody else's, {ended-key} one whose session is over"}
	return []Flow{
		{
			Name: "mail-link", Summary: "follow a link from an e-mail into the portal and sign in at the originating system if asked",
			Params: []fault.Param{page, signedIn,
				{Name: "mailed", Kind: fault.Bool, Default: "false", Doc: "the portal sends the mail, about the lead that the page shows, and the link is pressed in the mailbox"},
				{Name: "jump-takes", Kind: fault.Duration, Default: "0s", Doc: "time that passes, on every clock, while the jump page is waited for"},
				{Name: "third-party", Kind: fault.Bool, Default: "false", Doc: "the portal's pages show a picture of a third party"},
				{Name: "ends-midway", Kind: fault.Bool, Default: "false", Doc: "the originating system's session ends after the jump page, before the portal can ask"}},
			Road: "legacy", SignsIn: true, Run: mailLink,
		},
		{
			Name: "jump-page", Summary: "open the originating system's jump page with these parameters and sign in if asked",
			Params: []fault.Param{
				{Name: "reason", Kind: fault.String, Doc: "reason code", Example: "4"},
				{Name: "target", Kind: fault.String, Doc: "path of the portal, or a whole URL", Example: "/Leads/123"},
				{Name: "query", Kind: fault.String, Doc: "the query, verbatim, in place of both; {sp-url} is the portal's address", Example: "reason=4&reason=1"},
				signedIn,
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
				{Name: "session", Kind: fault.String, Doc: "the session key; one that the originating system confirms when absent", Example: "00000000000000000000000000000000"},
				pairQuery,
				{Name: "times", Kind: fault.Int, Default: "1", Doc: "how often the same link is opened"},
				signedIn,
				{Name: "copied", Kind: fault.Bool, Default: "false", Doc: "somebody opens the same link in a browser of their own before"},
				{Name: "third-party", Kind: fault.Bool, Default: "false", Doc: "the portal's pages show a picture of a third party"},
			},
			Road: "legacy", Run: credentials,
		},
		{
			Name: "posted-credentials", Summary: "post an e-mail address and a good session key to a page of the portal from another site",
			Params: []fault.Param{page}, Road: "legacy", Run: postedCredentials,
		},
		{
			Name: "origin-login", Summary: "open the originating system's login page and sign in there",
			Params: []fault.Param{
				{Name: "redirect", Kind: fault.String, Doc: "the redirect variable; {origin-url} is the system's address", Example: "{origin-url}/SSO"},
				{Name: "mistyped", Kind: fault.Bool, Default: "false", Doc: "type a wrong password first"},
			},
			Road: "legacy", Run: originLogin,
		},
		{
			Name: "tampered-reason", Summary: "follow a link to a page, and where the jump page says no, change the reason code in the address bar",
			Params: []fault.Param{page, {Name: "reason", Kind: fault.String, Default: "1", Doc: "the code to change it to"}},
			Road:   "legacy", Run: tamperedReason,
		},
		{
			Name: "every-code", Summary: "come to each of the ten codes in turn, as whoever it takes, and go where each leads",
			Road: "legacy", Run: everyCode,
		},
	}
}

func mailLink(l *lab.Lab, a fault.Args) error {
	if a["signed-in"] == "true" {
		if err := atOrigin(l); err != nil {
			return err
		}
	}
	if a["ends-midway"] == "true" {
		l.EndOriginSessionMidway()
	}
	if a.Has("jump-takes") {
		l.PauseAtJumpPage(a.Duration("jump-takes"))
	}
	follow := func() error {
		if err := openMailed(l, a); err != nil {
			return err
		}
		_, err := l.SignIn()
		return err
	}
	if a["third-party"] == "true" {
		return l.WithThirdParty(follow)
	}
	return follow()
}

// openMailed opens the page to which the mail leads.
func openMailed(l *lab.Lab, a fault.Args) error {
	page := a.String("page")
	if a["mailed"] != "true" {
		return l.Visit(trace.SP, page)
	}
	if err := l.AssignLead(path.Base(page)); err != nil {
		return err
	}
	if err := l.Visit(trace.Lab, "/"); err != nil {
		return err
	}
	return l.Press(".mail a")
}

// atOrigin signs in at the Originating System and goes no further.
func atOrigin(l *lab.Lab) error {
	if err := l.Visit(trace.Origin, "/"); err != nil {
		return err
	}
	_, err := l.SignIn()
	return err
}

func jumpPage(l *lab.Lab, a fault.Args) error {
	if a.Bool("signed-in") {
		if err := atOrigin(l); err != nil {
			return err
		}
	}
	q := url.Values{}
	if a.Has("reason") {
		q.Set("reason", a.String("reason"))
	}
	if a.Has("target") {
		q.Set("target", l.Absolute(trace.SP, a.String("target")))
	}
	variables := q.Encode()
	if a.Has("query") {
		variables = l.Filled(a.String("query"))
	}
	if err := l.Tab.Open(l.Origin.JumpURL() + "?" + variables); err != nil {
		return err
	}
	_, err := l.SignIn()
	return err
}

func portalLink(l *lab.Lab, _ fault.Args) error {
	if err := atOrigin(l); err != nil {
		return err
	}
	return l.Press("a[href*='/SSO']")
}

func credentials(l *lab.Lab, a fault.Args) error {
	if a.Bool("signed-in") {
		if err := atOrigin(l); err != nil {
			return err
		}
	}
	pair, err := pairInQuery(l, a)
	if err != nil {
		return err
	}
	open := func() error { return l.Visit(trace.SP, a.String("page")+"?"+pair) }
	if a.Bool("third-party") {
		return l.WithThirdParty(open)
	}
	if a.Bool("copied") {
		if err := l.Elsewhere(open); err != nil {
			return err
		}
	}
	for range a.Int("times") {
		if err := open(); err != nil {
			return err
		}
	}
	return nil
}

// pairInQuery is what the link brings.
func pairInQuery(l *lab.Lab, a fault.Args) (string, error) {
	email, key := l.Email(), a.String("session")
	if a.Has("email") {
		email = a.String("email")
	}
	if a.Has("query") {
		return withKeys(l, a.String("query"))
	}
	if !a.Has("session") {
		var err error
		if key, err = l.IssueKey(l.Email()); err != nil {
			return "", err
		}
	}
	return "email=" + query(email) + "&session=" + query(key), nil
}

// withKeys fills in the placeholders of a query, issuing what they ask for.
// The key whose session is over comes first: ending it ends all of the person's.
func withKeys(l *lab.Lab, text string) (string, error) {
	for _, one := range []struct {
		placeholder string
		email       string
		ended       bool
	}{{"{ended-key}", l.Email(), true}, {"{key}", l.Email(), false}, {"{other-key}", somebodyElse(l), false}} {
		if !strings.Contains(text, one.placeholder) {
			continue
		}
		key, err := l.IssueKey(one.email)
		if err != nil {
			return "", err
		}
		if one.ended {
			l.EndOriginSession()
		}
		text = strings.ReplaceAll(text, one.placeholder, key)
	}
	return strings.ReplaceAll(text, "{email}", query(l.Email())), nil
}

// somebodyElse is the e-mail address of another person of the cast.
func somebodyElse(l *lab.Lab) string {
	for _, p := range l.Setup.People {
		if email := p.Attributes["email"]; len(email) > 0 && email[0] != l.Email() {
			return email[0]
		}
	}
	return ""
}

func postedCredentials(l *lab.Lab, a fault.Args) error {
	key, err := l.IssueKey(l.Email())
	if err != nil {
		return err
	}
	return l.PostFromElsewhere(a.String("page"), url.Values{"email": {l.Email()}, "session": {key}})
}

func originLogin(l *lab.Lab, a fault.Args) error {
	path := "/login"
	if a.Has("redirect") {
		path += "?redirect=" + query(l.Filled(a.String("redirect")))
	}
	if err := l.Visit(trace.Origin, path); err != nil {
		return err
	}
	if a.Bool("mistyped") {
		if err := l.Mistype(); err != nil {
			return err
		}
	}
	_, err := l.SignIn()
	return err
}

func tamperedReason(l *lab.Lab, a fault.Args) error {
	if err := mailLink(l, fault.Args{"page": a.String("page")}); err != nil {
		return err
	}
	here, err := url.Parse(l.Tab.Page().URL)
	if err != nil {
		return fmt.Errorf("reading the address bar: %w", err)
	}
	q := here.Query()
	q.Set("reason", a.String("reason"))
	here.RawQuery = q.Encode()
	return l.Tab.Open(here.String())
}

func query(s string) string { return url.QueryEscape(s) }
