package report

import (
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	sha1 := "8D:64:1E:7B:5C:0A:94:77:02:E4:16:A5:39:8B:60:DD:F3:05:C8:61"
	for _, c := range []struct{ name, expected, seen, first, note string }{
		{"equal", "a", "a", "", ""},
		{"nothing seen", "a", "", "", ""},
		{"sentences without a common start", "the visitor is signed in", "an error page", "", ""},
		{"common start", "refused: expired", "refused: audience", "a", ""},
		{"seen is shorter", "https://a/b/c", "https://a/b", "", "the URLs differ in: path"},
		{"scheme", "http://a/b", "https://a/b", "s", "the URLs differ in: scheme (https, not http)"},
		{"trailing slash", "http://a/b", "http://a/b/", "/", "the URLs differ in: trailing slash"},
		{"port", "http://a/b", "http://a:80/b", ":", "the URLs differ in: port (80, not none)"},
		{"host case", "http://a/b", "http://A/b", "A", "the URLs differ in: letter case of the host"},
		{"query and fragment", "http://a/b?x#y", "http://a/b?z#w", "z", "the URLs differ in: query, fragment"},
		{"thumbprint", sha1, "9" + sha1[1:], "9", "different SHA-1 thumbprints: another certificate"},
		{"thumbprint spelling", sha1, strings.ToLower(strings.ReplaceAll(sha1, ":", "")), "d", "the same thumbprint, written differently"},
		{"thumbprint algorithm", strings.Repeat("ab", 32), sha1, "8", "thumbprints of different algorithms: SHA-256 expected, SHA-1 seen"},
		{"later", "before 2026-03-02T12:00:00Z", "2026-03-02T12:00:00.5Z", "", "seen is 0.5 s later"},
		{"earlier, other zone", "2026-03-02T12:00:00Z", "2026-03-02T12:00:00+01:00", "+", "seen is 3600 s (1h) earlier"},
		{"same instant", "2026-03-02T12:00:00Z", "2026-03-02T13:00:00+01:00", "3", "the same instant"},
		{"white space", "ada", "ada ", " ", "they differ only in white space around them"},
		{"letter case", "Ada", "ada", "a", "they differ only in letter case"},
		{"beyond ASCII", "Zoë", "Zoé", "é", "they differ from character 3 on"},
		{"not UTF-8", "a\xffb", "a\xfec", "c", "they differ from character 3 on"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := compare(c.expected, c.seen)
			if got.Seen.First != c.first || got.Note != c.note {
				t.Errorf("first difference %q, note %q; want %q, %q", got.Seen.First, got.Note, c.first, c.note)
			}
			if whole := got.Expected.Same + got.Expected.First + got.Expected.Rest; whole != c.expected {
				t.Errorf("expected became %q", whole)
			}
			if whole := got.Seen.Same + got.Seen.First + got.Seen.Rest; whole != c.seen {
				t.Errorf("seen became %q", whole)
			}
		})
	}
}

func TestClocks(t *testing.T) {
	t.Parallel()
	got := clocks(expired().Events)
	if len(got) != 2 {
		t.Fatalf("clocks of %v", got)
	}
	sp, idp := got[0], got[1]
	if sp.Moved != "moved on by 60 s" || sp.Apart != "" || !sp.First.Equal(noon) {
		t.Errorf("the SP's clock is %+v", sp)
	}
	if idp.Apart != "300 s (5m) behind the service provider" {
		t.Errorf("the IdP's clock is %+v: a move of both must not count as a difference", idp)
	}
	for _, c := range clocks(passing().Events) {
		if c.Apart != "" || c.Moved != "" {
			t.Errorf("clocks that agree and stand still are said to be %+v", c)
		}
	}
	back := clocks([]trace.Event{{Party: trace.SP, At: noon}, {Party: trace.SP, At: noon.Add(-time.Hour)}, {Party: trace.IdP, At: noon}})
	if back[0].Moved != "moved back by 3600 s (1h)" || back[1].Apart != "3600 s (1h) ahead of the service provider" {
		t.Errorf("clocks are %+v", back)
	}
}
