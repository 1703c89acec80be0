package check

import (
	"fmt"
	"regexp"
	"strings"
)

// all holds when every part does; it keeps the parts, so that each can be
// shown by itself.
func all(parts ...Outcome) Outcome {
	o := Outcome{OK: true}
	for _, p := range parts {
		o.OK = o.OK && p.OK
		o.Parts = append(o.Parts, p.Each()...)
	}
	var expected, seen []string
	for _, p := range o.Parts {
		expected, seen = append(expected, p.Expected), append(seen, p.Seen)
	}
	o.Expected, o.Seen = strings.Join(expected, "; "), strings.Join(seen, "; ")
	return o
}

// same holds when seen is expected; what names the value in words.
func same[T comparable](what string, expected, seen T) Outcome {
	return Outcome{OK: expected == seen, Expected: what + " " + show(expected), Seen: what + " " + show(seen)}
}

func show(v any) string {
	if s, ok := v.(string); ok {
		if s == "" {
			return "none"
		}
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprint(v)
}

// missing is the outcome when there was nothing to look at.
func missing(expected, what string) Outcome {
	return Outcome{Expected: expected, Seen: what}
}

// words brings text to the form in which it is compared: how a page breaks its
// lines says nothing.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// blank is a word in braces, which a product fills.
var blank = regexp.MustCompile(`\{(?:want|now|not-before|not-on-or-after)\}`)

// shows tells whether text can be read on a page; {want} in it, or another
// blank, stands for anything that fills it on the line where it stands.
func shows(page, text string) bool {
	var lines, parts []string
	for line := range strings.Lines(page) {
		lines = append(lines, words(line))
	}
	for _, part := range blank.Split(words(text), -1) {
		parts = append(parts, strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(part)), " ", `\s+`))
	}
	return regexp.MustCompile(strings.Join(parts, ` ?\S.*?`)).MatchString(strings.Join(lines, "\n"))
}

// excerpt shortens what a page shows to what a report has room for.
func excerpt(text string) string {
	const room = 300
	runes := []rune(words(text))
	if len(runes) <= room {
		return string(runes)
	}
	return string(runes[:room]) + "…"
}

func list(values []string) string {
	if len(values) == 0 {
		return "none"
	}
	return strings.Join(values, ", ")
}
