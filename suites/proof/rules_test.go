package proof

import (
	"slices"
	"testing"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/plan"
)

// outside are reasons for which a request is refused that brings no message to
// the assertion consumer service: there is nothing to judge by rules.
var outside = []string{"method-refused", "loop"}

// A scenario that expects a refusal and rests on no rule could not be shown to
// turn red by any mutant: its reason must be one that a rule gives.
func TestEveryRefusalHasARule(t *testing.T) {
	t.Parallel()
	given := map[string][]string{}
	for _, r := range slices.Concat(validate.AllRules(), sp.Rules()) {
		given[string(r.Reason)] = append(given[string(r.Reason)], r.ID)
	}
	missing := map[string][]string{}
	for _, c := range planned(t) {
		if c.Profile.Roads()&reason.SAML == 0 {
			continue
		}
		for _, b := range c.Checks {
			why := b.Args.String("reason")
			if why != "" && given[why] == nil && !named(c) && !slices.Contains(outside, why) {
				missing[why] = append(missing[why], c.ID)
			}
		}
	}
	for why, ids := range missing {
		t.Errorf("no rule gives the reason %s, which %d cases expect: %s …", why, len(ids), ids[0])
	}
}

// named tells whether the case expects a finding by name.
func named(c *plan.Case) bool {
	return slices.ContainsFunc(c.Checks, func(b check.Bound) bool { return b.Check.Name == "finding" || b.Check.Name == "only-findings" })
}
