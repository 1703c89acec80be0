package mockidp

import (
	"fmt"
	"net/http"

	"github.com/crewjam/saml"
)

const sessionCookie = "mockidp-session"

// session returns the session of the visitor's browser, nil when nobody is
// signed in there. Sessions end by signing out only: the IdP's clock may be
// moved by days in the middle of a test.
func (p *IdP) session(r *http.Request) *saml.Session {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	session, _ := p.sessions.get(cookie.Value)
	return session
}

// startSession signs a person in, in place of whoever was before.
func (p *IdP) startSession(w http.ResponseWriter, r *http.Request, person Person) *saml.Session {
	p.endSession(r)
	session := p.newSession(person)
	http.SetCookie(w, p.cookie(session.ID))
	return session
}

func (p *IdP) newSession(person Person) *saml.Session {
	session := &saml.Session{CreateTime: p.now(), Index: randomID(), UserName: person.Login}
	session.ID = p.sessions.put(session)
	return session
}

// Remember signs a person in without a page, as one who was here before: a
// browser that has the cookie is not asked for a password. The error is that
// nobody has this login.
func (p *IdP) Remember(login string) (*http.Cookie, error) {
	person, known := p.person(login)
	if !known {
		return nil, fmt.Errorf("nobody is known as %q", login)
	}
	session := p.newSession(person)
	p.record(Event{Kind: SignedIn, Person: person.Login})
	return p.cookie(session.ID), nil
}

// endSession forgets the session and returns who it was of, "" for nobody.
func (p *IdP) endSession(r *http.Request) string {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	session, ok := p.sessions.take(cookie.Value)
	if !ok {
		return ""
	}
	return session.UserName
}

// cookie is the session cookie. It is Lax, since plain http on localhost
// leaves no choice: None wants Secure.
func (p *IdP) cookie(value string) *http.Cookie {
	return &http.Cookie{
		Name: sessionCookie, Value: value, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: p.secure(),
	}
}

// clearCookie takes the session cookie away.
func (p *IdP) clearCookie(w http.ResponseWriter) {
	gone := p.cookie("")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
}

func (p *IdP) signOut(w http.ResponseWriter, r *http.Request) {
	if login := p.endSession(r); login != "" {
		p.record(Event{Kind: SignedOut, Person: login})
	}
	p.clearCookie(w)
	p.pages.message(w, http.StatusOK, messagePage{
		Name: "signed-out", Title: "Signed out", Text: "You are signed out of the identity provider.",
	})
}
