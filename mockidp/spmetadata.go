package mockidp

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/crewjam/saml"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// newRegistration reads and checks an SP's metadata, so that whatever is
// wrong with it is said at registration and not in the middle of a sign-on.
func newRegistration(sp ServiceProvider, now time.Time) (*registration, error) {
	entity, err := parseMetadata(sp.Metadata)
	if err != nil {
		return nil, err
	}
	if !entity.ValidUntil.IsZero() && !now.Before(entity.ValidUntil) {
		return nil, fmt.Errorf("metadata was valid until %s only", entity.ValidUntil.Format(time.RFC3339))
	}
	entry := &registration{ServiceProvider: sp, entity: entity, descriptor: &entity.SPSSODescriptors[0]}
	if err := checkEndpoints(entry.descriptor.AssertionConsumerServices); err != nil {
		return nil, err
	}
	if entry.defaultACS() == nil {
		return nil, errors.New("no AssertionConsumerService with the HTTP-POST binding in the metadata")
	}
	if err := entry.checkBindings(); err != nil {
		return nil, err
	}
	if err := entry.readKeys(); err != nil {
		return nil, err
	}
	if err := entry.complete(); err != nil {
		return nil, err
	}
	return entry, nil
}

func parseMetadata(raw []byte) (*saml.EntityDescriptor, error) {
	root, err := parseDocument(raw, metadataLimit)
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	if !is(root, metadataNS, "EntityDescriptor") {
		return nil, fmt.Errorf("metadata: the root is <%s>, not an md:EntityDescriptor (one SP at a time)", root.Tag)
	}
	// The library's type knows one ContactPerson and no extensions, and neither
	// is needed here.
	var entity saml.EntityDescriptor
	if err := decode(root, &entity); err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	switch {
	case entity.EntityID == "":
		return nil, errors.New("metadata: no entityID")
	case len(entity.EntityID) > 1024:
		return nil, errors.New("metadata: entityID longer than 1024 characters (metadata 2.2.1)")
	case len(entity.SPSSODescriptors) == 0:
		return nil, errors.New("metadata: no SPSSODescriptor")
	}
	return &entity, nil
}

func checkEndpoints(endpoints []saml.IndexedEndpoint) error {
	seen := map[int]bool{}
	for _, endpoint := range endpoints {
		if seen[endpoint.Index] {
			return fmt.Errorf("two AssertionConsumerServices have the index %d", endpoint.Index)
		}
		seen[endpoint.Index] = true
		if endpoint.Binding != saml.HTTPPostBinding {
			continue
		}
		location, err := url.Parse(endpoint.Location)
		if err != nil || location.Host == "" || location.Scheme != "http" && location.Scheme != "https" {
			return fmt.Errorf("AssertionConsumerService %q is no http or https URL", endpoint.Location)
		}
	}
	return nil
}

// checkBindings holds the registration's choices against the metadata.
func (r *registration) checkBindings() error {
	switch r.ResponseBinding {
	case "", "post":
	case artifactChoice:
		if r.artifactACS("", "") == nil {
			return errors.New("the metadata has no AssertionConsumerService with the artifact binding, by which Responses are to travel")
		}
	default:
		return fmt.Errorf("response binding %q is neither post nor artifact", r.ResponseBinding)
	}
	if _, known := bindingNames[response.Binding(r.LogoutBinding)]; !known && r.LogoutBinding != "" {
		return fmt.Errorf("logout binding %q is none of redirect, post and soap", r.LogoutBinding)
	}
	return nil
}

// readKeys collects the SP's certificates. A KeyDescriptor without use is for
// both purposes (metadata 2.4.1.1).
func (r *registration) readKeys() error {
	for i, key := range r.descriptor.KeyDescriptors {
		certificates, err := readCertificates(key)
		if err != nil {
			return fmt.Errorf("KeyDescriptor %d (use %q): %w", i+1, key.Use, err)
		}
		if key.Use != "encryption" {
			r.signing = append(r.signing, certificates...)
		}
		if key.Use == "signing" || r.recipient != nil {
			continue
		}
		if _, ok := certificates[0].PublicKey.(*rsa.PublicKey); ok {
			r.recipient = certificates[0]
			r.Shape.Block = preferredBlock(r.Shape.Block, key.EncryptionMethods)
		}
	}
	if r.Recipient != nil {
		r.recipient = r.Recipient
	}
	if r.Shape.Encrypt && r.recipient == nil {
		return errors.New("the assertion is to be encrypted, but the metadata has no RSA key for that")
	}
	return nil
}

func readCertificates(key saml.KeyDescriptor) ([]*x509.Certificate, error) {
	var list []*x509.Certificate
	for _, data := range key.KeyInfo.X509Data.X509Certificates {
		der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data.Data), ""))
		if err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		list = append(list, certificate)
	}
	if len(list) == 0 {
		return nil, errors.New("no X509Certificate")
	}
	return list, nil
}

// preferredBlock keeps what the registration says, else takes the first
// content cipher that the SP lists with its key, else leaves the default.
func preferredBlock(wanted string, methods []saml.EncryptionMethod) string {
	if wanted != "" {
		return wanted
	}
	for _, method := range methods {
		_, name, _ := strings.Cut(method.Algorithm, "#")
		if strings.HasPrefix(name, "aes") && (response.Shape{Block: name}).Check() == nil {
			return name
		}
	}
	return ""
}

// complete fills in what the registration leaves open.
func (r *registration) complete() error {
	if r.Name == "" {
		r.Name = r.entityID()
	}
	if r.Lifetime == 0 {
		r.Lifetime = 5 * time.Minute
	}
	rule, err := r.ServiceProvider.NameID.complete(r.descriptor.NameIDFormats)
	if err != nil {
		return err
	}
	r.NameID = rule
	errs := r.Shape.Check()
	r.Release = slices.Clone(r.Release)
	for i := range r.Release {
		release, err := r.Release[i].complete()
		if err != nil {
			errs = append(errs, err)
		}
		r.Release[i] = release
	}
	return errors.Join(errs...)
}
