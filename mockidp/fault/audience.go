package fault

import "strings"

func audienceFaults() []Fault {
	return []Fault{
		{Name: "audience", Summary: "the Audience is not the SP's entityID",
			Refs:      []string{"SAML core 2.5.1.4", "SAML core 1.3.1"},
			Params:    valueParams("https://other-sp.example/saml"),
			Assertion: setAudience},
		{Name: "audiences", Summary: "the AudienceRestriction names exactly these audiences",
			Refs: []string{"SAML core 2.5.1.4"},
			Params: []Param{{Name: "values", Kind: String, Required: true, Example: "urn:example:one urn:example:two",
				Doc: "the audiences, separated by blanks"}},
			Assertion: setAudiences},
		{Name: "audience-added", Summary: "the AudienceRestriction names one more audience beside the right one",
			Refs: []string{"SAML core 2.5.1.4"},
			Params: []Param{otherAudienceParam(), {Name: "position", Kind: Choice, Default: "first", Choices: []string{"first", "last"},
				Doc: "where the other audience stands"}},
			Assertion: addAudience},
		{Name: "audience-restriction-added", Summary: "a second AudienceRestriction excludes the SP",
			Refs:      []string{"SAML core 2.5.1.4"},
			Params:    []Param{otherAudienceParam()},
			Assertion: addRestriction},
		{Name: "audience-removed", Summary: "Conditions has no AudienceRestriction",
			Refs:      []string{"SAML profiles 4.1.4.2"},
			Assertion: removing(restriction)},
		{Name: "audience-restriction-emptied", Summary: "the AudienceRestriction names no Audience",
			Refs:      []string{"SAML core 2.5.1.4"},
			Assertion: emptying(restriction)},
	}
}

func otherAudienceParam() Param {
	return Param{Name: "value", Kind: String, Default: "https://other-sp.example/saml", Doc: "the other audience"}
}

func setAudience(m *Message, a Args) error {
	el, err := m.element(restriction + "/Audience")
	if err != nil {
		return err
	}
	el.SetText(respelled(el.Text(), a))
	return nil
}

func setAudiences(m *Message, a Args) error {
	el, err := m.element(restriction)
	if err != nil {
		return err
	}
	el.Child = nil
	for _, value := range strings.Fields(a.String("values")) {
		audience := sibling(el, "Audience")
		audience.SetText(value)
		el.AddChild(audience)
	}
	return nil
}

func addAudience(m *Message, a Args) error {
	el, err := m.element(restriction)
	if err != nil {
		return err
	}
	audience := sibling(el, "Audience")
	audience.SetText(a.String("value"))
	if a.String("position") == "last" {
		el.AddChild(audience)
		return nil
	}
	el.InsertChildAt(0, audience)
	return nil
}

func addRestriction(m *Message, a Args) error {
	el, err := m.element(restriction)
	if err != nil {
		return err
	}
	second := sibling(el, "AudienceRestriction")
	audience := sibling(el, "Audience")
	audience.SetText(a.String("value"))
	second.AddChild(audience)
	insertAfter(el, second)
	return nil
}
