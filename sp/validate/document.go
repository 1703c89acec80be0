package validate

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

const ruleWellFormed = "xml-well-formed"

// documentProblem makes a rule of one kind of problem that the reader has.
type documentProblem struct {
	kind           xmltree.Kind
	id, title, ref string
	reason         reason.Reason
	want, remedy   string
}

func documentProblems() []documentProblem {
	return []documentProblem{
		{xmltree.Size, "message-size", "the message is no larger than the SP will read", "SAML bindings 3.5.5", reason.TooLarge,
			"a smaller message", "Send less: fewer attributes or group values, no embedded pictures."},
		{xmltree.Syntax, ruleWellFormed, "the message is well-formed XML in UTF-8", "XML 1.0 2.1; Namespaces in XML 1.0 6", reason.Malformed,
			"well-formed XML in UTF-8", ""},
		{xmltree.Doctype, "no-doctype", "the message has no document type declaration", "OWASP XXE; XML 1.0 2.8", reason.Malformed,
			"no DOCTYPE and no entities", "Serialise the Response without a document type declaration."},
		{xmltree.Instruction, "no-processing-instruction", "the message has no processing instructions", "SAML core 5.4.4; XML 1.0 2.6", reason.Malformed,
			"elements and text only", "Serialise the Response without processing instructions."},
		{xmltree.Trailing, "one-root", "nothing follows the Response in the document", "XML 1.0 2.1", reason.Malformed,
			"one root element and nothing after it", "Send the Response alone: look for a template or proxy that adds text after it."},
		{xmltree.Repeated, "attributes-distinct", "no element carries the same attribute twice", "XML 1.0 3.1; Namespaces in XML 1.0 6.3", reason.Malformed,
			"each attribute once", "Write the message with an XML library, not with a text template."},
		{xmltree.Depth, "nesting-depth", "the message is not nested deeper than the SP will read", "CWE-674", reason.TooLarge,
			fmt.Sprintf("at most %d levels", maxDepth), "A SAML message needs about ten levels: look for a loop in what writes it."},
		{xmltree.Count, "element-count", "the message has no more elements and attributes than the SP will read", "CWE-400", reason.TooLarge,
			fmt.Sprintf("at most %d elements, %d attributes each", maxElements, maxAttributes), "Send fewer attribute values, for instance only the groups that the SP asks for."},
	}
}

func documentRules() []Rule {
	var rules []Rule
	for _, d := range documentProblems() {
		rules = append(rules, Rule{
			ID: d.id, Title: d.title, Ref: d.ref, Level: Must, Reason: d.reason,
			Check: func(m *Message, _ *Policy) []Finding { return d.check(m) },
		})
	}
	return rules
}

func (d documentProblem) check(m *Message) []Finding {
	var findings []Finding
	for _, problem := range m.problems {
		if problem.Kind == d.kind {
			findings = append(findings, Finding{
				Got: problem.Text, Want: d.want, Where: fmt.Sprintf("line %d", problem.Line), Remedy: d.advice(m.raw),
			})
		}
	}
	return findings
}

func (d documentProblem) advice(raw []byte) string {
	if d.kind == xmltree.Syntax {
		return nature(raw)
	}
	return d.remedy
}

// nature guesses what was sent instead of XML.
func nature(raw []byte) string {
	start := bytes.TrimSpace(raw[:min(len(raw), 256)])
	lower := strings.ToLower(string(start))
	switch {
	case len(start) == 0:
		return "The field is empty once decoded: send the Response."
	case strings.HasPrefix(lower, "<!doctype html") || strings.HasPrefix(lower, "<html"):
		return "This is an HTML page, probably an error page of the identity provider: look into its log."
	case bytes.HasPrefix(start, []byte("PD94")) || bytes.HasPrefix(start, []byte("PHNhbW")) || bytes.HasPrefix(start, []byte("PFJlc3")):
		return "The message was encoded in base64 twice: encode it once."
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}) || bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		return "The message is UTF-16: send UTF-8."
	case start[0] != '<' && start[0] != 0xef && start[0] < 0x20 || start[0] > 0x7e && start[0] != 0xef:
		return "The bytes look compressed: the POST binding takes base64 only, DEFLATE belongs to the Redirect binding."
	}
	return "Write the message with an XML library, in UTF-8, and let nothing change it on the way."
}
