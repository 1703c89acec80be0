package lab

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

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
		return "http://127.0.0.1:1" + artifactPath, nil
	case "self-signed":
		port, err := l.house.secure.open(l.house.Front, l.house.keys.idp)
		if err != nil {
			return "", err
		}
		return "https://" + net.JoinHostPort(l.hosts[trace.IdP], port) + artifactPath, nil
	}
	return "", nil
}

// secureFront is the front behind TLS with a self-signed certificate; it
// listens from the first case that asks for it on.
type secureFront struct {
	mu     sync.Mutex
	port   string
	server *http.Server
}

func (s *secureFront) open(front http.Handler, key mockidp.Key) (port string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return s.port, nil
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{key.Certificate.Raw}, PrivateKey: key.Signer}},
	})
	if err != nil {
		return "", fmt.Errorf("listening for the back channel: %w", err)
	}
	if _, s.port, err = net.SplitHostPort(listener.Addr().String()); err != nil {
		return "", fmt.Errorf("listening for the back channel: %w", err)
	}
	// That nobody likes the certificate is what it is for.
	s.server = &http.Server{Handler: front, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = s.server.Serve(listener) }() // until close
	return s.port, nil
}

func (s *secureFront) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	return s.server.Close()
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
