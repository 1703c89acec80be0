package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// shownScenarios is how many scenarios are named for each reason.
const shownScenarios = 3

// errorCatalogue is, in Markdown, what visitors of each product see when they
// are refused, why, and which scenarios reproduce it.
func (v *vocabulary) errorCatalogue() string {
	var b strings.Builder
	for _, p := range v.profiles {
		fmt.Fprintf(&b, "# %s\n\n%s: %s.\n\n", p.Name, p.Product, p.Summary)
		for _, layout := range p.Layouts {
			if layout.Name != "" {
				fmt.Fprintf(&b, "## Layout %s\n\n", layout.Name)
			}
			b.WriteString("| the visitor sees | cause | reason | reproduced by |\n|---|---|---|---|\n")
			for _, e := range reason.All() {
				if r := p.Reaction(layout.Name, e.Reason); r.Name != "" {
					fmt.Fprintf(&b, "| %s | %s | `%s` | %s |\n", cell(sight(r)), cell(e.Summary), e.Reason, v.reproducing(p, string(e.Reason)))
				}
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// sight is a reaction in one line.
func sight(r profile.Reaction) string {
	text := strings.TrimSpace(r.Title + ": " + r.Text)
	if r.Code != "" {
		return "reason code " + r.Code + " at the originating system"
	}
	if r.Status != 0 {
		text += fmt.Sprintf(" (%d)", r.Status)
	}
	return text
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// reproducing names scenarios that end on the reason on this profile, those
// that are about this profile alone first.
func (v *vocabulary) reproducing(p *profile.Profile, why string) string {
	var own, shared []string
	for _, id := range v.using(func(play scenario.Play) bool { return expects(play, why) }) {
		i := slices.IndexFunc(v.scenarios, func(s *scenario.Scenario) bool { return s.ID() == id })
		switch words := v.scenarios[i].Profiles; {
		case has(words, p.Name):
			own = append(own, "`"+id+"`")
		case slices.ContainsFunc(p.Groups, func(g string) bool { return has(words, g) }):
			shared = append(shared, "`"+id+"`")
		}
	}
	all := append(own, shared...)
	if len(all) == 0 {
		return "–"
	}
	return strings.Join(all[:min(len(all), shownScenarios)], ", ")
}
