package validate_test

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

const xe11 = "http://www.w3.org/2009/xmlenc11#"

// encryption says how encrypt encrypts; the zero value is AES-128-GCM for sp
// with rsa-oaep-mgf1p.
type encryption struct {
	block      string
	transport  string
	digest     string // with its hash
	hash, mgf  crypto.Hash
	mgfURI     string
	recipients []string // keys, one EncryptedKey each; default sp
	beside     bool     // EncryptedKey beside EncryptedData instead of in KeyInfo
	spoil      func([]byte) []byte
}

// encrypt returns EncryptedData, and EncryptedKey where it is to stand beside.
func encrypt(t testing.TB, plain string, e encryption) string {
	t.Helper()
	for field, value := range map[*string]string{&e.block: xe11 + "aes128-gcm", &e.transport: xe + "rsa-oaep-mgf1p"} {
		if *field == "" {
			*field = value
		}
	}
	if e.hash == 0 {
		e.hash = crypto.SHA1
	}
	if e.mgf == 0 {
		e.mgf = crypto.SHA1
	}
	if e.recipients == nil {
		e.recipients = []string{"sp"}
	}
	secret := []byte("0123456789abcdef")
	octets := seal(t, e.block, secret, []byte(plain))
	if e.spoil != nil {
		octets = e.spoil(octets)
	}
	method := ""
	if e.digest != "" {
		method += `<ds:DigestMethod Algorithm="` + e.digest + `"/>`
	}
	if e.mgfURI != "" {
		method += `<xenc11:MGF xmlns:xenc11="` + xe11 + `" Algorithm="` + e.mgfURI + `"/>`
	}
	var wrapped strings.Builder
	for _, name := range e.recipients {
		public := key(t, name).Public().(*rsa.PublicKey)
		sealed, err := rsa.EncryptOAEPWithOptions(rand.Reader, public, secret, &rsa.OAEPOptions{Hash: e.hash, MGFHash: e.mgf})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&wrapped, `<xenc:EncryptedKey xmlns:xenc="%s"><xenc:EncryptionMethod Algorithm="%s">%s</xenc:EncryptionMethod>%s</xenc:EncryptedKey>`,
			xe, e.transport, method, cipherData(sealed))
	}
	inside, beside := `<ds:KeyInfo>`+wrapped.String()+`</ds:KeyInfo>`, ""
	if e.beside {
		inside, beside = "", wrapped.String()
	}
	return fmt.Sprintf(`<xenc:EncryptedData xmlns:xenc="%s" xmlns:ds="%s"><xenc:EncryptionMethod Algorithm="%s"/>%s%s</xenc:EncryptedData>`,
		xe, ds, e.block, inside, cipherData(octets)) + strings.ReplaceAll(beside, "<xenc:EncryptedKey", `<xenc:EncryptedKey xmlns:ds="`+ds+`"`)
}

func cipherData(octets []byte) string {
	return `<xenc:CipherData><xenc:CipherValue>` + base64.StdEncoding.EncodeToString(octets) + `</xenc:CipherValue></xenc:CipherData>`
}

func seal(t testing.TB, uri string, secret, plain []byte) []byte {
	t.Helper()
	block, err := aes.NewCipher(secret)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(uri, "gcm") {
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			t.Fatal(err)
		}
		nonce := []byte("twelve bytes")
		return gcm.Seal(nonce, nonce, plain, nil)
	}
	padding := 16 - len(plain)%16
	plain = append(append(plain, make([]byte, padding-1)...), byte(padding))
	out := make([]byte, 16+len(plain))
	cipher.NewCBCEncrypter(block, out[:16]).CryptBlocks(out[16:], plain)
	return out
}

// sealed is a Response around an encrypted element of that plaintext.
func sealed(t testing.TB, plain string, e encryption) string {
	return responseStart + issuer + status + `<saml:EncryptedAssertion>` + encrypt(t, plain, e) + `</saml:EncryptedAssertion></samlp:Response>`
}

func signedAssertion(t testing.TB) string {
	return between(signed(t), "<saml:Assertion", "</saml:Assertion>")
}

func TestEncryption(t *testing.T) {
	t.Parallel()
	plain := signedAssertion(t)
	oaep := func(hash, mgf crypto.Hash, digest, mgfURI string) encryption {
		return encryption{transport: xe11 + "rsa-oaep", hash: hash, mgf: mgf, digest: digest, mgfURI: mgfURI}
	}
	for name, doc := range map[string]string{
		"GCM":                        sealed(t, plain, encryption{}),
		"CBC":                        sealed(t, plain, encryption{block: xe + "aes128-cbc"}),
		"OAEP digest SHA-256":        sealed(t, plain, encryption{hash: crypto.SHA256, digest: xe + "sha256"}),
		"OAEP 1.1 defaults":          sealed(t, plain, oaep(crypto.SHA1, crypto.SHA1, "", "")),
		"OAEP 1.1 SHA-256, MGF1":     sealed(t, plain, oaep(crypto.SHA256, crypto.SHA1, xe+"sha256", "")),
		"OAEP 1.1 SHA-256, MGF1-256": sealed(t, plain, oaep(crypto.SHA256, crypto.SHA256, xe+"sha256", xe11+"mgf1sha256")),
		"OAEP 1.1 SHA-512, MGF1-384": sealed(t, plain, oaep(crypto.SHA512, crypto.SHA384, xe+"sha512", xe11+"mgf1sha384")),
		"key beside":                 sealed(t, plain, encryption{beside: true}),
		"two recipients, second":     sealed(t, plain, encryption{recipients: []string{"idp", "sp"}}),
		"with declaration":           sealed(t, `<?xml version="1.0"?>`+plain, encryption{}),
		"namespaces from outside":    sealed(t, strings.Replace(plain, declarations, "", 1), encryption{}),
		"encrypted NameID":           signed(t, nameID, `<saml:EncryptedID>`+encrypt(t, nameID, encryption{})+`</saml:EncryptedID>`),
		"encrypted attribute":        signed(t, email, `<saml:EncryptedAttribute>`+encrypt(t, email, encryption{})+`</saml:EncryptedAttribute>`),
		"signed around":              sign(t, sealed(t, assertion, encryption{}), signing{on: "_response"}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := validate.Response([]byte(doc), policy(t), now)
			if !d.Accepted || d.Identity.NameID != "ada@example.com" || d.Identity.Attributes["Email"][0] != "ada@example.com" {
				explain(t, d)
				t.Errorf("identity %+v", d.Identity)
			}
		})
	}
}

// TestUndecryptable: everything that depends on the ciphertext fails alike.
func TestUndecryptable(t *testing.T) {
	t.Parallel()
	plain := signedAssertion(t)
	cut := func(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:n] } }
	flip := func(b []byte) []byte { b[len(b)-1] ^= 1; return b }
	cbc := xe + "aes128-cbc"
	uniform := map[string]string{
		"another key":          sealed(t, plain, encryption{recipients: []string{"idp"}}),
		"GCM bit flipped":      sealed(t, plain, encryption{spoil: flip}),
		"GCM short":            sealed(t, plain, encryption{spoil: cut(3)}),
		"GCM nonce only":       sealed(t, plain, encryption{spoil: cut(12)}),
		"CBC padding":          sealed(t, plain, encryption{block: cbc, spoil: flip}),
		"CBC 17 bytes":         sealed(t, plain, encryption{block: cbc, spoil: cut(17)}),
		"CBC IV only":          sealed(t, plain, encryption{block: cbc, spoil: cut(16)}),
		"CBC truncated":        sealed(t, plain, encryption{block: cbc, spoil: cut(160)}),
		"CBC text":             sealed(t, "hello", encryption{block: cbc}),
		"CBC nothing":          sealed(t, "", encryption{block: cbc}),
		"CBC two assertions":   sealed(t, plain+plain, encryption{block: cbc}),
		"CBC doctype":          sealed(t, "<!DOCTYPE a>"+plain, encryption{block: cbc}),
		"CBC not an assertion": sealed(t, `<saml:NameID `+declarations+`>ada</saml:NameID>`, encryption{block: cbc}),
		"wrong size of key":    sealed(t, plain, encryption{block: xe11 + "aes128-gcm", spoil: func(b []byte) []byte { return bytes.Repeat(b, 2) }}),
		"undecryptable NameID": signed(t, nameID, `<saml:EncryptedID>`+encrypt(t, nameID, encryption{recipients: []string{"idp"}})+`</saml:EncryptedID>`),
	}
	for name, doc := range uniform {
		d := validate.Response([]byte(doc), policy(t), now)
		if d.Reason != reason.Undecryptable || d.Findings[0].Got != "content that cannot be decrypted" || len(d.Findings) > 1 {
			explain(t, d)
			t.Errorf("%s: reason %q", name, d.Reason)
		}
	}
	data := encrypt(t, plain, encryption{})
	for name, doc := range map[string]string{
		"empty":         envelope("<saml:EncryptedAssertion/>"),
		"no key":        envelope("<saml:EncryptedAssertion>" + strings.Replace(data, between(data, "<ds:KeyInfo>", "</ds:KeyInfo>"), "", 1) + "</saml:EncryptedAssertion>"),
		"many keys":     sealed(t, plain, encryption{recipients: strings.Fields(strings.Repeat("sp ", 9))}),
		"unknown block": sealed(t, plain, encryption{block: "urn:x"}),
		"unknown OAEP":  sealed(t, plain, encryption{digest: "urn:x"}),
	} {
		if d := validate.Response([]byte(doc), policy(t), now); d.Reason != reason.Undecryptable {
			explain(t, d)
			t.Errorf("%s: reason %q", name, d.Reason)
		}
	}
	p := policy(t)
	p.DecryptionKeys = nil
	if d := validate.Response([]byte(sealed(t, plain, encryption{})), p, now); d.Reason != reason.Undecryptable || !strings.Contains(d.Findings[0].Got, "no decryption key") {
		explain(t, d)
		t.Error("an SP without key must say so")
	}
}

// TestDecryptedContent: what an authenticated plaintext is may go on record.
func TestDecryptedContent(t *testing.T) {
	t.Parallel()
	plain := signedAssertion(t)
	for want, content := range map[string]string{
		"decrypted to text before the root element":       "hello",
		"decrypted to nothing at all":                     "",
		"decrypted to a second root element Assertion":    plain + plain,
		"decrypted to a document type declaration":        "<!DOCTYPE a>" + plain,
		"decrypted to an element saml:NameID":             `<saml:NameID ` + declarations + `>ada</saml:NameID>`,
		"decrypted to an element saml:EncryptedAssertion": `<saml:EncryptedAssertion ` + declarations + `>` + encrypt(t, plain, encryption{}) + `</saml:EncryptedAssertion>`,
	} {
		d := validate.Response([]byte(sealed(t, content, encryption{})), policy(t), now)
		if d.Reason != reason.Undecryptable || len(d.Findings) != 1 || d.Findings[0].Rule != "decrypted-content" || d.Findings[0].Got != want {
			explain(t, d)
			t.Errorf("reason %q, want %q", d.Reason, want)
		}
	}
}

// TestUnsignedInside: encryption proves nothing, the SP's key is public
// (CVE-2024-4985, CVE-2026-2092).
func TestUnsignedInside(t *testing.T) {
	t.Parallel()
	forged := edit(t, assertion, ">ada@example.com</saml:NameID>", ">eve@example.com</saml:NameID>")
	hidden := `<saml:EncryptedAssertion>` + encrypt(t, edit(t, forged, "_assertion", "_forged"), encryption{}) + `</saml:EncryptedAssertion>`
	second := between(sign(t, edit(t, response, "_assertion", "_second"), signing{on: "_second"}), "<saml:Assertion", "</saml:Assertion>")
	for name, c := range map[string]struct {
		doc    string
		reason reason.Reason
	}{
		"unsigned inside":       {sealed(t, forged, encryption{}), reason.SignatureMissing},
		"tampered inside":       {sealed(t, strings.Replace(signedAssertion(t), "ada@", "eve@", 1), encryption{}), reason.SignatureInvalid},
		"decoy before a signed": {envelope(hidden, signedAssertion(t)), reason.SignatureMissing},
		"decoy after a signed":  {envelope(signedAssertion(t), hidden), reason.SignatureMissing},
		"both signed":           {envelope(signedAssertion(t), `<saml:EncryptedAssertion>`+encrypt(t, second, encryption{})+`</saml:EncryptedAssertion>`), reason.SignatureInvalid},
	} {
		d := validate.Response([]byte(c.doc), policy(t), now)
		if d.Accepted || d.Reason != c.reason {
			explain(t, d)
			t.Errorf("%s: reason %q, want %q", name, d.Reason, c.reason)
		}
	}
}
