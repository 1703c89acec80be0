// Package response builds one SAML Response: the tree, its signatures, its
// encryption, its bytes and the form that carries it, with a fault put in at
// any of these stages.
//
// It signs and encrypts itself on top of goxmldsig's canonicalizers, because
// every choice a product's document makes has to be free here: algorithms,
// transforms, prefixes, what is signed and where the signature stands.
//
// The package must not know service providers, sessions or HTTP: whoever
// calls it has decided what the message says. Start at Spec and Build.
package response

import (
	"crypto/x509"
	"errors"
	"time"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// Spec says what one Response states, how it looks and what is wrong with it.
type Spec struct {
	Issuer string
	Now    time.Time // the IdP's clock; required

	// ID and AssertionID are random when empty.
	ID, AssertionID string
	// InResponseTo is the ID of the request, "" for an unsolicited Response.
	// Destination is the ACS URL, and the Recipient.
	InResponseTo, Destination string
	Audiences                 []string // no AudienceRestriction when empty
	NameID                    NameID
	Attributes                []Attribute // no AttributeStatement when empty

	AuthnInstant      time.Time // Now when zero
	SessionIndex      string    // random when empty
	AuthnContextClass string    // the shape's when empty

	// NotBefore and NotOnOrAfter bound the Conditions relative to Now, the
	// latter the confirmation too. Both zero means now and five minutes later.
	NotBefore, NotOnOrAfter time.Duration

	Status Status // anything but success sends no assertion
	Shape  Shape

	Key     fault.Key // the active key; required when anything is signed
	Spare   []fault.Key
	Foreign fault.Key
	// Recipient is the SP's encryption certificate; without one nothing can
	// be encrypted.
	Recipient *x509.Certificate

	// Other is what the message would say of another of the IdP's people, and
	// Metadata the document that the IdP publishes: for faults that forge. Both
	// may be nil.
	Other    func(login string) (NameID, []Attribute, error)
	Metadata []byte

	RelayState    string
	HasRelayState bool // an empty RelayState is a field, an absent one is none

	Faults []fault.Armed // applied in this order at each stage
}

// NameID is the subject's identifier. Empty qualifiers are not written.
type NameID struct {
	Value, Format, NameQualifier, SPNameQualifier string
}

// Attribute is one attribute with its values. Empty strings are not written.
type Attribute struct {
	Name, NameFormat, FriendlyName string
	Type                           string // xsi:type of the values, such as xs:string
	Values                         []string
}

// Status is what the Response reports. Codes are names of SAML core 3.2.2.2,
// such as Responder or AuthnFailed, or URIs.
type Status struct {
	Code    string // "" is Success
	SubCode string // second level, "" for none
	Message string // "" for none
}

// Built is the finished message.
type Built struct {
	XML  []byte         // what is inside the SAMLResponse field, before base64
	Form fault.Delivery // what the browser posts
}

// withDefaults fills in what the caller left open.
func (s Spec) withDefaults() (Spec, error) {
	if s.Now.IsZero() {
		return s, errors.New("the response has no time")
	}
	for _, id := range []*string{&s.ID, &s.AssertionID, &s.SessionIndex} {
		if *id == "" {
			*id = randomID()
		}
	}
	if s.AuthnInstant.IsZero() {
		s.AuthnInstant = s.Now
	}
	if s.AuthnContextClass == "" {
		s.AuthnContextClass = s.Shape.AuthnContextClass
	}
	if s.AuthnContextClass == "" {
		s.AuthnContextClass = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
	}
	if s.NotBefore == 0 && s.NotOnOrAfter == 0 {
		s.NotOnOrAfter = 5 * time.Minute
	}
	return s, nil
}
