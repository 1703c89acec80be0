package fault

import "github.com/beevik/etree"

// statusDetailFaults are about what a Status may hold beside its first two
// codes; the codes themselves are the fault status.
func statusDetailFaults() []Fault {
	return []Fault{
		{Name: "status-code-nested", Summary: "the innermost StatusCode holds one more",
			Refs: []string{"SAML core 3.2.2.2"},
			Params: []Param{{Name: "value", Kind: String, Default: "urn:example:status:account-on-holiday",
				Doc: "the code on the new level"}},
			Assertion: nestStatusCode},
		{Name: "status-message", Summary: "the Status has another StatusMessage",
			Refs:      []string{"SAML core 3.2.2.3"},
			Params:    []Param{{Name: "value", Kind: String, Default: "Ask your administrator. ", Doc: "the text"}, lengthParam()},
			Assertion: setStatusMessage},
		{Name: "status-detail", Summary: "the Status has a StatusDetail with markup of another namespace",
			Refs:      []string{"SAML core 3.2.2.4"},
			Assertion: addStatusDetail},
	}
}

func nestStatusCode(m *Message, a Args) error {
	innermost, err := m.element("Response/Status/StatusCode")
	if err != nil {
		return err
	}
	for next := innermost; next != nil; next = innermost.SelectElement("StatusCode") {
		innermost = next
	}
	code := sibling(innermost, "StatusCode")
	code.CreateAttr("Value", a.String("value"))
	innermost.AddChild(code)
	return nil
}

// setStatusMessage puts the text behind the code, where the schema has it.
func setStatusMessage(m *Message, a Args) error {
	code, err := m.element("Response/Status/StatusCode")
	if err != nil {
		return err
	}
	text := code.Parent().SelectElement("StatusMessage")
	if text == nil {
		text = sibling(code, "StatusMessage")
		insertAfter(code, text)
	}
	text.SetText(lengthened(a.String("value"), a))
	return nil
}

func addStatusDetail(m *Message, _ Args) error {
	status, err := m.element("Response/Status")
	if err != nil {
		return err
	}
	detail := sibling(status, "StatusDetail")
	page := etree.NewElement("html")
	page.CreateAttr("xmlns", "http://www.w3.org/1999/xhtml")
	script := etree.NewElement("script")
	script.SetText("alert('owned')")
	page.AddChild(script)
	detail.AddChild(page)
	status.AddChild(detail)
	return nil
}
