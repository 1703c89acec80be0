package scenario

import "testing"

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"expired", "not-yet-valid", "audience", "sp-initiated", "idp-initiated"}
	for _, c := range []struct{ word, want string }{
		{"expird", "expired"},
		{"exipred", "expired"},
		{"EXPIRED", "expired"},
		{"not-yet-vald", "not-yet-valid"},
		{"sp-initated", "sp-initiated"},
		{"audiences", "audience"},
		{"banana", ""},
		{"", ""},
	} {
		if got := Nearest(c.word, known); got != c.want {
			t.Errorf("nearest to %q is %q, want %q", c.word, got, c.want)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "ab", 2}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abcd", "xbcd", 1}, {"kitten", "sitting", 3}, {"é", "e", 1}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("from %q to %q are %d steps, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestHint(t *testing.T) {
	t.Parallel()
	if got := Hint("roott", []string{"other", "root"}); got != `did you mean "root"?` {
		t.Error(got)
	}
	if got := Hint("banana", []string{"root", "other"}); got != "known: other, root" {
		t.Error(got)
	}
	if got := Hint("banana", nil); got != "" {
		t.Error(got)
	}
}
