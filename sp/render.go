package sp

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// view is what every template sees. Text is shown to visitors, so it holds
// nothing about why beyond what the profile says.
type view struct {
	Page    string // the template's name, for <body data-page>
	Product string
	Title   string
	Text    string
	Item    string // of a page whose path ends in {item}
	Target  string // local path to go to after signing in

	Settings *profile.Settings
	Account  account.Account
	SignedIn bool
	SSO      bool   // single sign-on can start here
	Start    string // where, with the target
	Data     any
}

// Render implements feature.Site.
func (t *tenant) Render(w http.ResponseWriter, r *http.Request, status int, page string, data any) {
	t.render(w, r, status, page, view{Data: data})
}

// render completes v and writes the page. It is written at once or not at all,
// so that a broken template is a clean 500.
func (t *tenant) render(w http.ResponseWriter, r *http.Request, status int, page string, v view) {
	v.Page, v.Product, v.Settings = page, t.config.Profile.Product, &t.settings
	v.Account, v.SignedIn = t.Account(r)
	location, _ := t.signOn(t.peer)
	v.SSO, v.Start = t.settings.SPInitiated && location != "", t.settings.StartPath()
	if v.Target != "" {
		v.Start += "?target=" + url.QueryEscape(v.Target)
	}
	template := t.config.Profile.Template(page)
	if template == nil {
		panic("profile " + t.config.Profile.Name + " has no templates/" + page + ".html")
	}
	var body bytes.Buffer
	if err := template.Execute(&body, v); err != nil {
		panic(err)
	}
	noStore(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // the visitor has left; nobody to tell
}

// blanks fill what a reaction's text leaves open: {want} is what was missing or
// expected, {now} the SP's time, and {not-before} and {not-on-or-after} are the
// assertion's.
type blanks struct{ want, now, notBefore, notOnOrAfter string }

func (b blanks) fill(text string) string {
	return strings.TrimSpace(strings.NewReplacer(
		"{want}", b.want, "{now}", b.now, "{not-before}", b.notBefore, "{not-on-or-after}", b.notOnOrAfter,
	).Replace(text))
}

// react shows what the profile shows for the reason.
func (t *tenant) react(w http.ResponseWriter, r *http.Request, why reason.Reason, b blanks) {
	reaction := t.config.Profile.Reaction(t.config.Layout, why)
	if reaction.Name == "" {
		http.Error(w, "Forbidden", http.StatusForbidden)
		return
	}
	for _, h := range t.hooks {
		if h.React != nil && h.React(w, r, reaction, why) {
			return
		}
	}
	if reaction.Redirect != "" {
		t.redirect(w, r, reaction.Redirect)
		return
	}
	if reaction.Once {
		t.redirect(w, r, t.settings.StartPath()+"?failed="+t.failures.keep(failure{reaction, b}))
		return
	}
	t.show(w, r, reaction, b)
}

// failed shows what react has kept for this moment, or starts over when it has
// been shown before.
func (t *tenant) failed(w http.ResponseWriter, r *http.Request, ticket string) {
	f, ok := t.failures.take(ticket)
	if !ok {
		t.redirect(w, r, t.settings.StartPath())
		return
	}
	t.show(w, r, f.reaction, f.blanks)
}

// message serves the page that a reaction redirects to. It shows the same to
// everybody who asks for it, so nothing about the login is in its URL.
func (t *tenant) message(reaction profile.Reaction) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { t.show(w, r, reaction, blanks{}) }
}

func (t *tenant) show(w http.ResponseWriter, r *http.Request, reaction profile.Reaction, b blanks) {
	text := t.config.Profile.Worded(reaction, t.settings.Wording)
	if own := t.settings.Texts[reaction.Name]; own != "" && reaction.Customizable {
		text = own
	}
	status := reaction.Status
	if status == 0 {
		status = http.StatusOK
	}
	t.render(w, r, status, reaction.Page, view{Title: reaction.Title, Text: b.fill(text)})
}
