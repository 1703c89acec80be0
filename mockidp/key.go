package mockidp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"
)

// KeyOptions describes a key with its self-signed certificate.
type KeyOptions struct {
	CommonName string // "mock IdP" when empty
	Algorithm  string // rsa2048 (default), rsa1024 or ecdsa-p256
	// NotBefore and NotAfter bound the certificate. When zero: one year ago and
	// ten years from now, by the machine's clock.
	NotBefore, NotAfter time.Time
}

// NewKey makes a key.
func NewKey(options KeyOptions) (Key, error) {
	signer, err := newSigner(options.Algorithm)
	if err != nil {
		return Key{}, fmt.Errorf("making a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return Key{}, fmt.Errorf("making a serial number: %w", err)
	}
	options = options.withDefaults()
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: options.CommonName},
		NotBefore:             options.NotBefore,
		NotAfter:              options.NotAfter,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
	if err != nil {
		return Key{}, fmt.Errorf("making a certificate for %q: %w", options.CommonName, err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return Key{}, fmt.Errorf("reading the new certificate for %q: %w", options.CommonName, err)
	}
	return Key{Signer: signer, Certificate: certificate}, nil
}

func (o KeyOptions) withDefaults() KeyOptions {
	if o.CommonName == "" {
		o.CommonName = "mock IdP"
	}
	if o.NotBefore.IsZero() {
		o.NotBefore = time.Now().AddDate(-1, 0, 0)
	}
	if o.NotAfter.IsZero() {
		o.NotAfter = time.Now().AddDate(10, 0, 0)
	}
	return o
}

func newSigner(algorithm string) (crypto.Signer, error) {
	switch algorithm {
	case "", "rsa2048":
		return rsa.GenerateKey(rand.Reader, 2048)
	case "rsa1024":
		return rsa.GenerateKey(rand.Reader, 1024)
	case "ecdsa-p256":
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return nil, fmt.Errorf("no key algorithm %q: rsa2048, rsa1024 or ecdsa-p256", algorithm)
}

// foreignKey is of the kind of the signing key, so that a message signed with
// it differs in the key alone and not in the algorithm.
func foreignKey(config Config) (Key, error) {
	if config.Foreign.Signer != nil {
		return config.Foreign, nil
	}
	options := KeyOptions{CommonName: "foreign key", Algorithm: "rsa2048"}
	if _, ok := config.Keys[0].Signer.Public().(*ecdsa.PublicKey); ok {
		options.Algorithm = "ecdsa-p256"
	}
	return NewKey(options)
}
