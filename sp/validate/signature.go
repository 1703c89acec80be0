package validate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmldsig"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

func signatureRules() []Rule {
	return []Rule{
		{ID: "signature-present", Title: "what the SP relies on is signed", Ref: "SAML profiles 4.1.4.5 (E26)",
			Level: Must, Reason: reason.SignatureMissing, Check: checkSignaturePresent},
		{ID: "signature-well-formed", Title: "each Signature follows its schema", Ref: "XML-DSig 4.1; CVE-2025-29774",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkSignatureForm},
		{ID: "signature-algorithm", Title: "signatures and digests use algorithms that are known and sound", Ref: "XML-DSig 6.1; RFC 6931",
			Level: Must, Reason: reason.AlgorithmRefused, Check: checkAlgorithms},
		{ID: "signature-not-sha1", Title: "signatures and digests do not rest on SHA-1", Ref: "OWASP SAML; NIST SP 800-131A",
			Level: Must, Reason: reason.AlgorithmRefused, Check: checkSHA1},
		{ID: "signature-canonicalization", Title: "SignedInfo is canonicalized with an algorithm of the standard", Ref: "SAML core 5.4.3",
			Level: Must, Reason: reason.AlgorithmRefused, Check: checkCanonicalization},
		{ID: "signature-transforms", Title: "what is signed is only canonicalized, never picked or rewritten", Ref: "SAML core 5.4.4; CVE-2022-34169",
			Level: Must, Reason: reason.AlgorithmRefused, Check: checkTransforms},
		{ID: "signature-one-reference", Title: "each Signature covers one thing", Ref: "SAML core 5.4.2; CVE-2026-33487",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkOneReference},
		{ID: "signature-covers-parent", Title: "each Signature covers the element that it stands in, by its ID", Ref: "SAML core 5.4.2",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkCoversParent},
		{ID: "signature-digest", Title: "nothing was changed after it was signed", Ref: "XML-DSig 3.2.1",
			Level: Must, Reason: reason.SignatureInvalid, Check: checkDigests},
	}
}

// signature is one Signature of the Response or the Assertion with what
// verifying it has shown.
type signature struct {
	*xmldsig.Signature
	owner   *xmltree.Element // what it stands in
	digests []error          // per Reference
	trust   trust
}

func (m *Message) verify(e, owner *xmltree.Element, p *Policy) *signature {
	s := &signature{Signature: xmldsig.Read(e, &m.budget.signatures), owner: owner}
	const mostReferences = 2 // each costs a pass over the document; more than one is refused anyway
	for _, r := range s.References[:min(len(s.References), mostReferences)] {
		s.digests = append(s.digests, s.CheckDigest(r, m.referent(r, owner)))
	}
	s.trust = trusted(s.Signature, p)
	if slices.ContainsFunc(append(s.digests, s.trust.value), func(err error) bool { return errors.Is(err, xmldsig.ErrCostly) }) {
		m.demands(maxVerified, "keys to try, or too many octets to digest")
	}
	return s
}

// referent finds what a Reference speaks of, without any side door: the
// signature's own parent if the ID is its, or else the first element in the
// document to carry the ID; the document for an empty URI.
func (m *Message) referent(r xmldsig.Reference, owner *xmltree.Element) *xmltree.Element {
	id, byID := strings.CutPrefix(r.URI, "#")
	switch {
	case r.HasURI && r.URI == "":
		return m.root
	case !byID || id == "":
		return nil
	case owner.Value("ID") == id:
		return owner
	}
	var target *xmltree.Element
	m.root.Walk(func(e *xmltree.Element) {
		if target == nil && e.Value("ID") == id {
			target = e
		}
	})
	return target
}

func (m *Message) signed(owner *xmltree.Element) bool {
	return slices.ContainsFunc(m.signatures, func(s *signature) bool { return s.owner == owner })
}

func checkSignaturePresent(m *Message, p *Policy) []Finding {
	var findings []Finding
	for _, a := range m.assertions {
		response, assertion := m.signed(m.response), m.signed(a)
		missing := ""
		switch p.SignatureOn {
		case "assertion":
			missing = wanting(assertion, "the Assertion")
		case "response":
			missing = wanting(response, "the Response")
		case "both":
			missing = wanting(response && assertion, "the Response and the Assertion")
		default:
			missing = wanting(response || assertion, "the Assertion or the Response around it")
		}
		if missing != "" {
			findings = append(findings, found(a, "signed: "+signedParts(response, assertion), "a signature on "+missing,
				"Switch on signing of "+missing+".")...)
		}
	}
	return findings
}

func wanting(there bool, what string) string {
	if there {
		return ""
	}
	return what
}

func signedParts(response, assertion bool) string {
	switch {
	case response && assertion:
		return "the Response and the Assertion"
	case response:
		return "only the Response"
	case assertion:
		return "only the Assertion"
	}
	return "nothing"
}

// each collects what check finds in every signature.
func (m *Message) each(check func(*signature) []Finding) []Finding {
	var findings []Finding
	for _, s := range m.signatures {
		findings = append(findings, check(s)...)
	}
	return findings
}

func checkSignatureForm(m *Message, _ *Policy) []Finding {
	return m.each(func(s *signature) []Finding {
		if len(s.Defects) == 0 {
			return nil
		}
		return found(s.Element, strings.Join(s.Defects, "; "), "one SignedInfo, one SignatureValue, at most one KeyInfo, all readable",
			"Sign with an XML signature library, and let nothing edit the message afterwards.")
	})
}

// methods lists the signature method and the digest methods of a signature.
func (s *signature) methods() map[string]xmldsig.Strength {
	methods := map[string]xmldsig.Strength{s.Method: xmldsig.SignatureStrength(s.Method)}
	for _, r := range s.References {
		methods[r.Digest] = xmldsig.DigestStrength(r.Digest)
	}
	return methods
}

func (s *signature) methodsOf(worst, best xmldsig.Strength) string {
	var names []string
	for uri, strength := range s.methods() {
		if strength >= worst && strength <= best && uri != "" {
			names = append(names, shortened(uri))
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func checkAlgorithms(m *Message, _ *Policy) []Finding {
	return m.each(func(s *signature) []Finding {
		refused := s.methodsOf(xmldsig.Unknown, xmldsig.Broken)
		if refused == "" {
			return nil
		}
		return found(s.SignedInfo, refused, "RSA or ECDSA with SHA-256, SHA-384 or SHA-512",
			"Choose rsa-sha256 with digest sha256; HMAC, DSA and MD5 are never accepted.")
	})
}

func checkSHA1(m *Message, p *Policy) []Finding {
	return m.each(func(s *signature) []Finding {
		weak := s.methodsOf(xmldsig.Weak, xmldsig.Weak)
		if weak == "" {
			return nil
		}
		f := found(s.SignedInfo, weak, "SHA-256 or better", "Choose rsa-sha256 with digest sha256.")
		f[0].Tolerated = p.AllowSHA1
		return f
	})
}

func checkCanonicalization(m *Message, _ *Policy) []Finding {
	return m.each(func(s *signature) []Finding {
		if _, known := xmldsig.Canonicalization(s.Form.Algorithm); known || s.Form.Algorithm == "" {
			return nil
		}
		return found(s.SignedInfo, "canonicalization "+quoted(s.Form.Algorithm, true), "exclusive or inclusive XML canonicalization",
			"Choose http://www.w3.org/2001/10/xml-exc-c14n#.")
	})
}

func checkTransforms(m *Message, _ *Policy) []Finding {
	return m.each(func(s *signature) []Finding {
		for _, r := range s.References {
			if got := unfit(r.Transforms); got != "" {
				return found(s.SignedInfo, got, "enveloped-signature, then at most one canonicalization",
					"Use the transforms enveloped-signature and http://www.w3.org/2001/10/xml-exc-c14n#, in this order.")
			}
		}
		return nil
	})
}

// unfit names what is wrong with a list of transforms, "" for nothing.
func unfit(transforms []xmldsig.Transform) string {
	enveloped, canonicalized := 0, 0
	for _, t := range transforms {
		_, known := xmldsig.Canonicalization(t.Algorithm)
		switch {
		case t.Algorithm == xmldsig.Enveloped && canonicalized == 0:
			enveloped++
		case known:
			canonicalized++
		default:
			return "transform " + quoted(t.Algorithm, true)
		}
	}
	if enveloped > 1 || canonicalized > 1 {
		return fmt.Sprintf("%d transforms", len(transforms))
	}
	return ""
}

func checkOneReference(m *Message, _ *Policy) []Finding {
	return m.each(func(s *signature) []Finding {
		if len(s.References) == 1 {
			return nil
		}
		return found(s.SignedInfo, fmt.Sprintf("%d References", len(s.References)), "one", "Sign the element with a signature of its own.")
	})
}

func checkCoversParent(m *Message, _ *Policy) []Finding {
	return m.each(func(s *signature) []Finding {
		id := s.owner.Value("ID")
		for _, r := range s.References {
			own := id != "" && r.URI == "#"+id
			whole := r.HasURI && r.URI == "" && s.owner == m.root
			if !own && !whole {
				return found(s.SignedInfo, "Reference URI "+quoted(r.URI, r.HasURI), quoted("#"+id, true),
					"Let the Signature in the "+s.owner.Local+" refer to the ID of that "+s.owner.Local+".")
			}
		}
		return nil
	})
}

func checkDigests(m *Message, _ *Policy) []Finding {
	return m.each(func(s *signature) []Finding {
		for i, err := range s.digests {
			if err != nil {
				return found(s.owner, fmt.Sprintf("reference %s: %v", quoted(s.References[i].URI, true), err), "the content that was signed",
					"Nothing may change the message after it is signed: no pretty-printing, no proxy, no re-serialisation; sign last.")
			}
		}
		return nil
	})
}
