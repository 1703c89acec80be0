package fault_test

import (
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

const small = `<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="_r" Version="2.0" IssueInstant="2026-03-01T12:00:00Z" Destination="https://sp.example/acs" InResponseTo="_q">
<a:Issuer>https://idp.example</a:Issuer><p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>
<a:Assertion ID="_a" Version="2.0" IssueInstant="2026-03-01T12:00:00Z"><a:Issuer>https://idp.example</a:Issuer>
<a:Subject><a:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">ada@example.com</a:NameID><a:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><a:SubjectConfirmationData NotOnOrAfter="2026-03-01T12:05:00Z" Recipient="https://sp.example/acs" InResponseTo="_q"/></a:SubjectConfirmation></a:Subject>
<a:Conditions NotBefore="2026-03-01T12:00:00Z" NotOnOrAfter="2026-03-01T12:05:00Z"><a:AudienceRestriction><a:Audience>https://sp.example</a:Audience></a:AudienceRestriction></a:Conditions>
<a:AuthnStatement AuthnInstant="2026-03-01T12:00:00Z" SessionIndex="_s"><a:AuthnContext><a:AuthnContextClassRef>urn:x</a:AuthnContextClassRef></a:AuthnContext></a:AuthnStatement>
<a:AttributeStatement><a:Attribute Name="Email"><a:AttributeValue xsi:type="xs:string">ada@example.com</a:AttributeValue></a:Attribute><a:Attribute Name="FirstName"><a:AttributeValue xsi:type="xs:string">Ada</a:AttributeValue></a:Attribute></a:AttributeStatement>
</a:Assertion></p:Response>`

func message(t *testing.T) *fault.Message {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromString(small); err != nil {
		t.Fatal(err)
	}
	root := doc.Root()
	return &fault.Message{Response: root, Assertion: root.SelectElement("Assertion"),
		Now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Destination: "https://sp.example/acs", InResponseTo: "_q"}
}

// apply runs the hook of a fault on a tree.
func apply(t *testing.T, m *fault.Message, name string, args fault.Args) error {
	t.Helper()
	f, ok := fault.Find(name)
	if !ok {
		t.Fatalf("there is no fault %q", name)
	}
	full, errs := f.Check(args)
	if len(errs) > 0 {
		t.Fatalf("%s: %v", name, errs)
	}
	if f.Assertion != nil {
		return f.Assertion(m, full)
	}
	return f.Document(m, full)
}

// seen describes what stands at a place: "path" for the texts of the elements
// there, "path@@attr" for their attributes, joined by blanks.
func seen(m *fault.Message, place string) string {
	path, attr, isAttr := strings.Cut(place, "@@")
	var out []string
	for _, el := range m.Response.FindElements(path) {
		if !isAttr {
			out = append(out, el.Text())
			continue
		}
		if a := el.SelectAttr(attr); a != nil {
			out = append(out, a.Value)
		}
	}
	return strings.Join(out, " ")
}

const (
	confirmationData = "Assertion/Subject/SubjectConfirmation/SubjectConfirmationData"
	emailValue       = "Assertion/AttributeStatement/Attribute[@Name='Email']/AttributeValue"
	audience         = "Assertion/Conditions/AudienceRestriction/Audience"
)

// edit is one fault on the small message, and what then stands at a place.
type edit struct {
	name  string
	args  fault.Args
	place string
	want  string
}

var edits = []edit{
	{"conditions-window", fault.Args{"not-on-or-after": "-1s"}, "Assertion/Conditions@@NotOnOrAfter", "2026-03-01T11:59:59Z"},
	{"conditions-window", fault.Args{"not-on-or-after": "-1s"}, "Assertion/Conditions@@NotBefore", "2026-03-01T12:00:00Z"},
	{"conditions-window", fault.Args{"not-before": "1ms"}, "Assertion/Conditions@@NotBefore", "2026-03-01T12:00:00.001Z"},
	{"conditions-bound-removed", fault.Args{"bound": "both"}, "Assertion/Conditions@@NotBefore", ""},
	{"confirmation-window", fault.Args{"not-on-or-after": "0s"}, confirmationData + "@@NotOnOrAfter", "2026-03-01T12:00:00Z"},
	{"confirmation-bound-removed", nil, confirmationData + "@@NotOnOrAfter", ""},
	{"issue-instant", fault.Args{"target": "assertion", "offset": "1h"}, "Assertion@@IssueInstant", "2026-03-01T13:00:00Z"},
	{"issue-instant", fault.Args{"target": "assertion", "offset": "1h"}, ".@@IssueInstant", "2026-03-01T12:00:00Z"},
	{"session-not-on-or-after", fault.Args{"offset": "-1m"}, "Assertion/AuthnStatement@@SessionNotOnOrAfter", "2026-03-01T11:59:00Z"},
	{"instants-shifted", fault.Args{"by": "-5h30m"}, "Assertion/Conditions@@NotOnOrAfter", "2026-03-01T06:35:00Z"},
	{"instants-format", fault.Args{"format": "offset"}, ".@@IssueInstant", "2026-03-01T14:00:00+02:00"},
	{"instants-format", fault.Args{"format": "seven-digits"}, ".@@IssueInstant", "2026-03-01T12:00:00.0000000Z"},
	{"conditions-removed", nil, "Assertion/Conditions@@NotBefore", ""},
	{"audience", fault.Args{"value": "urn:b"}, audience, "urn:b"},
	{"audience", fault.Args{"spelling": "trailing-slash"}, audience, "https://sp.example/"},
	{"audiences", fault.Args{"values": "urn:a  urn:b"}, audience, "urn:a urn:b"},
	{"audience-added", fault.Args{"value": "urn:a"}, audience, "urn:a https://sp.example"},
	{"audience-added", fault.Args{"value": "urn:a", "position": "last"}, audience, "https://sp.example urn:a"},
	{"audience-restriction-added", fault.Args{"value": "urn:a"}, audience, "https://sp.example urn:a"},
	{"audience-removed", nil, audience, ""},
	{"destination", fault.Args{"spelling": "other-scheme"}, ".@@Destination", "http://sp.example/acs"},
	{"destination", fault.Args{"spelling": "default-port"}, ".@@Destination", "https://sp.example:443/acs"},
	{"destination-removed", nil, ".@@Destination", ""},
	{"recipient", fault.Args{"value": "urn:x"}, confirmationData + "@@Recipient", "urn:x"},
	{"recipient-removed", nil, confirmationData + "@@Recipient", ""},
	{"in-response-to", fault.Args{"value": "_x", "target": "response"}, ".@@InResponseTo", "_x"},
	{"in-response-to", fault.Args{"value": "_x", "target": "response"}, confirmationData + "@@InResponseTo", "_q"},
	{"in-response-to-removed", nil, confirmationData + "@@InResponseTo", ""},
	{"issuer", fault.Args{"value": "urn:x", "target": "assertion"}, "Assertion/Issuer", "urn:x"},
	{"issuer", fault.Args{"value": "urn:x", "target": "assertion"}, "Issuer", "https://idp.example"},
	{"issuer-removed", nil, "Assertion/Issuer", ""},
	{"version", nil, ".@@Version", "1.1"},
	{"status", fault.Args{"sub": "NoPassive"}, "Status/StatusCode/StatusCode@@Value", "urn:oasis:names:tc:SAML:2.0:status:NoPassive"},
	{"status", nil, "Assertion@@ID", ""},
	{"status", fault.Args{"keep-assertion": "true"}, "Assertion@@ID", "_a"},
	{"status", fault.Args{"message": "<b>"}, "Status/StatusMessage", "<b>"},
	{"subject-removed", nil, "Assertion/Subject/NameID", ""},
	{"confirmation-removed", nil, "Assertion/Subject/SubjectConfirmation@@Method", ""},
	{"confirmation-data-removed", nil, confirmationData + "@@Recipient", ""},
	{"confirmation-method", nil, "Assertion/Subject/SubjectConfirmation@@Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"},
	{"confirmation-added", nil, confirmationData + "@@Recipient", "https://other-sp.example/saml/acs https://sp.example/acs"},
	{"name-id", fault.Args{"value": ""}, "Assertion/Subject/NameID", ""},
	{"name-id", fault.Args{"spelling": "padded"}, "Assertion/Subject/NameID", "\n  ada@example.com  \n"},
	{"name-id", fault.Args{"spelling": "homoglyph"}, "Assertion/Subject/NameID", "аda@example.com"},
	{"name-id", fault.Args{"value": "ab", "length": "5"}, "Assertion/Subject/NameID", "ababa"},
	{"name-id-format", fault.Args{"format": "transient"}, "Assertion/Subject/NameID@@Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
	{"name-id-removed", nil, "Assertion/Subject/NameID", ""},
	{"attribute", fault.Args{"name": "Email", "value": "x"}, emailValue, "x"},
	{"attribute", fault.Args{"name": "Shoes", "value": "two"}, "Assertion/AttributeStatement/Attribute[@Name='Shoes']/AttributeValue", "two"},
	{"attribute-values", fault.Args{"name": "Email", "count": "2", "value": "g"}, emailValue, "g-1 g-2"},
	{"attribute-value-added", fault.Args{"name": "Email"}, emailValue, "ada@example.com second"},
	{"attribute-removed", fault.Args{"name": "Email"}, "Assertion/AttributeStatement/Attribute@@Name", "FirstName"},
	{"attribute-renamed", fault.Args{"name": "Email", "to": "email"}, "Assertion/AttributeStatement/Attribute@@Name", "email FirstName"},
	{"attribute-renamed", fault.Args{"name": "Email", "to": "x", "friendly-name": "Email"}, "Assertion/AttributeStatement/Attribute@@FriendlyName", "Email"},
	{"attribute-duplicated", fault.Args{"name": "Email"}, emailValue, "ada@example.com second"},
	{"attribute-statement-removed", nil, "Assertion/AttributeStatement/Attribute@@Name", ""},
	{"authn-statement-removed", nil, "Assertion/AuthnStatement@@AuthnInstant", ""},
	{"authn-class", fault.Args{"value": "urn:y"}, "Assertion/AuthnStatement/AuthnContext/AuthnContextClassRef", "urn:y"},
	{"authz-decision", nil, "Assertion/AuthzDecisionStatement@@Decision", "Deny"},
	{"authz-decision", nil, "Assertion/AuthzDecisionStatement@@Resource", "https://sp.example/acs"},
	{"duplicate-id", nil, "Assertion@@ID", "_r"},
	{"assertion-removed", nil, "Assertion@@ID", ""},
	{"assertion-duplicated", nil, "Assertion/Subject/NameID", "ada@example.com mallory@example.com"},
	{"xml-attribute-prefixed", fault.Args{"value": "_x"}, "Assertion@@a:ID", "_x"},
	{"assertion-in-logout-request", nil, "Extensions/Assertion@@ID", "_a"},
	{"assertion-in-logout-request", fault.Args{"value": "eve"}, "NameID", "eve"},
	{"assertion-in-logout-request", nil, ".@@InResponseTo", ""},
	{"content-tampered", fault.Args{"what": "response-status", "value": "x"}, "Status/StatusCode@@Value", "x"},
}

func TestFaultsDoWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, c := range edits {
		m := message(t)
		if err := apply(t, m, c.name, c.args); err != nil {
			t.Errorf("%s %v: %v", c.name, c.args, err)
			continue
		}
		if got := seen(m, c.place); got != c.want {
			t.Errorf("%s %v: %s is %q, want %q", c.name, c.args, c.place, got, c.want)
		}
	}
}

func TestTheNameIDIsSplitAndKeepsItsText(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"comment-in-name-id": ">ada<!---->@example.com<", "instruction-in-name-id": ">ada<?split here?>@example.com<",
	} {
		m := message(t)
		if err := apply(t, m, name, fault.Args{"at": "3"}); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		m.Assertion.FindElement("Subject/NameID").WriteTo(&b, &etree.WriteSettings{})
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s: got %s", name, b.String())
		}
	}
}

// A fault with nothing to break is an error, and no panic, whatever is missing.
func TestFaultsOnAnErrorResponseDoNotPanic(t *testing.T) {
	t.Parallel()
	for _, f := range fault.Catalogue() {
		if f.Of != "" || f.Assertion == nil && f.Document == nil {
			continue
		}
		m := message(t)
		if err := apply(t, m, "status", nil); err != nil {
			t.Fatal(err)
		}
		err := apply(t, m, f.Name, f.Example())
		if err != nil && !strings.Contains(err.Error(), "the message has no") {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}
