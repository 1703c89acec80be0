package mockidp

import (
	"net/http"
	"testing"
	"time"

	"github.com/crewjam/saml"
)

// The library's own checks run on our wiring: what we answer it would take,
// and an SP that nobody registered is unknown to it too.
func TestLibraryChecksOurRequests(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(nil, ServiceProvider{})
	for _, known := range []bool{true, false} {
		if !known {
			sp.EntityID = "urn:nobody"
		}
		req := &saml.IdpAuthnRequest{
			IDP: &s.idp.saml, HTTPRequest: &http.Request{}, Now: time.Now(),
			RequestBuffer: []byte(requestXML(t, s.request(sp))),
		}
		ours, refused := s.idp.judge(&message{binding: redirectBinding, xml: req.RequestBuffer})
		theirs := req.Validate()
		if (refused == nil) != known || (theirs == nil) != known {
			t.Errorf("known %v: we say %v, the library %v", known, refused, theirs)
		}
		if known && ours.ACSEndpoint.Location != req.ACSEndpoint.Location {
			t.Errorf("we answer to %s, the library to %s", ours.ACSEndpoint.Location, req.ACSEndpoint.Location)
		}
	}
}
