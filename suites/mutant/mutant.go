// Package mutant says which cases are to be played without which rules of the
// SP, tells beforehand how each will go, and holds how it went against that: a
// rule that nobody misses is a hole in the scenarios.
//
// It must not know how a case is played, nor where its matrix is printed: plans
// go out, runs come in. Start at Base and Sample, then Mutants.Compare.
package mutant

import (
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/plan"
)

// Rules are all that can be switched off: the validator's, then those of the SP
// beyond the message.
func Rules() []validate.Rule { return slices.Concat(validate.AllRules(), sp.Rules()) }

// Mutant is a case to be played with a rule, or several, switched off.
type Mutant struct {
	*plan.Case        // with an ID of its own
	Of         string // ID of the case as it was planned
	Rules      []string
	Ground     Ground
}

// New returns a mutant of a case, which is left as it is.
func New(of *plan.Case, g Ground, rules ...string) Mutant {
	one := *of
	one.ID += " without " + strings.Join(rules, "+")
	return Mutant{&one, of.ID, rules, g}
}

// Mutants are what is played, by the rules in their order.
type Mutants []Mutant

// Plan has the mutants for cases. It is empty where there are none.
func (m Mutants) Plan() *plan.Plan {
	p := &plan.Plan{}
	for _, one := range m {
		p.Cases = append(p.Cases, one.Case)
	}
	return p
}

// Without returns what names the rules to be switched off for a case of Plan:
// none for any other, such as a control.
func (m Mutants) Without() func(*plan.Case) []string {
	rules := map[*plan.Case][]string{}
	for _, one := range m {
		rules[one.Case] = one.Rules
	}
	return func(c *plan.Case) []string { return rules[c] }
}
