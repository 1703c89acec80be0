package response_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// tricky holds what serialisers and canonicalizers get wrong.
const tricky = " a\r\n\tb <&>\"' ]]> é 😀 "

// shapes returns every combination of the choices that change how a signature
// is made or written, with the digests taken in turn.
func shapes(algorithms []string) []response.Shape {
	digests := []string{"", "sha1", "sha256", "sha384", "sha512"}
	var out []response.Shape
	for _, algorithm := range algorithms {
		for _, c14n := range response.Words()["c14n"] {
			for bits := range 8 {
				keyInfo := bits&1 != 0
				out = append(out, response.Shape{Algorithm: algorithm, Digest: digests[len(out)%len(digests)], C14N: c14n,
					KeyInfo: &keyInfo, EnvelopedOnly: bits&2 != 0, DefaultNamespace: bits&4 != 0})
			}
		}
	}
	return out
}

func TestXmlsecVerifiesEverySigningChoice(t *testing.T) {
	t.Parallel()
	k := madeKeys()
	for _, c := range []struct {
		key        fault.Key
		algorithms []string
	}{
		{k.idp, []string{"rsa-sha1", "rsa-sha256", "rsa-sha384", "rsa-sha512"}},
		{k.p256, []string{"ecdsa-sha256", "ecdsa-sha384"}},
		{k.p384, []string{"ecdsa-sha384", "ecdsa-sha512"}},
	} {
		t.Run(c.key.Certificate.Subject.CommonName, func(t *testing.T) {
			t.Parallel()
			var all []signed
			for i, shape := range shapes(c.algorithms) {
				shape.Sign = []string{"response", "assertion", "both"}[i%3]
				spec := standard()
				spec.Key, spec.Shape = c.key, shape
				spec.NameID.Value = tricky
				spec.Attributes[0].Values = []string{tricky, "", "second"}
				xml := build(t, spec).XML
				name := fmt.Sprintf("%+v", shape)
				if shape.Sign != "assertion" {
					all = append(all, signed{name: name, xml: xml, on: onResponse})
				}
				if shape.Sign != "response" {
					all = append(all, signed{name: name, xml: xml, on: onAssertion})
				}
			}
			verify(t, c.key.Certificate, all)
		})
	}
}

func TestXmlsecVerifiesPrefixLists(t *testing.T) {
	t.Parallel()
	var all []signed
	for _, list := range []string{"xs", "xs xsi", "samlp saml xs xsi"} {
		spec := standard()
		spec.Shape.PrefixList = list
		xml := build(t, spec).XML
		if !strings.Contains(string(xml), `PrefixList="`+list+`"`) {
			t.Errorf("no PrefixList %q in\n%s", list, xml)
		}
		all = append(all, signed{name: list, xml: xml, on: onResponse}, signed{name: list, xml: xml, on: onAssertion})
	}
	verify(t, madeKeys().idp.Certificate, all)
}

// A test of the witness: it must see what is wrong, or it proves nothing.
func TestXmlsecSeesAChangedMessage(t *testing.T) {
	t.Parallel()
	xml := build(t, standard()).XML
	changed := []byte(strings.Replace(string(xml), "ada@", "eve@", 1))
	verify(t, madeKeys().idp.Certificate, []signed{
		{name: "changed", xml: changed, on: onResponse, bad: true},
		{name: "changed", xml: changed, on: onAssertion, bad: true},
		{name: "genuine", xml: xml, on: onResponse},
	})
	verify(t, madeKeys().foreign.Certificate, []signed{{name: "another key", xml: withoutKeyInfo(t), on: onResponse, bad: true}})
}

// withoutKeyInfo is a message that leaves xmlsec1 no key but the one given.
func withoutKeyInfo(t *testing.T) []byte {
	t.Helper()
	spec := standard()
	keyInfo := false
	spec.Shape.KeyInfo = &keyInfo
	return build(t, spec).XML
}

func TestHMACIsKeyedWithThePublicCertificate(t *testing.T) {
	t.Parallel()
	spec := standard()
	spec.Faults = []fault.Armed{armed(t, "algorithm", fault.Args{"signature": "hmac-sha256"}), armed(t, "key-info-removed", nil)}
	key := filepath.Join(t.TempDir(), "key")
	write(t, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: spec.Key.Certificate.Raw}))
	verifyGroup(t, []string{"--hmackey", key}, onResponse, []signed{{name: "hmac", xml: build(t, spec).XML, on: onResponse}})
}

func TestSignatureStandsAfterIssuerOrFirst(t *testing.T) {
	t.Parallel()
	for _, issuer := range []bool{true, false} {
		spec := standard()
		spec.Shape.ResponseIssuer = &issuer
		root := parsed(t, build(t, spec).XML)
		want := 0
		if issuer {
			want = 1
		}
		if got := root.SelectElement("Signature").Index(); got != want {
			t.Errorf("with issuer %v the Signature is child %d, want %d", issuer, got, want)
		}
		if got := root.FindElement("Assertion/Signature").Index(); got != 1 {
			t.Errorf("the Assertion's Signature is child %d, want 1", got)
		}
	}
}

// Every name that a fault offers must be known to the signer, "unknown" apart.
func TestFaultsOfferOnlyKnownAlgorithms(t *testing.T) {
	t.Parallel()
	words := response.Words()
	for key, choices := range map[string][]string{
		"algorithm": fault.SignatureChoices(), "digest": fault.DigestChoices(), "c14n": fault.C14NChoices(),
		"block": fault.BlockChoices(), "key-transport": fault.KeyTransportChoices(),
	} {
		for _, choice := range choices {
			if choice != "unknown" && !slices.Contains(words[key], choice) {
				t.Errorf("a fault offers %s %q, known are %v", key, choice, words[key])
			}
		}
	}
}

func TestUnknownAlgorithmsAreWrittenAsTheyAre(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]fault.Args{
		"algorithm":            {"signature": "unknown", "digest": "unknown"},
		"canonicalization":     {"form": "unknown"},
		"transforms":           {"form": "unknown"},
		"encryption-algorithm": {"block": "unknown"},
	} {
		spec := standard()
		spec.Faults = []fault.Armed{armed(t, name, args)}
		if xml := build(t, spec).XML; !strings.Contains(string(xml), fault.UnknownAlgorithm) {
			t.Errorf("%s: no unknown algorithm in\n%s", name, xml)
		}
	}
}

func TestReissuedCertificateHoldsTheSameKey(t *testing.T) {
	t.Parallel()
	spec := standard()
	spec.Faults = []fault.Armed{armed(t, "certificate-reissued", fault.Args{"not-before": "-48h", "not-after": "-24h"})}
	root := parsed(t, build(t, spec).XML)
	cert := certificateIn(t, root.FindElement("Signature/KeyInfo/X509Data/X509Certificate").Text())
	if !cert.NotAfter.Equal(now.AddDate(0, 0, -1)) {
		t.Errorf("got NotAfter %s", cert.NotAfter)
	}
	if !publicKeysEqual(cert, spec.Key.Certificate) || cert.Equal(spec.Key.Certificate) {
		t.Error("not a new certificate of the same key")
	}
}

func publicKeysEqual(a, b *x509.Certificate) bool {
	return string(a.RawSubjectPublicKeyInfo) == string(b.RawSubjectPublicKeyInfo)
}
