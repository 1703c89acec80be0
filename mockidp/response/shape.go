package response

import (
	"fmt"
	"slices"
)

// Shape is how a product's document wants the message to look. The zero Shape
// is what most IdPs send: Response and Assertion signed, exclusive c14n.
type Shape struct {
	Sign             string `yaml:"sign"`              // response | assertion | both | none; default both
	Algorithm        string `yaml:"algorithm"`         // rsa-sha256, ecdsa-sha256, …; default by key type, with SHA-256
	Digest           string `yaml:"digest"`            // sha1 | sha256 | sha384 | sha512; default that of Algorithm
	C14N             string `yaml:"c14n"`              // exclusive (default), inclusive-1.0, inclusive-1.1, each with -with-comments
	PrefixList       string `yaml:"prefix-list"`       // InclusiveNamespaces of the exclusive transform
	EnvelopedOnly    bool   `yaml:"enveloped-only"`    // only the enveloped-signature transform
	DefaultNamespace bool   `yaml:"default-namespace"` // <Signature xmlns=…> without a prefix
	KeyInfo          *bool  `yaml:"key-info"`          // default true
	ResponseIssuer   *bool  `yaml:"response-issuer"`   // default true
	XMLDeclaration   bool   `yaml:"xml-declaration"`   // begins with <?xml …?>

	Encrypt      bool   `yaml:"encrypt"`
	Block        string `yaml:"block"`         // aes128-cbc … aes256-gcm; default aes256-gcm
	KeyTransport string `yaml:"key-transport"` // rsa-oaep-mgf1p (default) | rsa-oaep | rsa-1_5
	OAEPDigest   string `yaml:"oaep-digest"`   // sha1 (default) | sha256 | sha384 | sha512

	SessionIndex      *bool  `yaml:"session-index"`       // default true
	AuthnContextClass string `yaml:"authn-context-class"` // used unless the Spec names one
}

// ShapeError is a word in a shape that nobody knows.
type ShapeError struct {
	Key, Word string   // the YAML key and what stands there
	Known     []string // the words that could stand there
}

func (e *ShapeError) Error() string { return fmt.Sprintf("%q is no %s", e.Word, e.Key) }

// Words returns the words that each key of a shape takes, by YAML key. Where
// the words stand for algorithms, their URIs are accepted too.
func Words() map[string][]string {
	return map[string][]string{
		"sign":          {"response", "assertion", "both", "none"},
		"algorithm":     names(signatureMethods()),
		"digest":        names(digestMethods()),
		"c14n":          names(canonicalizations()),
		"block":         names(blockCiphers()),
		"key-transport": names(keyTransports()),
		"oaep-digest":   names(digestMethods()),
	}
}

// Check reports every unknown word, each as a *ShapeError.
func (s Shape) Check() []error {
	words := Words()
	var errs []error
	for _, given := range []struct{ key, word, uriOf string }{
		{"sign", s.Sign, ""},
		{"algorithm", s.Algorithm, uriOf(signatureMethods(), s.Algorithm)},
		{"digest", s.Digest, uriOf(digestMethods(), s.Digest)},
		{"c14n", s.C14N, uriOf(canonicalizations(), s.C14N)},
		{"block", s.Block, uriOf(blockCiphers(), s.Block)},
		{"key-transport", s.KeyTransport, uriOf(keyTransports(), s.KeyTransport)},
		{"oaep-digest", s.OAEPDigest, uriOf(digestMethods(), s.OAEPDigest)},
	} {
		known := slices.Contains(words[given.key], given.word) || given.uriOf != ""
		if given.word != "" && !known {
			errs = append(errs, &ShapeError{Key: given.key, Word: given.word, Known: words[given.key]})
		}
	}
	return errs
}

func defaulted(word, preset string) string {
	if word == "" {
		return preset
	}
	return word
}

func isTrue(choice *bool, preset bool) bool {
	if choice == nil {
		return preset
	}
	return *choice
}
