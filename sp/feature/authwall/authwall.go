// Package authwall is SuccessPro's auth wall (seed 002): links of the form
// /auth/wall?relayState=NAME that open a relay state for those who are signed
// in and show a login screen to everybody else, with or without single sign-on.
//
// Start at Feature. What relay states mean is package relaystate's.
package authwall

import (
	"errors"
	"net/http"

	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/feature/relaystate"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// path is where the wall stands.
const path = "/auth/wall"

// Feature adds the wall.
var Feature = feature.Feature{
	Name:    "auth-wall",
	Summary: "links /auth/wall?relayState=NAME for users with and without a session",
	New: func(site feature.Site) (feature.Hooks, error) {
		if site.Profile().Template("wall") == nil {
			return feature.Hooks{}, errors.New("the profile has no templates/wall.html")
		}
		wall := wall{site}
		return feature.Hooks{Routes: func(mux *http.ServeMux) {
			mux.HandleFunc("GET "+path, wall.open)
			mux.HandleFunc("POST "+path, wall.signIn)
		}}, nil
	},
}

type wall struct{ site feature.Site }

// screen is what the login screen's template sees as .Data.
type screen struct {
	Action  string // where the form goes: the link itself
	Message string
}

func (wl wall) open(w http.ResponseWriter, r *http.Request) {
	if _, ok := wl.site.Account(r); ok {
		wl.enter(w, r)
		return
	}
	wl.show(w, r, http.StatusOK, "")
}

func (wl wall) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	a, why := wl.site.Authenticate(r.PostFormValue("login"), r.PostFormValue("password"))
	if why != "" {
		wl.site.Record("refused", a, "on the auth wall: "+string(why))
		wl.show(w, r, http.StatusUnauthorized, "The user name or password is not right.")
		return
	}
	wl.site.SignIn(w, r, a, "password")
	wl.enter(w, r)
}

// enter goes to the resource that the link names.
func (wl wall) enter(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("relayState")
	target, why, ok := relaystate.Resolve(wl.site, name)
	switch {
	case !ok:
		target = wl.site.Settings().Paths.Home
	case why != "":
		wl.site.Refuse(w, r, reason.RelayStateNotFound, "the link names relay state \""+name+"\"")
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, target, http.StatusFound)
}

func (wl wall) show(w http.ResponseWriter, r *http.Request, status int, message string) {
	wl.site.Render(w, r, status, "wall", screen{Action: r.URL.RequestURI(), Message: message})
}
