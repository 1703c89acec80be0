package proof

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// The places of the signatures in a message, as XPath expressions.
const (
	onRoot      = "/*/*[local-name()='Signature']"
	onAssertion = "/*/*[local-name()='Assertion'][1]/*[local-name()='Signature']"
)

// unseen names the faults that strike before signing and whose signature
// xmlsec1 cannot verify all the same, and why.
var unseen = map[string]string{
	"duplicate-id":               "it takes no document with one ID twice",
	"id":                         "it is not told where the ID is to be found",
	"id-removed":                 "no reference finds a missing ID",
	"namespace":                  "it is told that IDs are those of SAML 2.0",
	"metadata-entity-duplicated": "it takes no document with one ID twice",
	"deep-nesting":               "it reads no deeper than 256 elements",
	"logout-request-root":        "it is told that IDs are those of a LogoutRequest",
	"logout-response-root":       "it is told that IDs are those of a LogoutResponse",
	"logout-request-id-removed":  "no reference finds a missing ID",
	"logout-response-id-removed": "no reference finds a missing ID",
}

// TestFaultsBeforeSigningAreSigned has xmlsec1, which shares no code with the
// signer, verify every signature of every message whose fault strikes before it
// is signed, with each set of arguments that a scenario gives the fault.
func TestFaultsBeforeSigningAreSigned(t *testing.T) {
	s := newSender(t)
	messages := map[string][]witnessed{}
	for _, armed := range used(t) {
		f := armed.Fault
		if f.Assertion == nil && f.Encrypt == nil || unseen[f.Name] != "" {
			continue
		}
		xml := s.faulty(t, armed).xml
		at := root(t, xml)
		for _, on := range []string{onRoot, onAssertion} {
			signed := on == onRoot && at.SelectElement("Signature") != nil
			if a := at.SelectElement("Assertion"); on == onAssertion && a != nil {
				signed = a.SelectElement("Signature") != nil
			}
			if signed {
				messages[on] = append(messages[on], witnessed{spelled(armed), xml})
			}
		}
	}
	if len(messages[onRoot]) < 300 || len(messages[onAssertion]) < 200 {
		t.Errorf("only %d messages and %d assertions are signed", len(messages[onRoot]), len(messages[onAssertion]))
	}
	for on, all := range messages {
		if err := verify(t, s.idp, on, all); err != nil {
			t.Error(err)
		}
	}
}

type witnessed struct {
	name string
	xml  []byte
}

// verify has one process of xmlsec1 verify all messages. It stops at the first
// that is not good, and says which.
func verify(t *testing.T, by fault.Key, on string, all []witnessed) error {
	t.Helper()
	path, err := exec.LookPath("xmlsec1")
	if err != nil {
		t.Fatal("xmlsec1 is needed as an independent witness: apt-get install xmlsec1")
	}
	dir := t.TempDir()
	certificate := filepath.Join(dir, "certificate.pem")
	if err := os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: by.Certificate.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--verify", "--enabled-key-data", "x509", "--pubkey-cert-pem", certificate, "--node-xpath", on,
		"--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion", "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor",
		"--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor"}
	for _, name := range []string{"Response", "LogoutRequest", "LogoutResponse", "ArtifactResponse"} {
		args = append(args, "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:protocol:"+name)
	}
	for i, one := range all {
		file := filepath.Join(dir, fmt.Sprintf("%d.xml", i))
		if err := os.WriteFile(file, one.xml, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	var said bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stderr = &said
	failure := cmd.Run()
	good := slices.DeleteFunc(strings.Split(said.String(), "\n"), func(line string) bool { return line != "OK" })
	if failure == nil && len(good) == len(all) {
		return nil
	}
	return fmt.Errorf("xmlsec1 verified %d of %d signatures at %s, and not that of %s: %v\n%.2000s",
		len(good), len(all), on, all[min(len(good), len(all)-1)].name, failure, said.String())
}

// A witness that sees nothing would prove nothing.
func TestTheWitnessSees(t *testing.T) {
	s := newSender(t)
	f, _ := fault.Find("audience")
	xml := s.faulty(t, fault.Armed{Fault: f, Args: f.Example()}).xml
	changed := bytes.Replace(xml, []byte("ada@example.com"), []byte("eve@example.com"), 1)
	for _, on := range []string{onRoot, onAssertion} {
		if err := verify(t, s.idp, on, []witnessed{{"genuine", xml}, {"changed", changed}}); err == nil || !strings.Contains(err.Error(), "not that of changed") {
			t.Errorf("%s: %v", on, err)
		}
	}
}
