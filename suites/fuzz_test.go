package suites_test

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
	"github.com/ssoproof/ssoproof/sp/validate"
)

var fuzzedAt = time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC)

// fuzzedKey reads one of the keys that the validator's own tests have. A key
// made here would be another in each of the fuzzer's processes.
func fuzzedKey(f *testing.F, name string) fault.Key {
	f.Helper()
	der := func(file string) []byte {
		text, err := os.ReadFile(filepath.Join("../sp/validate/testdata/keys", file))
		if err != nil {
			f.Fatal(err)
		}
		block, _ := pem.Decode(text)
		return block.Bytes
	}
	key, err := x509.ParsePKCS8PrivateKey(der(name + ".pem"))
	if err != nil {
		f.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der(name + ".crt"))
	if err != nil {
		f.Fatal(err)
	}
	return fault.Key{Signer: key.(crypto.Signer), Certificate: certificate}
}

// spoilt is a message of the identity provider with one fault in it, without
// what the fault does to the delivery. It is nil where the fault needs more of
// a message than there is.
func spoilt(spec response.Spec, armed fault.Armed) []byte {
	spec.Faults = []fault.Armed{armed}
	l := response.Logout{Spec: spec, Binding: response.Post, SessionIndexes: []string{"_session"}, NotOnOrAfter: time.Minute}
	l.Destination, l.InResponseTo = "https://sp.example/slo", ""
	var built *response.Built
	var err error
	switch armed.Fault.Of {
	case "":
		built, err = response.Build(spec)
	case fault.LogoutRequest:
		built, err = response.BuildLogoutRequest(l)
	case fault.LogoutResponse:
		l.InResponseTo = "_request"
		built, err = response.BuildLogoutResponse(l)
	case fault.ArtifactResponse:
		inside := etree.NewDocument()
		plain := spec
		plain.Faults = nil
		if built, err = response.Build(plain); err == nil {
			if err = inside.ReadFromBytes(built.XML); err == nil {
				built, err = response.BuildArtifactResponse(spec, inside.Root())
			}
		}
	}
	if err != nil || built == nil {
		return nil
	}
	return built.XML
}

// FuzzCatalogue starts from a message with each fault that the mock identity
// provider knows and looks for one that breaks the validator, or that is
// accepted as saying more than was signed.
func FuzzCatalogue(f *testing.F) {
	key, recipient := fuzzedKey(f, "idp"), fuzzedKey(f, "sp")
	spec := response.Spec{
		Issuer: "https://idp.example/metadata", Now: fuzzedAt, ID: "_response", AssertionID: "_assertion", SessionIndex: "_session",
		InResponseTo: "_request", Destination: "https://sp.example/acs", Audiences: []string{"https://sp.example/metadata"},
		NameID:     response.NameID{Value: "ada@example.com"},
		Attributes: []response.Attribute{{Name: "Email", Values: []string{"ada@example.com"}}},
		Key:        key, Spare: []fault.Key{fuzzedKey(f, "other")}, Foreign: fuzzedKey(f, "p256"), Recipient: recipient.Certificate,
	}
	p := validate.Policy{
		EntityID: "https://sp.example/metadata", ACS: "https://sp.example/acs", Issuer: "https://idp.example/metadata",
		Certificates: []*x509.Certificate{key.Certificate}, DecryptionKeys: []crypto.PrivateKey{recipient.Signer},
		Requests: func(id string) validate.RequestState {
			if id == "_request" {
				return validate.RequestOutstanding
			}
			return validate.RequestUnknown
		},
	}
	signed := map[string]bool{"": true} // whom the identity provider has spoken of
	for _, one := range fault.Catalogue() {
		armed := fault.Armed{Fault: one, Args: one.Example()}
		raw := spoilt(spec, armed)
		if len(raw) == 0 || len(raw) > 16_000 { // large seeds only slow the fuzzer down
			continue
		}
		if one.Of == fault.ArtifactResponse {
			raw = []byte(`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>` + string(raw) + `</S:Body></S:Envelope>`)
		}
		for _, name := range accepted(f, p, raw) {
			signed[name] = true
		}
		f.Add(raw)
	}
	if !signed["ada@example.com"] {
		f.Fatal("no fault leaves a message that is accepted: the seeds are of no use")
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, name := range accepted(t, p, raw) {
			if !signed[name] {
				t.Fatalf("accepted as %q", name)
			}
		}
	})
}

// accepted judges a document as each message that it could be, and returns the
// names that came out.
func accepted(t testing.TB, p validate.Policy, raw []byte) (names []string) {
	t.Helper()
	slo := p
	slo.ACS = "https://sp.example/slo"
	envelope, inside, policy := validate.ArtifactResponse(raw, p, fuzzedAt)
	decisions := []validate.Decision{
		validate.Response(raw, p, fuzzedAt), validate.LogoutRequest(raw, nil, slo, fuzzedAt), validate.LogoutResponse(raw, nil, slo, fuzzedAt), envelope,
	}
	if envelope.Accepted {
		decisions = append(decisions, validate.Response(inside, policy, fuzzedAt))
	}
	for _, d := range decisions {
		if d.Accepted != (d.Reason == "") {
			t.Fatalf("accepted %v, reason %q", d.Accepted, d.Reason)
		}
		if d.Accepted {
			names = append(names, d.Identity.NameID, d.Logout.NameID)
		}
		for _, finding := range d.Findings {
			if finding.Remedy == "Report this message to the SP's operator; it shows a defect of the SP." {
				t.Fatalf("finding %+v", finding)
			}
		}
	}
	return names
}
