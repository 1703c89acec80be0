package main

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// kind is a kind of word, by the name that list takes.
type kind struct {
	name string
	find func(*vocabulary) []word
}

func kinds() []kind {
	return []kind{
		{"scenarios", scenarioWords},
		{"faults", faultWords},
		{"flows", flowWords},
		{"checks", checkWords},
		{"rules", ruleWords},
		{"reasons", reasonWords},
		{"profiles", profileWords},
		{"people", peopleWords},
	}
}

func kindNames() []string {
	var all []string
	for _, k := range kinds() {
		all = append(all, k.name)
	}
	return all
}

func scenarioWords(v *vocabulary) []word {
	var words []word
	for _, s := range v.scenarios {
		w := word{Kind: "scenario", Name: s.ID(), Summary: s.Title, Details: []string{
			"profiles: " + names(s.Profiles), "flow: " + s.Flow.Name, "at: " + s.Pos.String(),
		}}
		if s.Ref != "" {
			w.Refs = []string{s.Ref}
		}
		if faults := names(s.Faults); faults != "" {
			w.Details = append(w.Details, "faults: "+faults)
		}
		words = append(words, w)
	}
	return words
}

// narrow keeps the scenarios that are played on the profile of that name.
func (v *vocabulary) narrow(name string) error {
	i := slices.IndexFunc(v.profiles, func(p *profile.Profile) bool { return p.Name == name })
	if i < 0 {
		var known []string
		for _, p := range v.profiles {
			known = append(known, p.Name)
		}
		return usageError{fmt.Sprintf("no profile %q", name), hintNearest(name, known)}
	}
	groups := append([]string{name, "all"}, v.profiles[i].Groups...)
	v.scenarios = slices.DeleteFunc(slices.Clone(v.scenarios), func(s *scenario.Scenario) bool {
		return !slices.ContainsFunc(s.Profiles, func(w scenario.Word) bool { return slices.Contains(groups, w.Name) })
	})
	return nil
}

func names(words []scenario.Word) string {
	var all []string
	for _, w := range words {
		all = append(all, w.Name)
	}
	return strings.Join(all, ", ")
}

func faultWords(v *vocabulary) []word {
	var words []word
	for _, f := range v.faults {
		words = append(words, word{Kind: "fault", Name: f.Name, Summary: f.Summary, Refs: f.Refs, Params: paramsOf(f.Params),
			UsedBy: v.using(func(p scenario.Play) bool { return has(p.Faults, f.Name) })})
	}
	return words
}

func flowWords(v *vocabulary) []word {
	var words []word
	for _, f := range v.flows {
		words = append(words, word{Kind: "flow", Name: f.Name, Summary: f.Summary, Params: paramsOf(f.Params),
			UsedBy: v.using(func(p scenario.Play) bool { return p.Flow.Name == f.Name })})
	}
	return words
}

func checkWords(v *vocabulary) []word {
	var words []word
	for _, c := range v.checks {
		w := word{Kind: "check", Name: c.Name, Summary: c.Summary, Params: paramsOf(c.Params),
			UsedBy: v.using(func(p scenario.Play) bool { return has(p.Expect, c.Name) })}
		if c.List != "" {
			w.Details = append(w.Details, "takes a list of "+c.List)
		}
		if c.Open != "" {
			w.Details = append(w.Details, "takes "+c.Open)
		}
		words = append(words, w)
	}
	return words
}

func ruleWords(*vocabulary) []word {
	var words []word
	for _, r := range slices.Concat(validate.AllRules(), sp.Rules()) {
		words = append(words, word{Kind: "rule", Name: r.ID, Summary: r.Title, Refs: []string{r.Ref},
			Details: []string{"level: " + string(r.Level), "reason: " + string(r.Reason)}})
	}
	return words
}

func reasonWords(v *vocabulary) []word {
	var words []word
	for _, e := range reason.All() {
		w := word{Kind: "reason", Name: string(e.Reason), Summary: e.Summary,
			UsedBy: v.using(func(p scenario.Play) bool { return expects(p, string(e.Reason)) })}
		for _, p := range v.profiles {
			for _, layout := range p.Layouts {
				r := p.Reaction(layout.Name, e.Reason)
				if r.Name == "" {
					continue
				}
				where := p.Name
				if layout.Name != "" {
					where += "/" + layout.Name
				}
				w.Details = append(w.Details, fmt.Sprintf("on %s the visitor sees: %s", where, strings.Trim(r.Title+": "+r.Text, ": ")))
			}
		}
		words = append(words, w)
	}
	return words
}

func expects(p scenario.Play, reason string) bool {
	return slices.ContainsFunc(p.Expect, func(w scenario.Word) bool {
		return w.Args[""] == reason || w.Args["reason"] == reason
	})
}

func profileWords(v *vocabulary) []word {
	var words []word
	for _, p := range v.profiles {
		w := word{Kind: "profile", Name: p.Name, Summary: p.Product + ": " + p.Summary, Refs: p.Sources,
			Details: []string{"groups: " + strings.Join(p.Groups, ", ")}}
		var layouts []string
		for _, l := range p.Layouts {
			layouts = append(layouts, l.Name)
		}
		if len(layouts) > 1 {
			w.Details = append(w.Details, "layouts: "+strings.Join(layouts, ", "))
		}
		if len(p.Features) > 0 {
			w.Details = append(w.Details, "features: "+strings.Join(p.Features, ", "))
		}
		words = append(words, w)
	}
	return words
}

func peopleWords(v *vocabulary) []word {
	var words []word
	for _, p := range v.people {
		words = append(words, word{Kind: "person", Name: p.Login, Summary: p.Summary, Details: []string{"account at the service provider: " + p.Account},
			UsedBy: v.using(func(play scenario.Play) bool { return play.Person.Name == p.Login })})
	}
	return words
}

// using returns the scenarios of which the play, or that of an override, is such.
func (v *vocabulary) using(such func(scenario.Play) bool) []string {
	var ids []string
	for _, s := range v.scenarios {
		if such(s.Play) || slices.ContainsFunc(s.On, func(o scenario.Override) bool { return such(o.Play) }) {
			ids = append(ids, s.ID())
		}
	}
	return ids
}

func has(words []scenario.Word, name string) bool {
	return slices.ContainsFunc(words, func(w scenario.Word) bool { return w.Name == name })
}

func paramsOf(params []fault.Param) []param {
	var all []param
	for _, p := range params {
		kind := string(p.Kind)
		if len(p.Choices) > 0 {
			kind = strings.Join(p.Choices, "|")
		}
		all = append(all, param{Name: p.Name, Kind: kind, Default: p.Default, Doc: p.Doc})
	}
	return all
}

// toolVersion is the version the binary was built from, as far as Go knows it.
func toolVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "ssoproof (development)"
	}
	return "ssoproof " + info.Main.Version
}
