package response

import (
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// planEncryption says what gets encrypted and how: as the shape wants it, then
// as the faults want it. Without a recipient that is nothing at all.
func (d *draft) planEncryption() error {
	s, shape := d.spec, d.spec.Shape
	if s.Recipient == nil {
		return d.refuseEncryption()
	}
	d.encryption = &fault.Encryption{
		Part:      fault.Nothing,
		Recipient: encryptionKeyOf(s.Recipient.PublicKey), Certificate: s.Recipient,
		Block: defaulted(shape.Block, "aes256-gcm"), KeyTransport: defaulted(shape.KeyTransport, "rsa-oaep-mgf1p"),
		Digest: defaulted(shape.OAEPDigest, "sha1"),
	}
	if shape.Encrypt {
		d.encryption.Part = fault.EveryAssertion
	}
	if s.Foreign.Signer != nil {
		d.encryption.Foreign = encryptionKeyOf(s.Foreign.Signer.Public())
	}
	return d.editEncryption(d.encryption)
}

var errNoRecipient = errors.New("the service provider has no encryption certificate")

// refuseEncryption reports a message that was to be encrypted for nobody.
func (d *draft) refuseEncryption() error {
	if d.spec.Shape.Encrypt && d.message.Assertion != nil {
		return errNoRecipient
	}
	for _, f := range d.spec.Faults {
		if f.Fault.Encrypt != nil {
			return inFault(f, errNoRecipient)
		}
	}
	return nil
}

// encryptParts encrypts what is encrypted inside an Assertion.
func (d *draft) encryptParts() error {
	if d.encryption == nil {
		return nil
	}
	return errors.Join(d.encryptNameID(), d.encryptAttributes())
}

// encryptNameID writes EncryptedID in place of every NameID (SAML core 2.2.4).
func (d *draft) encryptNameID() error {
	if !d.encryption.NameID {
		return nil
	}
	for _, assertion := range d.message.Response.SelectElements("Assertion") {
		id := assertion.FindElement("Subject/NameID")
		if id == nil {
			return errors.New("encrypting the NameID: the subject has none")
		}
		if err := d.encrypt(id, "saml:EncryptedID"); err != nil {
			return fmt.Errorf("encrypting the NameID: %w", err)
		}
	}
	return nil
}

// encryptAttributes writes EncryptedAttribute in place of every Attribute
// (SAML core 2.7.3.2).
func (d *draft) encryptAttributes() error {
	if !d.encryption.Attributes {
		return nil
	}
	for _, attribute := range d.message.Response.FindElements("Assertion/AttributeStatement/Attribute") {
		if err := d.encrypt(attribute, "saml:EncryptedAttribute"); err != nil {
			return fmt.Errorf("encrypting an attribute: %w", err)
		}
	}
	return nil
}

// encryptAssertions writes EncryptedAssertion in place of the assertions that
// are to be encrypted (SAML core 2.3.4).
func (d *draft) encryptAssertions() error {
	if d.encryption == nil {
		return nil
	}
	for i, assertion := range d.message.Response.SelectElements("Assertion") {
		if !covers(d.encryption.Part, i) {
			continue
		}
		if err := d.encrypt(assertion, "saml:EncryptedAssertion"); err != nil {
			return fmt.Errorf("encrypting the assertion: %w", err)
		}
		if assertion == d.message.Assertion {
			d.message.Assertion = nil
		}
	}
	return nil
}

func covers(part fault.Part, index int) bool {
	switch part {
	case fault.EveryAssertion:
		return true
	case fault.FirstAssertion:
		return index == 0
	case fault.SecondAssertion:
		return index == 1
	}
	return false
}

// encrypt puts an encrypted element named tag in the place of el. The
// plaintext declares its own namespaces: it is read outside this document.
func (d *draft) encrypt(el *etree.Element, tag string) error {
	plaintext := serialise(selfContained(el))
	if d.encryption.Plaintext != nil {
		plaintext = d.encryption.Plaintext(plaintext)
	}
	wrapper, data, err := sealed(plaintext, tag, d.encryption)
	if err == nil && d.encryption.Nested {
		wrapper, data, err = sealed(serialise(declaring(wrapper, "saml", assertionNS)), tag, d.encryption)
	}
	if err != nil {
		return err
	}
	parent, at := el.Parent(), el.Index()
	parent.RemoveChildAt(at)
	parent.InsertChildAt(at, wrapper)
	if d.encryption.Edit != nil {
		return d.encryption.Edit(data)
	}
	return nil
}

// sealed returns an element named tag around the EncryptedData, and that.
func sealed(plaintext []byte, tag string, e *fault.Encryption) (wrapper, data *etree.Element, err error) {
	if data, err = newEncryptedData(plaintext, e); err != nil {
		return nil, nil, err
	}
	wrapper = etree.NewElement(tag)
	wrapper.AddChild(data)
	return wrapper, data, nil
}

func declaring(el *etree.Element, prefix, uri string) *etree.Element {
	el.CreateAttr("xmlns:"+prefix, uri)
	return el
}

// newEncryptedData encrypts for the recipient, with the EncryptedKey in KeyInfo.
func newEncryptedData(plaintext []byte, e *fault.Encryption) (*etree.Element, error) {
	cipher, ok := lookup(blockCiphers(), e.Block)
	if !ok {
		cipher, _ = lookup(blockCiphers(), "aes256-gcm")
		cipher.uri = e.Block
	}
	key := randomOctets(cipher.keySize)
	ciphertext, err := cipher.encrypt(key, plaintext)
	if err != nil {
		return nil, fmt.Errorf("encrypting with %s: %w", cipher.name, err)
	}
	if e.Ciphertext != nil {
		ciphertext = e.Ciphertext(ciphertext)
	}
	data := etree.NewElement("xenc:EncryptedData")
	setAttrs(data, "xmlns:xenc", xmlencNS, "Type", elementType)
	addAlgorithm(data, "xenc:EncryptionMethod", cipher.uri)
	info := data.CreateElement("ds:KeyInfo")
	info.CreateAttr("xmlns:ds", signatureNS)
	recipients := []*rsa.PublicKey{e.Recipient}
	if e.First != nil {
		recipients = []*rsa.PublicKey{e.First, e.Recipient}
	}
	for _, recipient := range recipients {
		if err := addEncryptedKey(info, key, recipient, e); err != nil {
			return nil, err
		}
	}
	addCipherValue(data, ciphertext)
	return data, nil
}
