package validate

import (
	"bytes"
	"crypto"
	_ "crypto/sha1" // fingerprints are names, not signatures: seed and customers use SHA-1
	_ "crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"strings"
)

// Fingerprint is the hash of a certificate, by which an SP knows it.
type Fingerprint struct {
	hash crypto.Hash
	sum  []byte
}

// ParseFingerprint reads a thumbprint in any usual spelling: upper or lower
// case, with colons, blanks, dashes or nothing between the digits. The
// algorithm is sha1 or sha256, or "" to go by the length.
//
// A thumbprint of another algorithm's length is an error that says so. The
// Fingerprint returned beside that error matches no certificate: it serves an
// SP that stores whatever its administrator enters.
func ParseFingerprint(algorithm, text string) (Fingerprint, error) {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(":- \t\r\n\u00a0\u200e", r) { // the last comes along when copied from Windows
			return -1
		}
		return r
	}, text)
	sum, err := hex.DecodeString(digits)
	if err != nil || len(sum) == 0 {
		return Fingerprint{}, fmt.Errorf("fingerprint %q is not hexadecimal", text)
	}
	byLength := map[int]crypto.Hash{20: crypto.SHA1, 32: crypto.SHA256}[len(sum)]
	var hash crypto.Hash
	switch strings.ToLower(strings.ReplaceAll(algorithm, "-", "")) {
	case "sha1":
		hash = crypto.SHA1
	case "sha256":
		hash = crypto.SHA256
	case "":
		hash = byLength
	default:
		return Fingerprint{}, fmt.Errorf("fingerprint algorithm %q: sha1 or sha256", algorithm)
	}
	f := Fingerprint{hash, sum}
	switch {
	case hash != 0 && hash == byLength:
		return f, nil
	case byLength == 0:
		return f, fmt.Errorf("fingerprint of %d bytes: a SHA-1 one has 20, a SHA-256 one 32", len(sum))
	}
	return f, fmt.Errorf("fingerprint is stored as %s, but this is a %s fingerprint (%d bytes)", hash, byLength, len(sum))
}

// FingerprintOf returns the certificate's fingerprint by that hash.
func FingerprintOf(c *x509.Certificate, hash crypto.Hash) Fingerprint {
	h := hash.New()
	h.Write(c.Raw)
	return Fingerprint{hash, h.Sum(nil)}
}

// Matches tells whether this is the certificate's fingerprint.
func (f Fingerprint) Matches(c *x509.Certificate) bool {
	return f.hash != 0 && bytes.Equal(FingerprintOf(c, f.hash).sum, f.sum)
}

// String spells the fingerprint as certificate tools do: SHA-1 AA:BB:...
func (f Fingerprint) String() string {
	if f.hash == 0 {
		return "unknown " + f.Hex()
	}
	return f.hash.String() + " " + f.Hex()
}

// Hex spells the sum in upper case with colons.
func (f Fingerprint) Hex() string {
	var b strings.Builder
	for i, c := range f.sum {
		if i > 0 {
			b.WriteByte(':')
		}
		fmt.Fprintf(&b, "%02X", c)
	}
	return b.String()
}

// misfiled tells that the sum has another algorithm's length.
func (f Fingerprint) misfiled() bool { return f.hash == 0 || len(f.sum) != f.hash.Size() }
