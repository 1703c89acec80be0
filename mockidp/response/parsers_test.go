package response_test

import (
	"strings"
	"testing"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// attack is a forgery for two parsers. One of them, or both, are naive.
type attack struct {
	name   string
	sign   string
	faults []fault.Armed
	// signed is the message for the parser that verifies, and read for the one
	// that reads.
	signed, read func(t *testing.T, xml string) string
	reads        reader
}

func asItIs(_ *testing.T, xml string) string { return xml }

func by(parser func(string) string) func(*testing.T, string) string {
	return func(_ *testing.T, xml string) string { return parser(xml) }
}

// firstRoot and lastRoot read one of several documents.
func firstRoot(xml string) string {
	return "<samlp:Response" + strings.Split(xml, "<samlp:Response")[1]
}

func lastRoot(xml string) string {
	return "<samlp:Response" + last(strings.Split(xml, "<samlp:Response"))
}

// standardReader reads what Go's parser of today does, and takes elements for
// Assertions that are in the namespace.
func standardReader(t *testing.T, xml string) string {
	t.Helper()
	root := inNamespace(lenient(t, strings.ReplaceAll(xml, "&i;", "unknown")))
	for _, child := range root.Child {
		if _, isText := child.(*etree.CharData); isText {
			root.RemoveChild(child) // of the Response, which holds none
		}
		if _, isDirective := child.(*etree.Directive); isDirective {
			root.RemoveChild(child)
		}
	}
	return string(text(root))
}

func attacks(t *testing.T) []attack {
	forged := func(name string, args fault.Args) []fault.Armed {
		args["as"] = "grace"
		return []fault.Armed{armed(t, name, args)}
	}
	back, front := fault.Args{"order": "genuine-first"}, fault.Args{"order": "forged-first"}
	with := func(order fault.Args, more ...string) fault.Args {
		args := fault.Args{"order": order["order"]}
		for i := 0; i < len(more); i += 2 {
			args[more[i]] = more[i+1]
		}
		return args
	}
	failed := armed(t, "status", fault.Args{})
	return []attack{
		{"a second root", "both", forged("second-root", with(back)), by(firstRoot), by(lastRoot), firstOf},
		{"a second root in front", "both", forged("second-root", with(front)), by(lastRoot), by(firstRoot), firstOf},
		{"quotes", "both", forged("doctype-forged", with(back, "by", "quotes")), standardReader, by(quoteBlind), firstOf},
		{"quotes, forged first", "both", forged("doctype-forged", with(front, "by", "quotes")), by(quoteBlind), standardReader, firstOf},
		{"a default namespace", "both", forged("doctype-forged", with(front, "by", "default-namespace")), standardReader, by(defaulting), inNamespaceFirst},
		{"a default namespace behind", "both", forged("doctype-forged", with(back, "by", "default-namespace")), standardReader, by(defaulting), inNamespaceLast},
		{"an entity", "assertion", forged("doctype-forged", with(front, "by", "entity-in-id")), standardReader, by(expanding), firstNamed},
		{"an entity behind", "assertion", forged("doctype-forged", with(back, "by", "entity-in-id")), standardReader, by(expanding), lastNamed},
		{"an element of Go's", "both", forged("round-trip-forged", with(front, "by", "element")), oldReading, by(oldRoundTrip), inNamespaceFirst},
		{"an element of Go's behind", "both", forged("round-trip-forged", with(back, "by", "element")), oldReading, by(oldRoundTrip), inNamespaceLast},
		{"an attribute of Go's", "both", forged("round-trip-forged", with(front, "by", "attribute")), oldReading, by(oldRoundTrip), inNamespaceFirst},
		{"an attribute of Go's behind", "both", forged("round-trip-forged", with(back, "by", "attribute")), oldReading, by(oldRoundTrip), inNamespaceLast},
		{"a directive of Go's", "both", forged("round-trip-forged", fault.Args{"by": "directive"}), oldReading, by(oldRoundTrip), firstOf},
		{"signed metadata", "both", forged("metadata-planted", with(back)), asItIs, asItIs, firstOf},
		{"signed metadata behind", "both", forged("metadata-planted", with(front)), asItIs, asItIs, firstOf},
		{"an error", "response", append(forged("assertion-forged", fault.Args{"in": "object"}), failed), asItIs, asItIs, first},
		{"an error, Assertion unsigned", "response", append(forged("assertion-forged", fault.Args{"in": "response"}), failed), withoutForged, asItIs, firstOf},
	}
}

// withoutForged is the message before it was added to: nobody who adds to a
// signed error keeps its signature, but who reads it may not have looked.
func withoutForged(t *testing.T, xml string) string {
	root := lenient(t, xml)
	root.RemoveChild(firstOf(root))
	return string(text(root))
}

func inNamespaceFirst(root *etree.Element) *etree.Element { return first(inNamespace(root)) }

func inNamespaceLast(root *etree.Element) *etree.Element { return final(inNamespace(root)) }

// The parser that verifies finds good signatures; the one that reads finds the
// forged person.
func TestEveryForgeryDeceivesItsReader(t *testing.T) {
	t.Parallel()
	var found []signed
	for _, a := range attacks(t) {
		for _, spelling := range spellings {
			spec := forgeable(a.sign)
			spec.Shape = spelling
			spec.Shape.Sign = a.sign
			spec.Metadata = publishedMetadata(t)
			spec.Faults = a.faults
			xml := string(build(t, spec).XML)
			if got := person(a.reads(lenient(t, a.read(t, xml)))); got != grace {
				t.Errorf("%s: the reader lets in %s\n%s\nread as\n%s", a.name, got, xml, a.read(t, xml))
			}
			found = append(found, seen(t, a.name, []byte(a.signed(t, xml)), asIs)...)
		}
	}
	verify(t, madeKeys().idp.Certificate, found)
}

func publishedMetadata(t *testing.T) []byte {
	t.Helper()
	entity := etree.NewElement("md:EntityDescriptor")
	entity.CreateAttr("xmlns:md", "urn:oasis:names:tc:SAML:2.0:metadata")
	entity.CreateAttr("entityID", "https://idp.example/metadata")
	xml, err := response.BuildMetadata(response.Spec{Now: now, Key: madeKeys().idp}, entity, true)
	if err != nil {
		t.Fatal(err)
	}
	return xml
}

// The encrypted Assertion is forged and unsigned, the plain one genuine and signed.
func TestEncryptedDecoyIsForged(t *testing.T) {
	t.Parallel()
	for position, part := range map[string]string{"first": "first-assertion", "last": "second-assertion"} {
		spec := forgeable("assertion")
		spec.Faults = []fault.Armed{
			armed(t, "assertion-duplicated", fault.Args{"as": "grace", "position": position}),
			armed(t, "encrypted", fault.Args{"part": part}),
			armed(t, "plaintext-replaced", fault.Args{"form": "unsigned"}),
		}
		xml := build(t, spec).XML
		verify(t, madeKeys().idp.Certificate, []signed{{name: position, xml: xml, on: onAssertion}})
		plain, err := decrypt(t, madeKeys().sp, xml)
		if err != nil {
			t.Fatal(err)
		}
		decoy := lenient(t, string(plain)).FindElement("EncryptedAssertion/Assertion")
		if person(decoy) != grace || decoy.SelectElement("Signature") != nil || person(firstOf(lenient(t, string(xml)))) != ada {
			t.Errorf("%s: %s is encrypted\n%s", position, person(decoy), plain)
		}
		if at := decoy.Parent().Index() < firstOf(lenient(t, string(plain))).Index(); at != (position == "first") {
			t.Errorf("%s: the encrypted one stands in front: %v", position, at)
		}
	}
}
