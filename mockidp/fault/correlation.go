package fault

import "github.com/beevik/etree"

func correlationFaults() []Fault {
	return []Fault{
		{Name: "in-response-to", Summary: "InResponseTo names a request that the SP never sent",
			Refs:      []string{"SAML core 3.2.2", "SAML profiles 4.1.4.3", "SAML profiles 4.1.5"},
			Params:    append(valueParams("_00000000000000000000000000000000"), targetParam(both)),
			Assertion: setInResponseTo},
		{Name: "in-response-to-removed", Summary: "the message does not say which request it answers",
			Refs:      []string{"SAML core 3.2.2", "SAML profiles 4.1.4.3"},
			Params:    []Param{targetParam(both)},
			Assertion: removeInResponseTo},
	}
}

// correlated returns the elements that carry InResponseTo: the Response and,
// for the target assertion, the SubjectConfirmationData.
func (m *Message) correlated(a Args) ([]*etree.Element, error) {
	var out []*etree.Element
	if aims(a, Response) {
		out = append(out, m.Response)
	}
	if aims(a, Assertion) {
		el, err := m.element(confirmationData)
		if err != nil {
			return nil, err
		}
		out = append(out, el)
	}
	return out, nil
}

func setInResponseTo(m *Message, a Args) error {
	carriers, err := m.correlated(a)
	if err != nil {
		return err
	}
	for _, el := range carriers {
		el.CreateAttr("InResponseTo", respelled(el.SelectAttrValue("InResponseTo", ""), a))
	}
	return nil
}

func removeInResponseTo(m *Message, a Args) error {
	carriers, err := m.correlated(a)
	if err != nil {
		return err
	}
	for _, el := range carriers {
		el.RemoveAttr("InResponseTo")
	}
	return nil
}
