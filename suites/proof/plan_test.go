package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/fixtures"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/flow"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// planned are the cases of every scenario that comes with ssoproof.
func planned(t testing.TB) []*plan.Case {
	t.Helper()
	all, _, err := scenario.Load(fixtures.FS, fixtures.Scenarios)
	if err != nil {
		t.Fatal(err)
	}
	profiles, err := profile.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	words := plan.Vocabulary{Faults: fault.Catalogue(), Profiles: profiles, Checks: check.Catalogue()}
	for _, f := range flow.Catalogue() {
		words.Flows = append(words.Flows, plan.FlowWord{Name: f.Name, Params: f.Params})
	}
	for _, p := range newCast(t) {
		words.People = append(words.People, p.Login)
	}
	p, err := plan.New(all, words, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p.Cases
}

// used is every fault with its example and with each set of arguments that a
// scenario gives it, each once, in the order of their names.
func used(t testing.TB) []fault.Armed {
	t.Helper()
	all := map[string]fault.Armed{}
	add := func(f fault.Fault, args fault.Args) {
		full, errs := f.Check(args)
		if len(errs) > 0 {
			t.Fatalf("%s: %v", f.Name, errs)
		}
		armed := fault.Armed{Fault: f, Args: full}
		all[spelled(armed)] = armed
	}
	for _, f := range fault.Catalogue() {
		add(f, f.Example())
	}
	for _, c := range planned(t) {
		for _, f := range c.Faults {
			add(f.Fault, f.Args)
		}
	}
	var ordered []fault.Armed
	for _, name := range slices.Sorted(maps.Keys(all)) {
		ordered = append(ordered, all[name])
	}
	return ordered
}

// spelled names a fault with its arguments.
func spelled(f fault.Armed) string {
	var b strings.Builder
	b.WriteString(f.Fault.Name)
	for _, key := range slices.Sorted(maps.Keys(f.Args)) {
		fmt.Fprintf(&b, " %s=%s", key, quoted(f.Args[key], f.Args[key]))
	}
	return b.String()
}
