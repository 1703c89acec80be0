package mutant

import "slices"

// Jointly makes mutants for the scenarios that no single rule stands behind,
// because several give the same reason: a forged Assertion is found out in more
// ways than one. Of each such scenario one case, that of the fewest rules, is to
// be played without all of these, to prove that it tests something.
func (b Base) Jointly() Mutants {
	best, alone := map[string]Mutant{}, map[string]bool{}
	var order []string
	for _, c := range b {
		rules, name := c.refusing(), c.scenario()
		if len(rules) == 0 {
			continue
		}
		if had, known := best[name]; !known || len(rules) < len(had.Rules) {
			best[name] = New(c.Case, Jointly, rules...)
		}
		if !slices.Contains(order, name) {
			order = append(order, name)
		}
		alone[name] = alone[name] || c.restsOnOne()
	}
	var all Mutants
	for _, name := range order {
		if !alone[name] {
			all = append(all, best[name])
		}
	}
	return all
}

// restsOnOne tells whether the case is to turn red, or may, without a rule that
// found something.
func (c judged) restsOnOne() bool {
	for rule := range c.found() {
		if red, _ := foresee(rule, c).Told(); red {
			return true
		}
	}
	return false
}
