package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmldsig"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// The rules against signature wrapping (Somorovsky et al., USENIX Security
// 2012): what is signed must be what is judged, and nothing may lie about that
// a reader with other habits would take for it.
func wrappingRules() []Rule {
	return []Rule{
		{ID: "no-stray-assertion", Title: "Assertions and Responses stand nowhere but in their place", Ref: "SAML core 5.4.1; XSW 1-8",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkStrays},
		{ID: "no-look-alike", Title: "nothing of another namespace is called Assertion or Signature", Ref: "CVE-2025-66567",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkLookAlikes},
		{ID: "unique-ids", Title: "no two elements carry the same ID", Ref: "SAML core 1.3.4",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkUniqueIDs},
		{ID: "one-id", Title: "Response and Assertion are identified by ID alone", Ref: "SAML core 5.4.2; Fragile Lock 2025",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkOneID},
		{ID: "signature-placement", Title: "Signatures stand directly in the Response or Assertion that they sign", Ref: "SAML core 5.4.1, 5.4.2",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkPlacement},
		{ID: "signature-without-object", Title: "Signatures enclose no objects", Ref: "SAML core 5.4.1; XSW 8",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkObjects},
	}
}

const wrapped = "If you did not build this on purpose, somebody is trying to log in as somebody else: keep the message and look into it."

func checkStrays(m *Message, _ *Policy) []Finding {
	var findings []Finding
	m.walk(func(e *xmltree.Element) {
		stray := e.Is(assertionNS, "Assertion") && !slices.Contains(m.assertions, e) ||
			e.Is(assertionNS, "EncryptedAssertion") && e.Parent != m.response ||
			e.Is(protocolNS, "Response") && e != m.response
		if stray {
			findings = append(findings, found(e, "another "+e.Local, "Assertions only as children of the Response, which is the root", wrapped)...)
		}
	})
	return findings
}

func checkLookAlikes(m *Message, _ *Policy) []Finding {
	namespaces := map[string]string{
		"Assertion": assertionNS, "EncryptedAssertion": assertionNS, "Signature": xmldsig.Namespace,
	}
	var findings []Finding
	m.walk(func(e *xmltree.Element) {
		if uri, known := namespaces[e.Local]; known && e.URI != uri {
			findings = append(findings, found(e, fmt.Sprintf("%s of namespace %q", e.Local, e.URI),
				fmt.Sprintf("%s only of namespace %q", e.Local, uri), wrapped)...)
		}
	})
	return findings
}

// isID tells whether some reader might take the attribute for an identifier.
func isID(a xmltree.Attr) bool {
	return strings.EqualFold(a.Local, "ID") || a.Local == "AssertionID" || a.Local == "ResponseID"
}

func checkUniqueIDs(m *Message, _ *Policy) []Finding {
	var findings []Finding
	owners := map[string]*xmltree.Element{}
	m.walk(func(e *xmltree.Element) {
		for _, a := range e.Attrs {
			if !isID(a) || a.Value == "" {
				continue
			}
			if first, taken := owners[a.Value]; taken && first != e {
				findings = append(findings, foundAttr(e, a.Local, fmt.Sprintf("%s, which is the ID of another %s too", quoted(a.Value, true), first.Name()),
					"an ID of its own", wrapped)...)
			}
			owners[a.Value] = e
		}
	})
	return findings
}

func checkOneID(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, e := range slices.Concat([]*xmltree.Element{m.response}, m.assertions) {
		if e == nil {
			continue
		}
		for _, a := range e.Attrs {
			if isID(a) && (a.URI != "" || a.Local != "ID") {
				findings = append(findings, foundAttr(e, a.Local, "a second identifier "+quoted(a.Value, true), "ID alone", wrapped)...)
			}
		}
	}
	return findings
}

func checkPlacement(m *Message, _ *Policy) []Finding {
	var findings []Finding
	m.walk(func(e *xmltree.Element) {
		if e.Is(xmldsig.Namespace, "Signature") && e.Parent != m.response && !slices.Contains(m.assertions, e.Parent) {
			findings = append(findings, found(e, "a Signature in "+e.Parent.Name(), "Signatures only as children of the Response or the Assertion",
				"Sign the Response or the Assertion with an enveloped signature, straight after its Issuer.")...)
		}
	})
	return findings
}

func checkObjects(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, s := range m.signatures {
		for _, e := range s.Element.Elements() {
			if !slices.Contains([]string{"SignedInfo", "SignatureValue", "KeyInfo"}, e.Local) || e.URI != xmldsig.Namespace {
				findings = append(findings, found(e, e.Name()+" in a Signature", "SignedInfo, SignatureValue and KeyInfo", wrapped)...)
			}
		}
	}
	return findings
}
