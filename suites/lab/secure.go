package lab

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
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
	certificates map[string]shown // by host
}

// shown is the certificate of a host, and whom to tell that somebody was shown it.
type shown struct {
	certificate *tls.Certificate
	tell        func()
}

// secureURL is a party's base address behind TLS with the certificate of that name.
func (l *Lab) secureURL(party trace.Party, certificate string) (string, error) {
	host := l.hosts[party]
	made, err := l.certificate(certificate, host)
	if err != nil {
		return "", fmt.Errorf("putting the %s behind TLS: %w", party, err)
	}
	clock, trust := l.Clocks[party], l.trust(party).RootCAs
	port, err := l.house.secure.open(l.house.Front, host, shown{&made, func() {
		l.record(trace.Event{At: clock.Now(), Party: party, Kind: trace.KindCertificate, Note: objection(made, host, trust, clock.Now())})
	}})
	if err != nil {
		return "", fmt.Errorf("putting the %s behind TLS: %w", party, err)
	}
	return "https://" + net.JoinHostPort(host, port), nil
}

func (s *secureFront) open(front http.Handler, host string, shows shown) (port string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		if err := s.listen(front); err != nil {
			return "", err
		}
	}
	s.certificates[host] = shows
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
	s.certificates = map[string]shown{}
	// That some like none of the certificates is what they are for.
	s.server = &http.Server{Handler: front, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = s.server.Serve(listener) }() // until close
	return nil
}

func (s *secureFront) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.Lock()
	one, here := s.certificates[hello.ServerName]
	s.mu.Unlock()
	if !here {
		return nil, fmt.Errorf("nobody lives behind TLS at %q", hello.ServerName)
	}
	one.tell()
	return one.certificate, nil
}

// objection is what somebody who trusts the lab's authority has against a
// certificate of the host, "" for nothing.
func objection(made tls.Certificate, host string, trust *x509.CertPool, now time.Time) string {
	leaf, err := x509.ParseCertificate(made.Certificate[0])
	if err != nil {
		return "it cannot be read"
	}
	_, err = leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: trust, CurrentTime: now})
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &unknown):
		return selfSigned
	case errors.As(err, &name):
		return wrongName
	case now.After(leaf.NotAfter):
		return expired
	case now.Before(leaf.NotBefore):
		return future
	}
	return err.Error()
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
