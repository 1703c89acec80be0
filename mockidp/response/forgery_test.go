package response_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// forgeable is the standard message of an IdP that knows grace, too.
func forgeable(sign string) response.Spec {
	spec := standard()
	spec.Shape.Sign = sign
	spec.Other = func(login string) (response.NameID, []response.Attribute, error) {
		if login != "grace" {
			return response.NameID{}, nil, errors.New("nobody is called that")
		}
		attributes := slices.Clone(spec.Attributes)
		attributes[0].Values, attributes[1].Values = []string{"Grace"}, []string{"grace@example.com"}
		return response.NameID{Value: "grace@example.com"}, attributes, nil
	}
	return spec
}

const (
	ada   = "ada@example.com ada@example.com"
	grace = "grace@example.com grace@example.com"
)

// wrapped says of a variant of signature wrapping whom it deceives: the reader,
// another one where Assertions stand in an order that is not the variant's own,
// and the verifier.
type wrapped struct {
	variant              string
	reads                reader
	genuineFirst, forged reader // in that order
	sees                 view
	onAssertion          bool // there is nothing to wrap but a signed Assertion
}

var wrappings = []wrapped{
	{variant: "1", reads: firstOf, sees: lifted},
	{variant: "2", reads: lastOf, forged: firstOf, sees: asIs},
	{variant: "3", reads: firstOf, genuineFirst: lastOf, sees: asIs, onAssertion: true},
	{variant: "4", reads: firstOf, sees: asIs},
	{variant: "5", reads: besideSignature, sees: asIs, onAssertion: true},
	{variant: "6", reads: besideSignature, sees: lifted, onAssertion: true},
	{variant: "7", reads: first, genuineFirst: final, sees: asIs, onAssertion: true},
	{variant: "8", reads: besideSignature, sees: lifted},
	{variant: "9", reads: besideSignature, sees: valued},
	{variant: "forged-last", reads: lastOf, forged: firstOf, sees: asIs, onAssertion: true},
	{variant: "genuine-in-extensions", reads: firstOf, sees: asIs},
	{variant: "genuine-in-status-detail", reads: besideSignature, sees: asIs},
	{variant: "same-id-twin", reads: firstNamed, genuineFirst: lastNamed, sees: disowned},
	{variant: "genuine-in-advice", reads: firstOf, sees: asIs},
	{variant: "forged-in-object", reads: inObject, sees: asIs},
	{variant: "digest-smuggled", reads: besideSignature, sees: smuggled},
	{variant: "look-alike-assertion", reads: firstOf, genuineFirst: lastOf, sees: asIs},
	{variant: "look-alike-signature", reads: withSignature, sees: asIs},
	{variant: "prefixed-id", reads: firstNamed, genuineFirst: lastNamed, sees: disowned},
	{variant: "prefixed-id-swapped", reads: firstNamed, genuineFirst: lastNamed, sees: disowned},
	{variant: "repeated-id", reads: firstNamed, genuineFirst: lastNamed, sees: disowned},
	{variant: "repeated-id-swapped", reads: firstNamed, genuineFirst: lastNamed, sees: disowned},
}

// spellings are the two ways in which the products' documents have signatures written.
var spellings = []response.Shape{
	{},
	{C14N: "inclusive-1.0", EnvelopedOnly: true, DefaultNamespace: true},
}

// played calls do with every message that there is of a variant.
func (w wrapped) played(t *testing.T, do func(name string, order string, xml []byte)) {
	t.Helper()
	for i, shape := range spellings {
		for _, sign := range []string{"response", "assertion", "both"} {
			for _, order := range []string{"", "genuine-first", "forged-first"} {
				name := fmt.Sprint(w.variant, " ", sign, " ", order, " ", i)
				spec := forgeable(sign)
				spec.Shape = shape
				spec.Shape.Sign = sign
				args := fault.Args{"variant": w.variant, "as": "grace"}
				if order != "" {
					args["order"] = order
				}
				spec.Faults = []fault.Armed{armed(t, "signature-wrapped", args)}
				built, err := response.Build(spec)
				switch {
				case w.onAssertion && sign == "response":
					if err == nil {
						t.Errorf("%s: there is no signed Assertion, and it is wrapped", name)
					}
				case err != nil:
					t.Errorf("%s: %v", name, err)
				default:
					do(name, order, built.XML)
				}
			}
		}
	}
}

func (w wrapped) reader(order string, root *etree.Element) reader {
	beside := len(all(root, "Response")) == 1
	if own := map[string]reader{"genuine-first": w.genuineFirst, "forged-first": w.forged}[order]; own != nil && beside {
		return own
	}
	return w.reads
}

// Whoever reads as naively as the products that the attack was found in lets in
// the forged person. What is left of the signatures verifies for whoever the
// attack deceives about them, and the genuine person is there to be signed.
func TestEveryWrappingDeceives(t *testing.T) {
	t.Parallel()
	var found []signed
	for _, w := range wrappings {
		// The genuine digest is all that the smuggled one needs: see below.
		smuggles := w.variant == "digest-smuggled"
		w.played(t, func(name, order string, xml []byte) {
			root := lenient(t, string(xml))
			if got := person(w.reader(order, root)(root)); got != grace {
				t.Errorf("%s: the reader lets in %s\n%s", name, got, xml)
			}
			if genuine := slices.ContainsFunc(all(root, "Assertion"), func(el *etree.Element) bool { return person(el) == ada }); genuine == smuggles {
				t.Errorf("%s: genuine Assertion there: %v", name, genuine)
			}
			if !smuggles {
				found = append(found, seen(t, name, xml, w.sees)...)
			}
		})
	}
	verify(t, madeKeys().idp.Certificate, found)
}

// The order is the one that was asked for, unless one Assertion holds the other:
// then it is that of the inner one among what it stands with.
func TestWrappingsStandInOrder(t *testing.T) {
	t.Parallel()
	for _, w := range wrappings {
		w.played(t, func(name, order string, xml []byte) {
			assertions := all(lenient(t, string(xml)), "Assertion")
			if order == "" || len(assertions) == 1 || len(all(assertions[0], "Assertion")) > 1 {
				return
			}
			if genuineFirst := person(assertions[0]) == ada; genuineFirst != (order == "genuine-first") {
				t.Errorf("%s: genuine first is %v\n%s", name, genuineFirst, xml)
			}
		})
	}
}

// seen are the signatures of a message as a verifier sees it, and there are some.
func seen(t *testing.T, name string, xml []byte, as view) []signed {
	t.Helper()
	root := lenient(t, string(xml))
	as(root)
	var found []signed
	for _, el := range all(root, "Signature") {
		if el.NamespaceURI() == signatureNS {
			on := fmt.Sprintf("(//*[local-name()='Signature' and namespace-uri()='%s'])[%d]", signatureNS, len(found)+1)
			found = append(found, signed{name: name, xml: text(root), on: on})
		}
	}
	if len(found) == 0 {
		t.Errorf("%s: nothing is signed\n%s", name, xml)
	}
	return found
}

// Two variants deceive verifiers that take the digest from elsewhere than the
// signature value: there it is right.
func TestForgedDigestsAreRight(t *testing.T) {
	t.Parallel()
	for _, w := range []wrapped{{variant: "9", sees: referenced}, {variant: "digest-smuggled", sees: smuggled}} {
		w.played(t, func(name, _ string, xml []byte) {
			for _, s := range seen(t, name, xml, w.sees)[:1] {
				claimed := lenient(t, string(s.xml)).FindElement("//Reference/DigestValue").Text()
				if computed := digested(t, madeKeys().idp, s); computed != claimed {
					t.Errorf("%s: the digest of what is forged is %s, the message says %s\n%s", name, computed, claimed, xml)
				}
			}
		})
	}
}

// The signature value beside a smuggled digest is the one of the genuine message.
func TestSmuggledDigestLeavesTheSignatureAlone(t *testing.T) {
	t.Parallel()
	for _, sign := range []string{"response", "assertion"} {
		spec := forgeable(sign)
		signedInfo := func() string {
			signature := lenient(t, string(build(t, spec).XML)).FindElement("//Signature")
			return string(text(signature.SelectElement("SignedInfo"))) + signature.SelectElement("SignatureValue").Text()
		}
		genuine := signedInfo()
		spec.Faults = []fault.Armed{armed(t, "signature-wrapped", fault.Args{"variant": "digest-smuggled", "as": "grace"})}
		if forged := signedInfo(); forged != genuine {
			t.Errorf("%s: got %s, want %s", sign, forged, genuine)
		}
	}
}

func TestEveryVariantIsKnownToDeceiveSomebody(t *testing.T) {
	t.Parallel()
	f, _ := fault.Find("signature-wrapped")
	var known []string
	for _, w := range wrappings {
		known = append(known, w.variant)
	}
	if got := f.Params[0].Choices; !slices.Equal(got, known) {
		t.Errorf("got variants %v, want %v", got, known)
	}
}
