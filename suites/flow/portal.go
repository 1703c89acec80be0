package flow

import (
	"strconv"
	"strings"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// What can be touched on the portal's own pages.
const (
	settingsLink   = "#portal-settings"
	ssoLink        = "#sso-settings"
	wsdlLink       = "#wsdl"
	saveButton     = "#save"
	activeBox      = "#active"
	testEmail      = "#test-email"
	testSession    = "#test-session"
	runTest        = "#run-test"
	firstNameField = "#first-name"
)

// portalFlows are journeys on the pages that only the portal of the legacy
// road has: its settings, the profile, and accounts made through its Data API.
func portalFlows() []Flow {
	page := fault.Param{Name: "page", Kind: fault.String, Default: "/Leads/123", Doc: "path of the portal"}
	text := func(name, doc, example string) fault.Param {
		return fault.Param{Name: name, Kind: fault.String, Doc: doc, Example: example}
	}
	return []Flow{
		{
			Name: "settings", Summary: "sign in by password and follow the links to the portal's SSO settings, as far as there are any",
			Params: []fault.Param{{Name: "wsdl", Kind: fault.Bool, Default: "false", Doc: "follow the page's link to the WSDL too"}},
			Road:   "legacy", Run: openSettings,
		},
		{
			Name: "save-settings", Summary: "change settings of Incoming SSO, save them, log out and open a page",
			Params: []fault.Param{
				{Name: "active", Kind: fault.Bool, Default: "true", Doc: "whether the box at the top is ticked"},
				text("invalid-session-url", "the new value; {origin-url} is the originating system's address", "{origin-url}/SSO"),
				text("service-url", "the new value", "{origin-url}/AuthenticationService"),
				{Name: "service-format", Kind: fault.Choice, Choices: []string{"json", "xml", "soap"}, Doc: "the new value"},
				text("reason-parameter", "the new value", "why"),
				text("target-parameter", "the new value", "goto"),
				{Name: "page", Kind: fault.String, Doc: "page to open after logging out; none when absent", Example: "/Leads/123"},
			},
			Road: "legacy", Run: saveSettings,
		},
		{
			Name: "test-tool", Summary: "try the Authentication Web Service with the tool on the settings page",
			Params: []fault.Param{
				text("email", "the e-mail address; that of the person when absent", "ada@example.com"),
				text("session", "the session key; one that the originating system confirms when absent", "00000000000000000000000000000000"),
			},
			Road: "legacy", Run: testTool,
		},
		{
			Name: "first-login", Summary: "follow a link into the portal, sign in, and save the profile that is asked for",
			Params: []fault.Param{page, {Name: "twice", Kind: fault.Bool, Default: "false", Doc: "do so in two tabs at the same time, step by step"}},
			Road:   "legacy", SignsIn: true, Run: firstLogin,
		},
		{
			Name: "sample-keys", Summary: "sign in at the originating system without a browser, go through its jump page many times, and look at the session keys",
			Road: "legacy", Run: func(l *lab.Lab, _ fault.Args) error { return l.SampleKeys() },
		},
		{
			Name: "provisioned", Summary: "make the account through the portal's Data API, then follow a link into the portal and sign in",
			Params: []fault.Param{page,
				text("state", "the account's state; pending when absent", "active"),
				text("groups", "the account's groups, separated by blanks", "reports"),
				text("box", "an administrator has the box of Incoming SSO ticked or unticked before", "ticked")},
			Road: "legacy", Run: provisioned,
		},
		{
			Name: "account-changed", Summary: "sign in, have the account changed through the portal's Data API, and open a page",
			Params: []fault.Param{page,
				text("state", "the account's new state; the same when absent", "inactive"),
				text("groups", "the account's new groups, separated by blanks; the same when absent", "reports")},
			Road: "legacy", Run: accountChanged,
		},
		{
			Name: "question-service", Summary: "ask the Authentication Web Service about pairs whose truth is known, good and bad",
			Road: "legacy", Run: func(l *lab.Lab, _ fault.Args) error { return l.QuestionService() },
		},
	}
}

func openSettings(l *lab.Lab, a fault.Args) error {
	if err := password(l, fault.Args{"page": "/?NoSSO=true"}); err != nil {
		return err
	}
	for _, link := range []string{settingsLink, ssoLink} {
		if !l.Tab.Exists(link) {
			return nil
		}
		if err := l.Press(link); err != nil {
			return err
		}
	}
	if a["wsdl"] == "true" {
		return l.Press(wsdlLink)
	}
	return nil
}

func saveSettings(l *lab.Lab, a fault.Args) error {
	if err := openSettings(l, nil); err != nil {
		return err
	}
	if l.Tab.Exists(activeBox+":checked") != a.Bool("active") {
		if err := l.Press(activeBox); err != nil {
			return err
		}
	}
	if a.Has("service-format") {
		if err := l.Press("#service-format-" + a.String("service-format")); err != nil {
			return err
		}
	}
	for _, name := range []string{"invalid-session-url", "service-url", "reason-parameter", "target-parameter"} {
		if !a.Has(name) {
			continue
		}
		if err := l.Tab.Fill("#"+name, l.Filled(a.String(name))); err != nil {
			return err
		}
	}
	if err := l.Press(saveButton); err != nil {
		return err
	}
	if !a.Has("page") {
		return nil
	}
	if err := l.LogOut(); err != nil {
		return err
	}
	return mailLink(l, fault.Args{"page": a.String("page")})
}

func testTool(l *lab.Lab, a fault.Args) error {
	if err := openSettings(l, nil); err != nil {
		return err
	}
	email, key := l.Email(), a.String("session")
	if a.Has("email") {
		email = a.String("email")
	}
	if !a.Has("session") {
		var err error
		if key, err = l.IssueKey(l.Email()); err != nil {
			return err
		}
	}
	if err := l.Tab.Fill(testEmail, email); err != nil {
		return err
	}
	if err := l.Tab.Fill(testSession, key); err != nil {
		return err
	}
	return l.Press(runTest)
}

func firstLogin(l *lab.Lab, a fault.Args) error {
	if a.Bool("twice") {
		return firstLoginTwice(l, a)
	}
	if err := mailLink(l, a); err != nil {
		return err
	}
	return saveProfile(l)
}

func saveProfile(l *lab.Lab) error {
	l.See("profile")
	if !l.Tab.Exists(firstNameField) {
		return nil
	}
	return l.Press(saveButton)
}

// firstLoginTwice goes as far as the login form in either tab before it signs
// in, and as far as the profile before it saves one.
func firstLoginTwice(l *lab.Lab, a fault.Args) error {
	inSecond := l.SecondTab()
	visit := func() error { return l.Visit(trace.SP, a.String("page")) }
	signIn := func() error {
		_, err := l.SignIn()
		return err
	}
	for _, step := range []func() error{visit, signIn, func() error { return saveProfile(l) }} {
		if err := inSecond(step); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func provisioned(l *lab.Lab, a fault.Args) error {
	if a.Has("box") {
		if err := saveBox(l, a.String("box") == "ticked"); err != nil {
			return err
		}
	}
	if err := l.Provision(a.String("state"), strings.Fields(a.String("groups"))); err != nil {
		return err
	}
	return mailLink(l, fault.Args{"page": a.String("page")})
}

// saveBox lets an administrator tick the box or not, save the settings and leave.
func saveBox(l *lab.Lab, ticked bool) error {
	return l.AsAdministrator(func() error {
		if err := saveSettings(l, fault.Args{"active": strconv.FormatBool(ticked)}); err != nil {
			return err
		}
		return l.LogOut()
	})
}

func accountChanged(l *lab.Lab, a fault.Args) error {
	if err := signIn(l); err != nil {
		return err
	}
	if err := l.ChangeAccount(lab.PortalUser{State: a.String("state"), Groups: strings.Fields(a.String("groups"))}); err != nil {
		return err
	}
	return l.Visit(trace.SP, a.String("page"))
}
