package response

import (
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// artifactEndpoint is the index of the resolution endpoint in the metadata.
const artifactEndpoint = 0

// NewArtifact makes an artifact of type 4 that nobody can guess: the type, the
// index of the endpoint, the SHA-1 of the issuer's entityID and 20 random
// octets (bindings 3.6.4), in base64.
func NewArtifact(issuer string) string {
	source := sha1.Sum([]byte(issuer))
	artifact := append([]byte{0, 4, 0, artifactEndpoint}, source[:]...)
	handle := make([]byte, 20)
	rand.Read(handle) // never fails: crypto/rand ends the program instead
	return base64.StdEncoding.EncodeToString(append(artifact, handle...))
}

// DeliverArtifact says how an artifact goes to the assertion consumer service
// of the spec, with the faults that are for an artifact.
func DeliverArtifact(spec Spec, artifact string, faults []fault.Armed) (fault.Delivery, error) {
	form := fault.Delivery{
		URL: spec.Destination, Method: http.MethodGet, Escape: url.QueryEscape,
		Fields: []fault.Field{{Name: "SAMLart", Value: artifact}},
	}
	if spec.HasRelayState {
		form.Fields = append(form.Fields, fault.Field{Name: "RelayState", Value: spec.RelayState})
	}
	faults, err := checkedFaults(faults)
	d := &draft{spec: Spec{Faults: faults}}
	if err == nil {
		err = d.editForm(&form)
	}
	if err == nil {
		err = d.allStruck()
	}
	if err != nil {
		return form, fmt.Errorf("delivering the artifact: %w", err)
	}
	return form, nil
}
