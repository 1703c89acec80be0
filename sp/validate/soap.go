package validate

import (
	"fmt"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

const soapNS = "http://schemas.xmlsoap.org/soap/envelope/"

// envelopeRule is that of a message that came over SOAP: what is judged must be
// all that the envelope holds, so that nobody can take another message for it.
func envelopeRule(message string, why reason.Reason) Rule {
	return Rule{
		ID: "soap-envelope", Title: "a SOAP envelope holds one message, in its Body, and nothing else but a Header", Ref: "SAML bindings 3.2.2; SOAP 1.1 4",
		Level: Must, Reason: why, Check: func(m *Message, _ *Policy) []Finding { return checkEnvelope(m, message) },
	}
}

func checkEnvelope(m *Message, message string) []Finding {
	if m.envelope == nil || enclosed(m.envelope).Is(protocolNS, message) {
		return nil
	}
	got := m.envelope.Name() + " with " + childNames(m.envelope)
	body := m.envelope.First(soapNS, "Body")
	if body != nil {
		got += fmt.Sprintf(", and in its %s %s", body.Name(), childNames(body))
	}
	if fault := body.First(soapNS, "Fault"); fault != nil {
		got = "a SOAP fault: " + shortened(fault.First("", "faultstring").Text())
	}
	return found(m.envelope, shortened(got), "a SOAP envelope with one Body, and one "+message+" in it", "Look into the log of what has sent it.")
}

// enclosed returns what a SOAP envelope holds, nil unless that is one message.
func enclosed(envelope *xmltree.Element) *xmltree.Element {
	parts := envelope.Elements()
	if len(parts) > 0 && parts[0].Is(soapNS, "Header") {
		parts = parts[1:]
	}
	if !envelope.Is(soapNS, "Envelope") || len(parts) != 1 || !parts[0].Is(soapNS, "Body") || len(parts[0].Elements()) != 1 {
		return nil
	}
	return parts[0].Elements()[0]
}
