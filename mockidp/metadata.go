package mockidp

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

const (
	metadataNS  = "urn:oasis:names:tc:SAML:2.0:metadata"
	protocolNS  = "urn:oasis:names:tc:SAML:2.0:protocol"
	assertionNS = "urn:oasis:names:tc:SAML:2.0:assertion"
	signatureNS = "http://www.w3.org/2000/09/xmldsig#"
)

// describe makes the document without the library, whose own knows one key, one
// NameID format, and no WantAuthnRequestsSigned. It promises exactly what the
// IdP does, and no validUntil, since a virtual clock may stand anywhere.
func describe(config Config) *etree.Element {
	doc := etree.NewDocument()
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
		service.CreateAttr("Location", cmp.Or(config.SignOnURL, config.BaseURL+ssoPath))
	}
	doc.Indent(2)
	doc.RemoveChild(entity)
	return entity
}

// publish writes the document, signed where the IdP signs it, with faults.
func publish(config Config, foreign Key, faults []fault.Armed) ([]byte, error) {
	return response.BuildMetadata(response.Spec{
		Now: config.Now(), Key: config.Keys[0], Spare: config.Keys[1:], Foreign: foreign, Faults: faults,
	}, describe(config), config.SignMetadata)
}

// describeBackChannel writes where artifacts are resolved and sessions ended.
// The schema wants them before the NameID formats (metadata 2.4.2).
func describeBackChannel(role *etree.Element, config Config) {
	if !config.NoArtifacts {
		artifacts := role.CreateElement("md:ArtifactResolutionService")
		artifacts.CreateAttr("Binding", saml.SOAPBinding)
		artifacts.CreateAttr("Location", cmp.Or(config.ArtifactURL, config.BaseURL+artifactPath))
		artifacts.CreateAttr("index", "0")
	}
	for _, logout := range []struct{ binding, path string }{
		{saml.HTTPRedirectBinding, logoutServicePath}, {saml.HTTPPostBinding, logoutServicePath}, {saml.SOAPBinding, logoutSOAPPath},
	} {
		if config.LogoutBindings != nil && !slices.Contains(config.LogoutBindings, logoutBindings[logout.binding]) {
			continue
		}
		service := role.CreateElement("md:SingleLogoutService")
		service.CreateAttr("Binding", logout.binding)
		service.CreateAttr("Location", config.BaseURL+logout.path)
	}
}

// serveMetadata serves the document with the faults that wait for it.
func (p *IdP) serveMetadata(w http.ResponseWriter, r *http.Request) {
	p.disturb(w, r, fault.Metadata, "", func(w http.ResponseWriter) {
		raw, err := p.spoiltMetadata(p.orders.takeMessage(fault.Metadata))
		if err != nil {
			p.broken(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/samlmetadata+xml")
		w.Write(raw)
	})
}

func (p *IdP) spoiltMetadata(faults []fault.Armed) ([]byte, error) {
	if len(faults) == 0 {
		return p.metadata, nil
	}
	foreign, err := p.foreign()
	if err != nil {
		return nil, fmt.Errorf("making the foreign key: %w", err)
	}
	raw, err := publish(p.config, foreign, faults)
	if err != nil {
		return nil, fmt.Errorf("writing the metadata: %w", err)
	}
	p.record(Event{Kind: MetadataSent, XML: raw, Faults: faultNames(faults)})
	return raw, nil
}
