package fault

import "github.com/beevik/etree"

const statusPrefix = "urn:oasis:names:tc:SAML:2.0:status:"

// statusUnknown is written as a URI that no standard defines.
const statusUnknown = "Unheard"

func statusFaults() []Fault {
	return []Fault{
		{Name: "status", Summary: "the Response reports this status",
			Refs: []string{"SAML core 3.2.2.2", "SAML core 3.2.2.3", "SAML profiles 4.1.4.2"},
			Params: []Param{
				{Name: "code", Kind: Choice, Default: "Responder", Choices: statusCodes(), Doc: "the top-level code; only the first four belong there"},
				{Name: "sub", Kind: Choice, Choices: statusCodes(), Doc: "the second-level code; none when absent"},
				{Name: "message", Kind: String, Doc: "the StatusMessage; none when absent"},
				{Name: "keep-assertion", Kind: Bool, Default: "false", Doc: "leaves the Assertion in, which only Success allows"},
			},
			Assertion: setStatus},
		{Name: "status-removed", Summary: "the Response has no Status",
			Refs:      []string{"SAML core 3.2.2.1"},
			Assertion: removing("Response/Status")},
		{Name: "status-duplicated", Summary: "a Responder status stands before the right Status",
			Refs:      []string{"SAML core 3.2.2.1"},
			Assertion: duplicateStatus},
	}
}

func statusCodes() []string {
	return []string{"Success", "Requester", "Responder", "VersionMismatch",
		"AuthnFailed", "InvalidAttrNameOrValue", "InvalidNameIDPolicy", "NoAuthnContext", "NoAvailableIDP", "NoPassive",
		"NoSupportedIDP", "PartialLogout", "ProxyCountExceeded", "RequestDenied", "RequestUnsupported",
		"RequestVersionDeprecated", "RequestVersionTooHigh", "RequestVersionTooLow", "ResourceNotRecognized",
		"TooManyResponses", "UnknownAttrProfile", "UnknownPrincipal", "UnsupportedBinding", statusUnknown}
}

func setStatus(m *Message, a Args) error {
	status, err := m.element("Response/Status")
	if err != nil {
		return err
	}
	code := sibling(status, "StatusCode")
	code.CreateAttr("Value", statusPrefix+a.String("code"))
	if a.Has("sub") {
		sub := sibling(status, "StatusCode")
		sub.CreateAttr("Value", statusPrefix+a.String("sub"))
		code.AddChild(sub)
	}
	status.Child = nil
	status.AddChild(code)
	if a.Has("message") {
		text := sibling(status, "StatusMessage")
		text.SetText(a.String("message"))
		status.AddChild(text)
	}
	if a.String("code") != "Success" && !a.Bool("keep-assertion") {
		m.dropAssertions()
	}
	return nil
}

// dropAssertions leaves a Response without any Assertion.
func (m *Message) dropAssertions() {
	m.withheld = m.Assertion
	for _, el := range m.Response.SelectElements("Assertion") {
		el.Remove()
	}
	m.Assertion = nil
}

func duplicateStatus(m *Message, _ Args) error {
	status, err := m.element("Response/Status")
	if err != nil {
		return err
	}
	bad := status.Copy()
	walk(bad, func(el *etree.Element) {
		if el.Tag == "StatusCode" {
			el.CreateAttr("Value", statusPrefix+"Responder")
		}
	})
	m.Response.InsertChildAt(status.Index(), bad)
	return nil
}
