package plan

import (
	"maps"
	"slices"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// everyProfile is the group that every profile is in.
const everyProfile = "all"

// expansion makes cases and collects what is wrong on the way.
type expansion struct {
	v        Vocabulary
	words    lexicon
	cases    []*Case
	problems scenario.Problems
	said     map[scenario.Problem]bool
}

func newExpansion(v Vocabulary) *expansion {
	return &expansion{v: v, words: newLexicon(v), said: map[scenario.Problem]bool{}}
}

// complain keeps a problem once: a word is read again for every profile.
func (e *expansion) complain(problems ...scenario.Problem) {
	for _, p := range problems {
		if !e.said[p] {
			e.said[p] = true
			e.problems = append(e.problems, p)
		}
	}
}

func (e *expansion) scenario(s *scenario.Scenario) {
	profiles := e.profiles(s)
	e.layoutsExist(s, profiles)
	e.targets(s, profiles)
	for _, p := range profiles {
		for _, layout := range layouts(s, p) {
			e.cases = append(e.cases, e.makeCase(s, p, layout))
		}
	}
}

// profiles returns those that the scenario names, one by one or by group, in
// the order of the vocabulary.
func (e *expansion) profiles(s *scenario.Scenario) []*profile.Profile {
	chosen := map[*profile.Profile]bool{}
	for _, w := range s.Profiles {
		found := false
		for _, p := range e.v.Profiles {
			if answersTo(p, w.Name) {
				chosen[p], found = true, true
			}
		}
		if !found {
			e.complain(scenario.Unknown(w.Pos, "no profile or group of profiles is named", w.Name, e.words.profiles))
		}
	}
	return slices.DeleteFunc(slices.Clone(e.v.Profiles), func(p *profile.Profile) bool { return !chosen[p] })
}

func answersTo(p *profile.Profile, name string) bool {
	return name == p.Name || name == everyProfile || slices.Contains(p.Groups, name)
}

// layouts returns the names of the layouts to play. A profile that has only
// the one without a name plays it, whatever the scenario asks of others.
func layouts(s *scenario.Scenario, p *profile.Profile) []string {
	all := layoutNames(p)
	if len(s.Layouts) == 0 || slices.Equal(all, []string{""}) {
		return all
	}
	return slices.DeleteFunc(all, func(name string) bool {
		return !slices.ContainsFunc(s.Layouts, func(w scenario.Word) bool { return w.Name == name })
	})
}

func layoutNames(p *profile.Profile) []string {
	names := []string{}
	for _, l := range p.Layouts {
		names = append(names, l.Name)
	}
	if len(names) == 0 {
		names = append(names, "")
	}
	return names
}

func (e *expansion) layoutsExist(s *scenario.Scenario, profiles []*profile.Profile) {
	known := map[string]bool{}
	for _, p := range profiles {
		for _, name := range layoutNames(p) {
			known[name] = true
		}
	}
	for _, w := range s.Layouts {
		if len(profiles) > 0 && !known[w.Name] {
			e.complain(scenario.Unknown(w.Pos, "none of its profiles has a layout", w.Name, slices.Collect(maps.Keys(known))))
		}
	}
}

// targets complains about overrides that would override nothing.
func (e *expansion) targets(s *scenario.Scenario, profiles []*profile.Profile) {
	var known []string
	for _, p := range profiles {
		known = append(append(known, p.Name), p.Groups...)
		for _, layout := range layouts(s, p) {
			if layout != "" {
				known = append(known, p.Name+"/"+layout)
			}
		}
	}
	for _, o := range s.On {
		if len(profiles) > 0 && !slices.Contains(known, o.Target.Name) {
			e.complain(scenario.Unknown(o.Target.Pos, "the scenario is not played on", o.Target.Name, slices.Compact(slices.Sorted(slices.Values(known)))))
		}
	}
}

func (e *expansion) makeCase(s *scenario.Scenario, p *profile.Profile, layout string) *Case {
	play, setup, sound := merged(s, p, layout)
	c := &Case{ID: s.ID() + "@" + p.Name, Scenario: s, Profile: p, Layout: layout, Setup: setup, Sound: sound}
	if layout != "" {
		c.ID += "/" + layout
	}
	c.Person = e.person(play.Person)
	c.Flow, c.FlowArgs = e.flow(play.Flow)
	c.Faults = e.faults(play.Faults)
	c.Checks = e.checks(play.Expect, p)
	e.setup(c)
	return c
}
