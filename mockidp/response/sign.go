package response

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

func (d *draft) signAssertions() error {
	signing, err := d.signing(fault.Assertion)
	if err != nil || !signing.Sign {
		return err
	}
	for _, el := range d.message.Response.SelectElements("Assertion") {
		if err := d.sign(el, signing); err != nil {
			return fmt.Errorf("signing the assertion: %w", err)
		}
	}
	return nil
}

func (d *draft) signResponse() error {
	signing, err := d.signing(fault.Response)
	if err != nil || !signing.Sign {
		return err
	}
	if err := d.sign(d.message.Response, signing); err != nil {
		return fmt.Errorf("signing the response: %w", err)
	}
	return nil
}

// signing says how the target gets signed: as the shape wants it, then as the
// faults want it.
func (d *draft) signing(target fault.Target) (*fault.Signing, error) {
	s, shape := d.spec, d.spec.Shape
	wanted := defaulted(shape.Sign, "both")
	signing := &fault.Signing{
		Target: target, Message: d.message, Sign: wanted == "both" || wanted == string(target),
		Key: s.Key, Spare: s.Spare, Foreign: s.Foreign, Now: s.Now,
		Algorithm: shape.Algorithm, Digest: shape.Digest,
		Canonicalization: defaulted(shape.C14N, "exclusive"), PrefixList: shape.PrefixList,
		Transforms: []string{envelopedTransform},
		ID:         d.id(target),
		OtherID:    d.id(other(target)),
	}
	if !shape.EnvelopedOnly {
		signing.Transforms = append(signing.Transforms, signing.Canonicalization)
	}
	if isTrue(shape.KeyInfo, true) && s.Key.Certificate != nil {
		signing.Certificates = []*x509.Certificate{s.Key.Certificate}
	}
	return signing, d.editSigning(signing)
}

func other(target fault.Target) fault.Target {
	if target == fault.Response {
		return fault.Assertion
	}
	return fault.Response
}

// id returns the ID of a target, "" when it cannot be read (any more).
func (d *draft) id(target fault.Target) string {
	el := d.message.Response
	if target == fault.Assertion {
		el = d.message.Assertion
	}
	if el == nil {
		return ""
	}
	return el.SelectAttrValue("ID", "")
}

// sign puts a Signature into el: after its Issuer, or first without one
// (SAML core 2.3.3, 3.2.2).
func (d *draft) sign(el *etree.Element, s *fault.Signing) error {
	method, err := signatureMethodFor(s)
	if err != nil {
		return err
	}
	reference := "#" + el.SelectAttrValue("ID", "")
	if s.Reference != nil {
		reference = *s.Reference
	}
	digest, err := digestOf(d.referenced(el, reference), s, method)
	if err != nil {
		return err
	}
	signature := newSignature(s, method, reference, digest, d.spec.Shape.DefaultNamespace)
	at := 0
	if issuer := el.SelectElement("Issuer"); issuer != nil {
		at = issuer.Index() + 1
	}
	el.InsertChildAt(at, signature)
	s.DigestOf = func(el *etree.Element) (string, error) {
		octets, err := digestOf(el, s, method)
		return base64.StdEncoding.EncodeToString(octets), err
	}
	for _, edit := range s.Info {
		if err := edit(signature.SelectElement("SignedInfo")); err != nil {
			return err
		}
	}
	octets, err := canonical(signature.SelectElement("SignedInfo"), canonicalizer(s.Canonicalization, "", "exclusive"))
	if err != nil {
		return err
	}
	value, err := signatureValue(octets, method, s.Key)
	if err != nil {
		return err
	}
	if s.Value != nil {
		value = s.Value(value)
	}
	signature.SelectElement("SignatureValue").SetText(base64.StdEncoding.EncodeToString(value))
	for _, edit := range s.Edits {
		if err := edit(signature); err != nil {
			return err
		}
	}
	return nil
}

// referenced finds the element that a Reference means: the one being signed,
// unless the URI names the ID of another element.
func (d *draft) referenced(el *etree.Element, uri string) *etree.Element {
	for _, candidate := range []*etree.Element{el, d.message.Assertion, d.message.Response} {
		if candidate != nil && uri == "#"+candidate.SelectAttrValue("ID", "") {
			return candidate
		}
	}
	if id, byID := strings.CutPrefix(uri, "#"); byID && id != "" {
		if planted := withID(d.message.Response, id); planted != nil {
			return planted
		}
	}
	return el
}

func withID(el *etree.Element, id string) *etree.Element {
	if el.SelectAttrValue("ID", "") == id {
		return el
	}
	for _, child := range el.ChildElements() {
		if found := withID(child, id); found != nil {
			return found
		}
	}
	return nil
}

func digestOf(el *etree.Element, s *fault.Signing, method signatureMethod) ([]byte, error) {
	octets, err := transformed(el, s.Transforms, s.PrefixList)
	if err != nil {
		return nil, err
	}
	if s.Octets != nil {
		octets = s.Octets(octets)
	}
	hash := crypto.SHA256
	if m, ok := lookup(digestMethods(), defaulted(s.Digest, method.digest)); ok {
		hash = m.hash
	}
	h := hash.New()
	h.Write(octets)
	return h.Sum(nil), nil
}

// digest is what fault.Message.Digest computes: the digest that the
// Assertion's signature would have.
func (d *draft) digest(el *etree.Element) (string, error) {
	s, err := d.signing(fault.Assertion)
	if err != nil {
		return "", err
	}
	method, err := signatureMethodFor(s)
	if err != nil {
		return "", err
	}
	digest, err := digestOf(el, s, method)
	return base64.StdEncoding.EncodeToString(digest), err
}
