// Package check is the table of what can be expected of a case. A check is a
// pure function of the trace: it reads what was observed and what the lab knew
// beforehand, and nothing else, so that it can be asked again of any report.
//
// It knows nothing of scenarios, servers or Chrome, and it does not judge:
// whether a failed check is a failed case is the report's to say. Start at
// Check and Catalogue.
package check

import (
	"slices"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// Check is one thing that can be expected. Run must not change the trace and
// must give an answer for any trace, also an empty one.
type Check struct {
	Name    string // kebab-case, reads as what is true when it holds
	Summary string // one sentence without a period
	Params  []fault.Param
	// List says what a list of arguments holds, "" when the check takes none; a
	// check that takes a list takes no parameters.
	List string
	// Open says what parameters of any name hold; "" when there are only Params.
	Open string
	// Refuses tells that nobody gets in where the check holds. A case that
	// expects it proves something only beside a control that does get in.
	Refuses bool
	// Logout tells that it is about a message of single logout. A case with a
	// defect that asks it proves something only beside a control in which the
	// logout ends the session.
	Logout bool
	Run    func(*trace.Trace, Facts, Args) Outcome
}

// Args are the arguments of one check: by name, or a list.
type Args struct {
	fault.Args
	List []string
}

// Outcome says whether the check held, and in words what was expected and what
// was seen, to be shown side by side.
type Outcome struct {
	OK             bool
	Expected, Seen string
	Parts          []Outcome // what it consists of, nil when it is one thing
}

// Each returns the outcome's parts, itself when it has none.
func (o Outcome) Each() []Outcome {
	if len(o.Parts) == 0 {
		return []Outcome{o}
	}
	return o.Parts
}

// Bound is a check with its arguments, ready to be asked.
type Bound struct {
	Check Check
	Args  Args
}

// Run asks the check.
func (b Bound) Run(t *trace.Trace, f Facts) Outcome { return b.Check.Run(t, f, b.Args) }

// Bind checks the arguments and fills in defaults. List is nil when no list was
// given. The errors are *fault.ArgError where a word is wrong.
func (c Check) Bind(args map[string]string, list []string) (Bound, []error) {
	switch {
	case list != nil && c.List == "":
		return Bound{}, []error{&fault.ArgError{Word: c.Name, Problem: "takes no list"}}
	case list == nil && c.List != "":
		return Bound{}, []error{&fault.ArgError{Word: c.Name, Problem: "needs a list of " + c.List}}
	case c.Open != "" && len(args) == 0:
		return Bound{}, []error{&fault.ArgError{Word: c.Name, Problem: "needs " + c.Open}}
	case c.Open != "":
		return Bound{c, Args{Args: args}}, nil
	}
	full, errs := fault.Args(args).Check(c.Params)
	return Bound{c, Args{full, list}}, errs
}

// Catalogue returns every check, in the order in which they are listed and
// documented. The slice is the caller's.
func Catalogue() []Check {
	return slices.Concat(sessionChecks(), logoutChecks(), accountChecks(), refusalChecks(), pageChecks(), messageChecks(), metadataChecks(), idpMetadataChecks(), webChecks(), recordChecks(), legacyChecks(), portalChecks(), handoverChecks())
}

// Find returns the check of that name.
func Find(name string) (Check, bool) {
	all := Catalogue()
	i := slices.IndexFunc(all, func(c Check) bool { return c.Name == name })
	if i < 0 {
		return Check{}, false
	}
	return all[i], true
}
