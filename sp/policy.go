package sp

import (
	"cmp"
	"crypto"
	"errors"
	"slices"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// trust reads the identity provider's metadata and turns the settings into
// what the validator is told.
func (t *tenant) trust() error {
	if t.config.IdPMetadata != nil {
		p, err := readMetadata(t.config.IdPMetadata, t.Now())
		if err != nil {
			return err
		}
		t.peer = p
	}
	s := t.settings
	t.policy = validate.Policy{
		EntityID: t.entityID, ACS: t.acsURL, AnyIssuer: s.AnyIssuer,
		AllowSHA1: s.AllowSHA1, CheckCertificate: s.CheckCertificate, SignatureOn: s.SignatureOn,
		Tolerance: s.Tolerance, Tolerated: s.Tolerated, Enforced: s.Enforced, AllowUnsolicited: s.AllowUnsolicited,
		RequireEncryption: s.WantEncrypted, AudienceOptional: s.AudienceOptional,
		NameIDFormats: s.NameIDFormats, NameIDRequired: s.NameIDRequired,
		RequiredAttributes: s.RequiredAttributes, AuthzDecisions: s.AuthzDecisions,
		AuthnContext: s.AuthnContext, MaxAuthnAge: s.MaxAuthnAge, MaxIssueAge: s.MaxIssueAge,
		Precedence: t.config.Profile.Precedence, Without: t.sp.config.Without,
		MaxBytes: cmp.Or(s.MaxMessage, s.MaxBody), Seen: t.replays.seen,
	}
	for name, key := range map[string]*Key{"current": t.key, "previous": t.config.PreviousKey} {
		if key != nil && slices.Contains(s.DecryptsWith, name) {
			t.policy.DecryptionKeys = append(t.policy.DecryptionKeys, key.Signer)
		}
	}
	if t.peer != nil {
		t.policy.Issuer = t.peer.entityID
	}
	if errs := t.policy.Check(); len(errs) > 0 {
		return errors.Join(errs...)
	}
	return t.anchor()
}

// anchor settles what signatures are verified with.
func (t *tenant) anchor() error {
	s := t.settings
	switch s.Trust {
	case "metadata":
		if t.peer == nil && s.ACSPath() != "" {
			return errors.New("trust is metadata, but there is no identity provider metadata")
		}
		if t.peer != nil {
			t.policy.Certificates = t.peer.certificates
			if len(t.peer.certificates) == 0 {
				return errors.New("identity provider metadata: it has no certificate for signing (metadata 2.4.1.1)")
			}
		}
	case "fingerprint":
		return t.fingerprints()
	}
	return nil
}

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
	if t.peer == nil {
		return errors.New("trust is fingerprint, but there is neither a fingerprint nor metadata to take it from")
	}
	hash := crypto.SHA1
	if algorithm == "sha256" {
		hash = crypto.SHA256
	}
	for _, c := range t.peer.certificates {
		t.policy.Fingerprints = append(t.policy.Fingerprints, validate.FingerprintOf(c, hash))
	}
	return nil
}
