package sp

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
)

// serveMetadata serves the tenant's metadata.
func (t *tenant) serveMetadata(w http.ResponseWriter, r *http.Request) {
	raw, err := t.metadata()
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(raw) // the reader has left; nobody to tell
}

// metadata writes the SP's metadata in the product's shape. The library's own
// writer adds an artifact endpoint, a validity and an empty NameIDFormat, which
// the products' documents do not have.
func (t *tenant) metadata() ([]byte, error) {
	shape := t.settings.Metadata
	doc := etree.NewDocument()
	doc.WriteSettings.AttrSingleQuote = shape.SingleQuotes
	quote := `"`
	if shape.SingleQuotes {
		quote = "'"
	}
	doc.CreateProcInst("xml", fmt.Sprintf("version=%[1]s1.0%[1]s encoding=%[1]sUTF-8%[1]s", quote))
	entity := doc.CreateElement("md:EntityDescriptor")
	if shape.ID {
		entity.CreateAttr("ID", t.metadataID())
	}
	entity.CreateAttr("entityID", t.entityID)
	entity.CreateAttr("xmlns:md", "urn:oasis:names:tc:SAML:2.0:metadata")
	role := entity.CreateElement("md:SPSSODescriptor")
	role.CreateAttr("AuthnRequestsSigned", strconv.FormatBool(t.settings.SignRequests))
	role.CreateAttr("WantAssertionsSigned", strconv.FormatBool(shape.WantAssertionsSigned))
	role.CreateAttr("protocolSupportEnumeration", "urn:oasis:names:tc:SAML:2.0:protocol")
	for _, use := range t.publishedKeys() {
		t.describeKey(role, use)
	}
	t.describeLogout(role)
	for _, format := range shape.NameIDFormats {
		role.CreateElement("md:NameIDFormat").SetText(format)
	}
	acs := role.CreateElement("md:AssertionConsumerService")
	acs.CreateAttr("Binding", saml.HTTPPostBinding)
	acs.CreateAttr("Location", t.acsURL)
	acs.CreateAttr("index", "0")
	acs.CreateAttr("isDefault", "true")
	if t.takesArtifacts() {
		artifact := role.CreateElement("md:AssertionConsumerService")
		artifact.CreateAttr("Binding", saml.HTTPArtifactBinding)
		artifact.CreateAttr("Location", t.acsURL)
		artifact.CreateAttr("index", "1")
	}
	t.describeAttributes(role)
	return doc.WriteToBytes()
}

// metadataID is made from the names, in the form of a UUID behind an
// underscore (an ID may not start with a digit), so that the document stays
// the same as long as nothing changes.
func (t *tenant) metadataID() string {
	h := sha256.Sum256([]byte(t.entityID + "\n" + t.acsURL))
	return fmt.Sprintf("_%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

func (t *tenant) describeKey(role *etree.Element, use string) {
	key := role.CreateElement("md:KeyDescriptor")
	key.CreateAttr("use", use)
	info := key.CreateElement("ds:KeyInfo")
	info.CreateAttr("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#")
	info.CreateElement("ds:X509Data").CreateElement("ds:X509Certificate").
		SetText(base64.StdEncoding.EncodeToString(t.key.Certificate.Raw))
}

// describeAttributes writes the AttributeConsumingService, which needs a name
// and at least one attribute (metadata 2.4.4.1).
func (t *tenant) describeAttributes(role *etree.Element) {
	shape := t.settings.Metadata
	if len(shape.RequestedAttributes) == 0 {
		return
	}
	service := role.CreateElement("md:AttributeConsumingService")
	service.CreateAttr("index", "0")
	service.CreateAttr("isDefault", "true")
	name := service.CreateElement("md:ServiceName")
	name.CreateAttr("xml:lang", "en")
	name.SetText(shape.ServiceName)
	for _, a := range shape.RequestedAttributes {
		requested := service.CreateElement("md:RequestedAttribute")
		requested.CreateAttr("Name", a.Name)
		if a.Format != "" {
			requested.CreateAttr("NameFormat", a.Format)
		}
		requested.CreateAttr("isRequired", strconv.FormatBool(a.Required))
	}
}
