package fault

import "errors"

func algorithmFaults() []Fault {
	return []Fault{
		{Name: "algorithm", Summary: "the signature uses another algorithm",
			Refs: []string{"XML Signature 6.1", "CVE-2018-7644", "Influitive, SAML Single Sign On"},
			Params: []Param{targetParam(both),
				{Name: "signature", Kind: Choice, Choices: SignatureChoices(), Example: "rsa-sha1",
					Doc: "the SignatureMethod; hmac is keyed with the PEM text of the public certificate; unknown is a made-up URI"},
				{Name: "digest", Kind: Choice, Choices: DigestChoices(),
					Doc: "the DigestMethod; that of the signature when absent"}},
			Signature: aimed(setAlgorithm)},
		{Name: "canonicalization", Summary: "the signature uses another canonicalization",
			Refs: []string{"SAML core 5.4.3", "Influitive, SAML Single Sign On"},
			Params: []Param{targetParam(both), {Name: "form", Kind: Choice, Default: "inclusive-1.0", Choices: C14NChoices(),
				Doc: "the CanonicalizationMethod and the transform, if the signature has one; unknown is a made-up URI"}},
			Signature: aimed(setCanonicalization)},
		{Name: "prefix-list", Summary: "the exclusive transform lists prefixes to treat inclusively",
			Refs:      []string{"SAML core 5.4.3"},
			Params:    []Param{targetParam(both), {Name: "prefixes", Kind: String, Default: "xs", Doc: "the PrefixList, separated by blanks"}},
			Signature: aimed(func(s *Signing, a Args) error { s.PrefixList = a.String("prefixes"); return nil })},
		{Name: "transforms", Summary: "the Reference lists other transforms",
			Refs: []string{"SAML core 5.4.4"},
			Params: []Param{targetParam(both), {Name: "form", Kind: Choice, Default: "enveloped-only",
				Choices: []string{"enveloped-only", "none", "xslt", "xpath", "unknown"},
				Doc:     "which transforms are listed; the last three are added to the usual ones"}},
			Signature: aimed(setTransforms)},
		{Name: "reference", Summary: "the Reference points elsewhere",
			Refs: []string{"SAML core 5.4.2"},
			Params: []Param{targetParam(both), {Name: "uri", Kind: String, Default: "",
				Doc: "the URI; empty means the whole document, #ID another element"}},
			Signature: aimed(func(s *Signing, a Args) error { uri := a.String("uri"); s.Reference = &uri; return nil })},
		{Name: "assertion-signature-on-response", Summary: "the Assertion's Signature references the Response",
			Refs:      []string{"SAML core 5.4.2"},
			Signature: referToOther(Assertion)},
		{Name: "response-signature-on-assertion", Summary: "the Response's Signature references the Assertion",
			Refs:      []string{"SAML core 5.4.2", "Influitive, SAML Single Sign On"},
			Signature: referToOther(Response)},
	}
}

// referToOther is a hook that has the target's Signature reference the other
// of the two elements.
func referToOther(target Target) func(*Signing, Args) error {
	return func(s *Signing, _ Args) error {
		if s.Target != target {
			return nil
		}
		if s.OtherID == "" {
			return errors.New("there is no other readable element to reference")
		}
		other := "#" + s.OtherID
		s.Reference = &other
		return nil
	}
}

// UnknownAlgorithm is what the choice "unknown" writes: no standard defines it.
const UnknownAlgorithm = "urn:example:algorithm:unheard"

// SignatureChoices, DigestChoices and C14NChoices are the short names that
// faults offer; whoever signs must know all of them but "unknown".
func SignatureChoices() []string {
	return []string{"rsa-sha1", "rsa-sha256", "rsa-sha384", "rsa-sha512", "ecdsa-sha1", "ecdsa-sha256", "ecdsa-sha384", "ecdsa-sha512",
		"rsa-pss-sha256", "rsa-md5", "hmac-sha1", "hmac-sha256", "unknown"}
}

// DigestChoices are the short names of digests.
func DigestChoices() []string {
	return []string{"sha1", "sha256", "sha384", "sha512", "md5", "unknown"}
}

// C14NChoices are the short names of canonicalizations.
func C14NChoices() []string {
	return []string{"exclusive", "exclusive-with-comments", "inclusive-1.0", "inclusive-1.0-with-comments",
		"inclusive-1.1", "inclusive-1.1-with-comments", "unknown"}
}

func algorithmOr(choice string) string {
	if choice == "unknown" {
		return UnknownAlgorithm
	}
	return choice
}

func setAlgorithm(s *Signing, a Args) error {
	if a.Has("signature") {
		s.Algorithm, s.Digest = algorithmOr(a.String("signature")), ""
	}
	if a.Has("digest") {
		s.Digest = algorithmOr(a.String("digest"))
	}
	return nil
}

func setCanonicalization(s *Signing, a Args) error {
	form := algorithmOr(a.String("form"))
	s.Canonicalization = form
	if len(s.Transforms) > 1 {
		s.Transforms[len(s.Transforms)-1] = form
	}
	return nil
}

func setTransforms(s *Signing, a Args) error {
	extra := map[string]string{
		"xslt":    "http://www.w3.org/TR/1999/REC-xslt-19991116",
		"xpath":   "http://www.w3.org/TR/1999/REC-xpath-19991116",
		"unknown": UnknownAlgorithm,
	}
	switch form := a.String("form"); form {
	case "enveloped-only":
		s.Transforms = []string{"enveloped"}
	case "none":
		s.Transforms = nil
	default:
		s.Transforms = append(s.Transforms, extra[form])
	}
	return nil
}
