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
	"slices"
	"time"
)

// KeyOptions describes a key with its certificate.
type KeyOptions struct {
	CommonName string // "mock IdP" when empty
	// Algorithm is rsa2048 (default), rsa1024 or ecdsa-p256; or one that no SP
	// should trust: rsa512, rsa2048-md5 (whose certificate is signed with MD5) or
	// dsa1024.
	Algorithm string
	// Issued has the certificate issued by an intermediate authority, whose own
	// certificate becomes the key's chain, in place of a self-signed one. The algorithms that no
	// SP should trust have a self-signed one all the same.
	Issued bool
	// NotBefore and NotAfter bound the certificate. When zero: one year ago and
	// ten years from now, by the machine's clock.
	NotBefore, NotAfter time.Time
}

// NewKey makes a key.
func NewKey(options KeyOptions) (Key, error) {
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
	if kind, old := oldKinds()[options.Algorithm]; old {
		return newOldKey(kind, template)
	}
	if options.Issued {
		return newIssued(options.Algorithm, template)
	}
	return certified(options.Algorithm, template, nil)
}

// newIssued makes a root, an intermediate authority that it issues, and a key that
// the latter issues; the root stays at home, as it does in life.
func newIssued(algorithm string, template *x509.Certificate) (Key, error) {
	issuer := new(Key)
	for i, name := range []string{"root", "intermediate"} {
		authority := *template
		authority.SerialNumber = big.NewInt(int64(i + 1))
		authority.Subject = pkix.Name{CommonName: "mock authority, " + name}
		authority.IsCA, authority.KeyUsage = true, x509.KeyUsageCertSign
		above := issuer
		if i == 0 {
			above = nil
		}
		made, err := certified("", &authority, above)
		if err != nil {
			return Key{}, err
		}
		issuer = &made
	}
	key, err := certified(algorithm, template, issuer)
	key.Chain = []*x509.Certificate{issuer.Certificate}
	return key, err
}

// certified makes a key with a certificate that issuer signs, or nil the key itself.
func certified(algorithm string, template *x509.Certificate, issuer *Key) (Key, error) {
	signer, err := newSigner(algorithm)
	if err != nil {
		return Key{}, fmt.Errorf("making a key: %w", err)
	}
	if issuer == nil {
		issuer = &Key{Signer: signer, Certificate: template}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer.Certificate, signer.Public(), issuer.Signer)
	if err != nil {
		return Key{}, fmt.Errorf("making a certificate for %q: %w", template.Subject.CommonName, err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return Key{}, fmt.Errorf("reading the new certificate for %q: %w", template.Subject.CommonName, err)
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
	return nil, fmt.Errorf("no key algorithm %q: rsa2048, rsa1024, ecdsa-p256, rsa512, rsa2048-md5 or dsa1024", algorithm)
}

// spare returns the keys that could sign and do not, unless a fault says so.
func (c Config) spare() []Key { return slices.Concat(c.Keys[1:], c.Unannounced) }

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
