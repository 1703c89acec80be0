package main

import (
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for list, want := range map[string][]string{"": nil, "eft": {"eft"}, "my products/a, b,": {"my products/a", "b"}} {
		if got, err := split("--x", list); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q is %q, %v", list, got, err)
		}
	}
	for _, list := range []string{",", " ", " , ,"} {
		if got, err := split("--x", list); err == nil {
			t.Errorf("%q is %q", list, got)
		}
	}
}

func TestQuoted(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"mine/a-1.yaml": "mine/a-1.yaml", "my files": "'my files'", "": "''", "it's": `'it'\''s'`} {
		if got := quoted(word); got != want {
			t.Errorf("%s is %s", word, got)
		}
	}
}

func TestAsTyped(t *testing.T) {
	t.Parallel()
	want := "ssoproof run 'time/*' '**@eft' --scenarios 'my files' --ordered"
	if got := asTyped("run", []string{"time/*", "**@eft", "--scenarios", "my files", "--ordered"}); got != want {
		t.Errorf("got %s", got)
	}
}
