package trace

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Mask stands where a secret stood.
const Mask = "***"

// The secrets are recognised by the names under which they travel: passwords,
// the Originating System's session keys, one-time codes and tokens.
const secretNames = `password|passwd|session|sessionkey|session_key|code|token`

var (
	secretParameters = parametersNamed(strings.Split(secretNames, "|")...)
	ampersand        = regexp.MustCompile(`(?i)%(?:25)*26`)

	input       = regexp.MustCompile(`(?i)<input\b(?:[^>"']|"[^"]*"|'[^']*')*>`)
	secretInput = regexp.MustCompile(`(?i)\b(?:type\s*=\s*["']?password|name\s*=\s*["']?(?:` + secretNames + `)["'\s/>])`)
	inputValue  = regexp.MustCompile(`(?i)(\svalue\s*=\s*)(?:"[^"]*"|'[^']*'|[^\s>]+)`)

	// A call of the Authentication Web Service, in XML or JSON. A code is left
	// alone here: outside a form it is a status.
	element = regexp.MustCompile(`(?i)(<(?:[\w.-]+:)?(?:password|session|session_?key|token)(?:\s[^>]*)?>)[^<]+(<)`)
	member  = regexp.MustCompile(`(?i)("(?:password|session|session_?key|token)"\s*:\s*")(?:[^"\\]|\\.)+(")`)
)

// Masked returns the text with the values of its secrets replaced. It may be a
// URL, a query, an HTML page, an XML or JSON message or a sentence; everything
// but the values stays as it is, and an empty value stays empty.
func Masked(text string) string {
	text = input.ReplaceAllStringFunc(text, func(tag string) string {
		if !secretInput.MatchString(tag) {
			return tag
		}
		return inputValue.ReplaceAllString(tag, `${1}"`+Mask+`"`)
	})
	text = element.ReplaceAllString(text, "${1}"+Mask+"${2}")
	text = member.ReplaceAllString(text, "${1}"+Mask+"${2}")
	return secretParameters.masked(text)
}

// MaskedVariable returns what masks the values of a query variable of that name,
// for systems whose secrets travel under names of their own.
func MaskedVariable(name string) func(text string) string {
	return parametersNamed(url.QueryEscape(name)).masked
}

// parameters finds parameters of a query or form by their names, also inside a
// link that is itself a parameter and so was percent-encoded, once or more often.
type parameters struct {
	names []string
	found *regexp.Regexp
}

func parametersNamed(names ...string) parameters {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = regexp.QuoteMeta(n)
	}
	return parameters{names, regexp.MustCompile(
		`(?i)(\b|%(?:25)*(?:3f|26))((?:` + strings.Join(quoted, "|") + `)(?:=["']?|%(?:25)*3d))([^&\s"'<>#]+)`)}
}

func (p parameters) masked(text string) string {
	if !p.maybeIn(text) {
		return text
	}
	return p.found.ReplaceAllStringFunc(text, func(found string) string {
		part := p.found.FindStringSubmatch(found)
		before, value, rest := part[1]+part[2], part[3], ""
		// An encoded parameter ends at the next encoded ampersand.
		if last := part[2][len(part[2])-2:]; strings.EqualFold(last, "3d") {
			if end := ampersand.FindStringIndex(value); end != nil {
				rest = p.masked(value[end[0]:])
			}
		}
		return before + Mask + rest
	})
}

// maybeIn tells whether one of the names stands before an equals sign or its
// code. Hardly any text has one, and the expression takes long to find that out.
func (p parameters) maybeIn(text string) bool {
	for i := range len(text) {
		if c := text[i]; c != '=' && c != '%' {
			continue
		}
		if slices.ContainsFunc(p.names, func(name string) bool { return endsIn(text[:i], name) }) {
			return true
		}
	}
	return false
}

// endsIn is strings.HasSuffix without regard to case, as regexp understands it:
// there are letters beyond ASCII that are another s or k.
func endsIn(text, name string) bool {
	for name != "" {
		last, size := utf8.DecodeLastRuneInString(text)
		want, wanted := utf8.DecodeLastRuneInString(name)
		if last != want && !strings.EqualFold(string(last), string(want)) {
			return false
		}
		text, name = text[:len(text)-size], name[:len(name)-wanted]
	}
	return true
}

func masked(e Event) Event { return e.Rewritten(Masked) }
