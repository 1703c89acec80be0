package lab

import (
	"strings"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// artifactPath is the IdP's artifact resolution service.
const artifactPath = "/saml/artifact"

// artifactURL is where the IdP's metadata says that artifacts are resolved: ""
// for its own path, a port where nobody listens, or the IdP itself behind a
// certificate that nobody vouches for, so that TLS alone stands in the way.
func (l *Lab) artifactURL(service string) (string, error) {
	switch service {
	case "closed":
		return l.house.deaf.closedURL() + artifactPath, nil
	case selfSigned:
		base, err := l.secureURL(trace.IdP, selfSigned)
		return base + artifactPath, err
	}
	return "", nil
}

// ReplayLogout opens the last LogoutRequest of the query that the browser has
// carried to the SP once more, if there was one.
func (l *Lab) ReplayLogout() error { return l.reopen("SAMLRequest=") }

// ReplayArtifact does the same with the last artifact.
func (l *Lab) ReplayArtifact() error { return l.reopen("SAMLart=") }

func (l *Lab) reopen(parameter string) error {
	last := ""
	for _, x := range l.Trace.Exchanges() {
		if x.From == trace.Browser && x.To == trace.SP && strings.Contains(x.URL, parameter) {
			last = x.URL
		}
	}
	if last == "" {
		return nil
	}
	return l.Tab.Open(last)
}

// logoutMessage makes a message of what the IdP sends beside Responses, "" for
// other events.
func logoutMessage(kind mockidp.Kind) string {
	return map[mockidp.Kind]string{
		mockidp.LogoutRequestSent: "LogoutRequest", mockidp.LogoutResponseSent: "LogoutResponse",
		mockidp.ArtifactSent: "Artifact", mockidp.ArtifactResponseSent: "ArtifactResponse",
	}[kind]
}

// The messages that the SP sends beside AuthnRequests, by kind of event.
var ownMessages = map[trace.Kind]string{
	"logout-request-sent": "LogoutRequest", "logout-response-sent": "LogoutResponse", "artifact-resolve-sent": "ArtifactResolve",
}
