package fault

import "errors"

func encryptionFaults() []Fault {
	return []Fault{
		{Name: "encrypted", Summary: "the Assertion is encrypted although the shape leaves it plain",
			Refs: []string{"SAML core 2.3.4"},
			Params: []Param{{Name: "part", Kind: Choice, Default: string(EveryAssertion),
				Choices: []string{string(EveryAssertion), string(FirstAssertion), string(SecondAssertion)},
				Doc:     "which assertions, when there are several"}},
			Encrypt: func(e *Encryption, a Args) error { e.Part = Part(a.String("part")); return nil }},
		{Name: "unencrypted", Summary: "the Assertion is plain although the shape encrypts it",
			Refs:    []string{"SAML core 2.3.4"},
			Encrypt: func(e *Encryption, _ Args) error { e.Part = Nothing; return nil }},
		{Name: "name-id-encrypted", Summary: "the Subject has an EncryptedID instead of a NameID",
			Refs:    []string{"SAML core 2.2.4"},
			Encrypt: func(e *Encryption, _ Args) error { e.NameID = true; return nil }},
		{Name: "encryption-algorithm", Summary: "the Assertion is encrypted with other algorithms",
			Refs: []string{"XML Encryption 5.1"},
			Params: []Param{
				{Name: "block", Kind: Choice, Choices: BlockChoices(), Example: "aes128-cbc", Doc: "the cipher of the content; unknown is a made-up URI"},
				{Name: "key-transport", Kind: Choice, Choices: KeyTransportChoices(), Doc: "how the content key is encrypted"},
				{Name: "oaep-digest", Kind: Choice, Choices: []string{"sha1", "sha256", "sha384", "sha512"}, Doc: "the OAEP DigestMethod"},
				{Name: "mgf", Kind: Choice, Choices: []string{"sha1", "sha256", "sha384", "sha512"}, Doc: "the OAEP mask generation hash, for rsa-oaep"}},
			Encrypt: setEncryption},
		{Name: "encrypted-to-foreign-key", Summary: "the Assertion is encrypted to a key that is not the SP's",
			Refs:    []string{"SAML core 6"},
			Encrypt: encryptToForeign},
	}
}

// BlockChoices are the short names of content ciphers that faults offer.
func BlockChoices() []string {
	return []string{"aes128-cbc", "aes192-cbc", "aes256-cbc", "aes128-gcm", "aes192-gcm", "aes256-gcm", "tripledes-cbc", "unknown"}
}

// KeyTransportChoices are the short names of key transports that faults offer.
func KeyTransportChoices() []string {
	return []string{"rsa-oaep-mgf1p", "rsa-oaep", "rsa-1_5", "unknown"}
}

// ensure has the assertion encrypted: a defect of something that is not sent
// proves nothing.
func (e *Encryption) ensure() {
	if e.Part == Nothing && !e.NameID {
		e.Part = EveryAssertion
	}
}

func setEncryption(e *Encryption, a Args) error {
	e.ensure()
	if a.Has("block") {
		e.Block = algorithmOr(a.String("block"))
	}
	if a.Has("key-transport") {
		e.KeyTransport = algorithmOr(a.String("key-transport"))
	}
	if a.Has("oaep-digest") {
		e.Digest = a.String("oaep-digest")
	}
	if a.Has("mgf") {
		e.MGF = a.String("mgf")
	}
	return nil
}

func encryptToForeign(e *Encryption, _ Args) error {
	if e.Foreign == nil {
		return errors.New("the identity provider has no foreign RSA key")
	}
	e.ensure()
	e.Recipient = e.Foreign
	return nil
}
