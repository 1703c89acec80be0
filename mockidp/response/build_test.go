package response_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

func TestMessageSaysWhatTheSpecSays(t *testing.T) {
	t.Parallel()
	root := parsed(t, build(t, standard()).XML)
	for path, want := range map[string]string{
		"Issuer":                   "https://idp.example/metadata",
		"Assertion/Issuer":         "https://idp.example/metadata",
		"Assertion/Subject/NameID": "ada@example.com",
		"Assertion/Conditions/AudienceRestriction/Audience":                    "Influitive-AdvocateHub",
		"Assertion/AuthnStatement/AuthnContext/AuthnContextClassRef":           "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
		"Assertion/AttributeStatement/Attribute[@Name='Email']/AttributeValue": "ada@example.com",
	} {
		el := root.FindElement(path)
		if el == nil || el.Text() != want {
			t.Errorf("%s: got %v, want %q", path, el, want)
		}
	}
	for attr, want := range map[[2]string]string{
		{".", "Destination"}:                     acs,
		{".", "IssueInstant"}:                    "2026-03-01T12:00:00Z",
		{".", "InResponseTo"}:                    "_request",
		{"Status/StatusCode", "Value"}:           "urn:oasis:names:tc:SAML:2.0:status:Success",
		{"Assertion/Conditions", "NotBefore"}:    "2026-03-01T12:00:00Z",
		{"Assertion/Conditions", "NotOnOrAfter"}: "2026-03-01T12:05:00Z",
		{"Assertion/Subject/SubjectConfirmation/SubjectConfirmationData", "NotOnOrAfter"}: "2026-03-01T12:05:00Z",
		{"Assertion/Subject/SubjectConfirmation/SubjectConfirmationData", "Recipient"}:    acs,
		{"Assertion/Subject/SubjectConfirmation/SubjectConfirmationData", "InResponseTo"}: "_request",
		{"Assertion/AuthnStatement", "SessionIndex"}:                                      "_session",
	} {
		el := root.FindElement(attr[0])
		if el == nil || el.SelectAttrValue(attr[1], "") != want {
			t.Errorf("%s@%s: got %v, want %q", attr[0], attr[1], el, want)
		}
	}
}

func TestFormCarriesTheMessage(t *testing.T) {
	t.Parallel()
	built := build(t, standard())
	if built.Form.URL != acs || built.Form.Method != "POST" || len(built.Form.Fields) != 2 {
		t.Fatalf("got form %+v", built.Form)
	}
	xml, err := base64.StdEncoding.DecodeString(built.Form.Fields[0].Value)
	if err != nil || string(xml) != string(built.XML) {
		t.Errorf("SAMLResponse does not hold the message: %v", err)
	}
	if got := built.Form.Fields[1]; got != (fault.Field{Name: "RelayState", Value: "here"}) {
		t.Errorf("got %v", got)
	}
	spec := standard()
	spec.HasRelayState = false
	if n := len(build(t, spec).Form.Fields); n != 1 {
		t.Errorf("without a RelayState the form has %d fields", n)
	}
}

func TestUnsolicitedResponseAnswersNothing(t *testing.T) {
	t.Parallel()
	spec := standard()
	spec.InResponseTo = ""
	if xml := build(t, spec).XML; strings.Contains(string(xml), "InResponseTo") {
		t.Errorf("InResponseTo in an unsolicited Response:\n%s", xml)
	}
}

func TestErrorResponseHasNoAssertion(t *testing.T) {
	t.Parallel()
	for sign, signed := range map[string]bool{"": true, "response": true, "assertion": false, "none": false} {
		spec := standard()
		spec.Shape.Sign = sign
		spec.Status = response.Status{Code: "Responder", SubCode: "AuthnFailed", Message: "no <such> user"}
		root := parsed(t, build(t, spec).XML)
		if root.SelectElement("Assertion") != nil {
			t.Errorf("sign %q: an error Response with an Assertion", sign)
		}
		if got := root.SelectElement("Signature") != nil; got != signed {
			t.Errorf("sign %q: got signed %v, want %v", sign, got, signed)
		}
		sub := root.FindElement("Status/StatusCode/StatusCode")
		if sub == nil || sub.SelectAttrValue("Value", "") != "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed" {
			t.Errorf("sign %q: got second-level code %v", sign, sub)
		}
		if got := root.FindElement("Status/StatusMessage").Text(); got != "no <such> user" {
			t.Errorf("got message %q", got)
		}
	}
}

func TestIdentifiersAreRandomUnlessGiven(t *testing.T) {
	t.Parallel()
	spec := standard()
	spec.ID, spec.AssertionID, spec.SessionIndex = "", "", ""
	seen := map[string]bool{}
	for range 2 {
		root := parsed(t, build(t, spec).XML)
		for _, id := range []string{
			root.SelectAttrValue("ID", ""),
			root.SelectElement("Assertion").SelectAttrValue("ID", ""),
			root.FindElement("Assertion/AuthnStatement").SelectAttrValue("SessionIndex", ""),
		} {
			if len(id) != 41 || id[0] != '_' || seen[id] {
				t.Errorf("identifier %q is repeated or too short", id)
			}
			seen[id] = true
		}
	}
}

func TestSubSecondInstantsKeepTheirMilliseconds(t *testing.T) {
	t.Parallel()
	spec := standard()
	spec.Now = now.Add(7 * time.Millisecond)
	root := parsed(t, build(t, spec).XML)
	if got := root.SelectAttrValue("IssueInstant", ""); got != "2026-03-01T12:00:00.007Z" {
		t.Errorf("got %s", got)
	}
}

func TestBuildRefusesWhatItCannotMake(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want string
		change     func(*response.Spec)
	}{
		{"no time", "no time", func(s *response.Spec) { s.Now = time.Time{} }},
		{"no key", "no key", func(s *response.Spec) { s.Key = fault.Key{} }},
		{"unknown word", `"md4" is no digest`, func(s *response.Spec) { s.Shape.Digest = "md4" }},
		{"wrong key type", "needs an ECDSA key", func(s *response.Spec) { s.Shape.Algorithm = "ecdsa-sha256" }},
		{"nobody to encrypt to", "no encryption certificate", func(s *response.Spec) { s.Shape.Encrypt, s.Recipient = true, nil }},
		{"bad argument", `fault slow: "soon" is no duration`, func(s *response.Spec) {
			s.Faults = []fault.Armed{armed(t, "slow", fault.Args{"delay": "soon"})}
		}},
		{"nothing to break", "no attribute", func(s *response.Spec) {
			s.Faults = []fault.Armed{armed(t, "attribute-removed", fault.Args{"name": "Shoes"})}
		}},
		{"two faults in each other's way", "no readable Assertion/Conditions", func(s *response.Spec) {
			s.Faults = []fault.Armed{armed(t, "conditions-removed", nil), armed(t, "conditions-window", nil)}
		}},
	} {
		spec := standard()
		c.change(&spec)
		if _, err := response.Build(spec); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", c.name, err, c.want)
		}
	}
}

func TestShapeCheckNamesEveryUnknownWord(t *testing.T) {
	t.Parallel()
	errs := response.Shape{Sign: "all", C14N: "exclusiv", Block: "aes128-cbc",
		Algorithm: "http://www.w3.org/2000/09/xmldsig#rsa-sha1"}.Check()
	if len(errs) != 2 {
		t.Fatalf("got %v", errs)
	}
	bad, ok := errs[1].(*response.ShapeError)
	if !ok || bad.Key != "c14n" || bad.Word != "exclusiv" || len(bad.Known) == 0 {
		t.Errorf("got %#v", errs[1])
	}
}
