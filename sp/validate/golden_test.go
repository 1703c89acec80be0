package validate_test

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// now is the SP's time in all tests: half a minute after the messages were made.
var now = time.Date(2027, 1, 15, 12, 0, 30, 0, time.UTC)

func file(t testing.TB, path ...string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// keys remembers what was parsed: checking an RSA key takes milliseconds.
var keys, certificates sync.Map

func key(t testing.TB, name string) crypto.Signer {
	t.Helper()
	if known, ok := keys.Load(name); ok {
		return known.(crypto.Signer)
	}
	block, _ := pem.Decode(file(t, "keys", name+".pem"))
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	keys.Store(name, parsed)
	return parsed.(crypto.Signer)
}

func certificate(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	if known, ok := certificates.Load(name); ok {
		return known.(*x509.Certificate)
	}
	block, _ := pem.Decode(file(t, "keys", name+".crt"))
	parsed, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	certificates.Store(name, parsed)
	return parsed
}

// policy is that of the SP for which all messages of these tests are made.
func policy(t testing.TB) validate.Policy {
	return validate.Policy{
		EntityID: "https://sp.example/metadata", ACS: "https://sp.example/acs", Issuer: "https://idp.example/metadata",
		Certificates:     []*x509.Certificate{certificate(t, "idp"), certificate(t, "p256"), certificate(t, "p384")},
		CheckCertificate: true, NameIDRequired: true, RequiredAttributes: []string{"Email"},
		DecryptionKeys: []crypto.PrivateKey{key(t, "other"), key(t, "sp")},
		Requests: func(id string) validate.RequestState {
			if id == "_request" {
				return validate.RequestOutstanding
			}
			return validate.RequestUnknown
		},
	}
}

func explain(t testing.TB, d validate.Decision) {
	t.Helper()
	t.Logf("accepted %v, reason %q", d.Accepted, d.Reason)
	for _, f := range d.Findings {
		t.Logf("  %s (%s, tolerated %v) at %s: got %s; want %s; %s", f.Rule, f.Reason, f.Tolerated, f.Where, f.Got, f.Want, f.Remedy)
	}
}

// TestXMLSec judges what an independent signer made.
func TestXMLSec(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/signed/*.xml")
	if err != nil || len(paths) < 19 {
		t.Fatalf("%d fixtures, error %v", len(paths), err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".xml")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := policy(t)
			p.AllowSHA1, p.AnyIssuer = true, name == "seed003"
			raw := file(t, "signed", name+".xml")
			d := validate.Response(raw, p, now)
			if !d.Accepted || d.Identity.NameID != "ada@example.com" {
				explain(t, d)
				t.Fatal("refused")
			}
			for _, f := range d.Findings {
				if !f.Tolerated {
					t.Errorf("finding %+v on an accepted message", f)
				}
			}
			tampered := strings.Replace(string(raw), ">ada@example.com</saml:NameID>", ">eve@example.com</saml:NameID>", 1)
			if d := validate.Response([]byte(tampered), p, now); d.Accepted || d.Reason != reason.SignatureInvalid {
				t.Errorf("tampered: accepted %v, reason %q", d.Accepted, d.Reason)
			}
			p.AllowSHA1 = false
			weak := strings.Contains(name, "sha1") || name == "seed003"
			if d := validate.Response(raw, p, now); d.Accepted == weak {
				t.Errorf("without SHA-1: accepted %v, reason %q", d.Accepted, d.Reason)
			}
		})
	}
}

func TestXMLSecValues(t *testing.T) {
	t.Parallel()
	d := validate.Response(file(t, "signed", "both.xml"), policy(t), now)
	if !d.Accepted {
		explain(t, d)
		t.Fatal("refused")
	}
	for name, want := range map[string]string{
		"Email": "ada@example.com",
		"Odd":   "Zoë & <Ada> \"q\" 'a'\r\n\t<&>ß𝄞",
		"White": "in no namespace",
	} {
		if got := d.Identity.Attributes[name]; len(got) != 1 || got[0] != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if len(d.Facts.Signatures) != 2 || d.Facts.Signatures[0].SHA256 != validate.FingerprintOf(certificate(t, "idp"), crypto.SHA256).Hex() {
		t.Errorf("facts %+v", d.Facts.Signatures)
	}
}

// TestXMLSecEncrypted judges what an independent program encrypted.
func TestXMLSecEncrypted(t *testing.T) {
	t.Parallel()
	for name, accepted := range map[string]bool{
		"aes128-cbc": true, "aes192-cbc": true, "aes256-cbc": true,
		"aes128-gcm": true, "aes192-gcm": true, "aes256-gcm": true,
		"rsa-1_5": false, "tripledes": false,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, p := file(t, "encrypted", name+".xml"), policy(t)
			p.RequireEncryption = true
			d := validate.Response(raw, p, now)
			if d.Accepted != accepted || !accepted && d.Reason != reason.Undecryptable {
				explain(t, d)
				t.Fatalf("accepted %v", d.Accepted)
			}
			p.Without = []string{"encryption-algorithm"}
			if d := validate.Response(raw, p, now); !d.Accepted || d.Identity.NameID != "ada@example.com" {
				explain(t, d)
				t.Fatal("refused although every algorithm may be used")
			}
			p.DecryptionKeys = []crypto.PrivateKey{key(t, "other")}
			if d := validate.Response(raw, p, now); d.Reason != reason.Undecryptable {
				t.Errorf("with another key: reason %q", d.Reason)
			}
		})
	}
}
