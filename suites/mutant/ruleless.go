package mutant

import (
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/suites/check"
)

// Refusal is a scenario in which somebody is refused, or does not get in.
type Refusal struct {
	Scenario string
	// Reasons are those that it expects; where it expects none by name, those
	// that the SP gave. There are none where nobody came before the SP.
	Reasons []string
}

// Ruleless are the scenarios of refusals that rest on no rule that can be
// switched off, by their IDs: what refuses there lies before the rules or behind
// them, such as a server that is down, a limit of HTTP, a wall of the product, or
// a product without SAML. Of these there are no mutants, so that nothing but
// their own checks and controls proves that they test something.
func (b Base) Ruleless() []Refusal {
	reasons, rests := map[string][]string{}, map[string]bool{}
	for _, c := range b {
		name := c.scenario()
		rests[name] = rests[name] || len(c.refusing()) > 0 || c.restsOnOne()
		if why, refuses := c.refusal(); refuses {
			reasons[name] = append(reasons[name], why...)
		}
	}
	var all []Refusal
	for name, why := range reasons {
		if !rests[name] {
			slices.Sort(why)
			all = append(all, Refusal{name, slices.Compact(why)})
		}
	}
	slices.SortFunc(all, func(a, b Refusal) int { return strings.Compare(a.Scenario, b.Scenario) })
	return all
}

// refusal tells whether the case is about a refusal, and why it refuses.
func (c judged) refusal() (reasons []string, refuses bool) {
	for _, b := range c.Checks {
		refuses = refuses || b.Check.Refuses
		reasons = append(reasons, expectedReasons(b)...)
	}
	if len(reasons) > 0 || !refuses {
		return reasons, len(reasons) > 0
	}
	for _, d := range c.decisions() {
		if d.Reason != "" {
			reasons = append(reasons, d.Reason)
		}
	}
	return reasons, true
}

func expectedReasons(b check.Bound) []string {
	if b.Check.List == "reasons" {
		return b.Args.List
	}
	if why := b.Args.String("reason"); why != "" {
		return []string{why}
	}
	return nil
}
