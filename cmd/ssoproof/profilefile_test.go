package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

const example = "../../fixtures/profiles/lumendesk"

func TestExampleProfile(t *testing.T) {
	t.Parallel()
	for _, name := range []string{example, example + "/profile.yaml"} {
		p, err := loadProfile(name, nil)
		if err != nil || p.Product != "Lumen Desk" || len(p.Features) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// copied is the example in a folder of its own, with one word replaced.
func copied(t *testing.T, from, to string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lumendesk")
	if err := os.CopyFS(dir, os.DirFS(example)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "profile.yaml")
	raw, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(raw), from) {
		t.Fatalf("%q is not in the example (%v)", from, err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(raw), from, to, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestMistakesInAProfile(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ from, to, text, hint string }{
		{"tolerance:", "tolerence:", `no key "tolerence" here`, `did you mean "tolerance"?`},
		{"template: ticket,", "template: tiket,", "there is no templates/tiket.html", `did you mean "ticket"?`},
		{"for: [too-large]", "for: [too-big]", "no reaction for: too-large", ""},
		{"name: lumendesk", "name: other", `profile "other" is in folder "lumendesk"`, ""},
		{"groups: [saml]", "groups: [saml]\nfeatures: [auth-wal]", `no feature "auth-wal"`, `did you mean "auth-wall"?`},
	} {
		dir := copied(t, test.from, test.to)
		_, err := loadProfile(dir, nil)
		var problems scenario.Problems
		if !errors.As(err, &problems) {
			t.Errorf("%s: %v", test.to, err)
			continue
		}
		found := false
		for _, p := range problems {
			if strings.Contains(p.Text, test.text) {
				found = p.Pos.File == filepath.Join(dir, "profile.yaml") && p.Pos.Line > 0 && p.Hint == test.hint
			}
		}
		if !found {
			t.Errorf("%s: %+v", test.to, problems)
		}
	}
}

func TestProfileNames(t *testing.T) {
	t.Parallel()
	if _, err := loadProfile(example, []*profile.Profile{{Name: "lumendesk"}}); err == nil {
		t.Error("two profiles have one name")
	}
	var bad usageError
	if _, err := loadProfile("no/such/folder", nil); !errors.As(err, &bad) || bad.hint == "" {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestErrorCatalogue(t *testing.T) {
	t.Parallel()
	v, err := (&source{profiles: example}).vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	text := v.errorCatalogue()
	for _, want := range []string{
		"# influitive\n", "## Layout root\n", "# lumendesk\n",
		"Current time is on or after NotOnOrAfter condition (403) | the assertion is not valid any more (NotOnOrAfter) | `expired` | `",
		"LD-400: The answer is too old or too new.",
		"reason code 5 at the originating system",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the catalogue lacks %q", want)
		}
	}
}
