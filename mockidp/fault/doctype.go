package fault

import (
	"fmt"
	"strings"
)

func doctypeFaults() []Fault {
	return []Fault{
		{Name: "doctype", Summary: "the message begins with a document type declaration",
			Refs: []string{"OWASP SAML cheat sheet", "CVE-2021-27736", "CWE-776"},
			Params: []Param{
				{Name: "kind", Kind: Choice, Default: "empty", Choices: doctypeNames(),
					Doc: "what it declares, and where the message uses it"},
				{Name: "url", Kind: String, Default: trapAddress, Doc: "the external address, of a trap that must stay silent"}},
			Wire: addDoctype},
	}
}

// doctype is one document type declaration; uses is where the message refers
// to what it declares: a pattern that matches once, and its replacement.
type doctype struct{ name, subset, uses, with string }

func doctypes(url string) []doctype {
	inNameID := nameIDStart
	return []doctype{
		{"empty", "", "", ""},
		{"entity", ` [<!ENTITY e "mallory">]`, inNameID, "${1}&e;"},
		{"external-entity", fmt.Sprintf(` [<!ENTITY e SYSTEM %q>]`, url), inNameID, "${1}&e;"},
		{"external-subset", fmt.Sprintf(` SYSTEM %q`, url), "", ""},
		{"parameter-entity", fmt.Sprintf(` [<!ENTITY %% p SYSTEM %q> %%p;]`, url), "", ""},
		{"bomb", " [" + bomb() + "]", inNameID, "${1}&e;"},
		{"quadratic-bomb", ` [<!ENTITY e "` + strings.Repeat("lol", 10_000) + `">]`, inNameID, "${1}" + strings.Repeat("&e;", 10_000)},
	}
}

func doctypeNames() []string {
	var names []string
	for _, d := range doctypes("") {
		names = append(names, d.name)
	}
	return names
}

func addDoctype(b []byte, a Args) ([]byte, error) {
	for _, d := range doctypes(a.String("url")) {
		if d.name != a.String("kind") {
			continue
		}
		b = declared(b, "<!DOCTYPE Response"+d.subset+">")
		if d.uses != "" {
			b = replaceOnce(b, d.uses, d.with)
		}
	}
	return b, nil
}

// bomb declares entities that would expand to a thousand million words.
func bomb() string {
	var b strings.Builder
	b.WriteString(`<!ENTITY e0 "lol">`)
	for i := 1; i <= 9; i++ {
		name := fmt.Sprintf("e%d", i)
		if i == 9 {
			name = "e"
		}
		fmt.Fprintf(&b, `<!ENTITY %s "%s">`, name, strings.Repeat(fmt.Sprintf("&e%d;", i-1), 10))
	}
	return b.String()
}
