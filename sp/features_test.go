package sp_test

import (
	"testing"

	"github.com/ssoproof/ssoproof/sp"
)

func TestFeatures(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range sp.Features() {
		if f.Name == "" || f.Summary == "" || f.New == nil || seen[f.Name] {
			t.Errorf("feature %q is not complete, or there twice", f.Name)
		}
		seen[f.Name] = true
	}
	for name, p := range builtin() {
		for _, feature := range p.Features {
			if !seen[feature] {
				t.Errorf("profile %s: no feature %q", name, feature)
			}
		}
	}
}

func TestRulesToDoWithout(t *testing.T) {
	t.Parallel()
	if _, err := sp.New(sp.Config{Without: []string{"no-such-rule"}}); err == nil {
		t.Error("a rule that does not exist can be done without")
	}
}
