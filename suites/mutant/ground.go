package mutant

import (
	"slices"

	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/flow"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// Ground is on what it is told beforehand how a case goes without a rule.
type Ground string

// The grounds, those first that make a case turn red.
const (
	Named     Ground = "named"     // the case expects the finding
	Decides   Ground = "decides"   // no other rule gives the reason that the SP came to
	Jointly   Ground = "jointly"   // none but these rules together do
	Open      Ground = "open"      // this cannot be told: see unforeseeable and flow.Flow.Races
	Masked    Ground = "masked"    // another rule gives the same reason, or the product tolerates the finding
	Untouched Ground = "untouched" // the rule found nothing
)

// Told is what is told of a case: the colours that it may have.
func (g Ground) Told() (red, green bool) {
	return g == Named || g == Decides || g == Jointly || g == Open, g == Open || g == Masked || g == Untouched
}

// Colours spells what is told.
func (g Ground) Colours() string {
	red, green := g.Told()
	if red && green {
		return "either"
	}
	return colour(red)
}

// foresee tells how a case would go without the rule, by how it went with it.
func foresee(rule string, c judged) Ground {
	decisive := func(d *trace.Decision) bool {
		return c.refusedByRule(d) && foremost(d.Findings, rule, c.Profile) != d.Reason
	}
	switch {
	case slices.ContainsFunc(c.Checks, func(b check.Bound) bool { return slices.Contains(b.Args.List, rule) }):
		return Named
	case !c.found()[rule]:
		return Untouched
	case slices.Contains(unforeseeable(), rule), races(c.Case):
		return Open
	case slices.ContainsFunc(c.decisions(), decisive):
		return Decides
	}
	return Masked
}

func races(c *plan.Case) bool {
	f, _ := flow.Find(c.Flow)
	return f.Races
}

// unforeseeable names the rules without which it cannot be told from what they
// found how a case goes. After a finding of the first ones the SP reads no
// further, so that what it would find there is not on record. What the last ones
// miss the SP misses again when it looks for the account.
func unforeseeable() []string {
	var ids []string
	for _, r := range validate.DeliveryRules() {
		ids = append(ids, r.ID)
	}
	return append(ids,
		"message-size", "xml-well-formed", "no-doctype", "no-processing-instruction", "one-root", "attributes-distinct",
		"nesting-depth", "element-count", "root-is-response", "encryption-algorithm",
		"name-id-present", "name-id-not-blank", "attribute-present", "attribute-once", "attribute-value", "attribute-single-valued",
		"identifier-usable",
	)
}
