package fault

import (
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/beevik/etree"
)

// metadataFaults spoil the identity provider's metadata document. They wait
// for the next time that it is fetched.
func metadataFaults() []Fault {
	return slices.Concat(metadataEntityFaults(), metadataKeyFaults(), metadataEndpointFaults(), metadataSignatureFaults(), metadataServiceFaults())
}

const (
	idpRole    = "Response/IDPSSODescriptor"
	saml1      = "urn:oasis:names:tc:SAML:1.1:protocol"
	metadataNS = "urn:oasis:names:tc:SAML:2.0:metadata"
)

func metadataEntityFaults() []Fault {
	return []Fault{
		{Name: "metadata-valid-until", Of: Metadata, Summary: "the metadata says until when it is valid",
			Refs:   []string{"SAML metadata 2.3.2", "SAML metadata 4.3"},
			Params: []Param{{Name: "offset", Kind: Duration, Default: "-1s", Doc: "validUntil from now, by the IdP's clock"}},
			Assertion: func(m *Message, a Args) error {
				m.Response.CreateAttr("validUntil", Instant(m.Now.Add(a.Duration("offset"))))
				return nil
			}},
		{Name: "metadata-cache-duration", Of: Metadata, Summary: "the metadata says how long it may be kept",
			Refs:   []string{"SAML metadata 2.3.2"},
			Params: []Param{{Name: "value", Kind: String, Default: "P10Y", Doc: "cacheDuration, as an xs:duration"}},
			Assertion: func(m *Message, a Args) error {
				m.Response.CreateAttr("cacheDuration", a.String("value"))
				return nil
			}},
		{Name: "metadata-entity-id", Of: Metadata, Summary: "the metadata calls the IdP by another name than its messages do",
			Refs:   []string{"SAML metadata 2.3.2", "SAML core 8.3.6"},
			Params: append(valueParams("https://other-idp.example/metadata"), lengthParam()),
			Assertion: func(m *Message, a Args) error {
				m.Response.CreateAttr("entityID", lengthened(respelled(m.Response.SelectAttrValue("entityID", ""), a), a))
				return nil
			}},
		{Name: "metadata-aggregate", Of: Metadata, Summary: "the metadata is an aggregate of several entities",
			Refs: []string{"SAML metadata 2.3.1"},
			Params: []Param{
				{Name: "others", Kind: Int, Default: "2", Doc: "how many other identity providers, 1000 at most"},
				{Name: "at", Kind: Choice, Default: "last", Choices: []string{"first", "last"}, Doc: "where this IdP stands among them"}},
			Assertion: aggregate},
		{Name: "metadata-entity-duplicated", Of: Metadata, Summary: "an aggregate describes the IdP twice, with different addresses",
			Refs: []string{"SAML metadata 2.3.1"}, Assertion: duplicateEntity},
		{Name: "metadata-role-added", Of: Metadata, Summary: "a second IDPSSODescriptor, with another address, stands before the first",
			Refs:      []string{"SAML metadata 2.4.3"},
			Params:    []Param{{Name: "protocol", Kind: String, Default: saml1, Doc: "its protocolSupportEnumeration"}},
			Assertion: addRole},
		{Name: "metadata-role-with-other-key", Of: Metadata, Summary: "a second IDPSSODescriptor, the same but for its key, with which the IdP does not sign, stands before the first",
			Refs: []string{"SAML metadata 2.4.3"}, Assertion: addRoleWithOtherKey},
		{Name: "metadata-sp-only", Of: Metadata, Summary: "the metadata describes a service provider",
			Refs: []string{"SAML metadata 2.4.3"}, Assertion: becomeSP},
		{Name: "metadata-protocol", Of: Metadata, Summary: "the role does not say that it speaks SAML 2.0",
			Refs:      []string{"SAML metadata 2.4.1"},
			Params:    []Param{{Name: "value", Kind: String, Default: saml1, Doc: "protocolSupportEnumeration"}},
			Assertion: settingAttr(idpRole, "protocolSupportEnumeration", "value")},
		{Name: "metadata-doctype", Of: Metadata, Summary: "the metadata begins with a document type declaration",
			Refs:   []string{"OWASP XML External Entity Prevention", "CWE-611"},
			Params: []Param{{Name: "entity", Kind: String, Doc: "the address that an external entity in it names; none when absent"}},
			Wire: func(b []byte, a Args) ([]byte, error) {
				declaration := "<!DOCTYPE md:EntityDescriptor>"
				if a.Has("entity") {
					declaration = `<!DOCTYPE md:EntityDescriptor [<!ENTITY % remote SYSTEM "` + a.String("entity") + `"> %remote;]>`
				}
				return declared(b, declaration), nil
			}},
		{Name: "metadata-oversized", Of: Metadata, Summary: "a comment makes the metadata very large",
			Refs:   []string{"CWE-400"},
			Params: []Param{{Name: "octets", Kind: Int, Default: "52428800", Doc: "the size of the comment, 64 MiB at most"}},
			Wire:   oversize},
	}
}

func metadataEndpointFaults() []Fault {
	const service = "SingleSignOnService"
	return []Fault{
		{Name: "metadata-sso-removed", Of: Metadata, Summary: "the metadata has no SingleSignOnService",
			Refs: []string{"SAML metadata 2.4.3"},
			Assertion: onRole(func(role *etree.Element, _ Args) {
				for _, e := range role.SelectElements(service) {
					role.RemoveChild(e)
				}
			})},
		{Name: "metadata-sso-binding", Of: Metadata, Summary: "every SingleSignOnService is of another binding",
			Refs:   []string{"SAML metadata 2.4.3", "SAML profiles 4.1.3.3"},
			Params: []Param{{Name: "binding", Kind: Choice, Default: "SOAP", Choices: []string{"SOAP", "HTTP-Artifact", "PAOS"}, Doc: "which one"}},
			Assertion: onRole(func(role *etree.Element, a Args) {
				for _, e := range role.SelectElements(service) {
					e.CreateAttr("Binding", "urn:oasis:names:tc:SAML:2.0:bindings:"+a.String("binding"))
				}
			})},
		{Name: "metadata-sso-location", Of: Metadata, Summary: "every SingleSignOnService is at another address",
			Refs:   []string{"CVE-2023-45683", "SAML metadata 2.2.2"},
			Params: []Param{{Name: "value", Kind: String, Default: "javascript:alert(1)", Doc: "the Location"}},
			Assertion: onRole(func(role *etree.Element, a Args) {
				for _, e := range role.SelectElements(service) {
					e.CreateAttr("Location", a.String("value"))
				}
			})},
	}
}

// onRole is a hook that edits the IdP's role.
func onRole(edit func(role *etree.Element, a Args)) func(*Message, Args) error {
	return func(m *Message, a Args) error {
		role, err := m.element(idpRole)
		if err == nil {
			edit(role, a)
		}
		return err
	}
}

// settingAttr is a hook that gives an attribute the value of an argument.
func settingAttr(path, name, argument string) func(*Message, Args) error {
	return func(m *Message, a Args) error {
		el, err := m.element(path)
		if err == nil {
			el.CreateAttr(name, a.String(argument))
		}
		return err
	}
}

// wrap puts the entity into an aggregate, which becomes the document.
func (m *Message) wrap() *etree.Element {
	all := &etree.Element{Space: m.Response.Space, Tag: "EntitiesDescriptor"}
	all.CreateAttr("xmlns:"+m.Response.Space, metadataNS)
	if id := m.Response.RemoveAttr("ID"); id != nil {
		all.CreateAttr("ID", id.Value)
	}
	all.AddChild(m.Response)
	m.Response = all
	return all
}

func aggregate(m *Message, a Args) error {
	const most = 1000
	own := m.Response
	all := m.wrap()
	for i := range max(0, min(a.Int("others"), most)) {
		other := own.Copy()
		readdressed(other, fmt.Sprintf("https://idp-%d.example/", i+1))
		if a.String("at") == "first" {
			all.AddChild(other)
			continue
		}
		all.InsertChildAt(own.Index(), other)
	}
	return nil
}

// readdressed makes another entity of a copy.
func readdressed(entity *etree.Element, base string) {
	entity.CreateAttr("entityID", base+"metadata")
	walk(entity, func(e *etree.Element) {
		if e.SelectAttr("Location") != nil {
			e.CreateAttr("Location", base+"sso")
		}
	})
}

func duplicateEntity(m *Message, _ Args) error {
	own := m.Response
	name := own.SelectAttrValue("entityID", "")
	twin := own.Copy()
	readdressed(twin, "https://other-idp.example/")
	twin.CreateAttr("entityID", name)
	m.wrap().AddChild(twin)
	return nil
}

func addRole(m *Message, a Args) error {
	role, err := m.element(idpRole)
	if err != nil {
		return err
	}
	other := role.Copy()
	other.CreateAttr("protocolSupportEnumeration", a.String("protocol"))
	walk(other, func(e *etree.Element) {
		if e.SelectAttr("Location") != nil {
			e.CreateAttr("Location", "https://other-idp.example/sso")
		}
	})
	m.Response.InsertChildAt(role.Index(), other)
	return nil
}

func addRoleWithOtherKey(m *Message, _ Args) error {
	role, err := m.element(idpRole)
	if err != nil {
		return err
	}
	other := role.Copy()
	walk(other, func(e *etree.Element) {
		if e.Tag == "X509Certificate" {
			e.SetText(base64.StdEncoding.EncodeToString(m.Foreign))
		}
	})
	m.Response.InsertChildAt(role.Index(), other)
	return nil
}

func becomeSP(m *Message, _ Args) error {
	role, err := m.element(idpRole)
	if err != nil {
		return err
	}
	role.Tag = "SPSSODescriptor"
	role.RemoveAttr("WantAuthnRequestsSigned")
	for _, e := range slices.Clone(role.ChildElements()) {
		if e.Tag != "KeyDescriptor" && e.Tag != "NameIDFormat" {
			role.RemoveChild(e)
		}
	}
	acs := role.CreateElement(role.Space + ":AssertionConsumerService")
	acs.CreateAttr("Binding", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST")
	acs.CreateAttr("Location", "https://other-sp.example/acs")
	acs.CreateAttr("index", "0")
	return nil
}
