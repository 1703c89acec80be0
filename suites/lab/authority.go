package lab

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// authority is the certification authority that the service providers of a run
// trust on their back channel, beside nobody else. It makes itself when it is
// first asked: few cases speak TLS.
type authority struct {
	mu          sync.Mutex
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	serial      int64
}

// issue returns a certificate for a host that is valid in between.
func (a *authority) issue(host string, from, to time.Time) (tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.begin(from, to); err != nil {
		return tls.Certificate{}, err
	}
	return certify(a.template(host, from, to), a.certificate, a.key)
}

// selfSigned returns one for which nobody but the host itself vouches.
func (a *authority) selfSigned(host string, from, to time.Time) (tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return certify(a.template(host, from, to), nil, nil)
}

// certify signs a certificate for a new key by the issuer's, by its own when
// there is no issuer.
func certify(template, issuer *x509.Certificate, by *ecdsa.PrivateKey) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a key for %s: %w", template.Subject.CommonName, err)
	}
	if issuer == nil {
		issuer, by = template, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), by)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("certifying %s: %w", template.Subject.CommonName, err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, nil
}

// begin makes the authority's own certificate, valid for long.
func (a *authority) begin(from, to time.Time) error {
	if a.certificate != nil {
		return nil
	}
	own := a.template("", from.AddDate(-10, 0, 0), to.AddDate(10, 0, 0))
	own.Subject = pkix.Name{CommonName: "ssoproof lab authority"}
	own.IsCA, own.BasicConstraintsValid, own.KeyUsage, own.ExtKeyUsage = true, true, x509.KeyUsageCertSign, nil
	made, err := certify(own, nil, nil)
	if err != nil {
		return err
	}
	key, ours := made.PrivateKey.(*ecdsa.PrivateKey)
	if !ours {
		return fmt.Errorf("the authority's key is a %T", made.PrivateKey)
	}
	if a.certificate, err = x509.ParseCertificate(made.Certificate[0]); err != nil {
		return fmt.Errorf("reading the authority's certificate: %w", err)
	}
	a.key = key
	return nil
}

func (a *authority) template(host string, from, to time.Time) *x509.Certificate {
	a.serial++
	t := &x509.Certificate{
		SerialNumber: big.NewInt(a.serial), NotBefore: from, NotAfter: to,
		Subject: pkix.Name{CommonName: host}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if host != "" {
		t.DNSNames = []string{host}
	}
	return t
}

// trust is what a party believes on its back channel: the authority, by the
// party's own clock.
func (l *Lab) trust(party trace.Party) *tls.Config {
	a := &l.house.authority
	a.mu.Lock()
	defer a.mu.Unlock()
	roots := x509.NewCertPool()
	if a.certificate != nil {
		roots.AddCert(a.certificate)
	}
	return &tls.Config{RootCAs: roots, Time: l.Clocks[party].Now, MinVersion: tls.VersionTLS12}
}

// The certificates that a party behind TLS can show.
const (
	trusted    = "trusted"     // of the authority, for its own name
	selfSigned = "self-signed" // nobody vouches for it
	expired    = "expired"     // of the authority, valid until a second ago
	future     = "future"      // of the authority, valid from an hour hence
	wrongName  = "wrong-name"  // of the authority, for another host
)

// certificate makes the certificate of that name for a host.
func (l *Lab) certificate(name, host string) (tls.Certificate, error) {
	now := l.Clocks[trace.SP].Now()
	from, to := now.AddDate(0, -1, 0), now.AddDate(1, 0, 0)
	switch name {
	case selfSigned:
		return l.house.authority.selfSigned(host, from, to)
	case expired:
		to = now.Add(-time.Second)
	case future:
		from = now.Add(time.Hour)
	case wrongName:
		host = "elsewhere." + host
	}
	return l.house.authority.issue(host, from, to)
}
