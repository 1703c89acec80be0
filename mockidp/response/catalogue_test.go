package response_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// broken tells which signatures a fault of the Signature or Document stage is
// meant to break, or leave out. Every other signature must verify, whatever
// the fault has done to the message.
func broken() map[string][]string {
	every := []string{onResponse, onAssertion}
	return map[string][]string{
		"digest-tampered":                 every,
		"signature-value-tampered":        every,
		"signature-value-emptied":         every,
		"signature-value-removed":         every,
		"signature-emptied":               every,
		"signature-duplicated":            every, // each covers the other
		"signed-info-duplicated":          every,
		"signed-with-foreign-key":         every, // verified below with its own key
		"borrowed-certificate":            every, // the same
		"foreign-key-value":               every, // the same
		"spare-key":                       every, // the same
		"reference":                       {onAssertion},
		"assertion-signature-on-response": {onAssertion}, // signed before the Response's own signature was put in
		"duplicate-id":                    every,         // xmlsec1 takes no document with one ID twice
		"id":                              {onAssertion}, // not to be found by a reference
		"id-removed":                      {onAssertion},
		"content-tampered":                every,
		"digest-forged":                   every,
		"indented":                        every,
		"signature-wrapped":               every, // what is left of them is verified beside the readers they deceive
		"second-root":                     every, // no document for xmlsec1, and verified there too
		"metadata-planted":                every, // the same
		"round-trip-forged":               {onResponse},
		"assertion-forged":                {onResponse},
		"assertion-in-logout-request":     every, // the one that is left is verified below
		"signature-flood":                 {onResponse},
		"prefix-rewritten":                every,
		"instruction-in-name-id":          every,
		"root-replaced":                   {onAssertion}, // which is the root then
		"namespace":                       {onResponse},  // xmlsec1 is told that IDs are those of SAML 2.0
		"reference-removed":               every,
		"transform-flood":                 every, // more than xmlsec1 computes
		"reference-form":                  every,
		"transform-xslt":                  every,
		"c14n-void":                       every,
		"signature-detached":              every, // neither stands where it should
	}
}

// change makes the kind of message that a fault has something to break in.
func change(t *testing.T, name string, spec *response.Spec) {
	switch name {
	case "metadata-planted":
		spec.Metadata = publishedMetadata(t)
	case "signed":
		spec.Shape.Sign = "none"
	case "carriage-returns":
		spec.Shape.XMLDeclaration = true // which a line feed follows
	case "certificate-chain":
		spec.Key = madeKeys().issued
	case "unencrypted":
		spec.Shape.Encrypt = true
	}
}

func TestEveryFaultChangesTheMessage(t *testing.T) {
	t.Parallel()
	for _, f := range fault.Catalogue() {
		if f.Service != nil || f.Of != "" {
			continue // not for Build
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			spec := standard()
			change(t, f.Name, &spec)
			plain := build(t, spec)
			spec.Faults = []fault.Armed{armed(t, f.Name, nil)}
			faulty := build(t, spec)
			if bytes.Equal(plain.XML, faulty.XML) && fmt.Sprint(plain.Form) == fmt.Sprint(faulty.Form) {
				t.Error("the fault leaves the message as it is")
			}
			if f.Delivery != nil && !bytes.Equal(plain.XML, faulty.XML) {
				t.Error("a fault of the form has changed the message")
			}
		})
	}
}

func TestFaultsBreakNoSignatureButTheirOwn(t *testing.T) {
	t.Parallel()
	var all []signed
	for _, f := range fault.Catalogue() {
		if f.Of != "" || f.Assertion == nil && f.Signature == nil && f.Document == nil {
			continue
		}
		spec := standard()
		change(t, f.Name, &spec)
		spec.Faults = []fault.Armed{armed(t, f.Name, nil)}
		xml := build(t, spec).XML
		for _, on := range []string{onResponse, onAssertion} {
			bad := slices.Contains(broken()[f.Name], on)
			if on == onAssertion && !bytes.Contains(xml, []byte("<saml:Assertion")) {
				continue
			}
			if f.Name == "unsigned" {
				if bytes.Contains(xml, []byte("<ds:Signature")) {
					t.Error("unsigned leaves a Signature")
				}
				continue
			}
			all = append(all, signed{name: f.Name, xml: xml, on: on, bad: bad})
		}
	}
	verify(t, madeKeys().idp.Certificate, all)
}

func TestOtherKeysReallySign(t *testing.T) {
	t.Parallel()
	k := madeKeys()
	for name, key := range map[string]fault.Key{"signed-with-foreign-key": k.foreign, "borrowed-certificate": k.foreign,
		"foreign-key-value": k.foreign, "spare-key": k.spare, "foreign-certificate": k.idp, "key-value": k.idp} {
		spec := standard()
		spec.Faults = []fault.Armed{armed(t, name, nil)}
		xml := build(t, spec).XML
		verify(t, key.Certificate, []signed{{name: name, xml: xml, on: onResponse}, {name: name, xml: xml, on: onAssertion}})
	}
}

// The Assertion that a forged LogoutRequest carries along is as good as before.
func TestForgedLogoutRequestCarriesAGoodSignature(t *testing.T) {
	t.Parallel()
	spec := standard()
	spec.Faults = []fault.Armed{armed(t, "assertion-in-logout-request", nil)}
	verify(t, madeKeys().idp.Certificate, []signed{{name: "assertion-in-logout-request", xml: build(t, spec).XML, on: anywhere}})
}

// A broken inner signature under a good outer one, and the other way round,
// are different things to a service provider.
func TestTamperingKeepsToItsTarget(t *testing.T) {
	t.Parallel()
	var all []signed
	for _, target := range []string{"response", "assertion"} {
		for _, name := range []string{"digest-tampered", "signature-value-tampered"} {
			spec := standard()
			spec.Faults = []fault.Armed{armed(t, name, fault.Args{"target": target})}
			xml := build(t, spec).XML
			all = append(all,
				signed{name: name + " " + target, xml: xml, on: onResponse, bad: target == "response"},
				signed{name: name + " " + target, xml: xml, on: onAssertion, bad: target == "assertion"})
		}
	}
	verify(t, madeKeys().idp.Certificate, all)
}

func TestBothAssertionsAreSigned(t *testing.T) {
	t.Parallel()
	spec := standard()
	spec.Faults = []fault.Armed{armed(t, "assertion-duplicated", nil)}
	xml := build(t, spec).XML
	verify(t, madeKeys().idp.Certificate, []signed{{name: "first", xml: xml, on: onAssertion}, {name: "second", xml: xml, on: onSecond}})
}

// Every choice of every parameter must work, not only the example.
func TestEveryChoiceBuilds(t *testing.T) {
	t.Parallel()
	for _, f := range fault.Catalogue() {
		if f.Of != "" {
			continue // not for Build
		}
		for _, p := range f.Params {
			idle := 0
			for _, choice := range p.Choices {
				args := f.Example()
				args[p.Name] = choice
				spec := standard()
				change(t, f.Name, &spec)
				spec.Faults = []fault.Armed{armed(t, f.Name, args)}
				if len(choice) > 5 && choice[:5] == "ecdsa" {
					spec.Key = madeKeys().p256
				}
				_, err := response.Build(spec)
				if errors.Is(err, response.ErrNoEffect) {
					idle++ // the message is like that anyway
					continue
				}
				if err != nil {
					t.Errorf("%s, %s: %s: %v", f.Name, p.Name, choice, err)
				}
			}
			if idle > 1 {
				t.Errorf("%s: %d choices of %s change nothing", f.Name, idle, p.Name)
			}
		}
	}
}
