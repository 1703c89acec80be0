package validate

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmldsig"
)

func trustRules() []Rule {
	return []Rule{
		{ID: "trust-configured", Title: "the SP knows a certificate or fingerprint of the identity provider", Ref: "SAML core 5.4.5; CVE-2026-28323",
			Level: Must, Reason: reason.CertificateMissing, Check: checkTrustConfigured},
		{ID: "certificate-sent", Title: "a message for an SP that holds fingerprints brings its certificate", Ref: "SAML core 5.4.5",
			Level: Must, Reason: reason.CertificateMissing, Check: checkCertificateSent},
		{ID: "certificate-trusted", Title: "the signing certificate is one that the SP was told to trust", Ref: "SAML core 5.4.5; XML-DSig 4.5",
			Level: Must, Reason: reason.FingerprintMismatch, Check: checkTrusted},
		{ID: "signature-value", Title: "the signature was made with the certificate's key", Ref: "XML-DSig 3.2.2",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkValue},
		{ID: "certificate-valid", Title: "the signing certificate is within its validity", Ref: "RFC 5280 4.1.2.5",
			Level: Must, Reason: reason.CertificateInvalid, Check: checkValidity},
		{ID: "certificate-strength", Title: "the signing key is long enough, and its certificate not signed with MD5 or MD2", Ref: "NIST SP 800-131A",
			Level: Must, Reason: reason.CertificateInvalid, Check: checkStrength},
	}
}

// trust is whose key made a signature, and whether the SP knows it.
type trust struct {
	// signer is the certificate whose key verifies the value; when none does,
	// the first that the message brought.
	signer  *x509.Certificate
	trusted bool  // the signer is one that the SP was told to trust
	value   error // why the value does not verify
	tried   bool  // there was a key to try
}

// trusted tries the certificates of the message, then those of the SP. A
// message that brings certificates has to bring a trusted one, although the
// value may have been made with any key that the SP trusts: an unknown
// certificate beside a good signature is somebody's mistake or trick.
func trusted(s *xmldsig.Signature, p *Policy) trust {
	t := trust{value: errors.New("no key to verify it with")}
	for i, c := range slices.Concat(s.Certificates, p.Certificates) {
		if i >= len(s.Certificates) && slices.ContainsFunc(s.Certificates, c.Equal) {
			continue // tried already
		}
		err := s.CheckValue(c.PublicKey)
		if t.value != nil {
			t.value, t.tried = err, true
		}
		if errors.Is(err, xmldsig.ErrCostly) {
			break
		}
		if err == nil {
			t.signer = c
			break
		}
	}
	brought := slices.ContainsFunc(s.Certificates, func(c *x509.Certificate) bool { return c == t.signer })
	if len(s.Certificates) > 0 && !brought {
		t.signer = s.Certificates[0]
	}
	t.trusted = t.signer != nil && p.trusts(t.signer)
	return t
}

// trusts tells whether the SP was told of the certificate, of another with the
// same key (M 2.4.1: a key descriptor is about the key), or of its fingerprint.
func (p *Policy) trusts(c *x509.Certificate) bool {
	return slices.ContainsFunc(p.Certificates, func(known *x509.Certificate) bool {
		key, comparable := known.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
		return known.Equal(c) || comparable && key.Equal(c.PublicKey)
	}) || slices.ContainsFunc(p.Fingerprints, func(f Fingerprint) bool { return f.Matches(c) })
}

func checkTrustConfigured(m *Message, p *Policy) []Finding {
	if m.response == nil || len(p.Certificates)+len(p.Fingerprints) > 0 {
		return nil
	}
	return found(m.response, "no certificate and no fingerprint at the SP", "the identity provider's certificate",
		"Give the SP your metadata, certificate or fingerprint before you send messages.")
}

func checkCertificateSent(m *Message, p *Policy) []Finding {
	if len(p.Certificates) > 0 || len(p.Fingerprints) == 0 {
		return nil
	}
	return m.each(func(s *signature) []Finding {
		if len(s.Certificates) > 0 {
			return nil
		}
		return found(s.Element, "no X509Certificate in KeyInfo", "the signing certificate, since the SP holds only "+p.known(),
			"Switch on sending the certificate with the signature (KeyInfo).")
	})
}

func checkTrusted(m *Message, p *Policy) []Finding {
	if len(p.Certificates)+len(p.Fingerprints) == 0 {
		return nil
	}
	return m.each(func(s *signature) []Finding {
		t := s.trust
		if t.signer == nil || t.trusted {
			return nil
		}
		return found(s.Element, describe(t.signer), p.known(), mismatchRemedy(p))
	})
}

func mismatchRemedy(p *Policy) string {
	for _, f := range p.Fingerprints {
		if f.hash == 0 {
			return fmt.Sprintf("The fingerprint at the SP has %d bytes, where one of SHA-1 has 20 and one of SHA-256 has 32: enter it again.", len(f.sum))
		}
		if f.misfiled() {
			return fmt.Sprintf("The fingerprint at the SP has %d bytes, which is not the length of %s: enter it again with the right algorithm.",
				len(f.sum), f.hash)
		}
	}
	remedy := "Either sign with the certificate that the SP knows, or give the SP the one that you sign with now " +
		"(certificates are often renewed without telling the SP)"
	if len(p.Fingerprints) > 0 {
		remedy += "; see that its fingerprint is entered there digit by digit"
	}
	return remedy + "."
}

func checkValue(m *Message, _ *Policy) []Finding {
	return m.each(func(s *signature) []Finding {
		t := s.trust
		if !t.tried || t.value == nil {
			return nil
		}
		got := fmt.Sprintf("the value does not verify: %v", t.value)
		if t.signer != nil {
			got += "; tried " + describe(t.signer)
		}
		return found(s.Element, got, "a value made with the key of the certificate",
			"Check that the private key belongs to the certificate, and that nothing edits SignedInfo after signing.")
	})
}

func checkValidity(m *Message, p *Policy) []Finding {
	return m.each(func(s *signature) []Finding {
		c := s.trust.signer
		now := m.now.Truncate(time.Second) // NotAfter is the last second of validity
		if c == nil || !now.Before(c.NotBefore) && !now.After(c.NotAfter) {
			return nil
		}
		f := found(s.Element, fmt.Sprintf("%s, valid from %s to %s", c.Subject, stamp(c.NotBefore), stamp(c.NotAfter)),
			"a certificate valid at "+stamp(m.now), "Renew the signing certificate, and give it to the SP before you use it.")
		f[0].Tolerated = !p.CheckCertificate
		return f
	})
}

func checkStrength(m *Message, p *Policy) []Finding {
	return m.each(func(s *signature) []Finding {
		got := weakness(s.trust.signer)
		if got == "" {
			return nil
		}
		f := found(s.Element, got, "2048 bits or more, and a certificate signed with another hash than MD5 or MD2",
			"Make a new signing key of at least 2048 bits, and give its certificate to the SP.")
		f[0].Tolerated = !p.CheckCertificate
		return f
	})
}

// weakness names what makes a certificate easy to forge, "" for nothing.
func weakness(c *x509.Certificate) string {
	if c == nil {
		return ""
	}
	if key, isRSA := c.PublicKey.(*rsa.PublicKey); isRSA && key.N.BitLen() < 2048 {
		return fmt.Sprintf("an RSA key of %d bits", key.N.BitLen())
	}
	if c.SignatureAlgorithm == x509.MD5WithRSA || c.SignatureAlgorithm == x509.MD2WithRSA {
		return "a certificate signed with " + c.SignatureAlgorithm.String()
	}
	return ""
}

// describe names a certificate by everything an administrator may hold of it.
func describe(c *x509.Certificate) string {
	return fmt.Sprintf("%s (%s; %s)", c.Subject, FingerprintOf(c, crypto.SHA1), FingerprintOf(c, crypto.SHA256))
}

// known lists what the SP was told to trust.
func (p *Policy) known() string {
	var names []string
	for _, c := range p.Certificates {
		names = append(names, describe(c))
	}
	for _, f := range p.Fingerprints {
		names = append(names, f.String())
	}
	return strings.Join(names, " or ")
}

// keyKind names the kind of key for reports.
func keyKind(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return "unknown"
}
