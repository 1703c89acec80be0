package mockidp

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

const soapNS = "http://schemas.xmlsoap.org/soap/envelope/"

// receiveSOAP reads the one message in the body of an envelope (bindings
// 3.2.2). Errors are refusals.
func receiveSOAP(w http.ResponseWriter, r *http.Request) (*message, *etree.Element, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, requestLimit))
	if err != nil {
		return nil, nil, refusef(http.StatusRequestEntityTooLarge, "The envelope is larger than %d bytes.", requestLimit)
	}
	root, err := unwrap(raw)
	if err != nil {
		return nil, nil, refusef(http.StatusBadRequest, "The envelope cannot be read: %v.", err)
	}
	return &message{field: "envelope", binding: soapBinding, xml: spelled(root)}, root, nil
}

// unwrap returns the message in an envelope.
func unwrap(raw []byte) (*etree.Element, error) {
	root, err := parseDocument(raw, requestLimit)
	if err != nil {
		return nil, err
	}
	bodies := children(root, soapNS, "Body")
	if !is(root, soapNS, "Envelope") || len(bodies) != 1 || len(bodies[0].ChildElements()) != 1 {
		return nil, fmt.Errorf("it begins with <%.100s>, want a SOAP envelope with one message", root.Tag)
	}
	return detached(bodies[0].ChildElements()[0]), nil
}

// spelled writes an element as it was signed.
func spelled(root *etree.Element) []byte {
	var b bytes.Buffer
	root.WriteTo(&b, &etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true})
	return b.Bytes()
}

func envelope(xml []byte) []byte {
	return []byte(`<S:Envelope xmlns:S="` + soapNS + `"><S:Body>` + string(xml) + `</S:Body></S:Envelope>`)
}

// sendSOAP answers a back-channel request.
func sendSOAP(w http.ResponseWriter, xml []byte) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache, no-store")
	w.Write(envelope(xml))
}

// refuseSOAP answers what is not to be believed with a SOAP fault, which says
// no more than the page would.
func (p *IdP) refuseSOAP(w http.ResponseWriter, event Event, err error) {
	event.Kind, event.Note = Refused, err.Error()
	p.record(event)
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError) // bindings 3.2.3.3
	text := etree.NewElement("faultstring")
	text.SetText(err.Error())
	w.Write(envelope([]byte(`<S:Fault><faultcode>S:Client</faultcode>` + string(spelled(text)) + `</S:Fault>`)))
}

// tell sends a LogoutRequest over the back channel and waits for the answer.
func (p *IdP) tell(r *http.Request, sp *registration, location string, e *errand) error {
	l := p.logoutRequest(sp, location, response.SOAP, e)
	d := &departure{asked: sp.entityID()}
	l.ID = p.departures.put(d)
	defer p.departures.take(l.ID)
	built, err := p.built(fault.LogoutRequest, sp, l, response.BuildLogoutRequest)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, location, bytes.NewReader(envelope(built.XML)))
	if err != nil {
		return fmt.Errorf("calling %s: %w", location, err)
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", `"http://www.oasis-open.org/committees/security"`)
	answer, err := p.config.Client.Do(request)
	if err != nil {
		return fmt.Errorf("calling %s: %w", location, err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, requestLimit+1))
	if err != nil {
		return fmt.Errorf("reading the answer of %s: %w", location, err)
	}
	root, err := unwrap(raw)
	if err != nil {
		return fmt.Errorf("reading the answer of %s, status %d: %w", location, answer.StatusCode, err)
	}
	m := &message{field: responseField, binding: soapBinding, xml: spelled(root)}
	if _, err := p.believeAnswer(m, root, root.SelectAttrValue("Destination", "")); err != nil {
		return err
	}
	if d.partial {
		return fmt.Errorf("%s has not ended the session", sp.Name)
	}
	return nil
}

// serveLogoutSOAP is the single logout service of the back channel. There is
// no browser to go on with, so only SPs that have a back channel are told.
func (p *IdP) serveLogoutSOAP(w http.ResponseWriter, r *http.Request) {
	m, root, err := receiveSOAP(w, r)
	if err != nil {
		p.refuseSOAP(w, Event{Binding: soapBinding}, err)
		return
	}
	in, err := p.judgeLogoutElement(m, root, p.config.BaseURL+logoutSOAPPath)
	if err != nil {
		p.refuseSOAP(w, Event{Binding: soapBinding, XML: m.xml}, err)
		return
	}
	p.record(Event{Kind: LogoutRequested, SP: in.sp.entityID(), Binding: soapBinding, XML: m.xml})
	status, left := p.end(in)
	d := &departure{answer: in, status: status}
	for _, next := range left {
		d.partial = !p.reached(r, next) || d.partial
	}
	p.disturb(w, r, fault.LogoutResponse, in.sp.entityID(), func(w http.ResponseWriter) {
		built, err := p.built(fault.LogoutResponse, in.sp, p.logoutAnswer(d, "", response.SOAP), response.BuildLogoutResponse)
		if err != nil {
			p.broken(w, err)
			return
		}
		sendSOAP(w, built.XML)
	})
}

// reached tells an SP over the back channel, if it has one.
func (p *IdP) reached(r *http.Request, e *errand) bool {
	sp, err := p.registry.find(e.sp)
	if err != nil {
		return false
	}
	for _, service := range sp.descriptor.SingleLogoutServices {
		if logoutBindings[service.Binding] != response.SOAP {
			continue
		}
		if err := p.tell(r, sp, service.Location, e); err != nil {
			p.record(Event{Kind: LogoutFailed, SP: e.sp, Note: err.Error()})
			return false
		}
		return true
	}
	return false
}
