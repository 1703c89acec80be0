package proof

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// judgement is what a message came to: whether it was accepted, about whom, and
// what was found.
type judgement struct {
	validate.Decision
	names []string
}

// reader judges documents as the messages that they look like. Each is given to
// one reader only: to give it to all takes most of a fuzzer's time.
type reader struct {
	policy validate.Policy
	now    time.Time
}

func newReader(s *sender) reader {
	return reader{now: s.now, policy: validate.Policy{
		EntityID: "https://sp.example/metadata", ACS: "https://sp.example/acs", Issuer: "https://idp.example/metadata",
		Certificates: []*x509.Certificate{s.idp.Certificate}, DecryptionKeys: []crypto.PrivateKey{s.sp.Signer},
		Requests: func(id string) validate.RequestState {
			if id == "_request" {
				return validate.RequestOutstanding
			}
			return validate.RequestUnknown
		},
	}}
}

func (r reader) judge(raw []byte) judgement {
	slo := r.policy
	slo.ACS = "https://sp.example/slo"
	head := raw[:min(len(raw), 200)]
	switch {
	case bytes.Contains(head, []byte("LogoutRequest")):
		return judged(validate.LogoutRequest(raw, nil, slo, r.now))
	case bytes.Contains(head, []byte("LogoutResponse")):
		return judged(validate.LogoutResponse(raw, nil, slo, r.now))
	case bytes.Contains(head, []byte("Descriptor")):
		of := validate.Policy{Issuer: "http://idp.example/saml/metadata", Certificates: r.policy.Certificates}
		decision, provider := validate.Metadata(raw, nil, of, r.now)
		j := judged(decision)
		if provider != nil {
			j.names = []string{provider.EntityID}
		}
		return j
	case bytes.Contains(head, []byte("Envelope")):
		envelope, inside, policy := validate.ArtifactResponse(raw, r.policy, r.now)
		if !envelope.Accepted {
			return judged(envelope)
		}
		return judged(validate.Response(inside, policy, r.now))
	}
	return judged(validate.Response(raw, r.policy, r.now))
}

func judged(d validate.Decision) judgement {
	j := judgement{Decision: d}
	if d.Accepted {
		j.names = []string{d.Identity.NameID, d.Logout.NameID}
	}
	return j
}

// FuzzCatalogue starts from the message with each fault that the mock identity
// provider knows, with each set of arguments that a scenario gives it, and looks
// for one that breaks its reader, or that is accepted as saying more than was
// signed. Metadata, messages of single logout, artifacts and ciphertexts are
// among them.
func FuzzCatalogue(f *testing.F) {
	const large = 16_000 // what is larger only slows the fuzzer down
	s := newSender(f)
	r := newReader(s)
	// Whom the identity provider has spoken of: the usual person, and who is named
	// before a message is signed.
	signed, kinds := map[string]bool{"": true, "ada@example.com": true, "http://idp.example/saml/metadata": true}, map[fault.MessageName]int{}
	worker := flag.Lookup("test.fuzzworker").Value.String() == "true" // gets its seeds from elsewhere
	for _, armed := range used(f) {
		names := armed.Fault.Assertion != nil && strings.Contains(armed.Fault.Name, "name-id")
		if worker && !names {
			continue
		}
		raw := s.faulty(f, armed).xml
		if len(raw) == 0 || len(raw) > large {
			continue
		}
		if armed.Fault.Of == fault.ArtifactResponse && armed.Fault.Service == nil {
			raw = enveloped(raw)
		}
		if names {
			for _, name := range r.judge(raw).names {
				signed[name] = true
			}
		}
		kinds[armed.Fault.Of]++
		f.Add(raw)
	}
	for _, name := range []string{"audience", "metadata-unsigned"} {
		of, _ := fault.Find(name)
		if plain := s.plain(f, fault.Armed{Fault: of}); !r.judge(plain.xml).Accepted {
			f.Fatalf("not even without %s is the message accepted: the seeds are of no use", name)
		}
	}
	if !worker && (len(kinds) < 5 || kinds[""] < 300) {
		f.Fatalf("the seeds are %v", kinds)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		j := r.judge(raw)
		if j.Accepted != (j.Reason == "") {
			t.Fatalf("accepted %v, reason %q", j.Accepted, j.Reason)
		}
		for _, name := range j.names {
			if !signed[name] {
				t.Fatalf("accepted as %q", name)
			}
		}
		for _, finding := range j.Findings {
			if finding.Remedy == "Report this message to the SP's operator; it shows a defect of the SP." {
				t.Fatalf("finding %+v", finding)
			}
		}
	})
}
