package fault

import "errors"

func recipientFaults() []Fault {
	return []Fault{
		{Name: "attributes-encrypted", Summary: "the AttributeStatement holds EncryptedAttributes",
			Refs:    []string{"SAML core 2.7.3.2"},
			Encrypt: func(e *Encryption, _ Args) error { e.Attributes = true; return nil }},
		{Name: "encrypted-twice", Summary: "the ciphertext decrypts to another encrypted element",
			Refs:    []string{"SAML core 2.3.4"},
			Encrypt: func(e *Encryption, _ Args) error { e.ensure(); e.Nested = true; return nil }},
		{Name: "encrypted-for-two", Summary: "the content key is encrypted for somebody else first, then for the SP",
			Refs:    []string{"SAML core 6", "XML Encryption 3.5"},
			Encrypt: encryptForTwo},
	}
}

func encryptForTwo(e *Encryption, _ Args) error {
	if e.Foreign == nil {
		return errors.New("the identity provider has no foreign RSA key")
	}
	e.ensure()
	e.First = e.Foreign
	return nil
}
