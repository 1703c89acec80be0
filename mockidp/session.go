package mockidp

import (
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
	session := &saml.Session{CreateTime: p.now(), Index: randomID(), UserName: person.Login}
	session.ID = p.sessions.put(session)
	p.setCookie(w, session.ID, 0)
	return session
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

// setCookie sets or, with a negative age, clears the session cookie. It is
// Lax, since plain http on localhost leaves no choice: None wants Secure.
func (p *IdP) setCookie(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: p.secure(),
	})
}

func (p *IdP) signOut(w http.ResponseWriter, r *http.Request) {
	if login := p.endSession(r); login != "" {
		p.record(Event{Kind: SignedOut, Person: login})
	}
	p.setCookie(w, "", -1)
	p.pages.message(w, http.StatusOK, messagePage{
		Name: "signed-out", Title: "Signed out", Text: "You are signed out of the identity provider.",
	})
}
