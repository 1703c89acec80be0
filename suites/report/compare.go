package report

import (
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// comparison is two values side by side. The first character in which they
// differ is cut out, so that a reader finds a trailing slash or a missing port.
type comparison struct {
	Expected, Seen parted
	Note           string // what the difference is, in words; "" when they do not compare
}

// parted is a value cut at the first difference: Same, First and Rest make it up.
type parted struct{ Same, First, Rest string }

// compare sets two values side by side. Sentences that have nothing in common
// are left whole: a mark on their first letter would say nothing.
func compare(expected, seen string) comparison {
	whole := comparison{Expected: parted{Same: expected}, Seen: parted{Same: seen}}
	if expected == "" || seen == "" || expected == seen {
		return whole
	}
	whole.Note = note(expected, seen)
	n := common(expected, seen)
	if n == 0 && (strings.ContainsRune(expected, ' ') || strings.ContainsRune(seen, ' ')) {
		return whole
	}
	whole.Expected, whole.Seen = part(expected, n), part(seen, n)
	// Nobody counts the characters of a sentence.
	if whole.Note == "" && n > 0 && !strings.ContainsRune(expected+seen, ' ') {
		whole.Note = fmt.Sprintf("they differ from character %d on", utf8.RuneCountInString(expected[:n])+1)
	}
	return whole
}

// common returns how many bytes of whole characters two texts share at the start.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) {
		r, size := utf8.DecodeRuneInString(a[n:])
		s, _ := utf8.DecodeRuneInString(b[n:])
		if r != s {
			break
		}
		n += size
	}
	return min(n, len(b))
}

func part(value string, n int) parted {
	_, size := utf8.DecodeRuneInString(value[n:])
	return parted{value[:n], value[n : n+size], value[n+size:]}
}

// note says what kind of difference it is; the first comparison that
// understands both values wins.
func note(expected, seen string) string {
	for _, understand := range []func(string, string) string{betweenInstants, betweenThumbprints, betweenURLs, betweenSpellings} {
		if said := understand(expected, seen); said != "" {
			return said
		}
	}
	return ""
}

var instant = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)`)

// betweenInstants compares the one instant that each text holds.
func betweenInstants(expected, seen string) string {
	a, b := instant.FindAllString(expected, 2), instant.FindAllString(seen, 2)
	if len(a) != 1 || len(b) != 1 {
		return ""
	}
	want, err1 := time.Parse(time.RFC3339, a[0])
	got, err2 := time.Parse(time.RFC3339, b[0])
	if err1 != nil || err2 != nil {
		return ""
	}
	switch d := got.Sub(want); {
	case d > 0:
		return fmt.Sprintf("seen is %s later", inSeconds(d))
	case d < 0:
		return fmt.Sprintf("seen is %s earlier", inSeconds(-d))
	}
	return "the same instant"
}

// inSeconds writes a duration in seconds, and again in larger units when it is long.
func inSeconds(d time.Duration) string {
	s := strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.3f", d.Seconds()), "0"), ".") + " s"
	if d < 2*time.Minute && d > -2*time.Minute {
		return s
	}
	text := d.Round(time.Second).String()
	text = strings.TrimSuffix(text, "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return s + " (" + text + ")"
}

// betweenThumbprints compares certificate thumbprints in any spelling.
func betweenThumbprints(expected, seen string) string {
	want, got := thumbprint(expected), thumbprint(seen)
	switch {
	case want == nil || got == nil:
		return ""
	case string(want) == string(got):
		return "the same thumbprint, written differently"
	case len(want) != len(got):
		return fmt.Sprintf("thumbprints of different algorithms: %s expected, %s seen", algorithm(want), algorithm(got))
	}
	return fmt.Sprintf("different %s thumbprints: another certificate", algorithm(want))
}

func thumbprint(text string) []byte {
	plain := strings.NewReplacer(":", "", " ", "", "-", "").Replace(text)
	raw, err := hex.DecodeString(plain)
	if err != nil || algorithm(raw) == "" {
		return nil
	}
	return raw
}

func algorithm(sum []byte) string {
	return map[int]string{16: "MD5", 20: "SHA-1", 32: "SHA-256", 48: "SHA-384", 64: "SHA-512"}[len(sum)]
}

// betweenURLs names the parts in which two URLs differ.
func betweenURLs(expected, seen string) string {
	want, err1 := url.Parse(expected)
	got, err2 := url.Parse(seen)
	if err1 != nil || err2 != nil || want.Host == "" || got.Host == "" {
		return ""
	}
	var parts []string
	add := func(differ bool, format string, args ...any) {
		if differ {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(want.Scheme != got.Scheme, "scheme (%s, not %s)", got.Scheme, want.Scheme)
	sameHost := strings.EqualFold(want.Hostname(), got.Hostname())
	add(!sameHost, "host")
	add(sameHost && want.Hostname() != got.Hostname(), "letter case of the host")
	add(want.Port() != got.Port(), "port (%s, not %s)", orNone(got.Port()), orNone(want.Port()))
	slash := want.Path != got.Path && strings.TrimSuffix(want.Path, "/") == strings.TrimSuffix(got.Path, "/")
	add(slash, "trailing slash")
	add(want.EscapedPath() != got.EscapedPath() && !slash, "path")
	add(want.RawQuery != got.RawQuery, "query")
	add(want.Fragment != got.Fragment, "fragment")
	if parts == nil {
		return ""
	}
	return "the URLs differ in: " + strings.Join(parts, ", ")
}

// betweenSpellings finds the differences that the eye does not.
func betweenSpellings(expected, seen string) string {
	switch {
	case strings.TrimSpace(expected) == strings.TrimSpace(seen):
		return "they differ only in white space around them"
	case strings.EqualFold(expected, seen):
		return "they differ only in letter case"
	}
	return ""
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
