// Package opinion asks the stock library, crewjam/saml, what it makes of a
// Response that the reference SP has judged: a second opinion, which says what
// a product built on that library would do, and is no part of any verdict.
//
// The library keeps its clock in package variables. So opinions are formed one
// at a time, in a Process of their own that runs Serve and nothing else. It
// knows nothing of cases, traces or reports. Start at Question.
package opinion

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
)

// Question is a Response and all that the SP knew when it came.
type Question struct {
	XML         []byte
	At          time.Time // by the SP's clock
	EntityID    string    // the SP's own
	ACS         string    // the URL that the message was posted to
	Issuer      string    // the identity provider that is trusted
	Unsolicited bool      // a Response without a request is welcome
	Requests    []string  // IDs of the AuthnRequests that were sent

	Certificates [][]byte // trusted, DER
	Key          []byte   // for decryption, PKCS #8; nil when there is none
}

// Answer is what the library makes of it.
type Answer struct {
	Accepted bool
	// As is whom it would sign in, the NameID of the assertion that it took.
	As string
	// Why is the library's private error; one that begins with "panic" is a
	// crash that a service without a barrier would not have survived.
	Why string
}

// Library is whose opinion it is, for the report.
const Library = "crewjam/saml"

// opinion forms one. Nothing else may use the library meanwhile.
func opinion(q Question) (a Answer) {
	defer func() {
		if crash := recover(); crash != nil {
			a = Answer{Why: fmt.Sprintf("panic: %v", crash)}
		}
	}()
	sp, here, err := serviceProvider(q)
	if err != nil {
		return Answer{Why: err.Error()}
	}
	saml.TimeNow = func() time.Time { return q.At }
	saml.Clock = dsig.NewFakeClockAt(q.At)
	assertion, err := sp.ParseXMLResponse(q.XML, q.Requests, here)
	var invalid *saml.InvalidResponseError
	switch {
	case err == nil:
		return Answer{Accepted: true, As: subject(assertion)}
	case errors.As(err, &invalid) && invalid.PrivateErr != nil:
		return Answer{Why: invalid.PrivateErr.Error()}
	}
	return Answer{Why: err.Error()}
}

// subject is the NameID of the assertion, "" when it has none.
func subject(a *saml.Assertion) string {
	if a == nil || a.Subject == nil || a.Subject.NameID == nil {
		return ""
	}
	return a.Subject.NameID.Value
}

// serviceProvider is the library's, set up with what q knows.
func serviceProvider(q Question) (*saml.ServiceProvider, url.URL, error) {
	acs, err := url.Parse(q.ACS)
	if err != nil {
		return nil, url.URL{}, fmt.Errorf("reading the address of the assertion consumer service: %w", err)
	}
	sp := &saml.ServiceProvider{
		EntityID: q.EntityID, AcsURL: *acs, AllowIDPInitiated: q.Unsolicited,
		IDPMetadata: &saml.EntityDescriptor{EntityID: q.Issuer, IDPSSODescriptors: []saml.IDPSSODescriptor{descriptor(q.Certificates)}},
	}
	if q.Key != nil {
		key, err := x509.ParsePKCS8PrivateKey(q.Key)
		if err != nil {
			return nil, url.URL{}, fmt.Errorf("reading the key for decryption: %w", err)
		}
		sp.Key, _ = key.(crypto.Signer)
	}
	return sp, *acs, nil
}

func descriptor(certificates [][]byte) saml.IDPSSODescriptor {
	var d saml.IDPSSODescriptor
	for _, der := range certificates {
		d.KeyDescriptors = append(d.KeyDescriptors, saml.KeyDescriptor{Use: "signing", KeyInfo: saml.KeyInfo{X509Data: saml.X509Data{
			X509Certificates: []saml.X509Certificate{{Data: base64.StdEncoding.EncodeToString(der)}},
		}}})
	}
	return d
}
