package fault

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

func metadataKeyFaults() []Fault {
	return []Fault{
		{Name: "metadata-key-removed", Of: Metadata, Summary: "the metadata has no KeyDescriptor",
			Refs: []string{"SAML metadata 2.4.1.1"},
			Assertion: onKeys(func(key *etree.Element, _ *Message, _ Args) error {
				key.Remove()
				return nil
			})},
		{Name: "metadata-key-use", Of: Metadata, Summary: "every KeyDescriptor is for encryption, or says not what for",
			Refs:   []string{"SAML metadata 2.4.1.1"},
			Params: []Param{{Name: "use", Kind: Choice, Default: "encryption", Choices: []string{"encryption", "any"}, Doc: "any leaves the attribute out"}},
			Assertion: onKeys(func(key *etree.Element, _ *Message, a Args) error {
				if key.CreateAttr("use", "encryption"); a.String("use") == "any" {
					key.RemoveAttr("use")
				}
				return nil
			})},
		{Name: "metadata-key-name-only", Of: Metadata, Summary: "every KeyInfo holds a KeyName and no certificate",
			Refs: []string{"SAML core 5.4.5"},
			Assertion: onKeys(func(key *etree.Element, _ *Message, _ Args) error {
				info := key.SelectElement("KeyInfo")
				info.Child = nil
				info.CreateElement(info.Space + ":KeyName").SetText("signing-key")
				return nil
			})},
		{Name: "metadata-certificate", Of: Metadata, Summary: "every X509Certificate holds something else than the base64 of the IdP's certificate",
			Refs: []string{"SAML metadata 2.4.1.1", "XML-DSig 4.5.4"},
			Params: []Param{{Name: "form", Kind: Choice, Default: "pem", Choices: []string{"pem", "crlf", "chain", "truncated", "not-base64", "other"},
				Doc: "with the lines of a PEM file; in lines that end in CR and LF, which is no defect; with a second certificate behind it; half of it; no base64; a good one of another key"}},
			Assertion: onKeys(spoilCertificate)},
	}
}

// onKeys is a hook that edits every KeyDescriptor.
func onKeys(edit func(key *etree.Element, m *Message, a Args) error) func(*Message, Args) error {
	return func(m *Message, a Args) error {
		role, err := m.element(idpRole)
		if err != nil {
			return err
		}
		for _, key := range role.SelectElements("KeyDescriptor") {
			if err := edit(key, m, a); err != nil {
				return err
			}
		}
		return nil
	}
}

func spoilCertificate(key *etree.Element, m *Message, a Args) error {
	e := key.FindElement("KeyInfo/X509Data/X509Certificate")
	if e == nil {
		return fmt.Errorf("the message has no X509Certificate")
	}
	text := e.Text()
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return fmt.Errorf("reading the certificate: %w", err)
	}
	spoilt := map[string]string{
		"pem":        "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----",
		"crlf":       strings.Join(chunks(text, 64), "\r\n"),
		"chain":      base64.StdEncoding.EncodeToString(slices.Concat(der, m.Foreign)),
		"truncated":  text[:len(text)/8*4],
		"not-base64": "*" + text,
		"other":      base64.StdEncoding.EncodeToString(m.Foreign),
	}
	e.SetText(spoilt[a.String("form")])
	return nil
}

func chunks(text string, size int) []string {
	var lines []string
	for len(text) > size {
		lines, text = append(lines, text[:size]), text[size:]
	}
	return append(lines, text)
}
