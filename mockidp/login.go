package mockidp

import (
	"net/http"

	"github.com/crewjam/saml"
)

const loginFormLimit = 64 << 10 // bytes

// showLogin asks who the visitor is, and keeps the request here meanwhile: the
// page holds no more of it than a key. A nil request signs in to the IdP alone.
func (p *IdP) showLogin(w http.ResponseWriter, r *http.Request, req *saml.IdpAuthnRequest) {
	page := loginPage{}
	if req != nil {
		page.Request = r.URL.Query().Get("request")
		if known, _ := p.waiting.get(page.Request); known != req {
			page.Request = p.waiting.put(req)
		}
	}
	p.askLogin(w, req, page)
}

func (p *IdP) askLogin(w http.ResponseWriter, req *saml.IdpAuthnRequest, page loginPage) {
	event := Event{Kind: LoginShown}
	if req != nil {
		event.SP = req.ServiceProviderMetadata.EntityID
		page.SP = event.SP
		if sp, err := p.registry.find(event.SP); err == nil {
			page.SP = sp.Name
		}
	}
	p.record(event)
	p.pages.login(w, page)
}

// serveLogin shows the login page, or goes on with a request that waits.
func (p *IdP) serveLogin(w http.ResponseWriter, r *http.Request) {
	key := r.URL.Query().Get("request")
	if key == "" {
		p.showLogin(w, r, nil)
		return
	}
	req, ok := p.waiting.get(key)
	if ok && !needsLogin(req, p.session(r)) {
		req, ok = p.waiting.take(key)
	}
	if !ok {
		p.refuse(w, Event{}, errNotWaiting)
		return
	}
	p.answer(w, r, req)
}

// needsLogin reports whether the next thing to do about a request is to show
// the login page.
func needsLogin(req *saml.IdpAuthnRequest, session *saml.Session) bool {
	return !isTrue(req.Request.IsPassive) && (session == nil || isTrue(req.Request.ForceAuthn))
}

// errNotWaiting is what the Back button leads to: the request has had its
// answer, and a second one would be stale.
var errNotWaiting = refusef(http.StatusGone, "This sign-on is finished or was given up. Start again at the application.")

// signIn handles the login form.
func (p *IdP) signIn(w http.ResponseWriter, r *http.Request) {
	if err := parseForm(w, r, loginFormLimit); err != nil {
		p.refuse(w, Event{}, err)
		return
	}
	key, login := r.PostForm.Get("request"), r.PostForm.Get("login")
	req, waits := p.waiting.get(key)
	switch {
	case key != "" && !waits:
		p.refuse(w, Event{}, errNotWaiting)
		return
	case waits && r.PostForm.Has("cancel"):
		p.cancel(w, r, key)
		return
	}
	person, known := p.person(login)
	if !known || person.Password != r.PostForm.Get("password") {
		p.record(Event{Kind: LoginRefused, Person: clip(login)})
		p.askLogin(w, req, loginPage{Request: key, Login: login, Wrong: true})
		return
	}
	session := p.startSession(w, r, person)
	p.record(Event{Kind: SignedIn, Person: person.Login})
	if key == "" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	if req, waits = p.waiting.take(key); !waits {
		p.refuse(w, Event{}, errNotWaiting)
		return
	}
	p.respond(w, r, req, session)
}

// cancel tells the SP that the visitor did not want to sign in.
func (p *IdP) cancel(w http.ResponseWriter, r *http.Request, key string) {
	req, ok := p.waiting.take(key)
	if !ok {
		p.refuse(w, Event{}, errNotWaiting)
		return
	}
	p.deny(w, r, req, &denial{authnFailed})
}

// clip keeps a long text out of the events.
func clip(text string) string {
	const limit = 200
	if len(text) > limit {
		return text[:limit] + "…"
	}
	return text
}
