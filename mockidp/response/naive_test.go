package response_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"
)

const (
	assertionNS = "urn:oasis:names:tc:SAML:2.0:assertion"
	signatureNS = "http://www.w3.org/2000/09/xmldsig#"
)

// reader is a naive service provider: it picks the Assertion that it believes,
// whatever the signature covers.
type reader func(root *etree.Element) *etree.Element

// firstOf and lastOf read the Assertions that are the Response's own.
func firstOf(root *etree.Element) *etree.Element { return root.SelectElement("Assertion") }

func lastOf(root *etree.Element) *etree.Element { return last(root.SelectElements("Assertion")) }

// first and final read by tag, wherever the Assertion stands.
func first(root *etree.Element) *etree.Element { return all(root, "Assertion")[0] }

func final(root *etree.Element) *etree.Element { return last(all(root, "Assertion")) }

// all finds the elements of a name, every one without a name, in the order of
// the document, which etree's own paths do not keep.
func all(el *etree.Element, tag string) []*etree.Element {
	var found []*etree.Element
	if tag == "" || el.Tag == tag {
		found = append(found, el)
	}
	for _, child := range el.ChildElements() {
		found = append(found, all(child, tag)...)
	}
	return found
}

// besideSignature reads where the Signature stands that comes first, or what the
// Response holds that is signed itself.
func besideSignature(root *etree.Element) *etree.Element {
	if root.SelectElement("Signature") != nil {
		return firstOf(root)
	}
	return within(all(root, "Signature")[0].Parent())
}

// withSignature reads an Assertion of the Response that holds something called
// Signature, if the Response does not.
func withSignature(root *etree.Element) *etree.Element {
	if root.SelectElement("Signature") != nil {
		return firstOf(root)
	}
	return root.FindElement("./Assertion[Signature]")
}

// firstNamed and lastNamed go by the ID that the Signature names, be the
// attribute prefixed or repeated.
func firstNamed(root *etree.Element) *etree.Element { return within(named(root)[0]) }

func lastNamed(root *etree.Element) *etree.Element { return within(last(named(root))) }

func named(root *etree.Element) []*etree.Element {
	id := strings.TrimPrefix(all(root, "Reference")[0].SelectAttrValue("URI", ""), "#")
	return slices.DeleteFunc(all(root, ""), func(el *etree.Element) bool {
		return !slices.ContainsFunc(el.Attr, func(a etree.Attr) bool { return a.Key == "ID" && a.Value == id })
	})
}

// inObject reads what the Signature encloses.
func inObject(root *etree.Element) *etree.Element { return root.FindElement("//Object/Assertion") }

func within(el *etree.Element) *etree.Element {
	if el.Tag == "Response" {
		return el.SelectElement("Assertion")
	}
	return el
}

func last[T any](all []T) T {
	if len(all) == 0 {
		var none T
		return none
	}
	return all[len(all)-1]
}

// person is who an Assertion is about, by its NameID and an attribute.
func person(assertion *etree.Element) string {
	if assertion == nil {
		return "nobody"
	}
	id, email := assertion.FindElement("Subject/NameID"), assertion.FindElement("AttributeStatement/Attribute[@Name='Email']/AttributeValue")
	if id == nil || email == nil {
		return "nobody"
	}
	return id.Text() + " " + email.Text()
}

// lenient parses what a lenient parser takes, with every attribute kept.
func lenient(t *testing.T, xml string) *etree.Element {
	t.Helper()
	doc := etree.NewDocument()
	doc.ReadSettings.PreserveDuplicateAttrs = true
	if err := doc.ReadFromString(xml); err != nil {
		t.Fatalf("reading the message: %v\n%s", err, xml)
	}
	return doc.Root()
}

// view is the message as the deceived verifier sees it, in a form that xmlsec1
// takes.
type view func(root *etree.Element)

// asIs is for attacks on any verifier that goes by IDs.
func asIs(*etree.Element) {}

// lifted is for attacks on those whose enveloped-signature transform takes out
// only a Signature that stands in what is signed: the signed element moves out
// of the Signature that it stands in.
func lifted(root *etree.Element) { root.AddChild(named(root)[0]) }

// disowned is for attacks on those who do not find the genuine element by its
// ID alone: its twin, which nobody has signed, gives the ID up.
func disowned(root *etree.Element) {
	for _, el := range named(root) {
		if el.SelectElement("Signature") == nil {
			el.Attr = slices.DeleteFunc(el.Attr, func(a etree.Attr) bool { return a.Key == "ID" })
		}
	}
}

// valued and referenced are for attacks on those who take the value of a
// Signature for one SignedInfo and the References of another.
func valued(root *etree.Element) { keepInfo(root, false) }

func referenced(root *etree.Element) { keepInfo(root, true) }

func keepInfo(root *etree.Element, forged bool) {
	for _, info := range all(root, "SignedInfo") {
		id := info.FindElement("Reference").SelectAttrValue("URI", "")
		if (id == "#_forged") != forged && len(info.Parent().SelectElements("SignedInfo")) > 1 {
			info.Parent().RemoveChild(info)
		}
	}
}

// smuggled is for attacks on those who take the first DigestValue that there
// is. xmlsec1 wants an Object behind SignedInfo, and the digest does not mind.
func smuggled(root *etree.Element) {
	all(root, "Reference")[0].SelectElement("DigestValue").SetText(all(root, "DigestValue")[0].Text())
	if object := root.FindElement("//Signature/Object"); object != nil {
		object.Parent().AddChild(object)
	}
}

// quoteBlind reads a document type declaration as if quotes meant nothing.
func quoteBlind(xml string) string {
	return regexp.MustCompile(`(?s)^<!DOCTYPE.*?\]>\s*<!--.*?-->`).ReplaceAllString(xml, "")
}

// defaulting gives elements the namespace that the declaration has for them.
func defaulting(xml string) string {
	found := regexp.MustCompile(`<!ATTLIST (\w+) xmlns CDATA #FIXED "([^"]*)">`).FindStringSubmatch(xml)
	return strings.Replace(xml, "<"+found[1]+" ", "<"+found[1]+` xmlns="`+found[2]+`" `, 1)
}

// expanding replaces entities by what the declaration says of them.
func expanding(xml string) string {
	found := regexp.MustCompile(`<!ENTITY (\w+) "([^"]*)">`).FindStringSubmatch(xml)
	return strings.ReplaceAll(xml, "&"+found[1]+";", found[2])
}

// oldRoundTrip is the message as etree wrote what it had read with Go's
// encoding/xml before 1.16: a colon at the beginning of a name is lost
// (CVE-2020-29509, -29511), and so is a comment in a directive (-29510).
func oldRoundTrip(xml string) string {
	xml = strings.NewReplacer("<:", "<", "</:", "</", " :", " ").Replace(xml)
	return regexp.MustCompile(`(<![A-Z] <)<!--.*?-->`).ReplaceAllString(xml, "$1")
}

// oldReading is the same message in the tree between reading and writing: what
// begins with a colon has a name that nobody looks for.
func oldReading(t *testing.T, xml string) string {
	return standardReader(t, strings.NewReplacer("<:saml:", "<", "</:saml:", "</", " :xmlns:", " ").Replace(xml))
}

// inNamespace drops every Assertion that is of no or another namespace.
func inNamespace(root *etree.Element) *etree.Element {
	for _, el := range all(root, "Assertion") {
		if el.NamespaceURI() != assertionNS {
			el.Parent().RemoveChild(el)
		}
	}
	return root
}

// text writes an element as the messages are written.
func text(el *etree.Element) []byte {
	var b bytes.Buffer
	el.WriteTo(&b, &etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true})
	return b.Bytes()
}
