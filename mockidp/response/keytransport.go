package response

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

type keyTransport struct {
	name, uri string
	oaep      bool
	mgf       bool // the mask generation hash is free and written
}

func (k keyTransport) ident() (string, string) { return k.name, k.uri }

func keyTransports() []keyTransport {
	return []keyTransport{
		{"rsa-oaep-mgf1p", xmlencNS + "rsa-oaep-mgf1p", true, false},
		{"rsa-oaep", xmlenc11NS + "rsa-oaep", true, true},
		{"rsa-1_5", xmlencNS + "rsa-1_5", false, false},
	}
}

// addEncryptedKey encrypts the content key for a recipient.
func addEncryptedKey(info *etree.Element, key []byte, to *rsa.PublicKey, e *fault.Encryption) error {
	if to == nil {
		return errors.New("the encryption certificate holds no RSA key")
	}
	transport, ok := lookup(keyTransports(), e.KeyTransport)
	if !ok {
		transport, _ = lookup(keyTransports(), "rsa-oaep-mgf1p")
		transport.uri = e.KeyTransport
	}
	digest, ok := lookup(digestMethods(), e.Digest)
	if !ok {
		return fmt.Errorf("there is no OAEP digest %q", e.Digest)
	}
	mask, ok := lookup(digestMethods(), defaulted(e.MGF, digest.name))
	if !ok {
		return fmt.Errorf("there is no mask generation hash %q", e.MGF)
	}
	sealed, err := seal(key, to, transport, digest.hash, mask.hash)
	if err != nil {
		return fmt.Errorf("encrypting the key with %s: %w", transport.name, err)
	}
	el := info.CreateElement("xenc:EncryptedKey")
	method := addAlgorithm(el, "xenc:EncryptionMethod", transport.uri)
	if transport.oaep {
		addAlgorithm(method, "ds:DigestMethod", digest.uri)
	}
	if transport.mgf {
		addAlgorithm(method, "xenc11:MGF", mask.mgf).CreateAttr("xmlns:xenc11", xmlenc11NS)
	}
	addCipherValue(el, sealed)
	return nil
}

// seal encrypts a key. The mask of rsa-oaep-mgf1p is SHA-1 whatever the digest
// (XML Encryption 5.5.2); that of rsa-oaep is free.
func seal(key []byte, to *rsa.PublicKey, t keyTransport, digest, mask crypto.Hash) ([]byte, error) {
	if !t.oaep {
		//lint:ignore SA1019 a message with the dangerous padding is a fault to be sent
		return rsa.EncryptPKCS1v15(rand.Reader, to, key)
	}
	if !t.mgf {
		mask = crypto.SHA1
	}
	return rsa.EncryptOAEPWithOptions(rand.Reader, to, key, &rsa.OAEPOptions{Hash: digest, MGFHash: mask})
}

func addCipherValue(parent *etree.Element, octets []byte) {
	addText(parent.CreateElement("xenc:CipherData"), "xenc:CipherValue", base64.StdEncoding.EncodeToString(octets))
}
