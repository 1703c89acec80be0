package conformance

import (
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/flow"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// returning tells whether the case's visitor comes with a session at the
// identity provider, which saves Chrome a third of the pages.
//
// Unless the scenario says who comes, that is so where a message has a defect
// or nobody is let in: what the SP makes of a message does not depend on how the
// visitor proved to the identity provider who they are. Not so where time passes
// on the login page.
func returning(f flow.Flow, c *plan.Case) bool {
	if c.Setup.Visitor != "" {
		return c.Setup.Visitor == scenario.Returning
	}
	return f.Returning && (len(c.Faults) > 0 || refuses(c)) && !passesTime(f, c.FlowArgs)
}

// visitor is the word for who comes in the case.
func visitor(c *plan.Case) string {
	if f, found := flow.Find(c.Flow); found && returning(f, c) {
		return scenario.Returning
	}
	return scenario.New
}

// passesTime tells whether time passes in the journey.
func passesTime(f flow.Flow, args fault.Args) bool {
	for _, p := range f.Params {
		if p.Kind == fault.Duration && args.Duration(p.Name) != 0 {
			return true
		}
	}
	return false
}
