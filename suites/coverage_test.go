package suites_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/fixtures"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/flow"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// house is every word there is, and every case in which words are used.
type house struct {
	words     plan.Vocabulary
	topics    []scenario.Topic
	scenarios []*scenario.Scenario
	cases     []*plan.Case
}

func openHouse(t *testing.T) *house {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	h := &house{words: plan.Vocabulary{Faults: fault.Catalogue(), Checks: check.Catalogue()}}
	var err error
	h.words.Profiles, err = profile.Builtin()
	must(err)
	for _, f := range flow.Catalogue() {
		h.words.Flows = append(h.words.Flows, plan.FlowWord{Name: f.Name, Summary: f.Summary, Params: f.Params})
	}
	people, err := scenario.People(fixtures.FS, fixtures.People)
	must(err)
	for _, p := range people {
		h.words.People = append(h.words.People, p.Login)
	}
	h.topics, err = scenario.Topics(fixtures.FS, fixtures.Catalogue)
	must(err)
	h.scenarios, _, err = scenario.Load(fixtures.FS, fixtures.Scenarios)
	must(err)
	p, err := plan.New(h.scenarios, h.words, plan.Options{})
	must(err)
	h.cases = p.Cases
	return h
}

// used collects what the cases use.
func (h *house) used(of func(*plan.Case) []string) map[string]bool {
	all := map[string]bool{}
	for _, c := range h.cases {
		for _, name := range of(c) {
			all[name] = true
		}
	}
	return all
}

// TestEveryWordIsUsed goes by what is played, not by what is written: an
// override may have taken a word away from every case.
func TestEveryWordIsUsed(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	var faults, flows, checks, layouts []string
	for _, f := range h.words.Faults {
		faults = append(faults, f.Name)
	}
	for _, f := range h.words.Flows {
		flows = append(flows, f.Name)
	}
	for _, c := range h.words.Checks {
		checks = append(checks, c.Name)
	}
	for _, p := range h.words.Profiles {
		for _, l := range p.Layouts {
			layouts = append(layouts, p.Name+"/"+l.Name)
		}
	}
	compare(t, "fault", faults, unusedFaults, h.used(func(c *plan.Case) (names []string) {
		for _, f := range c.Faults {
			names = append(names, f.Fault.Name)
		}
		return names
	}))
	compare(t, "flow", flows, unusedFlows, h.used(func(c *plan.Case) []string { return []string{c.Flow} }))
	compare(t, "check", checks, unusedChecks, h.used(func(c *plan.Case) (names []string) {
		for _, b := range c.Checks {
			names = append(names, b.Check.Name)
		}
		return names
	}))
	compare(t, "person", h.words.People, exceptions{}, h.used(func(c *plan.Case) []string { return []string{c.Person} }))
	compare(t, "layout", layouts, exceptions{}, h.used(func(c *plan.Case) []string { return []string{c.Profile.Name + "/" + c.Layout} }))
}

// TestEveryReasonIsReached wants, on every product, a case that expects each
// reason of the product's roads.
func TestEveryReasonIsReached(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	var wanted []string
	for _, p := range h.words.Profiles {
		for _, e := range reason.All() {
			if e.Roads&p.Roads() != 0 {
				wanted = append(wanted, string(e.Reason)+"@"+p.Name)
			}
		}
	}
	compare(t, "reason", wanted, unreachedReasons, h.used(func(c *plan.Case) (reached []string) {
		for _, b := range c.Checks {
			if b.Check.Refuses || b.Check.Name == "reason" {
				reached = append(reached, b.Args.String("reason")+"@"+c.Profile.Name)
			}
		}
		return reached
	}))
}

// TestScenariosAreInTheCatalogue wants of every scenario that the catalogue
// names it, or something that it is a form of (a topic's name with a suffix),
// and of the others that the table says why they are there.
func TestScenariosAreInTheCatalogue(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	var ids []string
	named := map[string]bool{}
	for _, s := range h.scenarios {
		ids = append(ids, s.ID())
		named[s.ID()] = slices.ContainsFunc(h.topics, func(topic scenario.Topic) bool {
			return topic.ID == s.ID() || strings.HasPrefix(s.ID(), topic.ID+"-")
		})
	}
	compare(t, "topic for the scenario", ids, besideTheCatalogue, named)
}

// compare wants each name to be used or excused, and no excuse that is not needed.
func compare(t *testing.T, what string, names []string, excuses exceptions, used map[string]bool) {
	t.Helper()
	excused := map[string]string{}
	for why, list := range excuses {
		for _, name := range strings.Fields(list) {
			excused[name] = why
		}
	}
	for _, name := range names {
		switch why, isExcused := excused[name]; {
		case used[name] && isExcused:
			t.Errorf("%s %s is there; take it off the table of exceptions (%s)", what, name, why)
		case !used[name] && !isExcused:
			t.Errorf("no %s %s", what, name)
		}
	}
	for name, why := range excused {
		if !slices.Contains(names, name) {
			t.Errorf("the table of exceptions names the %s %s, which does not exist (%s)", what, name, why)
		}
	}
}
