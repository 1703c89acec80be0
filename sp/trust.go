package sp

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"github.com/crewjam/saml"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// judgeMetadata reads an identity provider's metadata the way an import does;
// f is nil unless it was fetched. The provider is nil when it is refused.
func (t *tenant) judgeMetadata(raw []byte, f *validate.Fetched) (*validate.Provider, validate.Decision) {
	return t.judgeMetadataOf(t.settings.Issuer, raw, f)
}

// judgeMetadataOf does so for the identity provider of that name; "" is the
// only one that the document describes.
func (t *tenant) judgeMetadataOf(issuer string, raw []byte, f *validate.Fetched) (*validate.Provider, validate.Decision) {
	s := t.settings
	decision, provider := validate.Metadata(raw, f, validate.Policy{
		Issuer: issuer, Certificates: t.config.MetadataSigners, SignsRequests: s.SignRequests,
		AllowSHA1: len(t.config.MetadataSigners) == 0, // a signature of which nobody knows whose it is proves nothing anyhow
		Tolerated: s.Tolerated, Enforced: s.Enforced, Without: t.sp.config.Without,
	}, t.Now())
	return provider, decision
}

// importOthers takes the metadata of the further identity providers. Each needs
// a name of its own: by it their Responses are told apart.
func (t *tenant) importOthers() error {
	t.others = nil
	for _, raw := range t.config.OtherIdPs {
		provider, decision := t.judgeMetadataOf("", raw, nil)
		if provider == nil {
			return refusal(decision)
		}
		if _, known := t.provider(provider.EntityID); known {
			return fmt.Errorf("identity provider metadata: two describe %s", provider.EntityID)
		}
		t.others = append(t.others, provider)
	}
	return nil
}

// provider finds a trusted identity provider by its entity ID; "" is the
// tenant's own, which is nil without metadata.
func (t *tenant) provider(entityID string) (*validate.Provider, bool) {
	if entityID == "" || entityID == t.policy.Issuer {
		return t.peer, true
	}
	i := slices.IndexFunc(t.others, func(p *validate.Provider) bool { return p.EntityID == entityID })
	if i < 0 {
		return nil, false
	}
	return t.others[i], true
}

// reliable are the further identity providers whose metadata is valid still.
func (t *tenant) reliable() []*validate.Provider {
	return slices.DeleteFunc(slices.Clone(t.others), func(p *validate.Provider) bool { return !p.Valid(t.Now()) })
}

// refusal puts into words, for the administrator, why metadata was refused.
func refusal(d validate.Decision) error {
	var errs []error
	for _, f := range d.Findings {
		if f.Tolerated {
			continue
		}
		where := f.Where
		if where == "" {
			where = "the answer"
		}
		errs = append(errs, fmt.Errorf("%s: %s has %s, want %s (%s). %s", f.Rule, where, f.Got, f.Want, f.Ref, f.Remedy))
	}
	if len(errs) == 0 {
		errs = append(errs, errors.New(string(d.Reason)))
	}
	return fmt.Errorf("identity provider metadata: %w", errors.Join(errs...))
}

// parseCertificate reads the text of an X509Certificate element.
func parseCertificate(text string) (*x509.Certificate, error) { return validate.ParseCertificate(text) }

// signOnURL returns where a request goes and by which binding: the wanted one,
// or the only other one there is.
func signOnURL(p *validate.Provider, binding string) (location, by string) {
	wanted, other := saml.HTTPRedirectBinding, saml.HTTPPostBinding
	if binding == "post" {
		wanted, other = other, wanted
	}
	if p.SignOn[wanted] == "" {
		wanted = other
	}
	return p.SignOn[wanted], map[string]string{saml.HTTPRedirectBinding: "redirect", saml.HTTPPostBinding: "post"}[wanted]
}
