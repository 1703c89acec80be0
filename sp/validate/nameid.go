package validate

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

const unspecifiedFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"

func nameIDRules() []Rule {
	return []Rule{
		{ID: "name-id-present", Title: "the Subject has a NameID", Ref: "SAML core 2.4.1",
			Level: Must, Reason: reason.NameID, Check: checkNameIDPresent},
		{ID: "one-name-id", Title: "the Subject has one identifier", Ref: "SAML core 2.4.1",
			Level: Must, Reason: reason.Subject, Check: checkOneNameID},
		{ID: "name-id-not-blank", Title: "the NameID is not empty or blank", Ref: "SAML core 1.3.1",
			Level: Must, Reason: reason.NameID, Check: checkNameIDBlank},
		{ID: "name-id-trimmed", Title: "the NameID has no white space around it", Ref: "SAML core 1.3.1",
			Level: Should, Reason: reason.NameID, Check: checkNameIDTrimmed},
		{ID: "name-id-format", Title: "the NameID has a format that the SP asks for", Ref: "SAML core 3.4.1.1",
			Level: Must, Reason: reason.NameID, Check: checkNameIDFormat},
		{ID: "name-id-not-entity", Title: "the NameID is not the name of a system", Ref: "SAML core 8.3.6",
			Level: Must, Reason: reason.NameID, Check: checkNameIDEntity},
		{ID: "name-id-length", Title: "the NameID has at most 256 characters", Ref: "SAML core 8.3.7",
			Level: Must, Reason: reason.TooLarge, Check: checkNameIDLength},
		{ID: "name-id-for-this-sp", Title: "the NameID is qualified for no other SP", Ref: "SAML core 2.2.2",
			Level: Must, Reason: reason.Subject, Check: checkSPNameQualifier},
	}
}

// nameID returns the first identifier, or nil.
func (m *Message) nameID() *xmltree.Element {
	if len(m.nameIDs) == 0 {
		return nil
	}
	return m.nameIDs[0]
}

func checkNameIDPresent(m *Message, p *Policy) []Finding {
	undecrypted := len(m.subject.All(assertionNS, "EncryptedID")) > 0
	if m.subject == nil || len(m.nameIDs) > 0 || undecrypted {
		return nil
	}
	got := "no NameID"
	if m.subject.First(assertionNS, "BaseID") != nil {
		got = "a BaseID"
	}
	f := found(m.subject, got, "a NameID", "Send a NameID for the user.")
	f[0].Tolerated = !p.NameIDRequired
	return f
}

func checkOneNameID(m *Message, _ *Policy) []Finding {
	if n := len(m.nameIDs); n > 1 {
		return found(m.nameIDs[1], fmt.Sprintf("%d identifiers", n), "one", "Send one NameID; SPs disagree about which one counts.")
	}
	return nil
}

func checkNameIDBlank(m *Message, p *Policy) []Finding {
	e := m.nameID()
	if e == nil || strings.TrimSpace(e.Text()) != "" {
		return nil
	}
	f := found(e, quoted(e.Text(), true), "an identifier", "Map a user field to the NameID that is filled for every user.")
	f[0].Tolerated = !p.NameIDRequired
	return f
}

func checkNameIDTrimmed(m *Message, _ *Policy) []Finding {
	value := m.nameID().Text()
	if trimmed := strings.TrimSpace(value); trimmed == value || trimmed == "" {
		return nil
	}
	return found(m.nameID(), quoted(value, true), quoted(strings.TrimSpace(value), true),
		"Write the value without blanks or line ends around it: they count, and the SP will not find the user.")
}

func checkNameIDFormat(m *Message, p *Policy) []Finding {
	e := m.nameID()
	if e == nil || len(p.NameIDFormats) == 0 {
		return nil
	}
	format, set := e.Attr("Format")
	if !set {
		format = unspecifiedFormat
	}
	if slices.Contains(p.NameIDFormats, format) {
		return nil
	}
	return foundAttr(e, "Format", quoted(format, true), strings.Join(p.NameIDFormats, " or "), "Send the NameID in the format that the SP's metadata asks for.")
}

func checkNameIDEntity(m *Message, p *Policy) []Finding {
	format, _ := m.nameID().Attr("Format")
	if format != entityFormat {
		return nil
	}
	f := foundAttr(m.nameID(), "Format", quoted(format, true), "a format for users", "Send the NameID in the format that the SP's metadata asks for.")
	f[0].Tolerated = !p.NameIDRequired
	return f
}

func checkNameIDLength(m *Message, _ *Policy) []Finding {
	const most = 256
	n := utf8.RuneCountInString(m.nameID().Text())
	if n <= most {
		return nil
	}
	return found(m.nameID(), fmt.Sprintf("%d characters", n), fmt.Sprintf("at most %d", most), "Send a shorter identifier.")
}

func checkSPNameQualifier(m *Message, p *Policy) []Finding {
	got, set := m.nameID().Attr("SPNameQualifier")
	if !set || got == p.EntityID {
		return nil
	}
	return foundAttr(m.nameID(), "SPNameQualifier", quoted(got, true), "none, or "+quoted(p.EntityID, true),
		"Leave SPNameQualifier out, or write the entity ID of this SP. "+difference(got, p.EntityID))
}
