package response_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// The signatures of a message, as XPath expressions.
const (
	onResponse  = "/*/*[local-name()='Signature']"
	onAssertion = "/*/*[local-name()='Assertion'][1]/*[local-name()='Signature']"
	onSecond    = "/*/*[local-name()='Assertion'][2]/*[local-name()='Signature']"
	anywhere    = "(//*[local-name()='Signature'])[1]"
)

// signed is a signature that xmlsec1 is asked about, and the answer expected.
type signed struct {
	name string
	xml  []byte
	on   string // XPath
	bad  bool   // expected not to verify
}

// witnessed runs xmlsec1, which shares no code with what it judges.
func witnessed(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	path, missing := exec.LookPath("xmlsec1")
	if missing != nil {
		t.Fatal("xmlsec1 is needed as an independent witness: apt-get install xmlsec1")
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// verify has xmlsec1 check signatures against a certificate: the good ones of
// one place in one process, each bad one alone, because xmlsec1 stops there.
func verify(t *testing.T, cert *x509.Certificate, all []signed) {
	t.Helper()
	key := filepath.Join(t.TempDir(), "certificate.pem")
	write(t, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}))
	good := map[string][]signed{}
	for _, s := range all {
		if !s.bad {
			good[s.on] = append(good[s.on], s)
			continue
		}
		if _, stderr, err := ask(t, []string{"--pubkey-cert-pem", key}, s.on, []signed{s}); err == nil {
			t.Errorf("%s: the signature at %s verifies\n%s\n%s", s.name, s.on, s.xml, stderr)
		}
	}
	for on, group := range good {
		verifyGroup(t, []string{"--pubkey-cert-pem", key}, on, group)
	}
}

func verifyGroup(t *testing.T, keyArgs []string, on string, group []signed) {
	t.Helper()
	files, stderr, err := ask(t, keyArgs, on, group)
	for i, file := range files {
		if strings.Contains(stderr, fmt.Sprintf("failed to verify file %q", file)) {
			t.Errorf("%s: the signature at %s does not verify\n%s", group[i].name, on, group[i].xml)
		}
	}
	if good := strings.Count("\n"+stderr, "\nOK\n"); good != len(group) || err != nil {
		t.Errorf("xmlsec1 verified %d of %d signatures at %s: %v\n%s", good, len(group), on, err, stderr)
	}
}

// ask runs xmlsec1 over a group of messages and returns their file names.
func ask(t *testing.T, keyArgs []string, on string, group []signed) (files []string, stderr string, err error) {
	t.Helper()
	// A bare key in the message is not to be believed (CVE-2023-48703): without
	// this, xmlsec1 believes it.
	args := append([]string{"--verify", "--enabled-key-data", "x509"}, identified(on)...)
	args = append(args, keyArgs...)
	dir := t.TempDir()
	for i, s := range group {
		files = append(files, filepath.Join(dir, fmt.Sprintf("%d.xml", i)))
		write(t, files[i], s.xml)
	}
	_, stderr, err = witnessed(t, append(args, files...)...)
	return files, stderr, err
}

// identified tells xmlsec1 which attributes are IDs, and which signature is meant.
func identified(on string) []string {
	var args []string
	for _, name := range []string{"protocol:Response", "assertion:Assertion", "protocol:LogoutRequest", "protocol:LogoutResponse",
		"protocol:ArtifactResponse", "metadata:EntityDescriptor"} {
		args = append(args, "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:"+name)
	}
	return append(args, "--node-xpath", on)
}

// digested has xmlsec1 compute the digest of what a signature refers to.
func digested(t *testing.T, key fault.Key, s signed) string {
	t.Helper()
	private, message := keyFile(t, key), filepath.Join(t.TempDir(), "message.xml")
	write(t, message, s.xml)
	stdout, stderr, err := witnessed(t, append(append([]string{"--sign", "--privkey-pem", private}, identified(s.on)...), message)...)
	if err != nil {
		t.Fatalf("%s: %v\n%s\n%s", s.name, err, stderr, s.xml)
	}
	return parsed(t, []byte(stdout)).FindElement("//Reference/DigestValue").Text()
}

// decrypt has xmlsec1 decrypt the first encrypted element of a message.
func decrypt(t *testing.T, key fault.Key, xml []byte) ([]byte, error) {
	t.Helper()
	private, message := keyFile(t, key), filepath.Join(t.TempDir(), "message.xml")
	write(t, message, xml)
	stdout, stderr, err := witnessed(t, "--decrypt", "--privkey-pem", private, message)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, stderr)
	}
	return []byte(stdout), nil
}

func keyFile(t *testing.T, key fault.Key) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key.Signer)
	if err != nil {
		t.Fatal(err)
	}
	private := filepath.Join(t.TempDir(), "key.pem")
	write(t, private, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	return private
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
