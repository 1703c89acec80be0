package fault

import (
	"fmt"
	"regexp"

	"github.com/beevik/etree"
)

// trapAddress is where nobody listens; scenarios put a trap of the lab there.
const trapAddress = "http://localhost:9/trap"

func trapParam() Param {
	return Param{Name: "url", Kind: String, Default: trapAddress, Doc: "the address, of a trap that must stay silent"}
}

func signedInfoFaults() []Fault {
	return []Fault{
		{Name: "reference-duplicated", Summary: "SignedInfo holds the same Reference twice, both right",
			Refs:   []string{"SAML core 5.4.2", "CVE-2026-33487"},
			Params: []Param{targetParam(both)},
			Signature: editingInfo(func(el *etree.Element, _ Args) error {
				reference := el.SelectElement("Reference")
				insertAfter(reference, reference.Copy())
				return nil
			})},
		{Name: "reference-removed", Summary: "SignedInfo holds no Reference, so that nothing is signed",
			Refs:   []string{"SAML core 5.4.2"},
			Params: []Param{targetParam(both)},
			Signature: editingInfo(func(el *etree.Element, _ Args) error {
				el.SelectElement("Reference").Remove()
				return nil
			})},
		{Name: "reference-form", Summary: "the Reference names its target in another way than #ID",
			Refs: []string{"SAML core 5.4.2", "XML Signature 4.4.3.2"},
			Params: []Param{targetParam(both), {Name: "form", Kind: Choice, Required: true, Example: "bare-id", Choices: referenceForms(),
				Doc: "how; bare-id lacks the hash, hash is one alone, absent has no URI at all"}},
			Signature: aimed(respellReference)},
		{Name: "transform-flood", Summary: "the Reference lists very many transforms",
			Refs:      []string{"CVE-2021-39171"},
			Params:    []Param{targetParam(both), {Name: "count", Kind: Int, Default: "2000", Doc: "how many, 10000 at most"}},
			Signature: editingInfo(floodTransforms)},
		{Name: "transform-xslt", Summary: "an XSLT transform carries a stylesheet that reads another document",
			Refs:      []string{"SAML core 5.4.4", "CVE-2022-34169"},
			Params:    []Param{targetParam(both), trapParam()},
			Signature: editingInfo(addStylesheet)},
		{Name: "transform-xpath", Summary: "an XPath transform leaves the NameID out of the digest",
			Refs:      []string{"SAML core 5.4.4"},
			Params:    []Param{targetParam(both)},
			Signature: aimed(hideNameID)},
		{Name: "c14n-void", Summary: "a relative namespace name lets a canonicalizer write nothing, and the digest is that of nothing",
			Refs:      []string{"CVE-2025-66568"},
			Params:    []Param{targetParam(both)},
			Signature: aimed(digestNothing)},
		{Name: "key-info-remote", Summary: "KeyInfo names an address to fetch the key from, in place of the certificate",
			Refs:      []string{"CVE-2023-36661", "XML Signature 4.5.3"},
			Params:    []Param{targetParam(both), trapParam()},
			Signature: aimed(fetchKey)},
		{Name: "signature-detached", Summary: "the Assertion's Signature stands beside the Assertion",
			Refs: []string{"SAML core 5.4.1"},
			Signature: func(s *Signing, _ Args) error {
				if s.Target == Assertion {
					s.Edits = append(s.Edits, func(el *etree.Element) error { insertAfter(el.Parent(), el); return nil })
				}
				return nil
			}},
	}
}

// editingInfo is a hook that edits the SignedInfo of the targets before it is signed.
func editingInfo(edit func(*etree.Element, Args) error) func(*Signing, Args) error {
	return aimed(func(s *Signing, a Args) error {
		s.Info = append(s.Info, func(el *etree.Element) error { return edit(el, a) })
		return nil
	})
}

func referenceForms() []string {
	return []string{"bare-id", "hash", "xpointer-root", "xpointer-id", "absent"}
}

func respellReference(s *Signing, a Args) error {
	form := a.String("form")
	if form == "absent" {
		s.Info = append(s.Info, func(el *etree.Element) error {
			el.SelectElement("Reference").RemoveAttr("URI")
			return nil
		})
		return nil
	}
	uri := map[string]string{
		"bare-id": s.ID, "hash": "#", "xpointer-root": "#xpointer(/)", "xpointer-id": fmt.Sprintf("#xpointer(id('%s'))", s.ID),
	}[form]
	s.Reference = &uri
	return nil
}

func floodTransforms(info *etree.Element, a Args) error {
	transforms := info.FindElement("Reference/Transforms")
	if transforms == nil {
		return fmt.Errorf("the Reference has no transforms to repeat")
	}
	model := transforms.ChildElements()[0]
	for range min(a.Int("count"), 10_000) {
		transforms.AddChild(model.Copy())
	}
	return nil
}

// addTransform puts a Transform with that content after the enveloped one.
func addTransform(info *etree.Element, algorithm string, content *etree.Element) error {
	first := info.FindElement("Reference/Transforms/Transform")
	if first == nil {
		return fmt.Errorf("the Reference has no transforms to add one to")
	}
	added := sibling(first, "Transform")
	added.CreateAttr("Algorithm", algorithm)
	added.AddChild(content)
	insertAfter(first, added)
	return nil
}

func addStylesheet(info *etree.Element, a Args) error {
	sheet := etree.NewElement("xsl:stylesheet")
	sheet.CreateAttr("xmlns:xsl", "http://www.w3.org/1999/XSL/Transform")
	sheet.CreateAttr("version", "1.0")
	template := sheet.CreateElement("xsl:template")
	template.CreateAttr("match", "/")
	template.CreateElement("xsl:copy-of").CreateAttr("select", "document('"+a.String("url")+"')")
	return addTransform(info, "http://www.w3.org/TR/1999/REC-xslt-19991116", sheet)
}

var nameIDMarkup = regexp.MustCompile(`(?s)<(\w+:)?NameID[ >].*?</(\w+:)?NameID>`)

// hideNameID digests what the XPath expression leaves, as a verifier that
// evaluates it would.
func hideNameID(s *Signing, _ Args) error {
	s.Octets = func(b []byte) []byte { return nameIDMarkup.ReplaceAll(b, nil) }
	s.Info = append(s.Info, func(info *etree.Element) error {
		prefix := ""
		if info.Space != "" {
			prefix = info.Space + ":"
		}
		expression := etree.NewElement(prefix + "XPath")
		expression.SetText("not(ancestor-or-self::*[local-name()='NameID'])")
		return addTransform(info, "http://www.w3.org/TR/1999/REC-xpath-19991116", expression)
	})
	return nil
}

func digestNothing(s *Signing, _ Args) error {
	s.Octets = func([]byte) []byte { return nil }
	s.Info = append(s.Info, func(info *etree.Element) error {
		signed := info.Parent().Parent()
		signed.CreateAttr("xmlns:void", "relative")
		signed.CreateAttr("void:used", "yes")
		return nil
	})
	return nil
}

func fetchKey(s *Signing, a Args) error {
	s.Edits = append(s.Edits, func(signature *etree.Element) error {
		info, err := part(signature, "KeyInfo")
		if err != nil {
			return err
		}
		info.Child = nil
		method := sibling(info, "RetrievalMethod")
		method.CreateAttr("URI", a.String("url"))
		method.CreateAttr("Type", signatureNamespace+"rawX509Certificate")
		info.AddChild(method)
		return nil
	})
	return nil
}

const signatureNamespace = "http://www.w3.org/2000/09/xmldsig#"
