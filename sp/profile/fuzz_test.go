package profile

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"
)

// FuzzLoad looks for a profile.yaml that breaks the loader, or that loads and
// then cannot be used.
func FuzzLoad(f *testing.F) {
	f.Add(small()["small/profile.yaml"].Data)
	folders, err := fs.Glob(builtin, "profiles/*/profile.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range folders {
		raw, err := fs.ReadFile(builtin, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, seed := range []string{"", "a: &a [*a]", "name: small\nlayouts: {one: [1]}\nreactions: 7", "settings: {tolerance: 1y, paths: [/]}", "pages: [{path: /{a}, template: ../x}]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		fsys := small()
		fsys["small/profile.yaml"] = &fstest.MapFile{Data: raw}
		p, err := Load(fsys, "small")
		if (p == nil) == (err == nil) {
			t.Fatalf("%v and error %v", p, err)
		}
		if err != nil {
			told(t, err)
			return
		}
		for _, l := range p.Layouts {
			if _, errs := p.With(l.Name); len(errs) > 0 {
				t.Fatalf("layout %q of a profile that was loaded: %v", l.Name, errs)
			}
		}
	})
}

// told wants every problem to say something, in one line.
func told(t *testing.T, err error) {
	t.Helper()
	for _, line := range strings.Split(err.Error(), "\n") {
		if strings.TrimSpace(line) == "" {
			t.Fatalf("an empty line in %q", err)
		}
	}
	var p Problem
	if errors.As(err, &p) && p.Text == "" {
		t.Fatalf("a problem without words: %+v", p)
	}
}

// FuzzOverlay looks for settings of a scenario or of a settings page that break
// their reader.
func FuzzOverlay(f *testing.F) {
	p, err := Load(small(), "small")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"{tolerance: 5m, require-request: true}", "{accounts: {attributes: {email: [1]}}}", "a: &a [*a]", "{paths: {home: 'http://x'}}", "tolerance: -1s", "max-body: 1e9", "? {}\n: 1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var node yaml.Node
		if err := yaml.Unmarshal([]byte(text), &node); err != nil || len(node.Content) == 0 {
			return
		}
		_, errs := p.With("one", node.Content[0])
		for _, err := range errs {
			told(t, err)
		}
	})
}
