package fault

func addressingFaults() []Fault {
	return []Fault{
		{Name: "destination", Summary: "Destination is not the URL that the message is delivered to",
			Refs:      []string{"SAML core 3.2.2", "SAML bindings 3.5.5.2"},
			Params:    valueParams("https://other-sp.example/saml/acs"),
			Assertion: respellAttr("Response", "Destination")},
		{Name: "destination-removed", Summary: "the Response has no Destination",
			Refs:      []string{"SAML bindings 3.5.5.2"},
			Assertion: removeAttr("Response", "Destination")},
		{Name: "recipient", Summary: "Recipient is not the URL that the message is delivered to",
			Refs:      []string{"SAML profiles 4.1.4.3"},
			Params:    valueParams("https://other-sp.example/saml/acs"),
			Assertion: respellAttr(confirmationData, "Recipient")},
		{Name: "recipient-removed", Summary: "SubjectConfirmationData has no Recipient",
			Refs:      []string{"SAML profiles 4.1.4.2"},
			Assertion: removeAttr(confirmationData, "Recipient")},
		{Name: "confirmation-address", Summary: "SubjectConfirmationData names a client address",
			Refs:      []string{"SAML core 2.4.1.2"},
			Params:    valueParams("192.0.2.7"),
			Assertion: respellAttr(confirmationData, "Address")},
	}
}

// respellAttr is a hook that writes an attribute anew, by the arguments of valueParams.
func respellAttr(path, name string) func(*Message, Args) error {
	return func(m *Message, a Args) error {
		el, err := m.element(path)
		if err != nil {
			return err
		}
		el.CreateAttr(name, respelled(el.SelectAttrValue(name, ""), a))
		return nil
	}
}

func removeAttr(path, name string) func(*Message, Args) error {
	return func(m *Message, _ Args) error {
		el, err := m.element(path)
		if err != nil {
			return err
		}
		el.RemoveAttr(name)
		return nil
	}
}
