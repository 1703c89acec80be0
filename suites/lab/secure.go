package lab

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// secureFront is the front behind TLS, where each host shows the certificate
// that it was given; it listens from the first case that asks for it on.
type secureFront struct {
	mu           sync.Mutex
	port         string
	server       *http.Server
	certificates map[string]*tls.Certificate // by host
}

// secureURL is a party's base address behind TLS with the certificate of that name.
func (l *Lab) secureURL(party trace.Party, certificate string) (string, error) {
	host := l.hosts[party]
	shown, err := l.certificate(certificate, host)
	if err != nil {
		return "", fmt.Errorf("putting the %s behind TLS: %w", party, err)
	}
	port, err := l.house.secure.open(l.house.Front, host, shown)
	if err != nil {
		return "", fmt.Errorf("putting the %s behind TLS: %w", party, err)
	}
	return "https://" + net.JoinHostPort(host, port), nil
}

func (s *secureFront) open(front http.Handler, host string, shown tls.Certificate) (port string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		if err := s.listen(front); err != nil {
			return "", err
		}
	}
	s.certificates[host] = &shown
	return s.port, nil
}

func (s *secureFront) listen(front http.Handler) error {
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{GetCertificate: s.certificate, MinVersion: tls.VersionTLS12})
	if err != nil {
		return fmt.Errorf("listening behind TLS: %w", err)
	}
	if _, s.port, err = net.SplitHostPort(listener.Addr().String()); err != nil {
		return fmt.Errorf("listening behind TLS: %w", err)
	}
	s.certificates = map[string]*tls.Certificate{}
	// That some like none of the certificates is what they are for.
	s.server = &http.Server{Handler: front, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = s.server.Serve(listener) }() // until close
	return nil
}

func (s *secureFront) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	shown := s.certificates[hello.ServerName]
	if shown == nil {
		return nil, fmt.Errorf("nobody lives behind TLS at %q", hello.ServerName)
	}
	return shown, nil
}

// shut forgets a host.
func (s *secureFront) shut(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.certificates, host)
}

func (s *secureFront) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	return s.server.Close()
}
