package fault

func subjectFaults() []Fault {
	return []Fault{
		{Name: "subject-removed", Summary: "the Assertion has no Subject",
			Refs:      []string{"SAML profiles 4.1.4.2"},
			Assertion: removing(subject)},
		{Name: "confirmation-removed", Summary: "the Subject has no SubjectConfirmation",
			Refs:      []string{"SAML profiles 4.1.4.2"},
			Assertion: removing(confirmation)},
		{Name: "confirmation-data-removed", Summary: "the bearer confirmation has no SubjectConfirmationData",
			Refs:      []string{"SAML profiles 4.1.4.2"},
			Assertion: removing(confirmationData)},
		{Name: "confirmation-method", Summary: "the only SubjectConfirmation is not of the bearer method",
			Refs: []string{"SAML profiles 3.1", "SAML profiles 3.2", "SAML profiles 4.1.4.2"},
			Params: []Param{{Name: "method", Kind: Choice, Default: "holder-of-key", Choices: []string{"holder-of-key", "sender-vouches", "unknown", "empty"},
				Doc: "the Method"}},
			Assertion: setConfirmationMethod},
		{Name: "confirmation-method-removed", Summary: "the SubjectConfirmation has no Method",
			Refs:      []string{"SAML core 2.4.1.1"},
			Assertion: removeAttr(confirmation, "Method")},
		{Name: "confirmation-added", Summary: "a second bearer confirmation, for another SP, stands beside the right one",
			Refs: []string{"SAML profiles 4.1.4.2"},
			Params: []Param{{Name: "position", Kind: Choice, Default: "first", Choices: []string{"first", "last"},
				Doc: "where the other confirmation stands"}},
			Assertion: addConfirmation},
	}
}

func setConfirmationMethod(m *Message, a Args) error {
	el, err := m.element(confirmation)
	if err != nil {
		return err
	}
	method := "urn:oasis:names:tc:SAML:2.0:cm:" + a.String("method")
	if a.String("method") == "empty" {
		method = ""
	}
	el.CreateAttr("Method", method)
	return nil
}

func addConfirmation(m *Message, a Args) error {
	el, err := m.element(confirmation)
	if err != nil {
		return err
	}
	other := el.Copy()
	if data := other.SelectElement("SubjectConfirmationData"); data != nil {
		data.CreateAttr("Recipient", "https://other-sp.example/saml/acs")
	}
	at := el.Index()
	if a.String("position") == "last" {
		at++
	}
	el.Parent().InsertChildAt(at, other)
	return nil
}
