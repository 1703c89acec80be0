package validate

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmldsig"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// The bindings that an SP can send a browser by, and that of the back channel.
const (
	redirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	postBinding     = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
	soapBinding     = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP"
)

func metadataRoleRules() []Rule {
	return []Rule{
		{ID: "metadata-role", Title: "the entity is an identity provider for browsers", Ref: "SAML metadata 2.4.3",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataRole},
		{ID: "metadata-protocol", Title: "the identity provider speaks SAML 2.0", Ref: "SAML metadata 2.4.1",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataProtocol},
		{ID: "metadata-signing-key", Title: "a key of the identity provider is for signing", Ref: "SAML metadata 2.4.1.1",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataSigningKey},
		{ID: "metadata-key-certificate", Title: "each signing key is there, as a certificate", Ref: "SAML metadata 2.4.1.1; SAML core 5.4.5",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataKeyCertificate},
		{ID: "metadata-certificate", Title: "each certificate of a signing key can be read", Ref: "SAML metadata 2.4.1.1; XML-DSig 4.5.4",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataCertificate},
		{ID: "metadata-sso-service", Title: "the identity provider has a single sign-on service", Ref: "SAML metadata 2.4.3",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataService},
		{ID: "metadata-sso-binding", Title: "a single sign-on service can be reached through a browser", Ref: "SAML metadata 2.4.3; SAML profiles 4.1.3.3",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataBinding},
		{ID: "metadata-location", Title: "services are at plain web addresses", Ref: "SAML metadata 2.2.2; CVE-2023-45683",
			Level: Must, Reason: reason.Metadata, Check: checkMetadataLocation},
		{ID: "metadata-wants-signed", Title: "an identity provider that wants signed requests gets them", Ref: "SAML metadata 2.4.3",
			Level: Should, Reason: reason.Metadata, Check: checkMetadataWantsSigned},
	}
}

func checkMetadataRole(m *Message, _ *Policy) []Finding {
	entity := m.metadata.entity
	if entity == nil || entity.First(metadataNS, "IDPSSODescriptor") != nil {
		return nil
	}
	got := childNames(entity)
	remedy := "Give the SP the metadata of the identity provider."
	if entity.First(metadataNS, "SPSSODescriptor") != nil {
		remedy = "This is the metadata of a service provider: give the SP that of the identity provider."
	}
	return found(entity, got, "an IDPSSODescriptor", remedy)
}

func checkMetadataProtocol(m *Message, _ *Policy) []Finding {
	role := m.metadata.entity.First(metadataNS, "IDPSSODescriptor")
	if role == nil || len(m.metadata.roles) > 0 {
		return nil
	}
	value, present := role.Attr("protocolSupportEnumeration")
	return foundAttr(role, "protocolSupportEnumeration", quoted(value, present), quoted(protocolNS, true),
		"Name the protocol of SAML 2.0 there; an SP overlooks a role that does not.")
}

// readKeys finds what the KeyDescriptors hold that are for signing, or for any
// use (metadata 2.4.1.1).
func (md *metadata) readKeys() {
	for _, descriptor := range md.signingDescriptors() {
		for _, data := range descriptor.First(xmldsig.Namespace, "KeyInfo").All(xmldsig.Namespace, "X509Data") {
			for _, e := range data.All(xmldsig.Namespace, "X509Certificate") {
				key := metadataKey{element: e}
				key.certificate, key.err = ParseCertificate(e.Text())
				md.keys = append(md.keys, key)
			}
		}
	}
}

func (md *metadata) signingDescriptors() []*xmltree.Element {
	var all []*xmltree.Element
	for _, role := range md.roles {
		for _, descriptor := range role.All(metadataNS, "KeyDescriptor") {
			if use, present := descriptor.Attr("use"); use == "signing" || !present {
				all = append(all, descriptor)
			}
		}
	}
	return all
}

// ParseCertificate reads the text of an X509Certificate: base64 of DER, broken
// into lines at will. The error says what is there instead.
func ParseCertificate(text string) (*x509.Certificate, error) {
	if strings.Contains(text, "-----") {
		return nil, errors.New("it has the lines of a PEM file around it")
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, errors.New("it is not base64")
	}
	certificate, err := x509.ParseCertificate(der)
	if err == nil {
		return certificate, nil
	}
	if several, _ := x509.ParseCertificates(der); len(several) > 1 {
		return nil, fmt.Errorf("it holds %d certificates", len(several))
	}
	return nil, errors.New("it is no X.509 certificate")
}

func checkMetadataSigningKey(m *Message, _ *Policy) []Finding {
	if len(m.metadata.roles) == 0 || len(m.metadata.signingDescriptors()) > 0 {
		return nil
	}
	got := "no KeyDescriptor"
	for _, role := range m.metadata.roles {
		for _, descriptor := range role.All(metadataNS, "KeyDescriptor") {
			use, present := descriptor.Attr("use")
			got = "only keys with use " + quoted(use, present)
		}
	}
	return found(m.metadata.roles[0], got, `a KeyDescriptor with use "signing", or without use`,
		"Publish the certificate of the key that the identity provider signs with.")
}

func checkMetadataKeyCertificate(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, descriptor := range m.metadata.signingDescriptors() {
		info := descriptor.First(xmldsig.Namespace, "KeyInfo")
		held := slices.ContainsFunc(info.All(xmldsig.Namespace, "X509Data"), func(data *xmltree.Element) bool {
			return data.First(xmldsig.Namespace, "X509Certificate") != nil
		})
		if !held {
			findings = append(findings, found(descriptor, "KeyInfo with "+childNames(info), "an X509Certificate",
				"Publish the certificate itself: a name says nothing to an SP that does not have the key already.")...)
		}
	}
	return findings
}

func checkMetadataCertificate(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, key := range m.metadata.keys {
		if key.err != nil {
			findings = append(findings, found(key.element, key.err.Error(), "base64 of one certificate in DER, and nothing else",
				"Paste the text between the BEGIN and END lines of the certificate's PEM file, one certificate per X509Certificate.")...)
		}
	}
	return findings
}

func (md *metadata) services(name string) []*xmltree.Element {
	var all []*xmltree.Element
	for _, role := range md.roles {
		all = append(all, role.All(metadataNS, name)...)
	}
	return all
}

func checkMetadataService(m *Message, _ *Policy) []Finding {
	if len(m.metadata.roles) == 0 || len(m.metadata.services("SingleSignOnService")) > 0 {
		return nil
	}
	return found(m.metadata.roles[0], childNames(m.metadata.roles[0]), "a SingleSignOnService",
		"Publish where the identity provider takes AuthnRequests.")
}

func checkMetadataBinding(m *Message, _ *Policy) []Finding {
	services := m.metadata.services("SingleSignOnService")
	var bindings []string
	for _, e := range services {
		bindings = append(bindings, shortened(e.Value("Binding")))
	}
	if len(services) == 0 || slices.Contains(bindings, redirectBinding) || slices.Contains(bindings, postBinding) {
		return nil
	}
	return found(services[0], strings.Join(bindings, ", "), redirectBinding+" or "+postBinding,
		"Switch on the Redirect or the POST binding: a browser can bring a request by no other.")
}

func checkMetadataLocation(m *Message, _ *Policy) []Finding {
	var findings []Finding
	for _, name := range []string{"SingleSignOnService", "SingleLogoutService", "ArtifactResolutionService"} {
		for _, e := range m.metadata.services(name) {
			for _, attr := range []string{"Location", "ResponseLocation"} {
				value, present := e.Attr(attr)
				if !present && attr == "ResponseLocation" || webAddress(value) {
					continue
				}
				findings = append(findings, foundAttr(e, attr, quoted(value, present), "an http or https URL with a host, and no user name in it",
					"Publish the service's full address: an SP sends browsers there, and runs nothing that stands in its place.")...)
			}
		}
	}
	return findings
}

func webAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.User == nil && u.Opaque == "" && u.Fragment == "" &&
		(strings.EqualFold(u.Scheme, "https") || strings.EqualFold(u.Scheme, "http"))
}

func checkMetadataWantsSigned(m *Message, p *Policy) []Finding {
	for _, role := range m.metadata.roles {
		if value := role.Value("WantAuthnRequestsSigned"); !p.SignsRequests && (value == "true" || value == "1") {
			return foundAttr(role, "WantAuthnRequestsSigned", quoted(value, true), "false, since this SP signs no requests",
				"Let the SP sign its requests, or the identity provider take them unsigned: it will refuse every login that starts at the SP.")
		}
	}
	return nil
}
