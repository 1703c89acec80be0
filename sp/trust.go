package sp

import (
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/crewjam/saml"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// peer is what an SP takes from the metadata of its identity provider.
type peer struct {
	entityID     string
	signOn       map[string]string // binding URI → location, the first of each
	certificates []*x509.Certificate
	// logout is where LogoutRequests go and logoutAnswer where LogoutResponses
	// do, by binding URI; artifacts is where artifacts are resolved, by index.
	logout, logoutAnswer map[string]string
	artifacts            map[int]string
	// until is when the metadata ends, zero for never; refresh is how long it may
	// be relied on before it is fetched anew.
	until   time.Time
	refresh time.Duration
}

func newPeer(p *validate.Provider) *peer {
	return &peer{
		entityID: p.EntityID, signOn: p.SignOn, certificates: p.Certificates,
		logout: p.Logout, logoutAnswer: p.LogoutAnswer, artifacts: p.Artifacts,
		until: p.ValidUntil, refresh: p.Refresh,
	}
}

// expired tells whether the metadata has ended (metadata 2.3.2).
func (p *peer) expired(now time.Time) bool { return !p.until.IsZero() && !now.Before(p.until) }

// ends is when the metadata can be relied on no longer, at the latest then.
func (p *peer) ends(latest time.Time) time.Time {
	if p.until.IsZero() || latest.Before(p.until) {
		return latest
	}
	return p.until
}

// judgeMetadata reads an identity provider's metadata the way an import does;
// f is nil unless it was fetched. The peer is nil when it is refused.
func (t *tenant) judgeMetadata(raw []byte, f *validate.Fetched) (*peer, validate.Decision) {
	s := t.settings
	decision, provider := validate.Metadata(raw, f, validate.Policy{
		Issuer: s.Issuer, Certificates: t.config.MetadataSigners, SignsRequests: s.SignRequests,
		AllowSHA1: len(t.config.MetadataSigners) == 0, // a signature of which nobody knows whose it is proves nothing anyhow
		Tolerated: s.Tolerated, Enforced: s.Enforced, Without: t.sp.config.Without,
	}, t.Now())
	if provider == nil {
		return nil, decision
	}
	return newPeer(provider), decision
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
