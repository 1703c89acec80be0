package response_test

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	"strconv"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

func sha1OAEP() rsa.OAEPOptions { return rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1} }

// encryptedWith is the EncryptedData of a message with that fault.
func encryptedWith(t *testing.T, block, name string, args fault.Args) *etree.Element {
	t.Helper()
	spec := standard()
	spec.Shape = response.Shape{Encrypt: true, Block: block}
	spec.Faults = []fault.Armed{armed(t, name, args)}
	return parsed(t, build(t, spec).XML).FindElement("//EncryptedData")
}

// What is wrong with a ciphertext is that one thing: mended, it decrypts.
func TestTamperedCiphertextIsGoodButForOneBit(t *testing.T) {
	t.Parallel()
	for _, block := range []string{"aes128-cbc", "aes256-gcm"} {
		data := encryptedWith(t, block, "ciphertext-tampered", nil)
		key, sealed := contentKey(t, data, sha1OAEP()), octets(t, data.FindElement("CipherData/CipherValue"))
		if plain, err := openContent(blockOf(data), key, sealed); err == nil && etree.NewDocument().ReadFromBytes(plain) == nil {
			t.Errorf("%s: decrypts in spite of the flipped bit", block)
		}
		sealed[len(sealed)/2] ^= 1
		plain, err := openContent(blockOf(data), key, sealed)
		if err != nil {
			t.Errorf("%s: more than the bit is wrong: %v", block, err)
			continue
		}
		isTheAssertion(t, block, plain)
	}
}

// A truncated ciphertext is the beginning of a good one.
func TestTruncatedCiphertextIsTheBeginningOfAGoodOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		block  string
		keep   int
		begins string
	}{
		{"aes128-cbc", 49, "<saml:Assertion "},
		{"aes256-gcm", 40, "<saml:Assertion "},
		{"aes128-gcm", 7, ""}, // within the nonce
	} {
		data := encryptedWith(t, c.block, "ciphertext-truncated", fault.Args{"keep": strconv.Itoa(c.keep)})
		key, sealed := contentKey(t, data, sha1OAEP()), octets(t, data.FindElement("CipherData/CipherValue"))
		if len(sealed) != c.keep {
			t.Errorf("%s: %d octets are left, want %d", c.block, len(sealed), c.keep)
		}
		if begins := beginning(t, c.block, key, sealed); !strings.HasPrefix(begins, c.begins) {
			t.Errorf("%s: begins with %q", c.block, begins)
		}
	}
}

// beginning decrypts the whole blocks of a ciphertext, without its tag: GCM is
// the counter mode, and the first block of content is the nonce's second.
func beginning(t *testing.T, block string, key, sealed []byte) string {
	t.Helper()
	c, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(block, "-cbc") {
		plain := make([]byte, (len(sealed)-16)/16*16)
		cipher.NewCBCDecrypter(c, sealed[:16]).CryptBlocks(plain, sealed[16:16+len(plain)])
		return string(plain)
	}
	if len(sealed) < 12 {
		return ""
	}
	plain := make([]byte, len(sealed)-12)
	cipher.NewCTR(c, append(bytes.Clone(sealed[:12]), 0, 0, 0, 2)).XORKeyStream(plain, sealed[12:])
	return string(plain)
}

// What replaces the plaintext is well encrypted.
func TestReplacedPlaintextDecryptsToSomethingElse(t *testing.T) {
	t.Parallel()
	for _, block := range []string{"aes256-gcm", "aes256-cbc"} {
		decrypted := func(form string) []byte {
			data := encryptedWith(t, block, "plaintext-replaced", fault.Args{"form": form})
			plain, err := openContent(blockOf(data), contentKey(t, data, sha1OAEP()), octets(t, data.FindElement("CipherData/CipherValue")))
			if err != nil {
				t.Fatalf("%s %s: %v", block, form, err)
			}
			return plain
		}
		if text := string(decrypted("text")); text != "this is no XML" {
			t.Errorf("%s: text decrypts to %q", block, text)
		}
		if empty := decrypted("empty"); len(empty) != 0 {
			t.Errorf("%s: empty decrypts to %q", block, empty)
		}
		rest, found := bytes.CutPrefix(decrypted("doctype"), []byte("<!DOCTYPE Assertion>"))
		if !found {
			t.Errorf("%s: no DOCTYPE before %.60s", block, rest)
		}
		isTheAssertion(t, block, rest)
		two := decrypted("two")
		isTheAssertion(t, block, two[:len(two)/2])
		isTheAssertion(t, block, two[len(two)/2:])
	}
}

func TestNestedDecryptsToSomethingThatDecrypts(t *testing.T) {
	t.Parallel()
	outer := encryptedWith(t, "aes256-gcm", "encrypted-twice", nil)
	inner := parsed(t, opened(t, outer.Parent(), sha1OAEP()))
	if inner.Tag != "EncryptedAssertion" {
		t.Fatalf("decrypts to %s", inner.Tag)
	}
	isTheAssertion(t, "twice", opened(t, inner, sha1OAEP()))
}

func isTheAssertion(t *testing.T, name string, plain []byte) {
	t.Helper()
	if root := parsed(t, plain); root.Tag != "Assertion" || root.FindElement("Subject/NameID").Text() != "ada@example.com" {
		t.Errorf("%s: decrypts to %.200s", name, plain)
	}
}
