package mockidp

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// issued is a Response that waits behind an artifact for the SP to fetch it.
type issued struct {
	sp    string // entityID
	xml   []byte
	event Event // what to record when it is fetched
}

// artifactACS is an artifact endpoint of the SP, by its exact URL or index, or
// the first when neither is given; nil when the metadata has none.
func (r *registration) artifactACS(location, index string) *saml.IndexedEndpoint {
	for i := range r.descriptor.AssertionConsumerServices {
		endpoint := &r.descriptor.AssertionConsumerServices[i]
		named := location == "" && index == "" || location == endpoint.Location || index != "" && index == strconv.Itoa(endpoint.Index)
		if named && endpoint.Binding == saml.HTTPArtifactBinding {
			return endpoint
		}
	}
	return nil
}

// answerACS is where an answer goes when nothing else is asked for.
func (r *registration) answerACS() *saml.IndexedEndpoint {
	if r.ResponseBinding == artifactChoice {
		return r.artifactACS("", "")
	}
	return r.defaultACS()
}

// issue puts the Response behind an artifact and sends the browser with it to
// the assertion consumer service (bindings 3.6.3).
func (p *IdP) issue(w http.ResponseWriter, r *http.Request, spec response.Spec, xml []byte, event Event) {
	artifact := response.NewArtifact(p.config.EntityID)
	p.artifacts.keep(artifact, issued{sp: event.SP, xml: xml, event: event})
	faults := p.orders.takeMessage(fault.Artifact)
	form, err := response.DeliverArtifact(spec, artifact, faults)
	if err != nil {
		p.broken(w, err)
		return
	}
	sent := Event{Kind: ArtifactSent, SP: event.SP, Person: event.Person, Binding: artifactBinding, Faults: faultNames(faults)}
	p.record(sent.carried(form, faults))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, response.RedirectURL(form), http.StatusFound)
}

// serveArtifact is the artifact resolution service (core 3.5). Only the SP that
// an artifact was made for gets what is behind it, and only once; whoever else
// asks gets an answer without a message.
func (p *IdP) serveArtifact(w http.ResponseWriter, r *http.Request) {
	m, root, err := receiveSOAP(w, r)
	if err != nil {
		p.refuseSOAP(w, Event{Binding: soapBinding}, err)
		return
	}
	sp, root, err := p.judgeResolve(m, root)
	if err != nil {
		p.refuseSOAP(w, Event{Binding: soapBinding, XML: m.xml}, err)
		return
	}
	p.record(Event{Kind: ArtifactRequested, SP: sp.entityID(), Binding: soapBinding, XML: m.xml})
	p.disturb(w, r, fault.ArtifactResponse, sp.entityID(), func(w http.ResponseWriter) { p.resolve(w, sp, root) })
}

func (p *IdP) judgeResolve(m *message, root *etree.Element) (*registration, *etree.Element, error) {
	if !is(root, protocolNS, "ArtifactResolve") {
		return nil, nil, refusef(http.StatusBadRequest, "The message is <%.100s>, not an ArtifactResolve.", root.Tag)
	}
	sp, root, err := p.signedBy(m, root)
	if err != nil {
		return nil, nil, err
	}
	here := p.config.BaseURL + artifactPath
	if p.config.ArtifactURL != "" {
		here = p.config.ArtifactURL
	}
	if destination := root.SelectAttrValue("Destination", here); destination != here {
		return nil, nil, refusef(http.StatusBadRequest, "The ArtifactResolve's Destination is %.200q, and this is %q.", destination, here)
	}
	return sp, root, nil
}

func (p *IdP) resolve(w http.ResponseWriter, sp *registration, request *etree.Element) {
	var found *etree.Element
	for _, artifact := range children(request, protocolNS, "Artifact") {
		one, ok := p.artifacts.get(artifact.Text())
		if !ok || one.sp != sp.entityID() {
			continue
		}
		if one, ok = p.artifacts.take(artifact.Text()); !ok {
			continue
		}
		var err error
		if found, err = parseDocument(one.xml, metadataLimit); err != nil {
			p.broken(w, fmt.Errorf("reading the Response behind an artifact: %w", err))
			return
		}
		p.record(one.event)
	}
	spec := p.logoutMessage(sp, "", response.SOAP).Spec
	spec.InResponseTo = request.SelectAttrValue("ID", "")
	built, err := p.built(fault.ArtifactResponse, sp, response.Logout{Spec: spec, Binding: response.SOAP},
		func(l response.Logout) (*response.Built, error) { return response.BuildArtifactResponse(l.Spec, found) })
	if err != nil {
		p.broken(w, err)
		return
	}
	sendSOAP(w, built.XML)
}
