package mockidp

import (
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// authnContexts are the classes that a login page with a password can claim,
// weakest first.
var authnContexts = []string{
	"urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified",
	"urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
	"urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
}

// chooseAuthnContext picks the class for a RequestedAuthnContext, "" when
// none fits (core 3.3.2.2.1). The library's type keeps one class only, so the
// element is read here. Classes that the IdP does not know cannot be compared
// and are passed over, save the one that the SP's registration states.
func chooseAuthnContext(requested *etree.Element, stated string) string {
	comparison := requested.SelectAttrValue("Comparison", "exact")
	var wanted []int
	for _, ref := range children(requested, assertionNS, "AuthnContextClassRef") {
		class := strings.TrimSpace(ref.Text())
		if class != "" && class == stated && comparison != "better" {
			return class
		}
		if strength := slices.Index(authnContexts, class); strength >= 0 {
			wanted = append(wanted, strength)
		}
	}
	if len(wanted) == 0 {
		return ""
	}
	compare, known := comparisons[comparison]
	if !known {
		return ""
	}
	return compare(wanted)
}

// comparisons choose among authnContexts, given the strengths asked for.
var comparisons = map[string]func([]int) string{
	"exact":   func(wanted []int) string { return authnContexts[wanted[0]] },
	"minimum": func(wanted []int) string { return strongest(slices.Min(wanted), len(authnContexts)-1) },
	"maximum": func(wanted []int) string { return strongest(0, slices.Max(wanted)) },
	"better":  func(wanted []int) string { return strongest(slices.Max(wanted)+1, len(authnContexts)-1) },
}

func strongest(from, to int) string {
	if from > to {
		return ""
	}
	return authnContexts[to]
}
