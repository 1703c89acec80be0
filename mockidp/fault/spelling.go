package fault

import (
	"fmt"
	"net/url"
	"strings"
)

// spelling is one way to write a value so that a person takes it for the same
// and an exact comparison does not.
type spelling struct {
	name    string
	respell func(string) string
}

func spellings() []spelling {
	return []spelling{
		{"upper-case", strings.ToUpper},
		{"host-upper-case", upperHost},
		{"percent-encoded", percentEncoded},
		{"trailing-slash", toggleSlash},
		{"padded", func(s string) string { return "\n  " + s + "  \n" }},
		{"other-scheme", otherScheme},
		{"default-port", defaultPort},
		{"www-host", func(s string) string { return strings.Replace(s, "://", "://www.", 1) }},
		{"query", func(s string) string { return s + "?x=1" }},
		{"spn", func(s string) string { return "spn:" + s }},
		{"homoglyph", homoglyph},
		{"truncated", func(s string) string { return s[:len(s)/2] }},
	}
}

// respelled returns the value that the arguments "value" and "spelling" make
// of the current one.
func respelled(current string, a Args) string {
	if a.Has("value") {
		current = a.String("value")
	}
	for _, s := range spellings() {
		if s.name == a.String("spelling") {
			return s.respell(current)
		}
	}
	return current
}

// valueParams are the parameters that respelled reads.
func valueParams(example string) []Param {
	var choices []string
	for _, s := range spellings() {
		choices = append(choices, s.name)
	}
	return []Param{
		{Name: "value", Kind: String, Example: example, Doc: "what is written instead; the right value when absent"},
		{Name: "spelling", Kind: Choice, Choices: choices, Doc: "how the value is spelled differently, after value is applied"},
	}
}

// upperHost writes the host of a URL in capital letters, which means the same
// to a browser (RFC 3986 6.2.2.1).
func upperHost(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return strings.ToUpper(s)
	}
	return strings.Replace(s, u.Host, strings.ToUpper(u.Host), 1)
}

// percentEncoded writes the last character by its code, which means the same to
// a browser when it is a letter of a path (RFC 3986 6.2.2.2).
func percentEncoded(s string) string {
	if s == "" {
		return s
	}
	return fmt.Sprintf("%s%%%02X", s[:len(s)-1], s[len(s)-1])
}

func toggleSlash(s string) string {
	if strings.HasSuffix(s, "/") {
		return strings.TrimSuffix(s, "/")
	}
	return s + "/"
}

func otherScheme(s string) string {
	if rest, ok := strings.CutPrefix(s, "https://"); ok {
		return "http://" + rest
	}
	if rest, ok := strings.CutPrefix(s, "http://"); ok {
		return "https://" + rest
	}
	return "http://" + s
}

// defaultPort spells out the port that the scheme implies, or another scheme's
// when a port is there already.
func defaultPort(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return s + ":443"
	}
	port := ":443"
	if u.Scheme == "http" {
		port = ":80"
	}
	u.Host = u.Hostname() + port
	return u.String()
}

// homoglyph swaps the first Latin letter that has a Cyrillic twin (UTS 39).
func homoglyph(s string) string {
	twins := map[rune]rune{'a': 'а', 'e': 'е', 'o': 'о', 'p': 'р', 'c': 'с', 'x': 'х', 'i': 'і'}
	for i, r := range s {
		if twin, ok := twins[r]; ok {
			return s[:i] + string(twin) + s[i+1:]
		}
	}
	return s + "а"
}
