package fault

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/beevik/etree"
)

func signatureFaults() []Fault {
	return []Fault{
		{Name: "unsigned", Summary: "the element is not signed",
			Refs:      []string{"SAML profiles 4.1.4.5", "CVE-2020-12676"},
			Params:    []Param{targetParam(both)},
			Signature: aimed(func(s *Signing, _ Args) error { s.Sign = false; return nil })},
		{Name: "signed", Summary: "the element is signed although the shape leaves it unsigned",
			Refs:      []string{"SAML profiles 4.1.4.5"},
			Params:    []Param{targetParam(both)},
			Signature: aimed(func(s *Signing, _ Args) error { s.Sign = true; return nil })},
		{Name: "digest-tampered", Summary: "one bit of DigestValue is flipped",
			Refs:      []string{"XML Signature 3.2.1"},
			Params:    []Param{targetParam(both)},
			Signature: editing(flipOctet("SignedInfo/Reference/DigestValue"))},
		{Name: "signature-value-tampered", Summary: "one bit of SignatureValue is flipped",
			Refs:      []string{"XML Signature 3.2.2"},
			Params:    []Param{targetParam(both)},
			Signature: editing(flipOctet("SignatureValue"))},
		{Name: "signature-value-emptied", Summary: "SignatureValue is empty",
			Refs:      []string{"XML Signature 3.2.2"},
			Params:    []Param{targetParam(both)},
			Signature: editing(setValue("SignatureValue", func(string) string { return "" }))},
		{Name: "signature-value-removed", Summary: "the Signature has no SignatureValue",
			Refs:      []string{"XML Signature 4.1", "CVE-2025-59718"},
			Params:    []Param{targetParam(both)},
			Signature: editing(removePart("SignatureValue"))},
		{Name: "signature-value-wrapped", Summary: "SignatureValue is broken into lines",
			Refs:      []string{"XML Signature 4.2"},
			Params:    []Param{targetParam(both), {Name: "columns", Kind: Choice, Default: "64", Choices: []string{"64", "76"}, Doc: "characters in a line: PEM's 64 or MIME's 76"}},
			Signature: aimed(wrapSignatureValue)},
		{Name: "signature-emptied", Summary: "the Signature element has no content",
			Refs:      []string{"XML Signature 4"},
			Params:    []Param{targetParam(both)},
			Signature: editing(func(el *etree.Element) error { el.Child = nil; return nil })},
		{Name: "signature-duplicated", Summary: "the Signature stands twice in its parent",
			Refs:   []string{"SAML core 5.4"},
			Params: []Param{targetParam(both)},
			Signature: editing(func(el *etree.Element) error {
				insertAfter(el, el.Copy())
				return nil
			})},
		{Name: "signature-misplaced", Summary: "the Signature is the last child of its parent",
			Refs:   []string{"SAML core 2.3.3", "SAML core 3.2.2"},
			Params: []Param{targetParam(both)},
			Signature: editing(func(el *etree.Element) error {
				el.Parent().AddChild(el)
				return nil
			})},
		{Name: "signed-info-duplicated", Summary: "the Signature holds two SignedInfo elements",
			Refs:      []string{"CVE-2025-29774"},
			Params:    []Param{targetParam(both)},
			Signature: editing(duplicateSignedInfo)},
		{Name: "comment-in-digest", Summary: "a comment stands inside DigestValue",
			Refs:      []string{"CVE-2025-29775"},
			Params:    []Param{targetParam(both)},
			Signature: editing(commentDigest)},
	}
}

// aimed is a hook that runs for the elements that the argument "target" covers.
func aimed(hook func(*Signing, Args) error) func(*Signing, Args) error {
	return func(s *Signing, a Args) error {
		if !aims(a, s.Target) {
			return nil
		}
		return hook(s, a)
	}
}

// editing is a hook that edits the finished Signature of the targets.
func editing(edit func(*etree.Element) error) func(*Signing, Args) error {
	return aimed(func(s *Signing, _ Args) error {
		s.Edits = append(s.Edits, edit)
		return nil
	})
}

// part finds an element below a Signature.
func part(signature *etree.Element, path string) (*etree.Element, error) {
	at := signature
	for step := range strings.SplitSeq(path, "/") {
		if at = at.SelectElement(step); at == nil {
			return nil, fmt.Errorf("the Signature has no %s", path)
		}
	}
	return at, nil
}

func setValue(path string, rewrite func(string) string) func(*etree.Element) error {
	return func(signature *etree.Element) error {
		el, err := part(signature, path)
		if err != nil {
			return err
		}
		el.SetText(rewrite(el.Text()))
		return nil
	}
}

func removePart(path string) func(*etree.Element) error {
	return func(signature *etree.Element) error {
		el, err := part(signature, path)
		if err == nil {
			el.Remove()
		}
		return err
	}
}

// flipOctet changes one bit of a base64 value and keeps it well-formed.
func flipOctet(path string) func(*etree.Element) error {
	return func(signature *etree.Element) error {
		el, err := part(signature, path)
		if err != nil {
			return err
		}
		octets, err := base64.StdEncoding.DecodeString(el.Text())
		if err != nil || len(octets) == 0 {
			return fmt.Errorf("%s holds no base64 to tamper with", path)
		}
		octets[len(octets)/2] ^= 1
		el.SetText(base64.StdEncoding.EncodeToString(octets))
		return nil
	}
}

func wrapSignatureValue(s *Signing, a Args) error {
	s.Edits = append(s.Edits, setValue("SignatureValue", func(value string) string { return inLines(value, a.Int("columns")) }))
	return nil
}

func wrapped64(s string) string { return inLines(s, 64) }

func inLines(s string, columns int) string {
	var lines []string
	for len(s) > columns {
		lines, s = append(lines, s[:columns]), s[columns:]
	}
	return "\n" + strings.Join(append(lines, s), "\n") + "\n"
}

func duplicateSignedInfo(signature *etree.Element) error {
	info, err := part(signature, "SignedInfo")
	if err != nil {
		return err
	}
	insertAfter(info, info.Copy())
	return nil
}

func commentDigest(signature *etree.Element) error {
	el, err := part(signature, "SignedInfo/Reference/DigestValue")
	if err != nil {
		return err
	}
	text := el.Text()
	el.SetText("")
	el.CreateComment("AAAA")
	el.CreateText(text)
	return nil
}
