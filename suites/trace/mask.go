package trace

import (
	"regexp"
	"strings"
)

// Mask stands where a secret stood.
const Mask = "***"

// The secrets are recognised by the names under which they travel: passwords,
// the Originating System's session keys, one-time codes and tokens.
const secretNames = `password|passwd|session|sessionkey|session_key|code|token`

var (
	// A parameter of a query or form, also inside a link that is itself a
	// parameter and so was percent-encoded, once or more often.
	parameter = regexp.MustCompile(`(?i)(\b|%(?:25)*(?:3f|26))((?:` + secretNames + `)(?:=["']?|%(?:25)*3d))([^&\s"'<>#]+)`)
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
	return maskedParameters(text)
}

func maskedParameters(text string) string {
	return parameter.ReplaceAllStringFunc(text, func(found string) string {
		part := parameter.FindStringSubmatch(found)
		before, value, rest := part[1]+part[2], part[3], ""
		if strings.Contains(part[2], "%") {
			// An encoded parameter ends at the next encoded ampersand.
			if end := ampersand.FindStringIndex(value); end != nil {
				rest = maskedParameters(value[end[0]:])
			}
		}
		return before + Mask + rest
	})
}

func masked(e Event) Event {
	e.Note = Masked(e.Note)
	if e.Exchange != nil {
		x := *e.Exchange
		x.URL, x.Location = Masked(x.URL), Masked(x.Location)
		e.Exchange = &x
	}
	if e.Message != nil {
		m := *e.Message
		m.XML, m.RelayState = Masked(m.XML), Masked(m.RelayState)
		m.Faults = append([]string(nil), m.Faults...)
		e.Message = &m
	}
	if e.Decision != nil {
		d := *e.Decision
		e.Decision = &d
	}
	if e.Session != nil {
		s := *e.Session
		e.Session = &s
	}
	if e.Page != nil {
		p := *e.Page
		p.URL, p.Text, p.HTML = Masked(p.URL), Masked(p.Text), Masked(p.HTML)
		e.Page = &p
	}
	return e
}
