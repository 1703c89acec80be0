package check

import (
	"html"
	"regexp"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func sessionChecks() []Check {
	return []Check{
		{Name: "signed-in", Summary: "the visitor has a session, and the account page opens and names the person",
			Params: []fault.Param{{Name: "as", Kind: fault.Person, Doc: "login of somebody in the cast; the one who plays when absent"}},
			Run:    signedIn},
		{Name: "no-session", Summary: "the SP started no session and the account page stays closed", Refuses: true,
			Run: func(t *trace.Trace, f Facts, _ Args) Outcome { return all(sessionCount(t, 0), closed(t, f)) }},
		{Name: "signed-out", Summary: "the account page stays closed, whatever sessions there were before",
			Run: func(t *trace.Trace, f Facts, _ Args) Outcome { return closed(t, f) }},
		{Name: "sessions", Summary: "the SP started exactly so many sessions",
			Params: times("sessions"),
			Run:    func(t *trace.Trace, _ Facts, a Args) Outcome { return sessionCount(t, a.Int("times")) }},
		{Name: "account-created", Summary: "the SP made exactly so many accounts",
			Params: []fault.Param{{Name: "times", Kind: fault.Int, Default: "1", Doc: "how many accounts"}},
			Run: func(t *trace.Trace, _ Facts, a Args) Outcome {
				return same("accounts created:", a.Int("times"), len(t.Kind(trace.KindAccountCreated)))
			}},
		{Name: "identity", Summary: "the SP read exactly these values from the message it accepted",
			Open: "values by name: name-id, name-id-format, issuer, session-index or an attribute", Run: identity},
	}
}

func times(what string) []fault.Param {
	return []fault.Param{{Name: "times", Kind: fault.Int, Required: true, Doc: "how many " + what}}
}

func signedIn(t *trace.Trace, f Facts, a Args) Outcome {
	login := a.String("as")
	if login == "" {
		login = f.Person
	}
	person, known := f.People[login]
	page := t.Protected()
	if !known || page == nil {
		return missing("signed in as "+login, "the account page was not opened, or nobody is called "+show(login))
	}
	id, shown := accountShown(page)
	who := same("account", person.Account, id)
	if person.Account == "" {
		who = same("account of", person.AccountLogin, shown)
	}
	if !who.OK {
		return all(who, sessionOf(t, id))
	}
	return all(who, same("account page: status", 200, page.Status), sessionOf(t, id))
}

// sessionOf holds when the account shown is one that a session was started for.
func sessionOf(t *trace.Trace, account string) Outcome {
	o := Outcome{Expected: "a session for that account", Seen: "no session"}
	for _, s := range t.Sessions() {
		o.Seen = "a session for account " + show(s.Account)
		if account != "" && s.Account == account {
			o.OK = true
			return o
		}
	}
	return o
}

func sessionCount(t *trace.Trace, want int) Outcome {
	return same("sessions started:", want, len(t.Sessions()))
}

// closed holds when the account page was opened and showed no account. A page
// that nobody tried to open proves nothing. Where the visitor sits in somebody
// else's account the outcome says so: a forgery was believed, and not just a
// genuine message accepted that should not have been.
func closed(t *trace.Trace, f Facts) Outcome { return keptOut(t.Protected(), f) }

func keptOut(page *trace.Page, f Facts) Outcome {
	o := Outcome{Expected: "the account page stays closed", Seen: "the account page was not tried"}
	if page == nil {
		return o
	}
	if id, _ := accountShown(page); id != "" || page.Name == "account" {
		o.Seen = "the account page opened for account " + show(id)
		if own := f.People[f.Person].Account; id != "" && own != "" && id != own {
			o.Seen = "somebody else was let in: " + o.Seen
		}
		return o
	}
	return Outcome{OK: true, Expected: o.Expected, Seen: "the account page stayed closed"}
}

var (
	accountID    = regexp.MustCompile(`id="account-id"[^>]*>([^<]*)<`)
	accountLogin = regexp.MustCompile(`id="account-login"[^>]*>([^<]*)<`)
)

// accountShown reads the page "who am I"; both are empty on any other page.
func accountShown(p *trace.Page) (id, login string) {
	read := func(re *regexp.Regexp) string {
		if found := re.FindStringSubmatch(p.HTML); found != nil {
			return words(html.UnescapeString(found[1]))
		}
		return ""
	}
	return read(accountID), read(accountLogin)
}

func identity(t *trace.Trace, f Facts, a Args) Outcome {
	d := t.Verdict()
	if d == nil || !d.Accepted {
		return missing("a message was accepted", "no message was accepted")
	}
	var parts []Outcome
	for _, name := range sortedKeys(a.Args) {
		parts = append(parts, same(name, f.filled(a.String(name)), join(d.Identity[name])))
	}
	return all(parts...)
}
