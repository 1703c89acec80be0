package validate

import (
	"fmt"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

const (
	statusPrefix  = "urn:oasis:names:tc:SAML:2.0:status:"
	statusSuccess = statusPrefix + "Success"
)

func statusRules() []Rule {
	return []Rule{
		{ID: "status-present", Title: "the Response says how the request went", Ref: "SAML core 3.2.2.1",
			Level: Must, Reason: reason.Status, Check: checkStatusPresent},
		{ID: "one-status", Title: "the Response has one Status with one top-level StatusCode", Ref: "SAML core 3.2.2.1",
			Level: Must, Reason: reason.Status, Check: checkOneStatus},
		{ID: "status-success", Title: "the status is Success", Ref: "SAML core 3.2.2.2",
			Level: Must, Reason: reason.Status, Check: checkStatusSuccess},
	}
}

func checkStatusPresent(m *Message, _ *Policy) []Finding {
	if m.response == nil || m.response.First(protocolNS, "Status").First(protocolNS, "StatusCode") != nil {
		return nil
	}
	return found(m.response, "no StatusCode", "Status with a StatusCode", "Write the Status, also when all is well.")
}

func checkOneStatus(m *Message, _ *Policy) []Finding {
	if all := m.response.All(protocolNS, "Status"); len(all) > 1 {
		return found(all[1], fmt.Sprintf("%d Status elements", len(all)), "one", "Write Status once.")
	}
	if all := m.response.First(protocolNS, "Status").All(protocolNS, "StatusCode"); len(all) > 1 {
		return found(all[1], fmt.Sprintf("%d StatusCode elements side by side", len(all)), "one, with the others inside it",
			"Nest the second-level code in the top-level one.")
	}
	return nil
}

func checkStatusSuccess(m *Message, _ *Policy) []Finding {
	status := m.response.First(protocolNS, "Status")
	code := status.First(protocolNS, "StatusCode")
	if code == nil || m.succeeded() {
		return nil
	}
	return found(code, m.status(), "Success", "The identity provider refused the request: its log says why. "+hintForStatus(m.status()))
}

// status spells all levels of the status and its message.
func (m *Message) status() string {
	status := m.response.First(protocolNS, "Status")
	var codes []string
	for code := status.First(protocolNS, "StatusCode"); code != nil; code = code.First(protocolNS, "StatusCode") {
		codes = append(codes, shortened(strings.TrimPrefix(code.Value("Value"), statusPrefix)))
	}
	text := strings.Join(codes, " / ")
	if message := statusMessage(status); message != "" {
		text += fmt.Sprintf(" (%q)", message)
	}
	return text
}

func statusMessage(status *xmltree.Element) string {
	return shortened(strings.TrimSpace(status.First(protocolNS, "StatusMessage").Text()))
}

// hintForStatus says what the usual second-level codes mean in practice.
func hintForStatus(status string) string {
	for _, hint := range []struct{ code, text string }{
		{"RequestDenied", "Often the user is not assigned to this application."},
		{"InvalidNameIDPolicy", "The NameID format that the SP asks for is not configured for it."},
		{"NoAuthnContext", "The kind of login that the SP asks for is not available."},
		{"NoPassive", "The user has no session there, and the SP asked for no dialogue."},
		{"AuthnFailed", "The user could not log in there."},
		{"UnknownPrincipal", "The identity provider does not know the user."},
		{"RequestUnsupported", "The request uses something that the identity provider does not support."},
	} {
		if strings.Contains(status, hint.code) {
			return hint.text
		}
	}
	return "Compare the SP's registration there with the SP's metadata."
}
