package trace

import (
	"net/url"
	"regexp"
	"strings"
)

// Mask stands where a secret stood.
const Mask = "***"

// The secrets are recognised by the names under which they travel: passwords,
// the Originating System's session keys, one-time codes and tokens.
const secretNames = `password|passwd|session|sessionkey|session_key|code|token`

var (
	parameter = parameterNamed(secretNames)
	ampersand = regexp.MustCompile(`(?i)%(?:25)*26`)

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
	return maskedParameters(parameter, text)
}

// MaskedVariable returns what masks the values of a query variable of that name,
// for systems whose secrets travel under names of their own.
func MaskedVariable(name string) func(text string) string {
	named := parameterNamed(regexp.QuoteMeta(url.QueryEscape(name)))
	return func(text string) string { return maskedParameters(named, text) }
}

// parameterNamed finds a parameter of a query or form, also inside a link that
// is itself a parameter and so was percent-encoded, once or more often.
func parameterNamed(names string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(\b|%(?:25)*(?:3f|26))((?:` + names + `)(?:=["']?|%(?:25)*3d))([^&\s"'<>#]+)`)
}

func maskedParameters(named *regexp.Regexp, text string) string {
	return named.ReplaceAllStringFunc(text, func(found string) string {
		part := named.FindStringSubmatch(found)
		before, value, rest := part[1]+part[2], part[3], ""
		// An encoded parameter ends at the next encoded ampersand.
		if last := part[2][len(part[2])-2:]; strings.EqualFold(last, "3d") {
			if end := ampersand.FindStringIndex(value); end != nil {
				rest = maskedParameters(named, value[end[0]:])
			}
		}
		return before + Mask + rest
	})
}

func masked(e Event) Event { return e.Rewritten(Masked) }
