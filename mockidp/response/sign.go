package response

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"fmt"

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
		Target: target, Sign: wanted == "both" || wanted == string(target),
		Key: s.Key, Spare: s.Spare, Foreign: s.Foreign, Now: s.Now,
		Algorithm: shape.Algorithm, Digest: shape.Digest,
		Canonicalization: defaulted(shape.C14N, "exclusive"), PrefixList: shape.PrefixList,
		Transforms: []string{envelopedTransform},
		OtherID:    d.otherID(target),
	}
	if !shape.EnvelopedOnly {
		signing.Transforms = append(signing.Transforms, signing.Canonicalization)
	}
	if isTrue(shape.KeyInfo, true) && s.Key.Certificate != nil {
		signing.Certificates = []*x509.Certificate{s.Key.Certificate}
	}
	for _, f := range s.Faults {
		if f.Fault.Signature == nil {
			continue
		}
		if err := f.Fault.Signature(signing, f.Args); err != nil {
			return nil, inFault(f, err)
		}
	}
	return signing, nil
}

func (d *draft) otherID(target fault.Target) string {
	other := d.message.Response
	if target == fault.Response {
		other = d.message.Assertion
	}
	if other == nil {
		return ""
	}
	return other.SelectAttrValue("ID", "")
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
	octets, err := canonical(signature.SelectElement("SignedInfo"), canonicalizer(s.Canonicalization, "", "exclusive"))
	if err != nil {
		return err
	}
	value, err := signatureValue(octets, method, s.Key)
	if err != nil {
		return err
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
// unless the URI names the ID of another.
func (d *draft) referenced(el *etree.Element, uri string) *etree.Element {
	for _, candidate := range []*etree.Element{el, d.message.Assertion, d.message.Response} {
		if candidate != nil && uri == "#"+candidate.SelectAttrValue("ID", "") {
			return candidate
		}
	}
	return el
}

func digestOf(el *etree.Element, s *fault.Signing, method signatureMethod) ([]byte, error) {
	octets, err := transformed(el, s.Transforms, s.PrefixList)
	if err != nil {
		return nil, err
	}
	hash := crypto.SHA256
	if m, ok := lookup(digestMethods(), defaulted(s.Digest, method.digest)); ok {
		hash = m.hash
	}
	h := hash.New()
	h.Write(octets)
	return h.Sum(nil), nil
}
