package mockidp

import (
	"encoding/base64"
	"net/http"
	"strconv"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
)

const (
	metadataNS  = "urn:oasis:names:tc:SAML:2.0:metadata"
	protocolNS  = "urn:oasis:names:tc:SAML:2.0:protocol"
	assertionNS = "urn:oasis:names:tc:SAML:2.0:assertion"
	signatureNS = "http://www.w3.org/2000/09/xmldsig#"
)

// writeMetadata writes the document without the library, whose own knows one
// key, one NameID format, and no WantAuthnRequestsSigned. It promises exactly
// what the IdP does, and no validUntil, since a virtual clock may stand anywhere.
func writeMetadata(config Config) ([]byte, error) {
	doc := etree.NewDocument()
	doc.CreateProcInst("xml", `version="1.0" encoding="UTF-8"`)
	entity := doc.CreateElement("md:EntityDescriptor")
	entity.CreateAttr("xmlns:md", metadataNS)
	entity.CreateAttr("xmlns:ds", signatureNS)
	entity.CreateAttr("entityID", config.EntityID)

	role := entity.CreateElement("md:IDPSSODescriptor")
	role.CreateAttr("WantAuthnRequestsSigned", strconv.FormatBool(config.WantSignedRequests))
	role.CreateAttr("protocolSupportEnumeration", protocolNS)
	for _, key := range config.Keys {
		descriptor := role.CreateElement("md:KeyDescriptor")
		descriptor.CreateAttr("use", "signing")
		descriptor.CreateElement("ds:KeyInfo").CreateElement("ds:X509Data").
			CreateElement("ds:X509Certificate").
			SetText(base64.StdEncoding.EncodeToString(key.Certificate.Raw))
	}
	describeBackChannel(role, config)
	for _, format := range nameIDFormats {
		role.CreateElement("md:NameIDFormat").SetText(format)
	}
	for _, binding := range []string{saml.HTTPRedirectBinding, saml.HTTPPostBinding} {
		service := role.CreateElement("md:SingleSignOnService")
		service.CreateAttr("Binding", binding)
		service.CreateAttr("Location", config.BaseURL+ssoPath)
	}
	doc.Indent(2)
	return doc.WriteToBytes()
}

// describeBackChannel writes where artifacts are resolved and sessions ended.
// The schema wants them before the NameID formats (metadata 2.4.2).
func describeBackChannel(role *etree.Element, config Config) {
	artifacts := role.CreateElement("md:ArtifactResolutionService")
	artifacts.CreateAttr("Binding", saml.SOAPBinding)
	artifacts.CreateAttr("Location", config.BaseURL+artifactPath)
	if config.ArtifactURL != "" {
		artifacts.CreateAttr("Location", config.ArtifactURL)
	}
	artifacts.CreateAttr("index", "0")
	for _, logout := range []struct{ binding, path string }{
		{saml.HTTPRedirectBinding, logoutServicePath}, {saml.HTTPPostBinding, logoutServicePath}, {saml.SOAPBinding, logoutSOAPPath},
	} {
		service := role.CreateElement("md:SingleLogoutService")
		service.CreateAttr("Binding", logout.binding)
		service.CreateAttr("Location", config.BaseURL+logout.path)
	}
}

func (p *IdP) serveMetadata(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	w.Write(p.metadata)
}
