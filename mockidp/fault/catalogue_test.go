package fault_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// hooks counts the hooks that are set.
func hooks(f fault.Fault) int {
	n := 0
	for _, set := range []bool{f.Assertion != nil, f.Signature != nil, f.Encrypt != nil, f.Document != nil,
		f.Wire != nil, f.Delivery != nil, f.Service != nil} {
		if set {
			n++
		}
	}
	return n
}

func TestEveryEntryIsComplete(t *testing.T) {
	t.Parallel()
	kebab := regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, f := range fault.Catalogue() {
		if !kebab.MatchString(f.Name) || seen[f.Name] {
			t.Errorf("%q is not kebab-case, or there twice", f.Name)
		}
		seen[f.Name] = true
		if n := hooks(f); n != 1 {
			t.Errorf("%s has %d hooks", f.Name, n)
		}
		if f.Summary == "" || strings.HasSuffix(f.Summary, ".") {
			t.Errorf("%s: summary %q", f.Name, f.Summary)
		}
		if len(f.Refs) == 0 {
			t.Errorf("%s names no source", f.Name)
		}
		checkParams(t, f)
	}
}

func checkParams(t *testing.T, f fault.Fault) {
	t.Helper()
	seen := map[string]bool{}
	for _, p := range f.Params {
		if p.Name == "" || p.Doc == "" || p.Kind == "" || seen[p.Name] {
			t.Errorf("%s: parameter %q is unnamed, undocumented, without a kind or there twice", f.Name, p.Name)
		}
		seen[p.Name] = true
		if (p.Kind == fault.Choice) != (len(p.Choices) > 0) {
			t.Errorf("%s: parameter %s is %s with choices %v", f.Name, p.Name, p.Kind, p.Choices)
		}
		if p.Required && p.Default != "" {
			t.Errorf("%s: parameter %s is required and has a default", f.Name, p.Name)
		}
	}
	if _, errs := f.Check(f.Example()); len(errs) > 0 {
		t.Errorf("%s: the example does not fit: %v", f.Name, errs)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	if f, ok := fault.Find("audience"); !ok || f.Name != "audience" {
		t.Errorf("got %q, %v", f.Name, ok)
	}
	if f, ok := fault.Find("audiense"); ok {
		t.Errorf("got %q", f.Name)
	}
}

func TestCheckFillsInDefaultsAndReportsEverything(t *testing.T) {
	t.Parallel()
	params := []fault.Param{
		{Name: "offset", Kind: fault.Duration, Required: true},
		{Name: "count", Kind: fault.Int, Default: "7"},
		{Name: "on", Kind: fault.Bool},
		{Name: "form", Kind: fault.Choice, Choices: []string{"a", "b"}},
	}
	given := fault.Args{"offset": "-5m"}
	full, errs := given.Check(params)
	if len(errs) != 0 || full.Int("count") != 7 || full.Duration("offset").Minutes() != -5 || full.Has("on") || len(given) != 1 {
		t.Errorf("got %v, %v from %v", full, errs, given)
	}
	_, errs = fault.Args{"count": "many", "on": "perhaps", "form": "c", "shoes": "2"}.Check(params)
	if len(errs) != 5 {
		t.Errorf("got %v, want one error for each of five", errs)
	}
}

func TestCheckRefusesAFaultThatChangesNothing(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]fault.Args{"audience": nil, "conditions-window": {}, "algorithm": {"target": "response"},
		"attribute": {"name": "Email"}} {
		f, _ := fault.Find(name)
		if _, errs := f.Check(args); len(errs) != 1 {
			t.Errorf("%s %v: got %v", name, args, errs)
		}
	}
	for name, args := range map[string]fault.Args{"audience": {"spelling": "padded"}, "status": nil, "unsigned": nil} {
		f, _ := fault.Find(name)
		if _, errs := f.Check(args); len(errs) != 0 {
			t.Errorf("%s %v: got %v", name, args, errs)
		}
	}
}
