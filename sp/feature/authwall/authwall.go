// Package authwall is SuccessPro's auth wall (seed 002): links of the form
// /auth/wall?relayState=NAME that open a relay state for those who are signed
// in and show a login screen to everybody else, with or without single sign-on.
//
// Start at Feature. What relay states mean is package relaystate's.
package authwall

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/feature/relaystate"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// path is where the wall stands.
const path = "/auth/wall"

// addressCookie keeps the address that a code was asked for out of the URL.
const addressCookie = "wall_address"

// Feature adds the wall.
var Feature = feature.Feature{
	Name:    "auth-wall",
	Summary: "links /auth/wall?relayState=NAME for users with and without a session",
	New: func(site feature.Site) (feature.Hooks, error) {
		if site.Profile().Template("wall") == nil {
			return feature.Hooks{}, errors.New("the profile has no templates/wall.html")
		}
		wall := wall{site, &codes{sent: map[string]code{}}}
		return feature.Hooks{Routes: func(mux *http.ServeMux) {
			mux.HandleFunc("GET "+path, wall.open)
			mux.HandleFunc("POST "+path, wall.signIn)
			mux.HandleFunc("POST "+path+"/code", wall.sendCode)
			mux.HandleFunc("GET "+path+"/enter", wall.askCode)
			mux.HandleFunc("POST "+path+"/enter", wall.takeCode)
		}}, nil
	},
}

type wall struct {
	site  feature.Site
	codes *codes
}

// screen is what the login screen's template sees as .Data.
type screen struct {
	SignIn, Code, Enter, Again string // where the forms and the way back go, with the link's query
	Message                    string
	AsksCode                   bool // the screen asks for the code that was sent to Address
	Address                    string
	Minutes                    int // for which the code can be used
}

func (wl wall) open(w http.ResponseWriter, r *http.Request) {
	if _, ok := wl.site.Account(r); ok {
		wl.enter(w, r)
		return
	}
	wl.show(w, r, http.StatusOK, screen{})
}

func (wl wall) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	a, why := wl.site.Authenticate(r.PostFormValue("login"), r.PostFormValue("password"))
	if why != "" {
		wl.site.Record("refused", a, "on the auth wall: "+string(why))
		wl.show(w, r, http.StatusUnauthorized, screen{Message: "The user name or password is not right."})
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

// sendCode sends a code to the address, if exactly one account that may be
// used has it. The visitor sees the same either way, so that nobody learns who
// has an account.
func (wl wall) sendCode(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	address := strings.TrimSpace(r.PostFormValue("email"))
	found := wl.site.Accounts().Match(account.Matching{Field: "email", Fold: true}, address)
	if len(found) == 1 && wl.site.Barred(found[0]) == "" {
		wl.mail(found[0])
	}
	http.SetCookie(w, &http.Cookie{Name: addressCookie, Value: url.QueryEscape(address), Path: path, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, path+"/enter"+query(r), http.StatusSeeOther)
}

// askCode asks for the code.
func (wl wall) askCode(w http.ResponseWriter, r *http.Request) {
	s := screen{AsksCode: true}
	if c, err := r.Cookie(addressCookie); err == nil {
		s.Address, _ = url.QueryUnescape(c.Value) // a cookie that somebody has bent is no address
	}
	wl.show(w, r, http.StatusOK, s)
}

func (wl wall) mail(a account.Account) {
	lifetime := wl.site.Settings().CodeLifetime
	text, ok := wl.codes.issue(a.Email, a.ID, lifetime, wl.site.Now())
	if !ok {
		wl.site.Record("mail-withheld", a, "too many codes")
		return
	}
	product := wl.site.Profile().Product
	err := wl.site.Mail(feature.Mail{
		From: "no-reply@" + strings.ToLower(product) + ".example", To: a.Email, Subject: "Your " + product + " sign-in code",
		Text: fmt.Sprintf("Hello %s,\n\nyour one-time code is %s.\n\nIt can be used once, within %.0f minutes. If you did not ask for it, ignore this mail.\n", a.Name(), text, lifetime.Minutes()),
	})
	if err != nil {
		wl.site.Record("mail-withheld", a, err.Error())
		return
	}
	wl.site.Record("mail-sent", a, "a one-time code to "+a.Email)
}

// takeCode signs in whoever has the code that was sent to the address.
func (wl wall) takeCode(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	address := r.PostFormValue("email")
	id, ok := wl.codes.redeem(address, r.PostFormValue("code"), wl.site.Now())
	a, found := wl.site.Accounts().Find(id)
	if !ok || !found || wl.site.Barred(a) != "" {
		wl.site.Record("refused", a, "on the auth wall: the one-time code")
		wl.show(w, r, http.StatusUnauthorized, screen{AsksCode: true, Address: address, Message: "The code is not right, or it cannot be used any more."})
		return
	}
	wl.site.SignIn(w, r, a, "code")
	wl.enter(w, r)
}

// query is the link's, as far as it means something here.
func query(r *http.Request) string {
	return "?" + url.Values{"relayState": {r.URL.Query().Get("relayState")}}.Encode()
}

func (wl wall) show(w http.ResponseWriter, r *http.Request, status int, s screen) {
	q := query(r)
	s.SignIn, s.Code, s.Enter, s.Again = path+q, path+"/code"+q, path+"/enter"+q, path+q
	s.Minutes = int(wl.site.Settings().CodeLifetime.Minutes())
	wl.site.Render(w, r, status, "wall", s)
}
