// Package flow is the table of journeys that a visitor makes: each is played
// in the browser, step by step, as a person would.
//
// A flow touches only what a page offers and goes on as far as the pages let
// it; what the journey came to is for the checks to say. It knows nothing of
// scenarios, faults or expectations. Start at Flow and Catalogue.
package flow

import (
	"slices"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
)

// Flow is one journey. Run returns an error when a verb of the browser could
// not be carried out: the page lacked what it had to offer, or Chrome is gone.
type Flow struct {
	Name, Summary string
	Params        []fault.Param
	// Road is "saml", "legacy", or "" when the flow suits both.
	Road string
	// SignsIn tells that a visitor for whom all is well has a session at the end.
	SignsIn bool
	// SignsOut tells that such a visitor has signed in and out again by single
	// logout.
	SignsOut bool
	// Returning tells that it is the same journey, shorter by the login forms,
	// for a visitor who has a session at the identity provider from before.
	Returning bool
	// Races tells that messages come at the same moment, so that which of them
	// is judged first, and what is found then, differs from time to time.
	Races bool
	Run   func(*lab.Lab, fault.Args) error
}

// Catalogue returns every flow, in the order in which they are listed and
// documented. The slice is the caller's.
func Catalogue() []Flow {
	return slices.Concat(samlFlows(), replayFlows(), webFlows(), logoutFlows(), secondIdPFlows(), tenantFlows(), successproFlows(), influitiveFlows(), eftFlows(), legacyFlows(), portalFlows(), anyFlows())
}

// Find returns the flow of that name.
func Find(name string) (Flow, bool) {
	all := Catalogue()
	i := slices.IndexFunc(all, func(f Flow) bool { return f.Name == name })
	if i < 0 {
		return Flow{}, false
	}
	return all[i], true
}
