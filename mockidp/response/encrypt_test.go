package response_test

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// xmlsec1 1.2 knows neither rsa-oaep of XML Encryption 1.1 nor a digest other
// than SHA-1 under rsa-oaep-mgf1p: those rows have the decrypter below as
// their only witness.
func keyTransportRows() []keyTransportRow {
	return []keyTransportRow{
		{"rsa-oaep-mgf1p", "sha1", "", rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1}, true},
		{"rsa-1_5", "", "", rsa.OAEPOptions{}, true},
		{"rsa-oaep-mgf1p", "sha256", "", rsa.OAEPOptions{Hash: crypto.SHA256, MGFHash: crypto.SHA1}, false},
		{"rsa-oaep", "sha1", "", rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1}, false},
		{"rsa-oaep", "sha256", "", rsa.OAEPOptions{Hash: crypto.SHA256, MGFHash: crypto.SHA256}, false},
		{"rsa-oaep", "sha256", "sha1", rsa.OAEPOptions{Hash: crypto.SHA256, MGFHash: crypto.SHA1}, false},
	}
}

type keyTransportRow struct {
	transport, digest, mgf string
	opts                   rsa.OAEPOptions // zero for PKCS #1 1.5
	xmlsec                 bool            // xmlsec1 can witness it
}

func TestEveryEncryptionChoiceDecrypts(t *testing.T) {
	t.Parallel()
	var all []signed
	for _, block := range response.Words()["block"] {
		for _, row := range keyTransportRows() {
			name := fmt.Sprintf("%s %s %s %s", block, row.transport, row.digest, row.mgf)
			spec := standard()
			spec.Shape = response.Shape{Encrypt: true, Block: block, KeyTransport: row.transport, OAEPDigest: row.digest, C14N: "inclusive-1.0"}
			if row.mgf != "" {
				spec.Faults = []fault.Armed{armed(t, "encryption-algorithm", fault.Args{"mgf": row.mgf})}
			}
			xml := build(t, spec).XML
			if bytes.Contains(xml, []byte("ada@example.com")) {
				t.Fatalf("%s: the message gives the NameID away:\n%s", name, xml)
			}
			plain := opened(t, parsed(t, xml), row.opts)
			if root := parsed(t, plain); root.Tag != "Assertion" || root.FindElement("Subject/NameID").Text() != "ada@example.com" {
				t.Errorf("%s decrypts to %s", name, plain)
			}
			// The Assertion's signature must hold in a document of its own, too.
			all = append(all, signed{name: name, xml: xml, on: onResponse}, signed{name: name, xml: plain, on: anywhere})
			if !row.xmlsec {
				continue
			}
			there, err := decrypt(t, madeKeys().sp, xml)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			all = append(all, signed{name: name, xml: unwrapped(t, there), on: onAssertion})
		}
	}
	verify(t, madeKeys().idp.Certificate, all)
}

// unwrapped takes the decrypted Assertion out of its EncryptedAssertion.
func unwrapped(t *testing.T, xml []byte) []byte {
	t.Helper()
	root := parsed(t, xml)
	wrapper := root.SelectElement("EncryptedAssertion")
	assertion := wrapper.SelectElement("Assertion")
	root.InsertChildAt(wrapper.Index(), assertion)
	wrapper.Remove()
	doc := etree.NewDocumentWithRoot(root)
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true}
	out, err := doc.WriteToBytes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// opened decrypts the first EncryptedData as XML Encryption says, from the message alone.
func opened(t *testing.T, root *etree.Element, opts rsa.OAEPOptions) []byte {
	t.Helper()
	data := root.FindElement("//EncryptedData")
	plain, err := openContent(blockOf(data), contentKey(t, data, opts), octets(t, data.FindElement("CipherData/CipherValue")))
	if err != nil {
		t.Fatalf("opening the content: %v", err)
	}
	return plain
}

func blockOf(data *etree.Element) string {
	return data.SelectElement("EncryptionMethod").SelectAttrValue("Algorithm", "")
}

// contentKey opens the EncryptedKey in KeyInfo with the SP's private key.
func contentKey(t *testing.T, data *etree.Element, opts rsa.OAEPOptions) []byte {
	t.Helper()
	sealed := octets(t, data.FindElement("KeyInfo/EncryptedKey/CipherData/CipherValue"))
	//lint:ignore SA1019 the dangerous padding is what some messages are about
	var how crypto.DecrypterOpts = &rsa.PKCS1v15DecryptOptions{}
	if opts.Hash != 0 {
		how = &opts
	}
	key, err := madeKeys().sp.Signer.(*rsa.PrivateKey).Decrypt(nil, sealed, how)
	if err != nil {
		t.Fatalf("opening the key: %v", err)
	}
	return key
}

func openContent(method string, key, ciphertext []byte) ([]byte, error) {
	newCipher := aes.NewCipher
	if strings.Contains(method, "tripledes") {
		newCipher = des.NewTripleDESCipher
	}
	block, err := newCipher(key)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(method, "-cbc") {
		size := block.BlockSize()
		plain := make([]byte, len(ciphertext)-size)
		cipher.NewCBCDecrypter(block, ciphertext[:size]).CryptBlocks(plain, ciphertext[size:])
		return plain[:len(plain)-int(plain[len(plain)-1])], nil
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return aead.Open(nil, ciphertext[:aead.NonceSize()], ciphertext[aead.NonceSize():], nil)
}

func octets(t *testing.T, el *etree.Element) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(el.Text())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func certificateIn(t *testing.T, text string) *x509.Certificate {
	t.Helper()
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestEncryptedNameIDIsSignedAndDecrypts(t *testing.T) {
	t.Parallel()
	spec := standard()
	spec.Shape.Block = "aes128-cbc"
	spec.Attributes = nil
	spec.Faults = []fault.Armed{armed(t, "name-id-encrypted", nil)}
	xml := build(t, spec).XML
	if bytes.Contains(xml, []byte("ada@example.com")) {
		t.Fatalf("the message gives the NameID away:\n%s", xml)
	}
	verify(t, madeKeys().idp.Certificate, []signed{{name: "EncryptedID", xml: xml, on: onAssertion}, {name: "EncryptedID", xml: xml, on: onResponse}})
	plain, err := decrypt(t, madeKeys().sp, xml)
	if err != nil {
		t.Fatal(err)
	}
	if id := parsed(t, plain).FindElement("Assertion/Subject/EncryptedID/NameID"); id == nil || id.Text() != "ada@example.com" {
		t.Errorf("decrypts to\n%s", plain)
	}
}

func TestEncryptionFaultsDefeatDecryption(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"encrypted-to-foreign-key", "ciphertext-truncated", "ciphertext-tampered",
		"encrypted-key-removed", "encrypted-data-removed"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := standard()
			spec.Shape = response.Shape{Encrypt: true, Block: "aes128-gcm"}
			xml := build(t, spec).XML
			if _, err := decrypt(t, madeKeys().sp, xml); err != nil {
				t.Fatalf("the message does not decrypt even without the fault: %v", err)
			}
			spec.Faults = []fault.Armed{armed(t, name, nil)}
			if plain, err := decrypt(t, madeKeys().sp, build(t, spec).XML); err == nil {
				t.Errorf("decrypts to\n%s", plain)
			}
		})
	}
}

func TestEncryptedDecoyStandsBesideThePlainAssertion(t *testing.T) {
	t.Parallel()
	spec := standard()
	spec.Faults = []fault.Armed{armed(t, "assertion-duplicated", nil), armed(t, "encrypted", fault.Args{"part": "second-assertion"})}
	root := parsed(t, build(t, spec).XML)
	if len(root.SelectElements("Assertion")) != 1 || len(root.SelectElements("EncryptedAssertion")) != 1 {
		t.Fatal("not one plain and one encrypted Assertion")
	}
	plain := opened(t, root, rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1})
	if got := parsed(t, plain).FindElement("Subject/NameID").Text(); got != "mallory@example.com" {
		t.Errorf("the encrypted Assertion is about %s", got)
	}
}
