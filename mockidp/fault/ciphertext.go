package fault

import (
	"fmt"
	"regexp"

	"github.com/beevik/etree"
)

func ciphertextFaults() []Fault {
	return []Fault{
		{Name: "ciphertext-truncated", Summary: "the ciphertext is cut short",
			Refs:   []string{"XML Encryption 5.2"},
			Params: []Param{{Name: "keep", Kind: Int, Default: "17", Doc: "how many octets of initialisation vector and ciphertext are left"}},
			Encrypt: func(e *Encryption, a Args) error {
				e.ensure()
				e.Ciphertext = func(b []byte) []byte { return b[:max(0, min(a.Int("keep"), len(b)))] }
				return nil
			}},
		{Name: "ciphertext-tampered", Summary: "one bit of the ciphertext is flipped",
			Refs: []string{"XML Encryption 5.2"},
			Encrypt: func(e *Encryption, _ Args) error {
				e.ensure()
				e.Ciphertext = func(b []byte) []byte { b[len(b)/2] ^= 1; return b }
				return nil
			}},
		{Name: "plaintext-replaced", Summary: "the ciphertext decrypts to something else than one Assertion",
			Refs: []string{"SAML core 6"},
			Params: []Param{{Name: "form", Kind: Choice, Default: "text", Choices: []string{"text", "empty", "doctype", "two", "unsigned"},
				Doc: "what it decrypts to"}},
			Encrypt: replacePlaintext},
		{Name: "encrypted-key-removed", Summary: "EncryptedData comes without an EncryptedKey",
			Refs:    []string{"SAML core 6"},
			Encrypt: editEncrypted(dropEncryptedKey)},
		{Name: "encrypted-key-sibling", Summary: "the EncryptedKey stands beside the EncryptedData",
			Refs:    []string{"SAML core 2.3.4"},
			Encrypt: editEncrypted(moveEncryptedKey)},
		{Name: "encrypted-data-removed", Summary: "the encrypted element is empty",
			Refs:    []string{"SAML core 2.3.4"},
			Encrypt: editEncrypted(func(el *etree.Element) error { el.Remove(); return nil })},
	}
}

var signatureMarkup = regexp.MustCompile(`(?s)<(\w+:)?Signature[ >].*</(\w+:)?Signature>`)

func replacePlaintext(e *Encryption, a Args) error {
	e.ensure()
	form := a.String("form")
	e.Plaintext = func(b []byte) []byte {
		switch form {
		case "empty":
			return nil
		case "doctype":
			return append([]byte("<!DOCTYPE Assertion>"), b...)
		case "two":
			return append(append([]byte{}, b...), b...)
		}
		if form == "unsigned" {
			return signatureMarkup.ReplaceAll(b, nil)
		}
		return []byte("this is no XML")
	}
	return nil
}

func editEncrypted(edit func(*etree.Element) error) func(*Encryption, Args) error {
	return func(e *Encryption, _ Args) error {
		e.ensure()
		e.Edit = edit
		return nil
	}
}

func encryptedKey(data *etree.Element) (*etree.Element, error) {
	if key := data.FindElement("KeyInfo/EncryptedKey"); key != nil {
		return key, nil
	}
	return nil, fmt.Errorf("the EncryptedData has no EncryptedKey")
}

func dropEncryptedKey(data *etree.Element) error {
	key, err := encryptedKey(data)
	if err != nil {
		return err
	}
	key.Parent().Remove()
	return nil
}

func moveEncryptedKey(data *etree.Element) error {
	key, err := encryptedKey(data)
	if err != nil {
		return err
	}
	info := key.Parent()
	key.CreateAttr("Id", "_encrypted-key")
	key.CreateAttr("xmlns:xenc", "http://www.w3.org/2001/04/xmlenc#")
	key.CreateAttr("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#")
	insertAfter(data, key)
	method := info.CreateElement(info.Space + ":RetrievalMethod")
	method.CreateAttr("Type", "http://www.w3.org/2001/04/xmlenc#EncryptedKey")
	method.CreateAttr("URI", "#_encrypted-key")
	return nil
}
