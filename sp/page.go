package sp

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// page serves one of the profile's pages.
func (t *tenant) page(p profile.Page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		item, ok := match(p, r.URL.Path)
		if !ok {
			t.notFound(w, r)
			return
		}
		if !p.Public && !t.admitted(w, r, p.Role, p.Group) {
			return
		}
		t.render(w, r, http.StatusOK, p.Template, view{Title: p.Title, Item: item})
	}
}

// admitted tells whether the visitor may open a page that takes a session, a
// role and a group ("" is any); whoever may not has been answered.
func (t *tenant) admitted(w http.ResponseWriter, r *http.Request, role, group string) bool {
	a, signedIn := t.Account(r)
	switch {
	case !signedIn:
		t.entrance(w, r)
		return false
	case role != "" && role != a.Role, group != "" && !slices.Contains(a.Groups, group):
		t.denied(w, r)
		return false
	}
	return true
}

// match tells whether path is that page, and which of its items.
func match(p profile.Page, path string) (item string, ok bool) {
	prefix, pattern := strings.CutSuffix(p.Path, "{item}")
	if !pattern {
		return "", p.Path == path
	}
	item, ok = strings.CutPrefix(path, prefix)
	if !ok || item == "" || strings.Contains(item, "/") || len(p.Items) > 0 && !slices.Contains(p.Items, item) {
		return "", false
	}
	return item, true
}

// entrance receives somebody who opens a protected page without a live session.
func (t *tenant) entrance(w http.ResponseWriter, r *http.Request) {
	why := reason.NotLoggedIn
	if s, _ := t.Visitor(r); s != nil {
		why = reason.SessionTimeout
	}
	for _, h := range t.hooks {
		if h.Entrance != nil && h.Entrance(w, r, why) {
			return
		}
	}
	target := r.URL.RequestURI()
	switch {
	case t.settings.RegistrationPath != "":
		t.render(w, r, http.StatusOK, "choice", view{Title: "Welcome", Target: target})
	case t.settings.Entrance == "login" && t.settings.Paths.Login != "":
		t.redirect(w, r, t.settings.Paths.Login+"?target="+url.QueryEscape(target))
	default:
		t.StartSSO(w, r, target)
	}
}

// denied answers a signed-in visitor who may not open the page. Products that
// have no word for it hide the page.
func (t *tenant) denied(w http.ResponseWriter, r *http.Request) {
	if t.config.Profile.Reaction(t.config.Layout, reason.AccessDenied).Name == "" {
		t.notFound(w, r)
		return
	}
	t.Refuse(w, r, reason.AccessDenied, "the page takes another role or group")
}

// login shows the product's own login page.
func (t *tenant) login(w http.ResponseWriter, r *http.Request) {
	target, _ := t.Local(r.URL.Query().Get("target"))
	if _, ok := t.Account(r); ok {
		t.redirect(w, r, t.homeOr(target))
		return
	}
	t.render(w, r, http.StatusOK, "login", view{Title: "Sign in", Target: target})
}

// signInByPassword takes the credentials that were typed into that page.
func (t *tenant) signInByPassword(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	target, _ := t.Local(r.PostFormValue("target"))
	a, why := t.Authenticate(r.PostFormValue("login"), r.PostFormValue("password"))
	if why != "" {
		t.record(Event{Kind: "refused", Reason: why, Note: "on the login page"})
		t.render(w, r, http.StatusUnauthorized, "login", view{
			Title: "Sign in", Target: target, Text: "The user name or password is not right.",
		})
		return
	}
	t.SignIn(w, r, a, "password")
	t.redirect(w, r, t.homeOr(target))
}

// logOut is the product's log-out link.
func (t *tenant) logOut(w http.ResponseWriter, r *http.Request) {
	if t.startLogout(w, r) {
		return
	}
	t.SignOut(w, r)
	for _, h := range t.hooks {
		if h.SignedOut != nil && h.SignedOut(w, r) {
			return
		}
	}
	t.signedOut(w, r)
}

// signedOut is where signing out leads.
func (t *tenant) signedOut(w http.ResponseWriter, r *http.Request) {
	for _, target := range []string{
		t.settings.SignOutURL, t.settings.Paths.SignedOut, t.settings.Paths.Login, t.settings.Paths.Home,
	} {
		if target != "" {
			noStore(w)
			http.Redirect(w, r, target, http.StatusFound)
			return
		}
	}
}

func (t *tenant) notFound(w http.ResponseWriter, r *http.Request) {
	t.render(w, r, http.StatusNotFound, "not-found", view{Title: "Page not found"})
}
