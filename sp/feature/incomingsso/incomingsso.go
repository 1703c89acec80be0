// Package incomingsso is the portal's side of Channeltivity's Incoming SSO
// with seamless invalid session handling (seeds 000 and 001). Somebody without
// a session is sent to the Originating System's jump page with a reason code
// and the page asked for; somebody who arrives with an e-mail address and a
// session key in the query is signed in once the Originating System's
// Authentication Web Service has said true.
//
// It must not know the Originating System beyond its settings: two URLs and
// four variable names. The reason codes are data, each reaction of the profile
// has its own. Start at Feature; an arrival is followed in arrive.go, the web
// service is asked in service.go, administrators work in settings.go, and
// other systems in dataapi.go.
package incomingsso

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// Name is how profile.yaml spells the feature, and how sessions were started.
const Name = "incoming-sso"

// Feature is the entry for package sp's table.
var Feature = feature.Feature{
	Name:    Name,
	Summary: "takes a session over from an Originating System, and sends visitors without one there",
	New:     newHooks,
}

// portal is the feature at work for one tenant. Its settings can change at any
// time on the SSO Settings page; each request is served by those it found.
type portal struct {
	site    feature.Site
	current atomic.Pointer[incoming]
	outbox  outbox
}

// incoming is Incoming SSO with one state of the settings.
type incoming struct {
	site    feature.Site
	set     profile.Incoming
	client  *http.Client
	running bool // otherwise there is the normal login, and credentials in a query mean nothing
}

func newHooks(site feature.Site) (feature.Hooks, error) {
	p := &portal{site: site}
	if err := p.apply(site.Settings().Incoming); err != nil {
		return feature.Hooks{}, err
	}
	return feature.Hooks{
		Routes: p.routes,
		Wrap:   p.wrap,
		Entrance: func(w http.ResponseWriter, r *http.Request, why reason.Reason) bool {
			return p.now().enter(w, r, why)
		},
		React: func(w http.ResponseWriter, r *http.Request, to profile.Reaction, why reason.Reason) bool {
			return p.now().react(w, r, to, why)
		},
		SignedOut: func(w http.ResponseWriter, r *http.Request) bool { return p.now().signedOut(w, r) },
	}, nil
}

func (p *portal) now() *incoming { return p.current.Load() }

// apply makes the settings those of every request from now on, unless sign-on
// could not work with them.
func (p *portal) apply(set profile.Incoming) error {
	f := &incoming{site: p.site, set: set, running: set.Enabled && set.Active && set.InvalidSessionURL != ""}
	if f.running {
		if wrong := check(set, p.site.BaseURL()); len(wrong) > 0 {
			return errors.Join(wrong...)
		}
	}
	f.client = serviceClient(p.site.Client())
	p.current.Store(f)
	return nil
}

func (p *portal) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := p.now()
		guarded := f.guardAccounts(next)
		switch {
		case strings.HasPrefix(r.URL.Path, apiPath):
			next.ServeHTTP(w, r) // not a visitor's
		case f.running:
			f.wrap(guarded).ServeHTTP(w, r)
		default:
			guarded.ServeHTTP(w, r)
		}
	})
}

// wrap sees every request first: the way past single sign-on, then
// credentials, then the login page, which nobody is to see otherwise.
func (f *incoming) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			f.submitted(w, r, next)
			return
		}
		if f.pastSSO(r) {
			local := r.Clone(r.Context())
			local.URL.Path, local.URL.RawPath = f.site.Settings().Paths.Login, ""
			next.ServeHTTP(w, local)
			return
		}
		if q := f.read(r); q.ours() {
			f.arrive(w, r, q)
			return
		}
		if r.URL.Path == f.site.Settings().Paths.Login {
			f.login(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// submitted serves what is not a GET. Credentials count in the query of a GET only
// (seed 001, step 2), so a form posted to a page by a stranger leads where
// asking for the page would.
func (f *incoming) submitted(w http.ResponseWriter, r *http.Request, next http.Handler) {
	paths := f.site.Settings().Paths
	_, in := f.site.Visitor(r)
	if r.Method == http.MethodPost && !in && r.URL.Path != paths.Login && r.URL.Path != paths.Logout {
		f.entrance(w, r, f.why(r))
		return
	}
	next.ServeHTTP(w, r)
}

// why tells somebody who was never signed in from somebody who is not any more.
func (f *incoming) why(r *http.Request) reason.Reason {
	if s, _ := f.site.Visitor(r); s != nil {
		return reason.SessionTimeout
	}
	return reason.NotLoggedIn
}

// pastSSO tells whether the visitor asked for the local login form, by
// NoSSO=true in either letter case, on the home or the login page (seed 001,
// FAQ: "add NoSSO=true to the login page URL"). Elsewhere it means nothing.
func (f *incoming) pastSSO(r *http.Request) bool {
	paths := f.site.Settings().Paths
	if r.URL.Path != paths.Home && r.URL.Path != paths.Login {
		return false
	}
	for name, values := range r.URL.Query() {
		if strings.EqualFold(name, "NoSSO") && strings.EqualFold(values[0], "true") {
			return true
		}
	}
	return false
}

func (f *incoming) login(w http.ResponseWriter, r *http.Request) {
	if _, in := f.site.Visitor(r); in {
		redirect(w, f.site.BaseURL()+f.site.Settings().Paths.Home)
		return
	}
	f.entrance(w, r, f.why(r))
}

// guardAccounts looks at the account behind every request: one that was
// switched off loses its session at once, and one that is new must fill in its
// profile before anything else (seed 001, FAQ).
func (f *incoming) guardAccounts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, in := f.site.Account(r)
		switch why := f.usable(a); {
		case !in || f.exempt(r):
			next.ServeHTTP(w, r)
		case why != "":
			f.site.SignOut(w, r)
			f.site.Refuse(w, r, why, "the account was changed during the session")
		case isNew(a) && r.URL.Path != profilePath:
			if r.Method == http.MethodGet {
				f.site.Remember(r, afterProfile, requestURI(r))
			}
			redirect(w, f.site.BaseURL()+profilePath)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// exempt are the pages that whoever is signed in can always reach.
func (f *incoming) exempt(r *http.Request) bool {
	paths := f.site.Settings().Paths
	return r.URL.Path == paths.Logout || r.URL.Path == paths.Login || r.URL.Path == "/account"
}

// usable returns why the account may not be used, "" when it may.
func (f *incoming) usable(a account.Account) reason.Reason {
	switch {
	case a.State == account.Expired:
		return reason.UserExpired
	case a.State == account.Inactive, a.State == account.Locked:
		return reason.UserInactive
	case a.State == account.Pending && !f.site.Settings().Accounts.AcceptPending:
		return reason.UserInactive
	}
	return ""
}
