package mockidp

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/crewjam/saml"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// envelope is what every answer to a request has in common.
func (p *IdP) envelope(req *saml.IdpAuthnRequest) response.Spec {
	spec := response.Spec{
		Issuer:        p.config.EntityID,
		Now:           req.Now,
		InResponseTo:  req.Request.ID,
		Destination:   req.ACSEndpoint.Location,
		Key:           p.config.Keys[0],
		Spare:         p.config.spare(),
		RelayState:    req.RelayState,
		HasRelayState: req.RelayState != "",
		Metadata:      p.metadata,
	}
	if sp, err := p.registry.find(req.ServiceProviderMetadata.EntityID); err == nil {
		spec.Shape, spec.Recipient = sp.Shape, sp.recipient
		spec.Other = func(login string) (response.NameID, []response.Attribute, error) { return p.other(req, sp, login) }
	}
	return spec
}

// other says what the answer to a request would tell of another person.
func (p *IdP) other(req *saml.IdpAuthnRequest, sp *registration, login string) (response.NameID, []response.Attribute, error) {
	person, known := p.person(login)
	if !known {
		return response.NameID{}, nil, fmt.Errorf("nobody is called %q", login)
	}
	format, _ := sp.nameIDFormat(req.Request.NameIDPolicy)
	attributes, err := sp.attributes(person)
	var all []response.Attribute
	for _, attribute := range attributes {
		all = append(all, written(attribute))
	}
	return response.NameID{Value: p.nameID(sp, person, format), Format: format}, all, err
}

// claim writes out an assertion of the library's type for package response.
func (p *IdP) claim(req *saml.IdpAuthnRequest) response.Spec {
	spec, assertion := p.envelope(req), req.Assertion
	nameID, statement := assertion.Subject.NameID, assertion.AuthnStatements[0]
	spec.NameID = response.NameID{
		Value: nameID.Value, Format: nameID.Format,
		NameQualifier: nameID.NameQualifier, SPNameQualifier: nameID.SPNameQualifier,
	}
	for _, restriction := range assertion.Conditions.AudienceRestrictions {
		spec.Audiences = append(spec.Audiences, restriction.Audience.Value)
	}
	for _, attribute := range assertion.AttributeStatements[0].Attributes {
		spec.Attributes = append(spec.Attributes, written(attribute))
	}
	spec.NotBefore = assertion.Conditions.NotBefore.Sub(req.Now)
	spec.NotOnOrAfter = assertion.Conditions.NotOnOrAfter.Sub(req.Now)
	spec.AuthnInstant, spec.SessionIndex = statement.AuthnInstant, statement.SessionIndex
	spec.AuthnContextClass = statement.AuthnContext.AuthnContextClassRef.Value
	return spec
}

func written(attribute saml.Attribute) response.Attribute {
	out := response.Attribute{
		Name: attribute.Name, NameFormat: attribute.NameFormat, FriendlyName: attribute.FriendlyName,
	}
	for _, value := range attribute.Values {
		out.Type = value.Type
		out.Values = append(out.Values, value.Value)
	}
	return out
}

// send answers a request with a Response, through the service faults that are
// armed. They strike here, and not at the login page, because a fault belongs
// to the next Response: what is served as another media type must be its form.
func (p *IdP) send(w http.ResponseWriter, r *http.Request, req *saml.IdpAuthnRequest, spec response.Spec, person string) {
	p.disturb(w, r, "", req.ServiceProviderMetadata.EntityID, func(w http.ResponseWriter) { p.post(w, r, req, spec, person) })
}

// disturb answers with what serve writes, through the service faults that wait
// for this kind of message.
func (p *IdP) disturb(w http.ResponseWriter, r *http.Request, of fault.MessageName, sp string, serve func(http.ResponseWriter)) {
	faults := p.orders.takeService(of)
	if len(faults) > 0 {
		p.record(Event{Kind: Disturbed, SP: sp, Faults: faultNames(faults)})
	}
	var handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { serve(w) })
	for _, armed := range faults {
		args, problems := armed.Fault.Check(armed.Args)
		if len(problems) > 0 {
			p.broken(w, fmt.Errorf("applying fault %s: %w", armed.Fault.Name, errors.Join(problems...)))
			return
		}
		handler = armed.Fault.Service(handler, args)
	}
	if p.config.Sleep != nil {
		r = fault.WithSleep(r, p.config.Sleep)
	}
	handler.ServeHTTP(w, r)
}

// post builds the Response with the faults that are armed for it, and posts
// it, or an artifact of it, to the assertion consumer service by way of the
// browser.
func (p *IdP) post(w http.ResponseWriter, r *http.Request, req *saml.IdpAuthnRequest, spec response.Spec, person string) {
	spec.Faults = p.orders.takeMessage("")
	if len(spec.Faults) > 0 {
		foreign, err := p.foreign()
		if err != nil {
			p.broken(w, fmt.Errorf("making the foreign key: %w", err))
			return
		}
		spec.Foreign = foreign
	}
	built, err := response.Build(spec)
	if err != nil {
		p.broken(w, fmt.Errorf("building the Response for %s: %w", req.ServiceProviderMetadata.EntityID, err))
		return
	}
	event := Event{
		Kind: ResponseSent, SP: req.ServiceProviderMetadata.EntityID, Person: person, Binding: postBinding,
		XML: built.XML, Faults: faultNames(spec.Faults), Note: spec.Status.Message,
	}
	if spec.SessionIndex != "" {
		p.participations.join(spec.SessionIndex, person, participant{sp: event.SP, nameID: spec.NameID, response: built.XML})
	}
	if req.ACSEndpoint.Binding == saml.HTTPArtifactBinding {
		event.Binding = artifactBinding
		p.issue(w, r, spec, built.XML, event)
		return
	}
	p.record(event.carried(built.Form, spec.Faults))
	if built.Form.Redirect {
		http.Redirect(w, r, response.RedirectURL(built.Form), http.StatusFound)
		return
	}
	p.pages.deliver(w, built.Form)
}
