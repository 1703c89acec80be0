package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmldsig"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// MetadataRules returns the rules of an identity provider's metadata, in their
// order: how it came, the document, who signed it, whom it is about, for how
// long, and what the role of that entity offers.
func MetadataRules() []Rule {
	return slices.Concat([]Rule{
		{ID: "metadata-answer", Title: "the metadata's address answers, and with status 200", Ref: "SAML metadata 4.1; RFC 9110 15",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataAnswer},
		{ID: "metadata-redirect", Title: "the metadata is at its address, not where somebody redirects to", Ref: "CWE-918; SAML metadata 4.1.1",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataRedirect},
		{ID: "metadata-content-type", Title: "the metadata's address answers with a document, not with a page for people", Ref: "SAML metadata appendix A",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataPage},
	}, documentRules(), []Rule{
		{ID: "metadata-root", Title: "the document is an EntityDescriptor or EntitiesDescriptor", Ref: "SAML metadata 2.3",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataRoot},
		{ID: "metadata-signed", Title: "metadata is signed where the SP was told whose signature to expect", Ref: "SAML metadata 3",
			Level: Must, Reason: reason.SignatureMissing, Check: checkMetadataSigned},
		{ID: "metadata-placement", Title: "descriptions of entities, and Signatures, stand nowhere but in their place in metadata", Ref: "SAML metadata 2.3, 3.1; XSW",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkMetadataPlacement},
	}, metadataWrappingRules(), presentSignatureRules(), metadataTrustRules(), []Rule{
		{ID: "metadata-entity", Title: "the document says which entity is meant", Ref: "SAML metadata 2.3.1",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataEntity},
		{ID: "metadata-entity-distinct", Title: "no entity is described twice", Ref: "SAML metadata 2.3.1",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataDistinct},
		{ID: "metadata-entity-id", Title: "the entityID has 1 to 1024 characters", Ref: "SAML metadata 2.2.1; SAML core 8.3.6",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataEntityID},
		{ID: "metadata-valid-until", Title: "the metadata is valid still", Ref: "SAML metadata 2.3.2, 4.3",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataValidUntil},
		{ID: "metadata-expiry", Title: "the metadata says how long it is good for", Ref: "SAML metadata 2.3.2",
			Level: Should, Reason: reason.Metadata, Check: checkMetadataExpiry},
		{ID: "metadata-cache-duration", Title: "the metadata is to be fetched anew within a day", Ref: "SAML metadata 2.3.2, 4.3",
			Level: Should, Reason: reason.Metadata, Check: checkMetadataCacheDuration},
	}, metadataRoleRules())
}

// metadataWrappingRules are those of wrappingRules that hold of any document.
func metadataWrappingRules() []Rule {
	return slices.DeleteFunc(wrappingRules(), func(r Rule) bool { return r.ID != "unique-ids" && r.ID != "signature-without-object" })
}

// metadataTrustRules are those of trustRules that hold also where nobody has
// told the SP whom to trust with metadata: then a signature must be good, but
// may be anybody's.
func metadataTrustRules() []Rule {
	return slices.DeleteFunc(trustRules(), func(r Rule) bool { return r.ID == "trust-configured" || r.ID == "certificate-sent" })
}

func checkMetadataAnswer(m *Message, _ *Policy) []Finding {
	f := m.metadata.fetched
	if f == nil || f.Err == nil && (f.Status == 200 || f.Status >= 300 && f.Status < 400) {
		return nil
	}
	return found(nil, f.problem(), "the metadata, with status 200",
		"Publish the metadata at the address that the SP was given, without a login; the SP keeps what it had before.")
}

func checkMetadataRedirect(m *Message, _ *Policy) []Finding {
	f := m.metadata.fetched
	if f == nil || f.Err != nil || f.Status < 300 || f.Status >= 400 {
		return nil
	}
	return found(nil, f.problem(), "the metadata itself",
		"Give the SP the address at which the metadata is now: it does not follow anybody to another one.")
}

func checkMetadataPage(m *Message, _ *Policy) []Finding {
	f := m.metadata.fetched
	if f == nil || f.Err != nil || f.Status != 200 || f.problem() == "" {
		return nil
	}
	return found(nil, f.problem(), "application/samlmetadata+xml",
		"Look at the address without being logged in: a login or error page stands where the metadata should.")
}

func checkMetadataRoot(m *Message, _ *Policy) []Finding {
	if m.root == nil || m.metadataRoot() {
		return nil
	}
	return found(m.root, fmt.Sprintf("a %s element of namespace %q", m.root.Local, m.root.URI),
		"an EntityDescriptor or EntitiesDescriptor of namespace "+metadataNS, "Give the SP the metadata document of the identity provider.")
}

func checkMetadataSigned(m *Message, p *Policy) []Finding {
	if m.response == nil || len(p.Certificates) == 0 || m.signed(m.root) {
		return nil
	}
	return found(m.root, "no Signature", "a Signature on "+m.root.Local, "Sign the metadata as a whole, with the key whose certificate the SP was given for that.")
}

// checkMetadataPlacement: a role may be signed by itself (metadata 2.4.1).
func checkMetadataPlacement(m *Message, _ *Policy) []Finding {
	var findings []Finding
	m.walk(func(e *xmltree.Element) {
		up := e.Parent
		switch {
		case e == m.root:
		case (isEntity(e) || isAggregate(e)) && !slices.Contains(m.metadata.entities, e) && !(isAggregate(e) && isAggregate(up)):
			findings = append(findings, found(e, "another "+e.Local+" in "+up.Name(), "EntityDescriptors only as children of an EntitiesDescriptor, or as the root", wrapped)...)
		case e.Is(xmldsig.Namespace, "Signature") && !isEntity(up) && !isAggregate(up) && !isEntity(up.Parent):
			findings = append(findings, found(e, "a Signature in "+up.Name(), "Signatures only as children of what they sign: the document, an entity or a role", wrapped)...)
		}
	})
	return findings
}

func checkMetadataEntity(m *Message, p *Policy) []Finding {
	if m.response == nil || m.metadata.entity != nil {
		return nil
	}
	var names []string
	for _, e := range m.metadata.entities {
		names = append(names, shortened(e.Value("entityID")))
	}
	got := "about " + strings.Join(names[:min(len(names), 5)], ", ")
	switch {
	case len(names) == 0:
		got = "about nobody"
	case p.Issuer == "" && len(m.metadata.chosen) == 0:
		got += ", none an identity provider"
	case p.Issuer == "":
		got += ", several of them identity providers"
	}
	want := "one identity provider"
	if p.Issuer != "" {
		want = "the identity provider " + p.Issuer
	}
	return found(m.root, got, want, "Give the SP a document about the identity provider alone, or the entityID to look for in this one.")
}

func checkMetadataDistinct(m *Message, _ *Policy) []Finding {
	seen := map[string]bool{}
	for _, e := range m.metadata.entities {
		id := e.Value("entityID")
		if seen[id] {
			return foundAttr(e, "entityID", quoted(id, true)+" a second time", "each entity once",
				"Remove one of the two descriptions: an SP cannot know which of them holds.")
		}
		seen[id] = true
	}
	return nil
}

func checkMetadataEntityID(m *Message, _ *Policy) []Finding {
	const longest = 1024
	id, present := m.metadata.entity.Attr("entityID")
	n := len([]rune(id))
	if m.metadata.entity == nil || n > 0 && n <= longest {
		return nil
	}
	got := fmt.Sprintf("%d characters", n)
	if !present {
		got = "none"
	}
	return foundAttr(m.metadata.entity, "entityID", got, "1 to 1024 characters", "Choose a short URL of your own as entityID.")
}

func checkMetadataValidUntil(m *Message, _ *Policy) []Finding {
	for _, until := range m.metadata.instants("validUntil") {
		if until.valid && m.now.Before(until.Time) {
			continue
		}
		return foundAttr(until.element, "validUntil", quoted(until.text, true), "a time after "+stamp(m.now),
			"Publish the metadata anew with a later validUntil, and let something renew it before it ends; if it is right, compare the clocks.")
	}
	return nil
}

func checkMetadataExpiry(m *Message, _ *Policy) []Finding {
	if m.metadata.entity == nil || len(m.metadata.instants("validUntil"))+len(m.metadata.instants("cacheDuration")) > 0 {
		return nil
	}
	return foundAttr(m.metadata.entity, "validUntil", "neither validUntil nor cacheDuration", "one of them",
		"Say how long the metadata is good for, so that a key that you withdraw is not trusted for ever.")
}

func checkMetadataCacheDuration(m *Message, _ *Policy) []Finding {
	for _, e := range m.metadata.bounded() {
		text, present := e.Attr("cacheDuration")
		d, err := parseDuration(text)
		if !present || err == nil && d <= LongestRefresh {
			continue
		}
		return foundAttr(e, "cacheDuration", quoted(text, true), "at most a day, P1D",
			"Say P1D or less; the SP fetches the metadata anew every day, or it would go on with keys that you have replaced.")
	}
	return nil
}

// describe the children of a role for a finding.
func childNames(e *xmltree.Element) string {
	var names []string
	for _, child := range e.Elements() {
		if !slices.Contains(names, child.Local) {
			names = append(names, child.Local)
		}
	}
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
