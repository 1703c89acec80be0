package sp

import (
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/crewjam/saml"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// judgeMetadata reads an identity provider's metadata the way an import does;
// f is nil unless it was fetched. The provider is nil when it is refused.
func (t *tenant) judgeMetadata(raw []byte, f *validate.Fetched) (*validate.Provider, validate.Decision) {
	s := t.settings
	decision, provider := validate.Metadata(raw, f, validate.Policy{
		Issuer: s.Issuer, Certificates: t.config.MetadataSigners, SignsRequests: s.SignRequests,
		AllowSHA1: len(t.config.MetadataSigners) == 0, // a signature of which nobody knows whose it is proves nothing anyhow
		Tolerated: s.Tolerated, Enforced: s.Enforced, Without: t.sp.config.Without,
	}, t.Now())
	return provider, decision
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
