package mockidp

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/crewjam/saml"
)

// seams plugs the identity provider into the interfaces of crewjam/saml.
// ServeSSO of the library is not used (see the package comment), but what
// each part owes the others is as described there: the provider of SPs knows
// the registrations, the provider of sessions owns the reply while nobody is
// signed in, and the maker of assertions says what is claimed about whom. So
// a request of ours is one that the library can check as well.
type seams struct{ idp *IdP }

var (
	_ saml.ServiceProviderProvider = seams{}
	_ saml.SessionProvider         = seams{}
	_ saml.AssertionMaker          = seams{}
)

func (p *IdP) wire() saml.IdentityProvider {
	base, _ := url.Parse(p.config.BaseURL) // checked in New
	return saml.IdentityProvider{
		Signer:                  p.config.Keys[0].Signer,
		Certificate:             p.config.Keys[0].Certificate,
		MetadataURL:             *base.JoinPath(metadataPath),
		SSOURL:                  *base.JoinPath(ssoPath),
		ServiceProviderProvider: seams{p},
		SessionProvider:         seams{p},
		AssertionMaker:          seams{p},
	}
}

// GetServiceProvider returns the metadata that an SP was registered with.
func (s seams) GetServiceProvider(_ *http.Request, entityID string) (*saml.EntityDescriptor, error) {
	entry, err := s.idp.registry.find(entityID)
	if err != nil {
		return nil, err
	}
	return entry.entity, nil
}

// GetSession returns the visitor's session if it may answer the request. If
// not, it has replied: with the login page, or with NoPassive when the SP
// forbade showing one. ForceAuthn makes every session too old (core 3.4.1).
func (s seams) GetSession(w http.ResponseWriter, r *http.Request, req *saml.IdpAuthnRequest) *saml.Session {
	session := s.idp.session(r)
	switch {
	case needsLogin(req, session):
		s.idp.showLogin(w, r, req)
	case session == nil || isTrue(req.Request.ForceAuthn):
		s.idp.deny(w, r, req, &denial{noPassive})
	default:
		return session
	}
	return nil
}

func isTrue(b *bool) bool { return b != nil && *b }

// MakeAssertion says what the IdP claims about the person of a session. How
// the claim is written, signed and spoilt is up to package response.
func (s seams) MakeAssertion(req *saml.IdpAuthnRequest, session *saml.Session) error {
	sp, err := s.idp.lookUp(req.ServiceProviderMetadata.EntityID)
	if err != nil {
		return err
	}
	person, ok := s.idp.person(session.UserName)
	if !ok {
		return fmt.Errorf("session of %q, whom nobody knows", session.UserName)
	}
	nameID, err := s.subject(req, sp, person)
	if err != nil {
		return err
	}
	attributes, err := sp.attributes(person)
	if err != nil {
		return err
	}
	req.Assertion = &saml.Assertion{
		Issuer:  saml.Issuer{Value: s.idp.EntityID()},
		Subject: &saml.Subject{NameID: nameID},
		Conditions: &saml.Conditions{
			NotBefore:    req.Now.Add(sp.NotBefore),
			NotOnOrAfter: req.Now.Add(sp.Lifetime),
			AudienceRestrictions: []saml.AudienceRestriction{
				{Audience: saml.Audience{Value: sp.entityID()}},
			},
		},
		AuthnStatements: []saml.AuthnStatement{{
			AuthnInstant: session.CreateTime,
			SessionIndex: session.Index,
			AuthnContext: saml.AuthnContext{AuthnContextClassRef: &saml.AuthnContextClassRef{Value: authnContext(req)}},
		}},
		AttributeStatements: []saml.AttributeStatement{{Attributes: attributes}},
	}
	return nil
}

// subject names the person, and makes sure that a request about somebody gets
// an answer about the same (core 3.4.1.4).
func (s seams) subject(req *saml.IdpAuthnRequest, sp *registration, person Person) (*saml.NameID, error) {
	format, ok := sp.nameIDFormat(req.Request.NameIDPolicy)
	if !ok {
		return nil, deny(saml.StatusRequester, saml.StatusInvalidNameIDPolicy, "no such name identifier can be given")
	}
	value := s.idp.nameID(sp, person, format)
	if value == "" {
		return nil, refusef(http.StatusForbidden, "%s has no attribute to make the NameID for %s from.", person.Login, sp.Name)
	}
	if subject := req.Request.Subject; subject != nil && subject.NameID != nil {
		if asked := subject.NameID; asked.Value != value && asked.Value != s.idp.nameID(sp, person, asked.Format) {
			return nil, deny(saml.StatusRequester, saml.StatusUnknownPrincipal, "somebody else has signed in")
		}
	}
	return &saml.NameID{Value: value, Format: format, NameQualifier: sp.NameID.NameQualifier}, nil
}

// authnContext is the class that checkAuthnContext chose, or "" to leave it to
// the SP's shape.
func authnContext(req *saml.IdpAuthnRequest) string {
	if requested := req.Request.RequestedAuthnContext; requested != nil {
		return requested.AuthnContextClassRef
	}
	return ""
}
