package validate

import (
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
)

const ruleEncryptionAlgorithm = "encryption-algorithm"

func encryptionRules() []Rule {
	return []Rule{
		{ID: ruleEncryptionAlgorithm, Title: "encryption uses algorithms that are known and sound", Ref: "XML Encryption 1.1 5.1; OWASP",
			Level: Must, Reason: reason.Undecryptable, Check: checkEncryptionAlgorithm},
		{ID: "decrypts", Title: "what is encrypted can be decrypted", Ref: "SAML core 6",
			Level: Must, Reason: reason.Undecryptable, Check: checkDecrypts},
		{ID: "assertion-encrypted", Title: "the Assertion is encrypted where the SP wants it so", Ref: "SP policy; SAML core 6",
			Level: Must, Reason: reason.EncryptionRequired, Check: checkEncrypted},
	}
}

func checkEncryptionAlgorithm(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, x := range m.encrypted {
		for _, uri := range x.refused {
			findings = append(findings, found(x.Element, "algorithm "+quoted(uri, true), "AES-GCM or AES-CBC with RSA-OAEP",
				"Choose aes256-gcm with rsa-oaep-mgf1p; RSA 1.5 and 3DES can be broken through the answers of the SP.")...)
		}
	}
	return findings
}

// checkDecrypts says the same about every ciphertext that fails (padding,
// authentication tag, key, content): the difference would be an oracle.
func checkDecrypts(m *Message, p *Policy) []Finding {
	var findings []Finding
	for _, x := range m.encrypted {
		switch {
		case x.plain != nil || x.stopped:
			continue
		case x.Defect != "":
			findings = append(findings, found(x.Element, x.Defect, "EncryptedData with its EncryptedKey", "Encrypt with an XML encryption library.")...)
		case len(p.DecryptionKeys) == 0:
			findings = append(findings, found(x.Element, "encrypted, but this SP has no decryption key", "content in the clear",
				"Switch encryption off for this SP: its metadata publishes no encryption key.")...)
		default:
			local := strings.TrimPrefix(x.Element.Local, "Encrypted")
			findings = append(findings, found(x.Element, "content that cannot be decrypted", "one "+local+" encrypted for this SP",
				"Encrypt for the certificate in the SP's current metadata.")...)
		}
	}
	return findings
}

func checkEncrypted(m *Message, p *Policy) []Finding {
	if !p.RequireEncryption {
		return nil
	}
	var findings []Finding
	for _, a := range m.assertions {
		if a.Parent == m.response {
			findings = append(findings, found(a, "an Assertion in the clear", "an EncryptedAssertion",
				"Switch on encryption for this SP, with the certificate in its metadata.")...)
		}
	}
	return findings
}
