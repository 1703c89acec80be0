package sp

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/ssoproof/ssoproof/sp/profile"
)

// accountPath tells signed-in visitors who they are, in every product.
const accountPath = "/account"

// methods serves one path.
type methods struct {
	get, post http.HandlerFunc
	other     http.HandlerFunc // whatever has no handler; nil is 405
}

func (m methods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := m.other
	switch {
	case m.get != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		h = m.get
	case m.post != nil && r.Method == http.MethodPost:
		h = m.post
	}
	if h == nil {
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	}
	h(w, r)
}

// route builds the tenant's handler: the product's paths, its pages, those of
// its features, and around all of it what the features wrap.
func (t *tenant) route() error {
	paths := map[string]methods{}
	t.signOnPaths(paths)
	t.loginPaths(paths)
	for _, reaction := range t.config.Profile.Reactions {
		if reaction.Redirect != "" {
			paths[reaction.Redirect] = methods{get: t.message(reaction)}
		}
	}
	for _, page := range t.config.Profile.Pages {
		if _, taken := paths[page.Path]; taken {
			continue // a layout may put sign-on where another has a page
		}
		paths[page.Path] = methods{get: t.page(page)}
	}
	t.mux = http.NewServeMux()
	for path, m := range paths {
		if err := handle(t.mux, path, m); err != nil {
			return err
		}
	}
	for _, h := range t.hooks {
		if h.Routes == nil {
			continue
		}
		if err := guard(func() { h.Routes(t.mux) }); err != nil {
			return err
		}
	}
	if err := handle(t.mux, "", methods{get: t.notFound, post: t.notFound, other: t.notFound}); err != nil {
		return err
	}
	t.handler = t.mux
	for i := len(t.hooks) - 1; i >= 0; i-- {
		if wrap := t.hooks[i].Wrap; wrap != nil {
			t.handler = wrap(t.handler)
		}
	}
	return nil
}

// signOnPaths are those of SAML. The start and the assertion consumer service
// may be one path (seed 004, the reserved path).
func (t *tenant) signOnPaths(paths map[string]methods) {
	start, acs := t.settings.StartPath(), t.settings.ACSPath()
	if acs != "" {
		paths[acs] = methods{post: t.consume, other: t.misplaced}
		if t.takesArtifacts() {
			paths[acs] = methods{post: t.consume, get: t.takeArtifact, other: t.misplaced}
		}
	}
	if t.settings.SLO {
		paths[logoutPath] = methods{get: t.singleLogout, post: t.singleLogout}
		paths[logoutSOAPPath] = methods{post: t.logoutOverSOAP}
	}
	if start != "" {
		m := paths[start]
		m.get = t.start
		paths[start] = m
	}
	if path := t.settings.Paths.Metadata; path != "" {
		paths[path] = methods{get: t.serveMetadata}
	}
}

// loginPaths are those of the product's own login, and what goes with it.
func (t *tenant) loginPaths(paths map[string]methods) {
	if path := t.settings.Paths.Login; path != "" {
		m := paths[path]
		if m.get == nil {
			m.get = t.login
		}
		if m.post == nil && t.settings.PasswordLogin {
			m.post = t.signInByPassword
		}
		paths[path] = m
	}
	if path := t.settings.Paths.Logout; path != "" {
		paths[path] = methods{get: t.logOut, post: t.logOut}
	}
	paths[accountPath] = methods{get: t.page(profile.Page{Path: accountPath, Template: "account", Title: "Your account"})}
}

// handle adds a path, "" for everything else; "/" means the root alone.
func handle(mux *http.ServeMux, path string, m methods) error {
	switch {
	case path == "":
		path = "/"
	case strings.HasSuffix(path, "/"):
		path += "{$}"
	}
	return guard(func() { mux.Handle(path, m) })
}

// guard makes an error of a pattern that the mux will not take.
func guard(add func()) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the profile's paths: %v", v)
		}
	}()
	add()
	return nil
}
