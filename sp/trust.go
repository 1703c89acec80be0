package sp

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/crewjam/saml"
	xrv "github.com/mattermost/xml-roundtrip-validator"
)

// maxMetadata is how much metadata is read at all, in bytes.
const maxMetadata = 4 << 20

// peer is what an SP takes from the metadata of its identity provider.
type peer struct {
	entityID     string
	signOn       map[string]string // binding URI → location, the first of each
	certificates []*x509.Certificate
	// logout is where LogoutRequests go and logoutAnswer where LogoutResponses
	// do, by binding URI; artifacts is where artifacts are resolved, by index.
	logout, logoutAnswer map[string]string
	artifacts            map[int]string
}

// readMetadata reads an identity provider's metadata the way an import does:
// whatever would make logins impossible or unsafe is an error now, in words
// for the administrator.
func readMetadata(raw []byte, now time.Time) (*peer, error) {
	entity, err := parseMetadata(raw)
	if err != nil {
		return nil, fmt.Errorf("identity provider metadata: %w", err)
	}
	var errs []error
	if entity.EntityID == "" || len(entity.EntityID) > 1024 {
		errs = append(errs, errors.New("the entityID must have 1 to 1024 characters (core 8.3.6)"))
	}
	if !entity.ValidUntil.IsZero() && !now.Before(entity.ValidUntil) {
		errs = append(errs, fmt.Errorf("it was valid until %s (metadata 2.3.2)", entity.ValidUntil.Format(time.RFC3339)))
	}
	p := &peer{entityID: entity.EntityID, signOn: map[string]string{}, logout: map[string]string{}, logoutAnswer: map[string]string{}}
	roles := 0
	for _, role := range entity.IDPSSODescriptors {
		if !slices.Contains(strings.Fields(role.ProtocolSupportEnumeration), "urn:oasis:names:tc:SAML:2.0:protocol") {
			continue
		}
		roles++
		errs = append(errs, p.endpoints(role)...)
		errs = append(errs, p.keys(role)...)
		p.logoutServices(role)
	}
	switch {
	case roles == 0:
		errs = append(errs, errors.New("it has no IDPSSODescriptor for SAML 2.0 (metadata 2.4.3)"))
	case len(p.signOn) == 0:
		errs = append(errs, errors.New("it has no SingleSignOnService with the Redirect or POST binding (metadata 2.4.3)"))
	}
	p.artifacts = artifactServices(raw, entity.EntityID)
	if len(errs) > 0 {
		return nil, fmt.Errorf("identity provider metadata: %w", errors.Join(errs...))
	}
	return p, nil
}

// parseMetadata reads one entity, or the first identity provider of many.
func parseMetadata(raw []byte) (*saml.EntityDescriptor, error) {
	if len(raw) > maxMetadata {
		return nil, fmt.Errorf("%d bytes are more than the %d that are read", len(raw), maxMetadata)
	}
	if bytes.Contains(raw, []byte("<!DOCTYPE")) || bytes.Contains(raw, []byte("<!ENTITY")) {
		return nil, errors.New("it has a document type declaration")
	}
	if err := xrv.Validate(bytes.NewReader(raw)); err != nil {
		return nil, fmt.Errorf("it is not well-formed: %w", err)
	}
	var root struct{ XMLName xml.Name }
	if err := xml.Unmarshal(raw, &root); err != nil {
		return nil, fmt.Errorf("it is no XML document: %w", err)
	}
	switch root.XMLName.Local {
	case "EntityDescriptor":
		var entity saml.EntityDescriptor
		err := xml.Unmarshal(raw, &entity)
		return &entity, err
	case "EntitiesDescriptor":
		return firstProvider(raw)
	}
	return nil, fmt.Errorf("it begins with %s, not with EntityDescriptor or EntitiesDescriptor", root.XMLName.Local)
}

// firstProvider returns the first entity of an aggregate that is an identity
// provider.
func firstProvider(raw []byte) (*saml.EntityDescriptor, error) {
	var all saml.EntitiesDescriptor
	if err := xml.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	for i, entity := range all.EntityDescriptors {
		if len(entity.IDPSSODescriptors) > 0 {
			return &all.EntityDescriptors[i], nil
		}
	}
	return nil, errors.New("no entity in it is an identity provider")
}

func (p *peer) endpoints(role saml.IDPSSODescriptor) []error {
	var errs []error
	for _, service := range role.SingleSignOnServices {
		if service.Binding != saml.HTTPRedirectBinding && service.Binding != saml.HTTPPostBinding {
			continue
		}
		if u, err := url.Parse(service.Location); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			errs = append(errs, fmt.Errorf("SingleSignOnService Location %q is no http or https URL", service.Location))
			continue
		}
		if p.signOn[service.Binding] == "" {
			p.signOn[service.Binding] = service.Location
		}
	}
	return errs
}

func (p *peer) keys(role saml.IDPSSODescriptor) []error {
	var errs []error
	for _, key := range role.KeyDescriptors {
		if key.Use == "encryption" {
			continue
		}
		for _, c := range key.KeyInfo.X509Data.X509Certificates {
			certificate, err := parseCertificate(c.Data)
			if err != nil {
				errs = append(errs, fmt.Errorf("an X509Certificate cannot be read: %w", err))
				continue
			}
			p.certificates = append(p.certificates, certificate)
		}
	}
	return errs
}

// parseCertificate reads the text of an X509Certificate element: base64 of DER,
// broken into lines at will.
func parseCertificate(text string) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// signOnURL returns where a request goes and by which binding: the wanted one,
// or the only other one there is.
func (p *peer) signOnURL(binding string) (location, by string) {
	wanted, other := saml.HTTPRedirectBinding, saml.HTTPPostBinding
	if binding == "post" {
		wanted, other = other, wanted
	}
	if p.signOn[wanted] == "" {
		wanted = other
	}
	return p.signOn[wanted], map[string]string{saml.HTTPRedirectBinding: "redirect", saml.HTTPPostBinding: "post"}[wanted]
}
