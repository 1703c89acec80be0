package sp

import (
	"cmp"
	"crypto"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// trust reads the identity provider's metadata and turns the settings into
// what the validator is told.
func (t *tenant) trust() error {
	t.peer = nil
	if t.settings.Trust != "certificates" {
		if err := t.importGiven(); err != nil {
			return err
		}
		t.peer = t.imported
	}
	s := t.settings
	t.policy = validate.Policy{
		EntityID: t.entityID, ACS: t.acsURL, AnyIssuer: s.AnyIssuer,
		AllowSHA1: s.AllowSHA1, CheckCertificate: s.CheckCertificate, SignatureOn: s.SignatureOn,
		Tolerance: s.Tolerance, Tolerated: s.Tolerated, Enforced: s.Enforced, AllowUnsolicited: s.AllowUnsolicited,
		RequireEncryption: s.WantEncrypted, AudienceOptional: s.AudienceOptional,
		NameIDFormats: s.NameIDFormats, NameIDRequired: s.NameIDRequired,
		RequiredAttributes: s.RequiredAttributes, AuthzDecisions: s.AuthzDecisions,
		AuthnContext: s.AuthnContext, StrongerAuthn: s.AuthnComparison == "minimum", MaxAuthnAge: s.MaxAuthnAge, MaxIssueAge: s.MaxIssueAge,
		Precedence: t.config.Profile.Precedence, Without: t.sp.config.Without,
		MaxBytes: cmp.Or(s.MaxMessage, s.MaxBody), Seen: t.seen,
	}
	for _, name := range s.DecryptsWith {
		if key := map[string]*Key{"current": t.key, "previous": t.config.PreviousKey}[name]; key != nil {
			t.policy.DecryptionKeys = append(t.policy.DecryptionKeys, key.Signer)
		}
	}
	if t.policy.Issuer = s.Issuer; t.peer != nil {
		t.policy.Issuer = t.peer.EntityID
	}
	if errs := t.policy.Check(); len(errs) > 0 {
		return errors.Join(errs...)
	}
	if err := t.importOthers(); err != nil {
		return err
	}
	return t.anchor()
}

// seen tells whether something was used before, and remembers it.
func (t *tenant) seen(id string, until time.Time) bool {
	return t.config.Replays.seen(id, until, t.Now())
}

// anchor settles what signatures are verified with.
func (t *tenant) anchor() error {
	s := t.settings
	switch s.Trust {
	case "metadata":
		if t.peer == nil && s.ACSPath() != "" && t.config.MetadataURL == "" {
			return errors.New("trust is metadata, but there is no identity provider metadata")
		}
		if t.peer != nil {
			t.policy.Certificates = t.peer.Certificates
		}
	case "certificates":
		return t.certificates()
	case "fingerprint":
		return t.fingerprints()
	}
	return nil
}

// importGiven takes the metadata that the tenant was set up with, once.
func (t *tenant) importGiven() error {
	if t.imported != nil || t.config.IdPMetadata == nil {
		return nil
	}
	imported, decision := t.judgeMetadata(t.config.IdPMetadata, nil)
	if imported == nil {
		return refusal(decision)
	}
	t.imported = imported
	return nil
}

// certificates takes what the tenant handed over in place of metadata.
func (t *tenant) certificates() error {
	if len(t.settings.Certificates) == 0 {
		return errors.New("trust is certificates, but there is none")
	}
	if t.settings.Issuer == "" && !t.settings.AnyIssuer {
		return errors.New("trust is certificates, but nothing says what the issuer is called (issuer, or any-issuer)")
	}
	for _, text := range t.settings.Certificates {
		certificate, err := parseCertificate(pemLines.Replace(text))
		if err != nil {
			return fmt.Errorf("a certificate in the settings cannot be read: %w", err)
		}
		t.policy.Certificates = append(t.policy.Certificates, certificate)
	}
	return nil
}

var pemLines = strings.NewReplacer("-----BEGIN CERTIFICATE-----", "", "-----END CERTIFICATE-----", "")

// fingerprints takes the thumbprint that was typed, or else copies those of
// the certificates in the metadata.
func (t *tenant) fingerprints() error {
	algorithm := t.settings.FingerprintAlgorithm
	if text := t.settings.Fingerprint; text != "" {
		f, err := validate.ParseFingerprint(algorithm, text)
		if err != nil && f.Hex() == "" {
			return err
		}
		// One of the wrong length is kept, as products do: no certificate will
		// ever match it, and the refusal says why.
		t.policy.Fingerprints = []validate.Fingerprint{f}
		return nil
	}
	if t.peer == nil && t.config.MetadataURL != "" {
		return nil // until there is metadata nobody is trusted
	}
	if t.peer == nil {
		return errors.New("trust is fingerprint, but there is neither a fingerprint nor metadata to take it from")
	}
	hash := crypto.SHA1
	if algorithm == "sha256" {
		hash = crypto.SHA256
	}
	for _, c := range t.peer.Certificates {
		t.policy.Fingerprints = append(t.policy.Fingerprints, validate.FingerprintOf(c, hash))
	}
	return nil
}
