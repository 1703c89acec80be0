// Package xmldsig reads and verifies one XML signature (XML-DSig, 1.1).
//
// It judges nothing: it says what a signature claims, whether a digest and a
// value verify, and which algorithms are fit for use; what follows from that
// is its caller's to decide. It must not know SAML, and it never looks
// anything up: keys and referenced elements are handed to it. Start at Read.
package xmldsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	_ "crypto/md5" // so that a refused algorithm can still be told from a wrong value
	"crypto/rsa"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// Namespace is that of ds:Signature.
const Namespace = "http://www.w3.org/2000/09/xmldsig#"

// Enveloped is the transform that leaves the signature itself out.
const Enveloped = Namespace + "enveloped-signature"

// Strength says what an algorithm is worth today.
type Strength int

// The strengths: an Unknown algorithm cannot be computed here at all, a Broken
// one can but never should be, a Weak one is for those who still have to.
const (
	Unknown Strength = iota
	Broken
	Weak
	Sound
)

// algorithm is one signature or digest method.
type algorithm struct {
	uri      string
	hash     crypto.Hash
	ecdsa    bool
	strength Strength
}

const (
	more   = "http://www.w3.org/2001/04/xmldsig-more#"
	xmlenc = "http://www.w3.org/2001/04/xmlenc#"
)

func signatures() []algorithm {
	return []algorithm{
		{Namespace + "rsa-sha1", crypto.SHA1, false, Weak},
		{more + "rsa-sha256", crypto.SHA256, false, Sound},
		{more + "rsa-sha384", crypto.SHA384, false, Sound},
		{more + "rsa-sha512", crypto.SHA512, false, Sound},
		{more + "ecdsa-sha1", crypto.SHA1, true, Weak},
		{more + "ecdsa-sha256", crypto.SHA256, true, Sound},
		{more + "ecdsa-sha384", crypto.SHA384, true, Sound},
		{more + "ecdsa-sha512", crypto.SHA512, true, Sound},
		{more + "rsa-md5", crypto.MD5, false, Broken},
	}
}

func digests() []algorithm {
	return []algorithm{
		{Namespace + "sha1", crypto.SHA1, false, Weak},
		{xmlenc + "sha256", crypto.SHA256, false, Sound},
		{more + "sha384", crypto.SHA384, false, Sound},
		{xmlenc + "sha512", crypto.SHA512, false, Sound},
		{more + "md5", crypto.MD5, false, Broken},
	}
}

func find(table []algorithm, uri string) (algorithm, bool) {
	for _, a := range table {
		if a.uri == uri {
			return a, true
		}
	}
	return algorithm{}, false
}

// SignatureStrength says what the signature method of that URI is worth.
func SignatureStrength(uri string) Strength {
	a, _ := find(signatures(), uri)
	return a.strength
}

// DigestStrength says what the digest method of that URI is worth.
func DigestStrength(uri string) Strength {
	a, _ := find(digests(), uri)
	return a.strength
}

// Canonicalization returns the canonical form that the URI names.
func Canonicalization(uri string) (form xmltree.Canonical, known bool) {
	plain, comments := strings.CutSuffix(uri, "#WithComments")
	if rest, cut := strings.CutSuffix(uri, "xml-exc-c14n#WithComments"); cut {
		plain = rest + "xml-exc-c14n#"
	}
	form.Comments = comments
	switch plain {
	case "http://www.w3.org/TR/2001/REC-xml-c14n-20010315":
	case "http://www.w3.org/2006/12/xml-c14n11":
		form.V11 = true
	case "http://www.w3.org/2001/10/xml-exc-c14n#":
		form.Exclusive = true
	default:
		return xmltree.Canonical{Exclusive: true}, false
	}
	return form, true
}

// mostBits keeps a stranger's certificate from costing much.
const mostBits = 8192

// Verify tells why value is no signature of that method over data with the
// key's private half, or nil if it is.
func Verify(method string, key crypto.PublicKey, data, value []byte) error {
	a, known := find(signatures(), method)
	if !known {
		return fmt.Errorf("signature method %q is unknown", method)
	}
	h := a.hash.New()
	h.Write(data)
	sum := h.Sum(nil)
	switch key := key.(type) {
	case *rsa.PublicKey:
		if a.ecdsa {
			return errors.New("an ECDSA method, but the certificate holds an RSA key")
		}
		if key.N.BitLen() > mostBits {
			return fmt.Errorf("an RSA key of %d bits, at most %d are computed", key.N.BitLen(), mostBits)
		}
		return rsa.VerifyPKCS1v15(key, a.hash, sum, value)
	case *ecdsa.PublicKey:
		if !a.ecdsa {
			return errors.New("an RSA method, but the certificate holds an elliptic curve key")
		}
		return verifyECDSA(key, sum, value)
	}
	return fmt.Errorf("keys of type %T verify nothing here", key)
}

// verifyECDSA reads the value as r and s side by side (XML-DSig 1.1, 6.4.3),
// which is not the ASN.1 form of other standards.
func verifyECDSA(key *ecdsa.PublicKey, sum, value []byte) error {
	size := curveBytes(key.Curve)
	if len(value) != 2*size {
		return fmt.Errorf("value of %d bytes, a key on this curve makes %d", len(value), 2*size)
	}
	r, s := new(big.Int).SetBytes(value[:size]), new(big.Int).SetBytes(value[size:])
	if !ecdsa.Verify(key, sum, r, s) {
		return errors.New("the value does not verify")
	}
	return nil
}

func curveBytes(curve elliptic.Curve) int { return (curve.Params().BitSize + 7) / 8 }
