package response_test

import (
	"bytes"
	"encoding/pem"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// A reader that takes the forged digest, wherever it stands, finds that the
// forged content fits; one that takes the genuine one finds that it does not.
func TestForgedDigestFitsTheForgedContent(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"comment", "signed-info"} {
		for _, order := range []string{"forged-first", "genuine-first"} {
			t.Run(in+" "+order, func(t *testing.T) {
				t.Parallel()
				spec := standard()
				spec.Faults = []fault.Armed{armed(t, "digest-forged", fault.Args{"in": in, "order": order})}
				xml := build(t, spec).XML
				if !bytes.Contains(xml, []byte("mallory@example.com")) || bytes.Contains(xml, []byte("ada@example.com")) {
					t.Fatalf("nothing is forged\n%s", xml)
				}
				for _, on := range []string{onAssertion, onResponse} {
					read := careless(t, xml, on, in, order)
					if !digestFits(t, read, on) {
						t.Errorf("the forged digest at %s is not that of the content\n%s", on, read)
					}
					other := map[string]string{"forged-first": "genuine-first", "genuine-first": "forged-first"}[order]
					if digestFits(t, careless(t, xml, on, in, other), on) {
						t.Errorf("the genuine digest at %s is that of the forged content", on)
					}
				}
			})
		}
	}
}

// careless is the message as somebody sees it who takes only the first digest
// of the Signature there (or, for genuine-first, only the last).
func careless(t *testing.T, xml []byte, on, in, order string) []byte {
	t.Helper()
	root := parsed(t, xml)
	signature := root.SelectElement("Signature")
	if on == onAssertion {
		signature = root.FindElement("Assertion/Signature")
	}
	last := map[string]int{"forged-first": 0, "genuine-first": 1}[order]
	if in == "signed-info" {
		signature.SelectElements("SignedInfo")[1-last].Remove()
	} else {
		value := signature.FindElement("SignedInfo/Reference/DigestValue")
		taken := value.Child[last]
		value.Child = nil
		switch kind := taken.(type) {
		case *etree.Comment:
			value.SetText(kind.Data)
		case *etree.CharData:
			value.SetText(kind.Data)
		}
	}
	doc := etree.NewDocumentWithRoot(root)
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true}
	out, err := doc.WriteToBytes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// digestFits asks xmlsec1 about the digests alone: it says of each Reference
// whether it holds before it comes to the signature value.
func digestFits(t *testing.T, xml []byte, on string) bool {
	t.Helper()
	key := filepath.Join(t.TempDir(), "certificate.pem")
	write(t, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: madeKeys().idp.Certificate.Raw}))
	_, stderr, _ := ask(t, []string{"--pubkey-cert-pem", key}, on, []signed{{xml: xml}})
	return strings.Contains(stderr, "SignedInfo References (ok/all): 1/1")
}
