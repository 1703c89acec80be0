// Package xmlenc reads and decrypts one encrypted element (XML Encryption
// 1.0 and 1.1): a symmetric block cipher whose key is wrapped with RSA.
//
// Everything that depends on the ciphertext fails with the one error
// ErrDecrypt, so that nobody can use the caller as a padding oracle. It must
// not know SAML; keys are handed to it. Start at Read.
package xmlenc

import (
	"crypto"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// Namespaces of XML Encryption 1.0, what 1.1 added, and XML signatures.
const (
	Namespace = "http://www.w3.org/2001/04/xmlenc#"
	V11       = "http://www.w3.org/2009/xmlenc11#"
	dsig      = "http://www.w3.org/2000/09/xmldsig#"
)

// ErrDecrypt is all that is ever said about a ciphertext.
var ErrDecrypt = errors.New("it cannot be decrypted with any key of this SP")

// Encrypted is one element that holds EncryptedData.
type Encrypted struct {
	Element *xmltree.Element
	Block   string // content EncryptionMethod
	Keys    []Key  // in document order, inside KeyInfo first, then beside
	Defect  string // why it cannot even be tried, "" if it can
	cipher  []byte
}

// Key is one EncryptedKey.
type Key struct {
	Transport string // EncryptionMethod
	Digest    string // OAEP DigestMethod, with its default
	MGF       string // OAEP mask generation function, with its default
	label     []byte
	cipher    []byte
}

// mostKeys is how many recipients one content may have.
const mostKeys = 8

// Read takes apart an EncryptedAssertion, EncryptedID or EncryptedAttribute.
func Read(e *xmltree.Element) *Encrypted {
	x := &Encrypted{Element: e}
	all := e.All(Namespace, "EncryptedData")
	if len(all) != 1 {
		x.Defect = fmt.Sprintf("%d EncryptedData elements where one belongs", len(all))
		return x
	}
	data := all[0]
	x.Block = data.First(Namespace, "EncryptionMethod").Value("Algorithm")
	x.cipher = cipherValue(data)
	for _, parent := range []*xmltree.Element{data.First(dsig, "KeyInfo"), e} {
		for _, k := range parent.All(Namespace, "EncryptedKey") {
			x.Keys = append(x.Keys, readKey(k))
		}
	}
	switch {
	case len(x.Keys) == 0:
		x.Defect = "no EncryptedKey"
	case len(x.Keys) > mostKeys:
		x.Defect = fmt.Sprintf("%d EncryptedKey elements, at most %d are tried", len(x.Keys), mostKeys)
	case len(x.cipher) == 0:
		x.Defect = "no CipherValue"
	}
	return x
}

func readKey(e *xmltree.Element) Key {
	method := e.First(Namespace, "EncryptionMethod")
	k := Key{Transport: method.Value("Algorithm"), cipher: cipherValue(e)}
	k.Digest = dsig + "sha1"
	if digest, set := method.First(dsig, "DigestMethod").Attr("Algorithm"); set {
		k.Digest = digest
	}
	k.MGF = V11 + "mgf1sha1"
	if mgf, set := method.First(V11, "MGF").Attr("Algorithm"); set && k.Transport == OAEP11 {
		k.MGF = mgf
	}
	k.label = decode(method.First(Namespace, "OAEPparams"))
	return k
}

func cipherValue(e *xmltree.Element) []byte {
	return decode(e.First(Namespace, "CipherData").First(Namespace, "CipherValue"))
}

func decode(e *xmltree.Element) []byte {
	value, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(e.Text()), ""))
	if err != nil {
		return nil
	}
	return value
}

// Algorithms lists the URIs that the message uses, the block cipher first;
// none when it is too incomplete to be tried.
func (x *Encrypted) Algorithms() []string {
	if x.Defect != "" {
		return nil
	}
	uris := []string{x.Block}
	for _, k := range x.Keys {
		for _, uri := range []string{k.Transport, k.Digest, k.MGF} {
			if !slices.Contains(uris, uri) {
				uris = append(uris, uri)
			}
		}
	}
	return uris
}

// ErrCostly is why not every key was tried.
var ErrCostly = errors.New("the message demands too many attempts to decrypt it")

// Decrypt returns the plaintext. Every EncryptedKey is tried with every key, as
// long as there are attempts left, of which each costs one; a key transport that
// allowed refuses is not even tried.
func (x *Encrypted) Decrypt(keys []crypto.PrivateKey, allowed func(uri string) bool, attempts *int) ([]byte, error) {
	if x.Defect != "" || !allowed(x.Block) {
		return nil, ErrDecrypt
	}
	for _, wrapped := range x.Keys {
		if !allowed(wrapped.Transport) {
			continue
		}
		for _, key := range keys {
			if *attempts--; *attempts < 0 {
				return nil, ErrCostly
			}
			secret, err := wrapped.unwrap(key, keySize(x.Block))
			if err != nil {
				continue
			}
			if plain, err := open(x.Block, secret, x.cipher); err == nil {
				return plain, nil
			}
		}
	}
	return nil, ErrDecrypt
}
