package response_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// TestFaultWithoutEffect builds messages in which a fault finds nothing to
// change, at each stage: none of them is sent as if it were defective.
func TestFaultWithoutEffect(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault string
		args  fault.Args
		spec  func(*response.Spec)
	}{
		"the tree":                      {"name-id-format-removed", nil, func(s *response.Spec) { s.NameID.Format = "" }},
		"a value that it has":           {"conditions-window", fault.Args{"not-before": "0s", "not-on-or-after": "5m"}, func(s *response.Spec) { s.NotBefore, s.NotOnOrAfter = 0, 5*time.Minute }},
		"a part that an error lacks":    {"status", fault.Args{"code": "Responder"}, func(s *response.Spec) { s.Status.Code = "Responder" }},
		"a signature that nobody makes": {"algorithm", fault.Args{"signature": "rsa-sha1"}, func(s *response.Spec) { s.Shape.Sign = "none" }},
		"an algorithm that it has":      {"canonicalization", fault.Args{"form": "exclusive"}, func(s *response.Spec) { s.Shape.C14N = "exclusive" }},
		"the octets":                    {"utf8-invalid", nil, func(s *response.Spec) { s.Shape.Encrypt = true }},
		"an attribute that is repeated": {"xml-attribute-repeated", fault.Args{"name": "Destination"}, func(s *response.Spec) { s.Destination = "" }},
		"the form":                      {"form-method", fault.Args{"method": "post"}, func(*response.Spec) {}},
	} {
		spec := standard()
		c.spec(&spec)
		spec.Faults = []fault.Armed{armed(t, c.fault, c.args)}
		if _, err := response.Build(spec); !errors.Is(err, response.ErrNoEffect) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSecondFaultWithoutEffect builds messages in which a fault has given the
// signature or the encryption functions to run, and the one behind it finds
// nothing to change: that the first strikes does not count for the second.
func TestSecondFaultWithoutEffect(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ first, idle, active fault.Armed }{
		"a signature": {
			armed(t, "signature-value-tampered", nil),
			armed(t, "canonicalization", fault.Args{"form": "exclusive"}), armed(t, "canonicalization", nil),
		},
		"a list of functions": {
			armed(t, "signature-value-tampered", nil),
			armed(t, "canonicalization", fault.Args{"form": "exclusive"}), armed(t, "digest-tampered", nil),
		},
		"the octets that are signed": {
			armed(t, "transform-xpath", nil),
			armed(t, "canonicalization", fault.Args{"form": "exclusive"}), armed(t, "c14n-void", nil),
		},
		"an encryption": {
			armed(t, "ciphertext-tampered", nil),
			armed(t, "encryption-algorithm", fault.Args{"block": "aes256-gcm"}), armed(t, "encryption-algorithm", fault.Args{"block": "aes128-cbc"}),
		},
		"the octets that are encrypted": {
			armed(t, "ciphertext-tampered", nil),
			armed(t, "encryption-algorithm", fault.Args{"block": "aes256-gcm"}), armed(t, "ciphertext-truncated", nil),
		},
	} {
		spec := standard()
		spec.Shape.C14N, spec.Shape.Encrypt, spec.Shape.Block = "exclusive", true, "aes256-gcm"
		spec.Faults = []fault.Armed{c.first, c.idle}
		if _, err := response.Build(spec); !errors.Is(err, response.ErrNoEffect) {
			t.Errorf("%s, with one that changes nothing: %v", name, err)
		}
		spec.Faults = []fault.Armed{c.first, c.active}
		if _, err := response.Build(spec); err != nil {
			t.Errorf("%s, with one that changes something: %v", name, err)
		}
	}
}
