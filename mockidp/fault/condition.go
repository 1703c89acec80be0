package fault

func conditionFaults() []Fault {
	return []Fault{
		{Name: "conditions-removed", Summary: "the Assertion has no Conditions",
			Refs:      []string{"SAML profiles 4.1.4.2"},
			Assertion: removing(conditions)},
		{Name: "conditions-emptied", Summary: "Conditions has neither attribute nor child",
			Refs:      []string{"SAML core 2.5.1", "SAML profiles 4.1.4.2"},
			Assertion: emptying(conditions)},
		{Name: "conditions-duplicated", Summary: "the Assertion has two Conditions elements",
			Refs:      []string{"SAML core 2.3.3"},
			Assertion: doubling(conditions)},
		{Name: "one-time-use", Summary: "the Assertion may be used only once",
			Refs:      []string{"SAML core 2.5.1.5"},
			Assertion: addOneTimeUse},
		{Name: "proxy-restriction", Summary: "the Assertion must not be proxied further than stated",
			Refs: []string{"SAML core 2.5.1.6"},
			Params: []Param{{Name: "count", Kind: String, Default: "0", Doc: "the Count"},
				{Name: "audience", Kind: String, Doc: "an Audience to whom it may be passed on; none when absent"}},
			Assertion: addProxyRestriction},
		{Name: "condition-unknown", Summary: "Conditions holds a Condition of a type that nobody knows",
			Refs: []string{"SAML core 2.5.1.1"},
			Params: []Param{{Name: "type", Kind: String, Default: "ext:MoonPhaseType",
				Doc: "xsi:type; the prefix ext is bound to urn:example:extension"}},
			Assertion: addUnknownCondition},
	}
}

func addOneTimeUse(m *Message, _ Args) error {
	el, err := m.element(conditions)
	if err != nil {
		return err
	}
	el.AddChild(sibling(el, "OneTimeUse"))
	return nil
}

func addProxyRestriction(m *Message, a Args) error {
	el, err := m.element(conditions)
	if err != nil {
		return err
	}
	proxy := sibling(el, "ProxyRestriction")
	proxy.CreateAttr("Count", a.String("count"))
	if a.Has("audience") {
		audience := sibling(el, "Audience")
		audience.SetText(a.String("audience"))
		proxy.AddChild(audience)
	}
	el.AddChild(proxy)
	return nil
}

func addUnknownCondition(m *Message, a Args) error {
	el, err := m.element(conditions)
	if err != nil {
		return err
	}
	unknown := sibling(el, "Condition")
	unknown.CreateAttr("xmlns:ext", "urn:example:extension")
	unknown.CreateAttr("xsi:type", a.String("type"))
	el.AddChild(unknown)
	return nil
}
