package fault

func authzFaults() []Fault {
	return []Fault{
		{Name: "authz-decision", Summary: "the Assertion also carries an authorization decision",
			Refs: []string{"SAML core 2.7.4", "Globalscape EFT, Web SSO"},
			Params: []Param{
				{Name: "decision", Kind: Choice, Default: "Deny", Choices: []string{"Permit", "Deny", "Indeterminate", "Maybe"},
					Doc: "the Decision; Maybe is not one"},
				{Name: "resource", Kind: String, Doc: "the Resource; the URL of delivery when absent"},
				{Name: "without-resource", Kind: Bool, Default: "false", Doc: "leave the Resource out"},
			},
			Assertion: addAuthzDecision},
	}
}

func addAuthzDecision(m *Message, a Args) error {
	assertion, err := m.element("Assertion")
	if err != nil {
		return err
	}
	resource := m.Destination
	if a.Has("resource") {
		resource = a.String("resource")
	}
	statement := sibling(assertion, "AuthzDecisionStatement")
	if !a.Bool("without-resource") {
		statement.CreateAttr("Resource", resource)
	}
	statement.CreateAttr("Decision", a.String("decision"))
	action := sibling(assertion, "Action")
	action.CreateAttr("Namespace", "urn:oasis:names:tc:SAML:1.0:action:rwedc")
	action.SetText("Read")
	statement.AddChild(action)
	assertion.AddChild(statement)
	return nil
}
