package plan

import (
	"errors"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// lexicon finds the words of a vocabulary by name.
type lexicon struct {
	faults   map[string]fault.Fault
	flows    map[string]FlowWord
	checks   map[string]check.Check
	profiles []string // and groups
}

func newLexicon(v Vocabulary) lexicon {
	l := lexicon{faults: map[string]fault.Fault{}, flows: map[string]FlowWord{}, checks: map[string]check.Check{}, profiles: []string{everyProfile}}
	for _, f := range v.Faults {
		l.faults[f.Name] = f
	}
	for _, f := range v.Flows {
		l.flows[f.Name] = f
	}
	for _, c := range v.Checks {
		l.checks[c.Name] = c
	}
	for _, p := range v.Profiles {
		l.profiles = append(append(l.profiles, p.Name), p.Groups...)
	}
	slices.Sort(l.profiles)
	l.profiles = slices.Compact(l.profiles)
	return l
}

func keys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

func (e *expansion) person(w scenario.Word) string {
	if w.Name == "" && len(e.v.People) > 0 {
		return e.v.People[0]
	}
	if !slices.Contains(e.v.People, w.Name) {
		e.complain(scenario.Unknown(w.Pos, "nobody in the cast is called", w.Name, e.v.People))
	}
	return w.Name
}

func (e *expansion) flow(w scenario.Word) (string, fault.Args) {
	f, ok := e.words.flows[w.Name]
	if !ok {
		e.complain(scenario.Unknown(w.Pos, "no flow is named", w.Name, keys(e.words.flows)))
		return w.Name, nil
	}
	return f.Name, e.args(w, f.Params, func(given fault.Args) (fault.Args, []error) { return given.Check(f.Params) })
}

func (e *expansion) faults(words []scenario.Word) []fault.Armed {
	var armed []fault.Armed
	for _, w := range words {
		f, ok := e.words.faults[w.Name]
		if !ok {
			e.complain(scenario.Unknown(w.Pos, "no fault is named", w.Name, keys(e.words.faults)))
			continue
		}
		armed = append(armed, fault.Armed{Fault: f, Args: e.args(w, f.Params, f.Check)})
	}
	return armed
}

// args returns the checked arguments of a flow or fault.
func (e *expansion) args(w scenario.Word, params []fault.Param, check func(fault.Args) (fault.Args, []error)) fault.Args {
	if w.List != nil {
		e.complain(scenario.Problem{Pos: w.Pos, Word: w.Name, Text: `"` + w.Name + `" takes no list`})
		return nil
	}
	given, ok := e.named(w, params)
	if !ok {
		return nil
	}
	full, errs := check(given)
	e.wrong(w, errs)
	e.persons(w, params, full)
	return full
}

// persons complains about those who are not in the cast.
func (e *expansion) persons(w scenario.Word, params []fault.Param, args fault.Args) {
	for _, p := range params {
		if login := args.String(p.Name); p.Kind == fault.Person && login != "" {
			e.person(scenario.Word{Name: login, Pos: place(w, login)})
		}
	}
}

// named gives an argument without a name that of the first parameter.
func (e *expansion) named(w scenario.Word, params []fault.Param) (map[string]string, bool) {
	value, unnamed := w.Args[""]
	if !unnamed {
		return w.Args, true
	}
	if len(params) == 0 {
		e.complain(scenario.Problem{Pos: w.At(""), Word: value, Text: `"` + w.Name + `" takes no argument, such as "` + value + `"`})
		return nil, false
	}
	return map[string]string{params[0].Name: value}, true
}

// wrong makes problems of what is wrong with a word's arguments.
func (e *expansion) wrong(w scenario.Word, errs []error) {
	for _, err := range errs {
		p := scenario.Problem{Pos: w.Pos, Word: w.Name, Text: w.Name + ": " + err.Error()}
		var arg *fault.ArgError
		if errors.As(err, &arg) {
			p.Word, p.Hint = arg.Word, scenario.Hint(arg.Word, arg.Known)
			p.Pos = place(w, arg.Word)
		}
		e.complain(p)
	}
}

// place returns the line of an argument with that name or value.
func place(w scenario.Word, word string) scenario.Pos {
	for name, value := range w.Args {
		if name == word || value == word {
			return w.At(name)
		}
	}
	return w.Pos
}

func (e *expansion) setup(c *Case) {
	if e.v.CheckSetup == nil {
		return
	}
	for part, overlays := range map[string][]*yaml.Node{PartSP: c.Setup.SP, PartIdP: c.Setup.IdP, PartOrigin: c.Setup.Origin, PartNeighbour: c.Setup.Neighbour} {
		for _, overlay := range overlays {
			for _, p := range e.v.CheckSetup(c.Profile, c.Layout, part, overlay) {
				if p.Pos.File == "" {
					p.Pos.File = c.Scenario.Pos.File
				}
				if p.Pos.Line == 0 {
					p.Pos.Line = overlay.Line
				}
				e.complain(p)
			}
		}
	}
}
