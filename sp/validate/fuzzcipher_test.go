package validate_test

import (
	"testing"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// FuzzPlaintext encrypts for the service provider whatever the fuzzer thinks
// of, as anybody can who has read its metadata, and looks for a plaintext that
// panics or is accepted: nobody has signed it.
func FuzzPlaintext(f *testing.F) {
	for _, plain := range []string{assertion, "", "<a", "<saml:Assertion/>", assertion + assertion, "<!DOCTYPE a>" + assertion, "\xef\xbb\xbf" + assertion} {
		f.Add([]byte(plain), false)
		f.Add([]byte(plain), true)
	}
	p := policy(f)
	f.Fuzz(func(t *testing.T, plain []byte, cbc bool) {
		e := encryption{}
		if cbc {
			e.block = xe + "aes128-cbc"
		}
		examined(t, validate.Response([]byte(sealed(t, string(plain), e)), p, now))
	})
}

// FuzzCiphertext looks for octets that break the decryption, or come out as
// something that somebody has signed.
func FuzzCiphertext(f *testing.F) {
	for _, seed := range [][]byte{nil, {0}, make([]byte, 15), make([]byte, 16), make([]byte, 28), make([]byte, 32), make([]byte, 33), seal(f, xe+"aes128-cbc", []byte("0123456789abcdef"), []byte(assertion))} {
		f.Add(seed, "aes128-cbc", xe+"rsa-oaep-mgf1p")
		f.Add(seed, "aes256-cbc", xe11+"rsa-oaep")
		f.Add(seed, "tripledes-cbc", xe+"rsa-1_5")
	}
	p := policy(f)
	lax := p
	lax.Without = []string{"encryption-algorithm"} // so that what is unsound is tried as well
	f.Fuzz(func(t *testing.T, octets []byte, block, transport string) {
		if !isText(block) || !isText(transport) {
			return
		}
		doc := []byte(sealed(t, "", encryption{block: xe + block, transport: transport, spoil: func([]byte) []byte { return octets }}))
		examined(t, validate.Response(doc, p, now))
		examined(t, validate.Response(doc, lax, now))
	})
}

// isText tells whether a value can stand in an attribute as it is.
func isText(value string) bool {
	for _, r := range value {
		if r < ' ' || r > '~' || r == '"' || r == '<' || r == '&' {
			return false
		}
	}
	return true
}

// defect is the remedy of a finding that stands for a panic.
const defect = "Report this message to the SP's operator; it shows a defect of the SP."

// examined wants a refusal, and none that a bug has made.
func examined(t *testing.T, d validate.Decision) {
	t.Helper()
	if d.Accepted || d.Reason == "" || d.Identity.NameID != "" {
		t.Fatalf("accepted %v, reason %q, identity %+v", d.Accepted, d.Reason, d.Identity)
	}
	for _, finding := range d.Findings {
		if finding.Remedy == defect {
			t.Fatalf("finding %+v", finding)
		}
	}
}
