package fault

const delegationNS = "urn:oasis:names:tc:SAML:2.0:conditions:delegation"

func delegationFaults() []Fault {
	return []Fault{
		{Name: "delegation-restriction", Summary: "the Assertion was issued to somebody who acts for the subject",
			Refs: []string{"SAML delegation restriction 1.0", "SAML core 2.5.1.1"},
			Params: []Param{{Name: "delegate", Kind: String, Default: "https://portal.example/saml",
				Doc: "who acts for the subject"}},
			Assertion: addDelegation},
	}
}

func addDelegation(m *Message, a Args) error {
	el, err := m.element(conditions)
	if err != nil {
		return err
	}
	condition := sibling(el, "Condition")
	condition.CreateAttr("xmlns:del", delegationNS)
	condition.CreateAttr("xsi:type", "del:DelegationRestrictionType")
	delegate := condition.CreateElement("Delegate")
	delegate.Space = "del"
	name := sibling(el, "NameID")
	name.SetText(a.String("delegate"))
	delegate.AddChild(name)
	condition.AddChild(delegate)
	el.AddChild(condition)
	return nil
}
