package mockidp

import (
	"net/http"

	"github.com/crewjam/saml"
)

// serveLaunchPage lists the applications, as a company's portal does. It asks
// nobody to sign in: opening an application does.
func (p *IdP) serveLaunchPage(w http.ResponseWriter, r *http.Request) {
	page := launchPage{}
	if session := p.session(r); session != nil {
		page.Person = session.UserName
	}
	chosen := r.URL.Query().Get("sp")
	for i, sp := range p.registry.all() {
		option := launchOption{EntityID: sp.entityID(), Name: sp.Name, RelayState: sp.LaunchRelayState}
		option.Chosen = option.EntityID == chosen
		if i == 0 || option.Chosen {
			page.RelayState = option.RelayState
		}
		page.Options = append(page.Options, option)
	}
	p.pages.launch(w, page)
}

// launch starts an IdP-initiated sign-on (profiles 4.1.5): the Response goes
// to the SP's default endpoint and answers no request. It changes nothing
// that a link from elsewhere could misuse, so it is a GET, to be bookmarked.
func (p *IdP) launch(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	sp, err := p.lookUp(query.Get("sp"))
	if err != nil {
		p.refuse(w, Event{SP: clip(query.Get("sp"))}, err)
		return
	}
	req := &saml.IdpAuthnRequest{
		IDP: &p.saml, Now: p.now(), RelayState: query.Get("relay-state"),
		ServiceProviderMetadata: sp.entity, SPSSODescriptor: sp.descriptor, ACSEndpoint: sp.answerACS(),
	}
	p.record(Event{Kind: Launched, SP: sp.entityID(), RelayState: req.RelayState})
	p.answer(w, r, req)
}
