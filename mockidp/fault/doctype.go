package fault

import (
	"fmt"
	"strings"
)

func doctypeFaults() []Fault {
	return []Fault{
		{Name: "doctype", Summary: "the message begins with a document type declaration",
			Refs: []string{"OWASP SAML cheat sheet", "CVE-2021-27736", "CVE-2025-25291", "CWE-776"},
			Params: []Param{
				{Name: "kind", Kind: Choice, Default: "empty", Choices: []string{"empty", "entity", "external-entity", "external-subset", "bomb"},
					Doc: "what it declares; all but empty and external-subset also use what they declare, in the first NameID"},
				{Name: "url", Kind: String, Default: "http://localhost:9/trap", Doc: "the external address, of a trap that must stay silent"}},
			Wire: addDoctype},
	}
}

func addDoctype(b []byte, a Args) ([]byte, error) {
	subsets := map[string]string{
		"empty":           "",
		"entity":          ` [<!ENTITY e "mallory">]`,
		"external-entity": fmt.Sprintf(` [<!ENTITY e SYSTEM %q>]`, a.String("url")),
		"external-subset": fmt.Sprintf(` SYSTEM %q`, a.String("url")),
		"bomb":            " [" + bomb() + "]",
	}
	kind := a.String("kind")
	out := declared(b, "<!DOCTYPE Response"+subsets[kind]+">")
	if kind == "empty" || kind == "external-subset" {
		return out, nil
	}
	return replaceOnce(out, `(<[\w:]*NameID[^>]*>)`, "${1}&e;"), nil
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
