package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmldsig"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

const ruleRoot = "root-is-response"

func structureRules() []Rule {
	return []Rule{
		{ID: ruleRoot, Title: "the document is a SAML 2.0 Response", Ref: "SAML profiles 4.1.4.2",
			Level: Must, Reason: reason.Malformed, Check: checkRoot},
		{ID: "response-version", Title: "the Response says Version 2.0", Ref: "SAML core 3.2.2, 4.1",
			Level: Must, Reason: reason.Version, Check: func(m *Message, _ *Policy) []Finding { return checkVersion(m.response) }},
		{ID: "assertion-version", Title: "the Assertion says Version 2.0", Ref: "SAML core 2.3.3, 4.1",
			Level: Must, Reason: reason.Version, Check: func(m *Message, _ *Policy) []Finding { return checkVersion(m.judged) }},
		{ID: "response-id", Title: "the Response has an ID", Ref: "SAML core 3.2.2",
			Level: Must, Reason: reason.Malformed, Check: func(m *Message, _ *Policy) []Finding { return checkID(m.response) }},
		{ID: "assertion-id", Title: "the Assertion has an ID", Ref: "SAML core 2.3.3",
			Level: Must, Reason: reason.Malformed, Check: func(m *Message, _ *Policy) []Finding { return checkID(m.judged) }},
		{ID: "id-is-name", Title: "IDs are XML names: they start with a letter or _", Ref: "SAML core 1.3.4",
			Level: Should, Reason: reason.Malformed, Check: checkIDForm},
		{ID: "known-children", Title: "elements hold only the children that the schema knows", Ref: "SAML core 2.3.3, 3.2.2",
			Level: Must, Reason: reason.Malformed, Check: checkChildren},
		{ID: "single-children", Title: "Issuer, Subject and Signature stand once", Ref: "SAML core 2.3.3, 3.2.2",
			Level: Must, Reason: reason.Malformed, Check: checkSingle},
		{ID: "schema-order", Title: "children stand in the order of the schema", Ref: "SAML core 2.3.3, 3.2.2",
			Level: Should, Reason: reason.Malformed, Check: checkOrder},
		{ID: "unprefixed-attributes", Title: "SAML's own attributes carry no prefix", Ref: "SAML core 1.2; XML Schema attributeFormDefault",
			Level: Must, Reason: reason.Malformed, Check: checkPrefixed},
		{ID: "value-size", Title: "no single value is longer than the SP will store", Ref: "CWE-400",
			Level: Must, Reason: reason.TooLarge, Check: checkValueSize},
		{ID: "assertion-present", Title: "a successful Response holds an Assertion", Ref: "SAML profiles 4.1.4.2",
			Level: Must, Reason: reason.Malformed, Check: checkAssertionPresent},
	}
}

func checkRoot(m *Message, _ *Policy) []Finding {
	if m.root == nil || m.root.Is(protocolNS, "Response") {
		return nil
	}
	return found(m.root, fmt.Sprintf("a %s element of namespace %q", m.root.Local, m.root.URI),
		fmt.Sprintf("a Response element of namespace %q", protocolNS),
		"Post a SAML 2.0 Response to this URL: not a bare Assertion, not a SOAP envelope, not another message.")
}

func checkVersion(e *xmltree.Element) []Finding {
	if e == nil || e.Value("Version") == "2.0" {
		return nil
	}
	return foundAttr(e, "Version", quoted(e.Attr("Version")), `"2.0"`, "Set Version to 2.0; this SP does not speak any other.")
}

func checkID(e *xmltree.Element) []Finding {
	if e == nil || e.Value("ID") != "" {
		return nil
	}
	return foundAttr(e, "ID", quoted(e.Attr("ID")), "a unique ID", "Give every "+e.Local+" a fresh, random ID.")
}

func checkIDForm(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, e := range slices.Concat([]*xmltree.Element{m.response}, m.assertions) {
		id := e.Value("ID")
		if id == "" || !strings.ContainsAny(id, ": \t\n/#'\"<>&") && !strings.ContainsAny(id[:1], "0123456789-.") {
			continue
		}
		findings = append(findings, foundAttr(e, "ID", quoted(id, true), "an XML name (NCName)",
			"Start the ID with a letter or an underscore, for instance _ before the hexadecimal digits.")...)
	}
	return findings
}

// child is the place of an element in its parent's schema.
type child struct {
	uri, local string
	order      int
}

func responseChildren() []child {
	return []child{
		{assertionNS, "Issuer", 0}, {xmldsig.Namespace, "Signature", 1}, {protocolNS, "Extensions", 2},
		{protocolNS, "Status", 3}, {assertionNS, "Assertion", 4}, {assertionNS, "EncryptedAssertion", 4},
	}
}

func assertionChildren() []child {
	return []child{
		{assertionNS, "Issuer", 0}, {xmldsig.Namespace, "Signature", 1}, {assertionNS, "Subject", 2},
		{assertionNS, "Conditions", 3}, {assertionNS, "Advice", 4},
		{assertionNS, "Statement", 5}, {assertionNS, "AuthnStatement", 5},
		{assertionNS, "AuthzDecisionStatement", 5}, {assertionNS, "AttributeStatement", 5},
	}
}

// schema returns what is known of the children of e; known is false for
// elements that may hold anything, or that other rules look into.
func schema(e *xmltree.Element) (children []child, known bool) {
	switch {
	case e.Is(protocolNS, "Response"):
		return responseChildren(), true
	case e.Is(assertionNS, "Assertion"):
		return assertionChildren(), true
	case e.Is(assertionNS, "Subject"):
		return []child{
			{assertionNS, "BaseID", 0}, {assertionNS, "NameID", 0}, {assertionNS, "EncryptedID", 0},
			{assertionNS, "SubjectConfirmation", 1},
		}, true
	case e.Is(assertionNS, "AttributeStatement"):
		return []child{{assertionNS, "Attribute", 0}, {assertionNS, "EncryptedAttribute", 0}}, true
	case e.Is(assertionNS, "Issuer"), e.Is(assertionNS, "NameID"), e.Is(assertionNS, "Audience"),
		e.Is(assertionNS, "AuthnContextClassRef"):
		return nil, true
	}
	return nil, false
}

func checkChildren(m *Message, _ *Policy) []Finding {
	var findings []Finding
	m.walk(func(e *xmltree.Element) {
		children, known := schema(e)
		if !known {
			return
		}
		for _, c := range e.Elements() {
			if position(children, c) < 0 && !wrappable(c) {
				findings = append(findings, found(c, fmt.Sprintf("%s of namespace %q in %s", c.Local, c.URI, e.Local),
					"only elements that the SAML schema puts there", "Remove it, or move it into Extensions or Advice.")...)
			}
		}
	})
	return findings
}

// wrappable tells whether the rules against wrapping have more to say about a
// misplaced element than that it is misplaced.
func wrappable(e *xmltree.Element) bool {
	return slices.Contains([]string{"Assertion", "EncryptedAssertion", "Signature"}, e.Local) || e.Is(protocolNS, "Response")
}

func position(children []child, e *xmltree.Element) int {
	for _, c := range children {
		if e.Is(c.uri, c.local) {
			return c.order
		}
	}
	return -1
}

func checkSingle(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, e := range slices.Concat([]*xmltree.Element{m.response}, m.assertions) {
		for _, c := range []child{{assertionNS, "Issuer", 0}, {assertionNS, "Subject", 0}, {xmldsig.Namespace, "Signature", 0}} {
			if all := e.All(c.uri, c.local); len(all) > 1 {
				findings = append(findings, found(all[1], fmt.Sprintf("%d %s elements", len(all), c.local), "one",
					"Write "+c.local+" once; SPs disagree about which one counts.")...)
			}
		}
	}
	return findings
}

func checkOrder(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, e := range slices.Concat([]*xmltree.Element{m.response}, m.assertions) {
		children, _ := schema(e)
		last := -1
		for _, c := range e.Elements() {
			if at := position(children, c); at >= 0 && at < last {
				findings = append(findings, found(c, c.Local+" after elements that follow it in the schema",
					"the order of the schema", "Put the Signature straight after the Issuer, and the rest in the order of the schema.")...)
			} else {
				last = max(last, at)
			}
		}
	}
	return findings
}

func checkPrefixed(m *Message, _ *Policy) []Finding {
	var findings []Finding
	m.walk(func(e *xmltree.Element) {
		for _, a := range e.Attrs {
			if a.URI == assertionNS || a.URI == protocolNS {
				findings = append(findings, foundAttr(e, a.Prefix+":"+a.Local, "a prefixed attribute", a.Local+" without prefix, or not at all",
					"Write the attribute without prefix: with one it is another attribute, which some SPs read and others do not.")...)
			}
		}
	})
	return findings
}

// maxValue is the length of a NameID, attribute value or other text in bytes.
const maxValue = 32 << 10

func checkValueSize(m *Message, _ *Policy) []Finding {
	var findings []Finding
	m.judged.Walk(func(e *xmltree.Element) {
		if e.URI != assertionNS {
			return
		}
		if size := len(e.Text()); size > maxValue {
			findings = append(findings, found(e, fmt.Sprintf("%d bytes", size), fmt.Sprintf("at most %d", maxValue),
				"Do not send pictures or documents as attribute values.")...)
		}
	})
	return findings
}

func checkAssertionPresent(m *Message, _ *Policy) []Finding {
	if m.response == nil || len(m.assertions) > 0 || m.hasEncryptedAssertion() || !m.succeeded() {
		return nil
	}
	return found(m.response, "status Success without an Assertion", "an Assertion about the user",
		"Send the Assertion, or the status that says why there is none.")
}

// quoted spells an attribute's value for a finding.
func quoted(value string, present bool) string {
	if !present {
		return "none"
	}
	return fmt.Sprintf("%q", shortened(value))
}

// shortened keeps reports readable, and safe from values made to fill them.
func shortened(text string) string {
	const most = 200
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
