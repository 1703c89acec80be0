package origin

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxForm bounds the login form's body, in bytes.
const maxForm = 64 << 10

// redirectName is the login page's variable for where to go afterwards (seed
// 000, step 3).
const redirectName = "redirect"

type loginPage struct {
	Action, Login string
	Wrong         bool
}

type homePage struct {
	Person Person
	Links  []Link // Path is the link's whole address here
}

func (o *Origin) showLogin(w http.ResponseWriter, r *http.Request) {
	o.record(Event{Kind: "login-shown"})
	o.page(w, http.StatusOK, "login.html", loginPage{Action: r.URL.RequestURI()})
}

func (o *Origin) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		o.refuse(w, "", "The form cannot be read.")
		return
	}
	login := r.PostForm.Get("login")
	p, known := o.person(login)
	right := subtle.ConstantTimeCompare([]byte(p.Password), []byte(r.PostForm.Get("password"))) == 1
	if !known || !right {
		o.record(Event{Kind: "sign-in-refused", Person: login})
		// The action holds the redirect value, so a mistyped password loses nothing.
		o.page(w, http.StatusUnauthorized, "login.html", loginPage{Action: r.URL.RequestURI(), Login: login, Wrong: true})
		return
	}
	if old := o.sessionOf(r); old != nil {
		o.end(old)
	}
	o.setCookie(w, o.begin(p).cookie)
	o.record(Event{Kind: "signed-in", Person: p.Login})
	redirect(w, o.afterLogin(r.URL))
}

// afterLogin is the redirect value when it is a page of this Originating
// System, character for character, and the home page otherwise.
func (o *Origin) afterLogin(u *url.URL) string {
	home := o.cfg.BaseURL + "/"
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(q[redirectName]) != 1 {
		return home
	}
	to, err := within(o.base, q.Get(redirectName))
	if err != nil || to.Path == "/logout" || to.Path == "/login" {
		return home
	}
	return q.Get(redirectName)
}

func (o *Origin) home(w http.ResponseWriter, r *http.Request) {
	s := o.sessionOf(r)
	if s == nil {
		redirect(w, o.loginURL(""))
		return
	}
	links := []Link{{Title: "Partner portal", Path: o.jumpLink("")}}
	for _, l := range o.cfg.Links {
		links = append(links, Link{Title: l.Title, Path: o.jumpLink(l.Path)})
	}
	o.page(w, http.StatusOK, "home.html", homePage{Person: s.person, Links: links})
}

func (o *Origin) signOut(w http.ResponseWriter, r *http.Request) {
	if s := o.sessionOf(r); s != nil {
		o.end(s)
		o.record(Event{Kind: "signed-out", Person: s.person.Login})
	}
	o.setCookie(w, "")
	redirect(w, o.loginURL(""))
}

// loginURL is the login page, with the way back unless it is empty.
func (o *Origin) loginURL(back string) string {
	login := o.cfg.BaseURL + "/login"
	if back == "" {
		return login
	}
	return login + "?" + redirectName + "=" + url.QueryEscape(back)
}

func (o *Origin) page(w http.ResponseWriter, status int, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	// A visitor who went away is no news.
	_ = o.pages.ExecuteTemplate(w, name, data)
}

// redirect sends the browser on without touching the URL, which http.Redirect
// would not promise; only what RFC 3986 does not let stand in one is escaped.
func redirect(w http.ResponseWriter, to string) {
	var b strings.Builder
	for i := range len(to) {
		if to[i] < utf8.RuneSelf {
			b.WriteByte(to[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", to[i])
		}
	}
	w.Header().Set("Location", b.String())
	w.WriteHeader(http.StatusFound)
}
