package response

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// Binding is how a message beside the Response travels.
type Binding string

// The bindings of single logout.
const (
	Redirect Binding = "redirect"
	Post     Binding = "post"
	SOAP     Binding = "soap"
)

// Logout is a LogoutRequest or LogoutResponse. Of the Spec it takes the names,
// the time, the keys, the status and the faults; Destination is the single
// logout service that it goes to, and a LogoutResponse has an InResponseTo.
type Logout struct {
	Spec
	Binding Binding
	// SessionIndexes are the sessions that a LogoutRequest ends, none for all.
	SessionIndexes []string
	// NotOnOrAfter bounds a LogoutRequest relative to Now (core 3.7.3.2).
	NotOnOrAfter time.Duration
	// Genuine is an Assertion that this IdP has signed for the same person, for
	// faults that wrap one; it may be nil.
	Genuine *etree.Element
}

// BuildLogoutRequest makes a LogoutRequest with the faults that are for one.
func BuildLogoutRequest(l Logout) (*Built, error) {
	return l.build(func(d *draft) *etree.Element {
		root := newProtocolMessage("samlp:LogoutRequest", d.spec)
		setAttrs(root, "NotOnOrAfter", fault.Instant(l.Now.Add(l.NotOnOrAfter)))
		id := addText(root, "saml:NameID", l.NameID.Value)
		setAttrs(id, "Format", l.NameID.Format, "NameQualifier", l.NameID.NameQualifier, "SPNameQualifier", l.NameID.SPNameQualifier)
		for _, index := range l.SessionIndexes {
			addText(root, "samlp:SessionIndex", index)
		}
		return root
	}, "SAMLRequest")
}

// BuildLogoutResponse makes a LogoutResponse with the faults that are for one.
func BuildLogoutResponse(l Logout) (*Built, error) {
	return l.build(func(d *draft) *etree.Element {
		root := newProtocolMessage("samlp:LogoutResponse", d.spec)
		addStatus(root, l.Status)
		return root
	}, "SAMLResponse")
}

// BuildArtifactResponse makes the answer to an ArtifactResolve, with the
// message inside as it was built, nil for an answer without one. It goes over
// SOAP.
func BuildArtifactResponse(spec Spec, message *etree.Element) (*Built, error) {
	l := Logout{Spec: spec, Binding: SOAP}
	return l.build(func(d *draft) *etree.Element {
		root := newProtocolMessage("samlp:ArtifactResponse", d.spec)
		addStatus(root, spec.Status)
		if message != nil {
			root.AddChild(message)
		}
		return root
	}, "")
}

func newProtocolMessage(tag string, s Spec) *etree.Element {
	root := etree.NewElement(tag)
	setAttrs(root, "xmlns:samlp", protocolNS, "xmlns:saml", assertionNS,
		"ID", s.ID, "Version", "2.0", "IssueInstant", fault.Instant(s.Now), "Destination", s.Destination, "InResponseTo", s.InResponseTo)
	addText(root, "saml:Issuer", s.Issuer)
	return root
}

// build goes through the stages of Build, as far as the message has them.
func (l Logout) build(tree func(*draft) *etree.Element, field string) (*Built, error) {
	spec, err := l.Spec.withDefaults()
	if err != nil {
		return nil, err
	}
	if spec.Faults, err = checkedFaults(spec.Faults); err != nil {
		return nil, err
	}
	spec.Shape.Sign, spec.Shape.Encrypt = string(fault.Response), false
	if l.Binding == SOAP {
		// An envelope is put around it, whose namespaces must not matter.
		spec.Shape.C14N, spec.Shape.EnvelopedOnly = "exclusive", false
	}
	d := &draft{spec: spec}
	d.message = &fault.Message{
		Response: tree(d), Assertion: l.Genuine,
		Now: spec.Now, Destination: spec.Destination, InResponseTo: spec.InResponseTo,
	}
	stages := []func() error{d.editAssertion, d.planEncryption, d.encryptOwnNameID}
	if l.Binding != Redirect {
		stages = append(stages, d.signResponse)
	}
	for _, stage := range append(stages, d.editDocument) {
		if err := stage(); err != nil {
			return nil, err
		}
	}
	xml, err := d.wire()
	if err != nil {
		return nil, err
	}
	form, err := d.carry(l.Binding, field, xml)
	if err != nil {
		return nil, err
	}
	return &Built{XML: xml, Form: form}, d.allStruck()
}

// encryptOwnNameID is encryptNameID for a message with a NameID of its own.
func (d *draft) encryptOwnNameID() error {
	if d.encryption == nil || !d.encryption.NameID {
		return nil
	}
	id := d.message.Response.SelectElement("NameID")
	if id == nil {
		return errors.New("encrypting the NameID: the message has none")
	}
	return d.encrypt(id, "saml:EncryptedID")
}

// carry puts the message into the form or query of its binding; SOAP has none.
func (d *draft) carry(binding Binding, field string, xml []byte) (fault.Delivery, error) {
	form := fault.Delivery{URL: d.spec.Destination, Method: http.MethodPost}
	value := base64.StdEncoding.EncodeToString(xml)
	if binding == Redirect {
		form.Method, form.Escape, value = http.MethodGet, url.QueryEscape, base64.StdEncoding.EncodeToString(deflated(xml))
	}
	form.Fields = []fault.Field{{Name: field, Value: value}}
	if d.spec.HasRelayState {
		form.Fields = append(form.Fields, fault.Field{Name: "RelayState", Value: d.spec.RelayState})
	}
	if binding == Redirect {
		if err := d.signQuery(&form); err != nil {
			return form, fmt.Errorf("signing the query: %w", err)
		}
	}
	return form, d.editForm(&form)
}

// signQuery adds SigAlg and Signature (bindings 3.4.4.1): what is signed are
// the octets that are sent.
func (d *draft) signQuery(form *fault.Delivery) error {
	signing, err := d.signing(fault.Response)
	if err != nil || !signing.Sign {
		return err
	}
	if signing.Escape != nil {
		form.Escape = signing.Escape
	}
	method, err := signatureMethodFor(signing)
	if err != nil {
		return err
	}
	form.Fields = append(form.Fields, fault.Field{Name: "SigAlg", Value: method.uri})
	value, err := signatureValue([]byte(query(*form)), method, signing.Key)
	if err != nil {
		return err
	}
	if signing.Value != nil {
		value = signing.Value(value)
	}
	form.Fields = append(form.Fields, fault.Field{Name: "Signature", Value: base64.StdEncoding.EncodeToString(value)})
	return nil
}

// RedirectURL is where a Delivery by GET sends the browser.
func RedirectURL(d fault.Delivery) string {
	separator := "?"
	if strings.Contains(d.URL, "?") {
		separator = "&"
	}
	return d.URL + separator + query(d)
}

func query(d fault.Delivery) string {
	escape := d.Escape
	if escape == nil {
		escape = url.QueryEscape
	}
	var parts []string
	for _, f := range d.Fields {
		parts = append(parts, f.Name+"="+escape(f.Value))
	}
	return strings.Join(parts, "&")
}

// deflated compresses without a header (RFC 1951).
func deflated(xml []byte) []byte {
	var b bytes.Buffer
	z, _ := flate.NewWriter(&b, flate.BestCompression) // the level is good
	z.Write(xml)                                       // into memory
	z.Close()
	return b.Bytes()
}
