package fault

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Kind is the type of a parameter's value.
type Kind string

// The kinds of parameter.
const (
	String   Kind = "string"
	Duration Kind = "duration" // Go syntax with sign: -5m, 1s, 0s
	Int      Kind = "int"
	Bool     Kind = "bool"
	Choice   Kind = "choice" // one of Param.Choices
	Person   Kind = "person" // login of somebody; whether there is one is for whoever knows the people to check
)

// Param describes one parameter of a fault, a flow or a check: the command
// line, the documentation and the checking of scenario files come from here.
type Param struct {
	Name     string   `json:"name"`
	Kind     Kind     `json:"kind"`
	Default  string   `json:"default,omitempty"` // "" with Required unset means "left as it is"
	Required bool     `json:"required,omitempty"`
	Choices  []string `json:"choices,omitempty"`
	// Example is a value that shows the parameter at work, for documentation
	// and for trying the fault out. On a parameter that is not Required it
	// also says that nothing happens unless one of them is given: see Fault.Check.
	Example string `json:"example,omitempty"`
	Doc     string `json:"doc,omitempty"`
}

// Args are the arguments given to a fault, by parameter name, as text. Use
// Check first: the getters panic on a value that Check would have refused.
type Args map[string]string

// Check fills in defaults and reports every argument that does not fit the
// parameters, in the order of the parameters and then of the alphabet. It
// returns a new Args and does not change a.
func (a Args) Check(params []Param) (Args, []error) {
	full := Args{}
	var errs []error
	known := map[string]Param{}
	for _, p := range params {
		known[p.Name] = p
		if p.Default != "" {
			full[p.Name] = p.Default
		}
		if _, given := a[p.Name]; p.Required && !given {
			errs = append(errs, &ArgError{Word: p.Name, Problem: "is needed", Known: names(params)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a)) {
		value := a[name]
		p, ok := known[name]
		if !ok {
			errs = append(errs, &ArgError{Word: name, Problem: "is no parameter", Known: names(params)})
			continue
		}
		if err := p.check(value); err != nil {
			errs = append(errs, err)
			continue
		}
		full[name] = value
	}
	return full, errs
}

// ArgError is one argument that does not fit, with the words that would.
type ArgError struct {
	Word, Problem string
	Known         []string
}

func (e *ArgError) Error() string { return fmt.Sprintf("%q %s", e.Word, e.Problem) }

func (p Param) check(value string) error {
	var err error
	switch p.Kind {
	case Duration:
		_, err = time.ParseDuration(value)
	case Int:
		_, err = strconv.Atoi(value)
	case Bool:
		_, err = strconv.ParseBool(value)
	case Choice:
		for _, c := range p.Choices {
			if c == value {
				return nil
			}
		}
		return &ArgError{Word: value, Problem: "is no value of " + p.Name, Known: p.Choices}
	}
	if err != nil {
		return &ArgError{Word: value, Problem: fmt.Sprintf("is no %s for %s", p.Kind, p.Name)}
	}
	return nil
}

func names(params []Param) []string {
	var out []string
	for _, p := range params {
		out = append(out, p.Name)
	}
	return out
}

// Has reports whether the argument is given or has a default.
func (a Args) Has(name string) bool { _, ok := a[name]; return ok }

// String returns the argument as text, "" when absent.
func (a Args) String(name string) string { return a[name] }

// Duration returns the argument as a duration, 0 when absent.
func (a Args) Duration(name string) time.Duration {
	if !a.Has(name) {
		return 0
	}
	d, err := time.ParseDuration(a[name])
	if err != nil {
		panic(err)
	}
	return d
}

// Int returns the argument as an integer, 0 when absent.
func (a Args) Int(name string) int {
	if !a.Has(name) {
		return 0
	}
	n, err := strconv.Atoi(a[name])
	if err != nil {
		panic(err)
	}
	return n
}

// Bool returns the argument as a truth value, false when absent.
func (a Args) Bool(name string) bool {
	b, _ := strconv.ParseBool(a[name])
	return b
}
