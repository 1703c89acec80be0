package mockidp

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/crewjam/saml"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// serveSSO is the single sign-on service: an AuthnRequest comes in, by
// HTTP-Redirect or HTTP-POST.
func (p *IdP) serveSSO(w http.ResponseWriter, r *http.Request) {
	m, err := receive(w, r, requestField)
	if err != nil {
		p.refuse(w, Event{}, err)
		return
	}
	event := Event{Kind: RequestReceived, Binding: m.binding, RelayState: m.relayState, XML: m.xml}
	req, err := p.judge(m)
	if req != nil {
		event.SP = req.ServiceProviderMetadata.EntityID
	}
	p.record(event)
	switch {
	case err != nil:
		p.decline(w, r, req, err)
	case m.binding == postBinding && p.session(r) == nil:
		// A SameSite=Lax cookie does not come along with a form posted by another
		// site. It does come along with the redirect, so ask there again.
		http.Redirect(w, r, loginPath+"?"+url.Values{"request": {p.waiting.put(req)}}.Encode(), http.StatusSeeOther)
	default:
		p.answer(w, r, req)
	}
}

// answer sends the Response, or the login page first.
func (p *IdP) answer(w http.ResponseWriter, r *http.Request, req *saml.IdpAuthnRequest) {
	if session := p.saml.SessionProvider.GetSession(w, r, req); session != nil {
		p.respond(w, r, req, session)
	}
}

// respond answers for the person of a session.
func (p *IdP) respond(w http.ResponseWriter, r *http.Request, req *saml.IdpAuthnRequest, session *saml.Session) {
	if ordered := p.orders.takeStatus(); ordered != nil {
		p.deny(w, r, req, &denial{*ordered})
		return
	}
	req.Now = p.now() // the visitor may have spent hours on the login page
	if err := p.saml.AssertionMaker.MakeAssertion(req, session); err != nil {
		p.decline(w, r, req, err)
		return
	}
	p.send(w, r, req, p.claim(req), session.UserName)
}

// decline answers an error: a denial by a Response, a refusal by a page.
func (p *IdP) decline(w http.ResponseWriter, r *http.Request, req *saml.IdpAuthnRequest, err error) {
	var denied *denial
	if errors.As(err, &denied) {
		p.deny(w, r, req, denied)
		return
	}
	event := Event{}
	if req != nil {
		event.SP, event.RelayState = req.ServiceProviderMetadata.EntityID, req.RelayState
	}
	p.refuse(w, event, err)
}

// deny sends an error Response (profiles 4.1.4.2).
func (p *IdP) deny(w http.ResponseWriter, r *http.Request, req *saml.IdpAuthnRequest, denied *denial) {
	req.Now = p.now()
	spec := p.envelope(req)
	spec.Status = denied.Status
	p.send(w, r, req, spec, "")
}

var (
	noPassive = response.Status{
		Code: saml.StatusResponder, SubCode: saml.StatusNoPassive, Message: "nobody is signed in, and no page may be shown",
	}
	authnFailed = response.Status{
		Code: saml.StatusResponder, SubCode: saml.StatusAuthnFailed, Message: "the visitor has cancelled",
	}
)
