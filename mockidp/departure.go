package mockidp

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/crewjam/saml"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// errand is one SP that has to be told that a session is over.
type errand struct {
	participant
	indexes []string
}

// departure is a logout under way: the browser, or the back channel, goes from
// SP to SP, and at the end to the one that asked (profiles 4.4.3).
type departure struct {
	answer  *leaving // nil when the visitor has signed out here
	status  response.Status
	left    []*errand
	asked   string // entityID of the SP whose answer is waited for
	partial bool   // somebody could not be reached or said no
}

// logoutLifetime is how long a LogoutRequest is good for (core 3.7.3.2).
const logoutLifetime = 5 * time.Minute

// depart goes to the next SP, or ends the departure.
func (p *IdP) depart(w http.ResponseWriter, r *http.Request, d *departure) {
	for len(d.left) > 0 {
		next := d.left[0]
		d.left = d.left[1:]
		sp, err := p.registry.find(next.sp)
		if err != nil {
			d.partial = true // it was unregistered meanwhile
			continue
		}
		location, binding := sp.logoutEndpoint()
		switch binding {
		case "":
			d.partial = true // it has no single logout
		case response.SOAP:
			if err := p.tell(r, sp, location, next); err != nil {
				p.record(Event{Kind: LogoutFailed, SP: next.sp, Note: err.Error()})
				d.partial = true
			}
		default:
			d.asked = next.sp
			p.sendBrowser(w, r, sp, location, binding, next, d)
			return
		}
	}
	p.departed(w, r, d)
}

// sendBrowser carries a LogoutRequest to an SP by way of the browser. Its ID is
// the key under which the departure waits.
func (p *IdP) sendBrowser(w http.ResponseWriter, r *http.Request, sp *registration, location string, binding response.Binding, e *errand, d *departure) {
	request := p.logoutRequest(sp, location, binding, e)
	request.ID = p.departures.put(d)
	p.sendLogout(w, r, fault.LogoutRequest, sp, request, response.BuildLogoutRequest)
}

func (p *IdP) logoutRequest(sp *registration, location string, binding response.Binding, e *errand) response.Logout {
	l := p.logoutMessage(sp, location, binding)
	l.NameID, l.SessionIndexes, l.NotOnOrAfter, l.Genuine = e.nameID, e.indexes, logoutLifetime, e.genuine()
	return l
}

// logoutMessage is what every message of single logout has in common.
func (p *IdP) logoutMessage(sp *registration, location string, binding response.Binding) response.Logout {
	return response.Logout{Binding: binding, Spec: response.Spec{
		Issuer: p.config.EntityID, Now: p.now(), Destination: location,
		Key: p.config.Keys[0], Spare: p.config.spare(), Shape: sp.Shape, Recipient: sp.recipient,
	}}
}

// sendLogout sends a message by the browser, through the faults that wait for
// its kind.
func (p *IdP) sendLogout(w http.ResponseWriter, r *http.Request, of fault.MessageName, sp *registration, l response.Logout,
	build func(response.Logout) (*response.Built, error)) {
	p.disturb(w, r, of, sp.entityID(), func(w http.ResponseWriter) {
		built, err := p.built(of, sp, l, build)
		if err != nil {
			p.broken(w, err)
			return
		}
		if built.Form.Method == http.MethodGet {
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, r, response.RedirectURL(built.Form), http.StatusFound)
			return
		}
		p.pages.deliver(w, built.Form)
	})
}

// built makes the message and records that it is sent.
func (p *IdP) built(of fault.MessageName, sp *registration, l response.Logout, build func(response.Logout) (*response.Built, error)) (*response.Built, error) {
	l.Faults = p.orders.takeMessage(of)
	if len(l.Faults) > 0 {
		foreign, err := p.foreign()
		if err != nil {
			return nil, fmt.Errorf("making the foreign key: %w", err)
		}
		l.Foreign = foreign
	}
	built, err := build(l)
	if err != nil {
		return nil, fmt.Errorf("building the %s for %s: %w", of, sp.entityID(), err)
	}
	note := ""
	if slices.ContainsFunc(built.Form.Fields, func(f fault.Field) bool { return f.Name == "Signature" }) {
		note = "signed in the query"
	}
	sent := Event{
		Kind: logoutKinds[of], SP: sp.entityID(), Binding: bindingNames[l.Binding],
		XML: built.XML, Faults: faultNames(l.Faults), Note: note,
	}
	p.record(sent.carried(built.Form, l.Faults))
	return built, nil
}

var logoutKinds = map[fault.MessageName]Kind{
	fault.LogoutRequest: LogoutRequestSent, fault.LogoutResponse: LogoutResponseSent, fault.ArtifactResponse: ArtifactResponseSent,
}

var bindingNames = map[response.Binding]string{
	response.Redirect: redirectBinding, response.Post: postBinding, response.SOAP: soapBinding,
}

// departed ends a departure: with a LogoutResponse to the SP that asked, or
// with a page.
func (p *IdP) departed(w http.ResponseWriter, r *http.Request, d *departure) {
	if d.answer != nil {
		p.answerLogout(w, r, d)
		return
	}
	page := messagePage{Name: "signed-out", Title: "Signed out", Text: "You are signed out of the identity provider and of every application."}
	if d.partial {
		page.Name, page.Text = "signed-out-partly", "You are signed out of the identity provider, but not of every application. Close the browser."
	}
	p.pages.message(w, http.StatusOK, page)
}

func (p *IdP) answerLogout(w http.ResponseWriter, r *http.Request, d *departure) {
	in := d.answer
	location, binding := in.sp.logoutAnswerEndpoint()
	if binding == "" || binding == response.SOAP {
		p.refuse(w, Event{SP: in.sp.entityID()}, refusef(http.StatusForbidden, "The metadata of %s says not where a LogoutResponse goes.", in.sp.Name))
		return
	}
	l := p.logoutAnswer(d, location, binding)
	p.sendLogout(w, r, fault.LogoutResponse, in.sp, l, response.BuildLogoutResponse)
}

func (p *IdP) logoutAnswer(d *departure, location string, binding response.Binding) response.Logout {
	l := p.logoutMessage(d.answer.sp, location, binding)
	l.InResponseTo, l.Status = d.answer.id, d.status
	l.RelayState, l.HasRelayState = d.answer.relayState, d.answer.relayState != ""
	if d.partial && l.Status.Code == "" {
		l.Status = response.Status{Code: saml.StatusResponder, SubCode: saml.StatusPartialLogout, Message: "not everybody could be told"}
	}
	return l
}

// logoutEndpoint is where the SP takes LogoutRequests: the binding that the
// registration asks for, else the first in the metadata that is known here.
func (r *registration) logoutEndpoint() (string, response.Binding) {
	for _, service := range r.descriptor.SingleLogoutServices {
		binding := logoutBindings[service.Binding]
		if binding != "" && (r.LogoutBinding == "" || r.LogoutBinding == string(binding)) {
			return service.Location, binding
		}
	}
	if r.LogoutURL != "" {
		return r.LogoutURL, response.Redirect
	}
	return "", ""
}

// logoutAnswerEndpoint is where it takes LogoutResponses (metadata 2.2.2).
func (r *registration) logoutAnswerEndpoint() (string, response.Binding) {
	for _, service := range r.descriptor.SingleLogoutServices {
		binding := logoutBindings[service.Binding]
		if binding == "" || binding == response.SOAP || r.LogoutBinding != "" && r.LogoutBinding != string(binding) && r.LogoutBinding != string(response.SOAP) {
			continue
		}
		if service.ResponseLocation != "" {
			return service.ResponseLocation, binding
		}
		return service.Location, binding
	}
	return "", ""
}

var logoutBindings = map[string]response.Binding{
	saml.HTTPRedirectBinding: response.Redirect, saml.HTTPPostBinding: response.Post, saml.SOAPBinding: response.SOAP,
}
