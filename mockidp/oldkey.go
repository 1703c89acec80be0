package mockidp

import (
	"crypto"
	"crypto/dsa" //lint:ignore SA1019 what nobody should use is what some messages are about
	_ "crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// oldKind is a kind of key that package x509 does not certify: too short, out
// of use, or certified with a broken hash.
type oldKind struct {
	make   func() (crypto.Signer, error)
	method pkix.AlgorithmIdentifier // of the certificate's signature
	hash   crypto.Hash
}

func oldKinds() map[string]oldKind {
	rsaWith := func(number int) pkix.AlgorithmIdentifier {
		return pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, number}, Parameters: asn1.NullRawValue}
	}
	return map[string]oldKind{
		"rsa512":      {newShortRSA, rsaWith(11), crypto.SHA256},
		"rsa2048-md5": {func() (crypto.Signer, error) { return newSigner("rsa2048") }, rsaWith(4), crypto.MD5},
		"dsa1024":     {newDSA, pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 3}}, crypto.SHA1},
	}
}

// certificateBody is the TBSCertificate of RFC 5280 4.1.
type certificateBody struct {
	Version                              int `asn1:"optional,explicit,default:0,tag:0"`
	Serial                               *big.Int
	Method                               pkix.AlgorithmIdentifier
	Issuer, Validity, Subject, PublicKey asn1.RawValue
	Extensions                           asn1.RawValue
}

// newOldKey makes a key of that kind, with a certificate that says what the
// template's says.
func newOldKey(kind oldKind, template *x509.Certificate) (Key, error) {
	signer, err := kind.make()
	if err != nil {
		return Key{}, fmt.Errorf("making a key: %w", err)
	}
	model, err := certified("ecdsa-p256", template, nil)
	if err != nil {
		return Key{}, err
	}
	var body certificateBody
	if _, err := asn1.Unmarshal(model.Certificate.RawTBSCertificate, &body); err != nil {
		return Key{}, fmt.Errorf("reading a certificate to write it again: %w", err)
	}
	public, err := subjectPublicKey(signer.Public())
	if err != nil {
		return Key{}, fmt.Errorf("writing the public key: %w", err)
	}
	body.Method, body.PublicKey = kind.method, asn1.RawValue{FullBytes: public}
	certificate, err := kind.sign(body, signer)
	if err != nil {
		return Key{}, fmt.Errorf("writing a certificate again: %w", err)
	}
	return Key{Signer: signer, Certificate: certificate}, nil
}

func (k oldKind) sign(body certificateBody, signer crypto.Signer) (*x509.Certificate, error) {
	raw, err := asn1.Marshal(body)
	if err != nil {
		return nil, err
	}
	h := k.hash.New()
	h.Write(raw)
	value, err := signer.Sign(rand.Reader, h.Sum(nil), k.hash)
	if err != nil {
		return nil, err
	}
	der, err := asn1.Marshal(struct {
		Body   asn1.RawValue
		Method pkix.AlgorithmIdentifier
		Value  asn1.BitString
	}{asn1.RawValue{FullBytes: raw}, k.method, asn1.BitString{Bytes: value, BitLength: 8 * len(value)}})
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// subjectPublicKey writes a SubjectPublicKeyInfo, also of DSA (RFC 3279 2.3.2).
func subjectPublicKey(public crypto.PublicKey) ([]byte, error) {
	key, isDSA := public.(*dsa.PublicKey)
	if !isDSA {
		return x509.MarshalPKIXPublicKey(public)
	}
	group, err := asn1.Marshal(struct{ P, Q, G *big.Int }{key.P, key.Q, key.G})
	if err != nil {
		return nil, err
	}
	value, err := asn1.Marshal(key.Y)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(struct {
		Kind  pkix.AlgorithmIdentifier
		Value asn1.BitString
	}{
		pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}, Parameters: asn1.RawValue{FullBytes: group}},
		asn1.BitString{Bytes: value, BitLength: 8 * len(value)},
	})
}

// dsaSigner is a DSA key with the method of other keys; Sign returns the ASN.1
// form that certificates use.
type dsaSigner struct{ key *dsa.PrivateKey }

func newDSA() (crypto.Signer, error) {
	key := &dsa.PrivateKey{}
	if err := dsa.GenerateParameters(&key.Parameters, rand.Reader, dsa.L1024N160); err != nil {
		return nil, err
	}
	return dsaSigner{key}, dsa.GenerateKey(key, rand.Reader)
}

func (s dsaSigner) Public() crypto.PublicKey { return &s.key.PublicKey }

func (s dsaSigner) Sign(random io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	var pair struct{ R, S *big.Int }
	var err error
	if pair.R, pair.S, err = dsa.Sign(random, s.key, digest); err != nil {
		return nil, err
	}
	return asn1.Marshal(pair)
}

// shortRSA is an RSA key of 512 bits, which package rsa neither makes nor uses.
type shortRSA struct {
	public  *rsa.PublicKey
	private *big.Int // exponent
}

func newShortRSA() (crypto.Signer, error) {
	const bits = 512
	one, e := big.NewInt(1), big.NewInt(65537)
	for {
		p, err := rand.Prime(rand.Reader, bits/2)
		if err != nil {
			return nil, err
		}
		q, err := rand.Prime(rand.Reader, bits/2)
		if err != nil {
			return nil, err
		}
		n := new(big.Int).Mul(p, q)
		d := new(big.Int).ModInverse(e, new(big.Int).Mul(p.Sub(p, one), q.Sub(q, one)))
		if d != nil && n.BitLen() == bits && p.Cmp(q) != 0 {
			return shortRSA{&rsa.PublicKey{N: n, E: int(e.Int64())}, d}, nil
		}
	}
}

func (k shortRSA) Public() crypto.PublicKey { return k.public }

// Sign is RSASSA-PKCS1-v1_5 (RFC 8017 8.2.1), with SHA-1 or SHA-256: there is
// room for no longer hash.
func (k shortRSA) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	hashes := map[crypto.Hash]asn1.ObjectIdentifier{crypto.SHA1: {1, 3, 14, 3, 2, 26}, crypto.SHA256: {2, 16, 840, 1, 101, 3, 4, 2, 1}}
	hash, known := hashes[opts.HashFunc()]
	if !known {
		return nil, errors.New("a key of 512 bits signs with SHA-1 or SHA-256")
	}
	info, err := asn1.Marshal(struct {
		Hash   pkix.AlgorithmIdentifier
		Digest []byte
	}{pkix.AlgorithmIdentifier{Algorithm: hash, Parameters: asn1.NullRawValue}, digest})
	if err != nil {
		return nil, err
	}
	padded := make([]byte, k.public.Size())
	padded[1] = 1
	at := len(padded) - len(info)
	for i := 2; i < at-1; i++ {
		padded[i] = 0xff
	}
	copy(padded[at:], info)
	value := new(big.Int).Exp(new(big.Int).SetBytes(padded), k.private, k.public.N)
	return value.FillBytes(padded), nil
}
