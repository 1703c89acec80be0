package response

import (
	"crypto"
	"crypto/dsa" //lint:ignore SA1019 what nobody should use is what some messages are about
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// signatureMethodFor finds the method to sign with. A word that no table has
// keeps its place in the message, over a usual signature.
func signatureMethodFor(s *fault.Signing) (signatureMethod, error) {
	if s.Key.Signer == nil {
		return signatureMethod{}, errors.New("there is no key to sign with")
	}
	preset, owned := "rsa-sha256", rsaFamily
	switch s.Key.Signer.Public().(type) {
	case *ecdsa.PublicKey:
		preset, owned = "ecdsa-sha256", ecdsaFamily
	case *dsa.PublicKey:
		preset, owned = "dsa-sha1", dsaFamily
	}
	method, ok := lookup(signatureMethods(), defaulted(s.Algorithm, preset))
	if !ok {
		method, _ = lookup(signatureMethods(), preset)
		method.uri = s.Algorithm
	}
	padded := method.family == pssFamily && owned == rsaFamily
	if method.family != owned && method.family != hmacFamily && !padded {
		return method, fmt.Errorf("%s needs an %s key, the signing key is %s", method.name, method.family, owned)
	}
	return method, nil
}

func signatureValue(octets []byte, method signatureMethod, key fault.Key) ([]byte, error) {
	if method.family == hmacFamily {
		return publicMAC(octets, method.hash, key)
	}
	h := method.hash.New()
	h.Write(octets)
	var options crypto.SignerOpts = method.hash
	if method.family == pssFamily {
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: method.hash}
	}
	value, err := key.Signer.Sign(rand.Reader, h.Sum(nil), options)
	if err != nil {
		return nil, fmt.Errorf("signing with %s: %w", method.name, err)
	}
	if method.family == ecdsaFamily || method.family == dsaFamily {
		return fixedWidth(value, key.Signer.Public())
	}
	return value, nil
}

// fixedWidth turns the DER that Go writes into r and s side by side, each as
// wide as the order of the group (XML Signature 6.4.1, 6.4.3).
func fixedWidth(der []byte, public crypto.PublicKey) ([]byte, error) {
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &pair); err != nil {
		return nil, fmt.Errorf("reading the signature: %w", err)
	}
	var order *big.Int
	switch key := public.(type) {
	case *ecdsa.PublicKey:
		order = key.Params().N
	case *dsa.PublicKey:
		order = key.Q
	}
	width := (order.BitLen() + 7) / 8
	out := make([]byte, 2*width)
	pair.R.FillBytes(out[:width])
	pair.S.FillBytes(out[width:])
	return out, nil
}

// publicMAC keys an HMAC with the PEM text of the certificate, which everybody
// has: what a verifier accepts when it lets the message choose the kind of key.
func publicMAC(octets []byte, hash crypto.Hash, key fault.Key) ([]byte, error) {
	if key.Certificate == nil {
		return nil, errors.New("there is no certificate to key the HMAC with")
	}
	mac := hmac.New(hash.New, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: key.Certificate.Raw}))
	mac.Write(octets)
	return mac.Sum(nil), nil
}

// encryptionKeyOf returns the RSA key of a public key, nil for other kinds.
func encryptionKeyOf(public crypto.PublicKey) *rsa.PublicKey {
	key, _ := public.(*rsa.PublicKey)
	return key
}
