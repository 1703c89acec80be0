package validate

import (
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

const ruleEncryptionAlgorithm = "encryption-algorithm"

func encryptionRules() []Rule {
	return []Rule{
		{ID: ruleEncryptionAlgorithm, Title: "encryption uses algorithms that are known and sound", Ref: "XML Encryption 1.1 5.1; OWASP",
			Level: Must, Reason: reason.Undecryptable, Check: checkEncryptionAlgorithm},
		{ID: "decrypts", Title: "what is encrypted can be decrypted", Ref: "SAML core 6",
			Level: Must, Reason: reason.Undecryptable, Check: checkDecrypts},
		{ID: "decrypted-content", Title: "what was encrypted is one element, of the kind that its place says", Ref: "SAML core 2.3.4, 6; OWASP XXE",
			Level: Must, Reason: reason.Undecryptable, Check: checkDecryptedContent},
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
// authentication tag, key, content): the difference would be an oracle. The
// content of one that was authenticated is checkDecryptedContent's.
func checkDecrypts(m *Message, p *Policy) []Finding {
	var findings []Finding
	for _, x := range m.encrypted {
		switch {
		case x.plain != nil || x.stopped || x.instead != "":
			continue
		case x.Defect != "":
			findings = append(findings, found(x.Element, x.Defect, "EncryptedData with its EncryptedKey", "Encrypt with an XML encryption library.")...)
		case len(p.DecryptionKeys) == 0:
			findings = append(findings, found(x.Element, "encrypted, but this SP has no decryption key", "content in the clear",
				"Switch encryption off for this SP: its metadata publishes no encryption key.")...)
		default:
			findings = append(findings, found(x.Element, "content that cannot be decrypted", "one "+x.kind()+" encrypted for this SP",
				"Encrypt for the certificate in the SP's current metadata.")...)
		}
	}
	return findings
}

// checkDecryptedContent says what came out of a ciphertext that its tag proves
// to be as its sender made it: nobody learns from that what he did not encrypt
// himself. The visitor is told no more than of any other.
func checkDecryptedContent(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, x := range m.encrypted {
		if x.instead != "" {
			findings = append(findings, found(x.Element, "decrypted to "+x.instead, "one "+x.kind(),
				"Encrypt the "+x.kind()+" alone, as the XML library writes it.")...)
		}
	}
	return findings
}

// kind names what its place says that it holds.
func (x *encrypted) kind() string {
	switch x.Element.Local {
	case "EncryptedID":
		return "NameID"
	case "EncryptedAttribute":
		return "Attribute"
	}
	return "Assertion"
}

// unfitting describes a plaintext that is no element of the kind wanted.
func unfitting(root *xmltree.Element, problems []*xmltree.Problem) string {
	switch {
	case root != nil:
		return "an element " + root.Name()
	case len(problems) > 0:
		return problems[len(problems)-1].Text
	}
	return "nothing that can be read"
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
