package fault

import (
	"errors"

	"github.com/beevik/etree"
)

// forgedDigestFaults give a careless reader a digest of forged content to
// find, beside the genuine one that the signature value vouches for.
func forgedDigestFaults() []Fault {
	return []Fault{
		{Name: "digest-forged", Summary: "the user is another one after signing, and the digest of that stands beside the genuine one in each Signature",
			Refs: []string{"CVE-2025-29774", "CVE-2025-29775"},
			Params: append([]Param{
				{Name: "in", Kind: Choice, Default: "comment", Choices: []string{"comment", "signed-info"},
					Doc: "where: in a comment inside DigestValue, or in a second SignedInfo"},
				{Name: "order", Kind: Choice, Default: forgedFirst, Choices: []string{forgedFirst, genuineFirst}, Doc: "which of the two digests comes first"}}, forgedParams()...),
			Document: forgeDigests},
		{Name: "reference-added", Summary: "the Assertion's SignedInfo holds a second Reference, to a forged Assertion beside it, and both are right",
			Refs: []string{"SAML core 5.4.2", "CVE-2026-33487"},
			Params: append([]Param{
				{Name: "order", Kind: Choice, Default: genuineFirst, Choices: []string{genuineFirst, forgedFirst}, Doc: "which comes first, of the References and of the Assertions"}}, forgedParams()...),
			Signature: addReference},
	}
}

// forgeDigests changes the Assertion in its place: the References stay right
// about whom they name, and wrong about what it holds.
func forgeDigests(m *Message, a Args) error {
	assertion, err := m.element("Assertion")
	if err != nil {
		return err
	}
	if err := m.impersonate(assertion, a); err != nil {
		return err
	}
	signed := false
	for _, el := range []*etree.Element{assertion, m.Response} { // the outer digest covers the inner Signature
		signature := el.SelectElement("Signature")
		if signature == nil {
			continue
		}
		signed = true
		digest, err := m.digestWithout(el, signature)
		if err != nil {
			return err
		}
		if err := besideGenuine(signature, digest, a); err != nil {
			return err
		}
	}
	if !signed {
		return errors.New("the message has no Signature to forge a digest in")
	}
	return nil
}

func besideGenuine(signature *etree.Element, digest string, a Args) error {
	value, err := part(signature, "SignedInfo/Reference/DigestValue")
	if err != nil {
		return err
	}
	first := a.String("order") == forgedFirst
	if a.String("in") == "comment" {
		at := len(value.Child)
		if first {
			at = 0
		}
		value.InsertChildAt(at, etree.NewComment(digest))
		return nil
	}
	genuine := signature.SelectElement("SignedInfo")
	forged := genuine.Copy()
	forged.FindElement("Reference/DigestValue").SetText(digest)
	at := genuine.Index()
	if !first {
		at++
	}
	signature.InsertChildAt(at, forged)
	return nil
}

func addReference(s *Signing, a Args) error {
	if s.Target != Assertion {
		return nil
	}
	if !s.Sign || s.Message == nil {
		return errors.New("the Assertion is not signed, so there is no SignedInfo to add a Reference to")
	}
	s.Info = append(s.Info, func(info *etree.Element) error {
		genuine := info.Parent().Parent()
		forged, err := s.Message.forge(genuine, a)
		if err != nil {
			return err
		}
		reference := info.SelectElement("Reference")
		added := reference.Copy()
		after := 1
		if a.String("order") == forgedFirst {
			after = 0
		}
		genuine.Parent().InsertChildAt(genuine.Index()+after, forged)
		info.InsertChildAt(reference.Index()+after, added)
		digest, err := s.DigestOf(forged)
		if err != nil {
			return err
		}
		added.CreateAttr("URI", "#"+forged.SelectAttrValue("ID", ""))
		added.SelectElement("DigestValue").SetText(digest)
		return nil
	})
	return nil
}
