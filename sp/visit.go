package sp

import (
	"crypto/subtle"
	"net/http"
	"time"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/session"
)

// bond is what ties a session to the identity provider's; zero when somebody
// signed in without one.
type bond struct {
	nameID, format         string
	qualifier, spQualifier string
	index                  string
	ends                   time.Time
}

// SignIn implements feature.Site.
func (t *tenant) SignIn(w http.ResponseWriter, r *http.Request, a account.Account, how string) {
	t.signIn(w, r, a, how, bond{})
}

func (t *tenant) signIn(w http.ResponseWriter, r *http.Request, a account.Account, how string, b bond) {
	t.sessions.End(secret(r)) // a new secret for every login, against session fixation
	fresh := t.sessions.Start(session.Session{
		Account: a.ID, How: how, Ends: b.ends, NameID: b.nameID, NameIDFormat: b.format, NameQualifier: b.qualifier,
		SPNameQualifier: b.spQualifier, Index: b.index,
	}, t.Now())
	t.setSession(w, fresh, 0)
	t.Record("session-started", a, how)
}

// SignOut implements feature.Site.
func (t *tenant) SignOut(w http.ResponseWriter, r *http.Request) {
	if s, _ := t.Visitor(r); s != nil {
		a, _ := t.accounts.Find(s.Account)
		t.Record("session-ended", a, s.How)
	}
	t.sessions.End(secret(r))
	t.setSession(w, "", -1)
}

func (t *tenant) setSession(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: t.secure(), SameSite: http.SameSiteLaxMode,
	})
}

func secret(r *http.Request) string {
	if c, err := r.Cookie(sessionCookie); err == nil {
		return c.Value
	}
	return ""
}

// Visitor implements feature.Site.
func (t *tenant) Visitor(r *http.Request) (*session.Session, bool) {
	return t.sessions.Visit(secret(r), t.Now())
}

// Remember implements feature.Site.
func (t *tenant) Remember(r *http.Request, name, value string) {
	t.sessions.Remember(secret(r), name, value)
}

// Account implements feature.Site.
func (t *tenant) Account(r *http.Request) (account.Account, bool) {
	s, ok := t.Visitor(r)
	if !ok {
		return account.Account{}, false
	}
	return t.accounts.Find(s.Account)
}

// Authenticate implements feature.Site. That a login is unknown and that its
// password is wrong look the same from outside.
func (t *tenant) Authenticate(login, password string) (account.Account, reason.Reason) {
	found := t.accounts.Match(account.Matching{Field: "login"}, login)
	if len(found) != 1 || found[0].Password == "" ||
		subtle.ConstantTimeCompare([]byte(found[0].Password), []byte(password)) != 1 {
		return account.Account{}, reason.UserNotFound
	}
	return found[0], t.Barred(found[0])
}
