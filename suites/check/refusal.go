package check

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func refusalChecks() []Check {
	why := []fault.Param{{Name: "reason", Kind: fault.Choice, Required: true, Choices: reasons(), Doc: "what the SP must conclude"}}
	return []Check{
		{Name: "refused", Summary: "no session, the account page stays closed, for exactly this reason, and the visitor sees the product's reaction to it",
			Params: why, Refuses: true, Run: refused},
		{Name: "reason", Summary: "the SP's last word was a refusal for exactly this reason",
			Params: why, Run: func(t *trace.Trace, _ Facts, a Args) Outcome { return decided(t, a.String("reason")) }},
		{Name: "reaction", Summary: "the visitor sees the product's reaction to this reason",
			Params: why, Run: func(t *trace.Trace, f Facts, a Args) Outcome { return reacted(t, f, a.String("reason")) }},
		{Name: "reactions", Summary: "one after the other the SP refused for exactly these reasons, and each time the visitor saw the product's reaction",
			List: "reasons", Run: reactions},
		{Name: "advice", Summary: "what the SP found to be the cause is in the record, with what cures it and the facts: each of these texts",
			List: "texts", Run: advice},
		{Name: "finding", Summary: "the SP found each of these rules broken, tolerated or not",
			List: "rules", Run: findings},
		{Name: "only-findings", Summary: "the SP found exactly these rules broken",
			List: "rules", Run: onlyFindings},
	}
}

func reasons() []string {
	var all []string
	for _, e := range reason.All() {
		all = append(all, string(e.Reason))
	}
	return all
}

func refused(t *trace.Trace, f Facts, a Args) Outcome {
	why := a.String("reason")
	return all(decided(t, why), sessionCount(t, 0), closed(t, f), reacted(t, f, why))
}

func decided(t *trace.Trace, why string) Outcome {
	d := t.Verdict()
	switch {
	case d == nil:
		return missing("refused as "+why, "the SP decided nothing")
	case d.Accepted:
		return missing("refused as "+why, "accepted")
	}
	return Outcome{OK: d.Reason == why, Expected: "refused as " + why, Seen: "refused as " + d.Reason}
}

func reacted(t *trace.Trace, f Facts, why string) Outcome {
	r, known := f.Reactions[why]
	if !known {
		return missing("the reaction to "+why, "the profile has no reaction to "+why)
	}
	if r.Code != "" {
		return sentBack(t, f, defaultNames, r.Code, "")
	}
	page := t.Final()
	if page == nil {
		return missing("the reaction to "+why, "the flow ended on no page")
	}
	return reactedOn(page, r, why)
}

// reactedOn holds when the page is what the product shows for the reason.
func reactedOn(page *trace.Page, r Reaction, why string) Outcome {
	var parts []Outcome
	if r.Status != 0 {
		parts = append(parts, same("status", r.Status, page.Status))
	}
	if r.Page != "" {
		parts = append(parts, same("page", r.Page, page.Name))
	}
	if r.Path != "" {
		parts = append(parts, same("path", r.Path, path(page.URL)))
	}
	if r.Title != "" {
		parts = append(parts, readable("title", r.Title, page.Title, page.Text))
	}
	if r.Text != "" {
		parts = append(parts, readable("text", r.Text, page.Text))
	}
	if len(parts) == 0 {
		return missing("the reaction to "+why, "the reaction says nothing that could be seen")
	}
	return all(parts...)
}

// reactions goes by the pages at which the visitor stopped: what the SP decided
// last before each, and what could be seen there.
func reactions(t *trace.Trace, f Facts, a Args) Outcome {
	var seen []string
	parts, last := []Outcome{}, "nothing"
	for _, e := range t.Events() {
		if e.Party == trace.SP && e.Decision != nil {
			last = cmp.Or(e.Decision.Reason, "accepted")
		}
		if e.Page == nil || e.Page.Label != trace.Stop {
			continue
		}
		seen = append(seen, last)
		parts = append(parts, reactedOn(e.Page, f.Reactions[last], last))
		last = "nothing"
	}
	if len(a.List) == 0 {
		return missing("reasons to go by", "an empty list")
	}
	order := Outcome{OK: slices.Equal(seen, a.List), Expected: "refused as " + list(a.List), Seen: "refused as " + list(seen)}
	return all(append([]Outcome{order}, parts...)...)
}

// advice reads what the record says about the refusal: the findings that made
// it, and the facts beside them.
func advice(t *trace.Trace, f Facts, a Args) Outcome {
	o := Outcome{OK: len(a.List) > 0, Expected: "the record says " + list(a.List), Seen: "nothing was refused"}
	d := t.Verdict()
	if d == nil || d.Accepted {
		o.OK = false
		return o
	}
	var said []string
	for _, found := range d.Findings {
		if found.Reason == d.Reason && !found.Tolerated {
			said = append(said, found.Got, found.Want, found.Remedy)
		}
	}
	for _, fact := range d.Facts {
		said = append(said, fact.Name+": "+fact.Value)
	}
	o.Seen = "the record says " + strings.Join(said, "; ")
	for _, text := range a.List {
		o.OK = o.OK && strings.Contains(o.Seen, f.filled(text))
	}
	return o
}

// readable holds when the text stands in one of the places.
func readable(what, text string, places ...string) Outcome {
	ok := slices.ContainsFunc(places, func(p string) bool { return shows(p, text) })
	return Outcome{OK: ok, Expected: what + " " + show(text), Seen: what + " " + show(excerpt(places[0]))}
}

func path(address string) string {
	p, _, _ := strings.Cut(pathQuery(address), "?")
	return p
}

func findings(t *trace.Trace, _ Facts, a Args) Outcome {
	found := broken(t)
	o := Outcome{OK: len(a.List) > 0, Expected: "findings among others: " + list(a.List), Seen: "findings: " + list(found)}
	for _, rule := range a.List {
		o.OK = o.OK && slices.Contains(found, rule)
	}
	return o
}

func onlyFindings(t *trace.Trace, _ Facts, a Args) Outcome {
	if len(t.Decisions()) == 0 {
		return missing("findings: "+list(a.List), "the SP judged no message")
	}
	found, want := broken(t), slices.Sorted(slices.Values(a.List))
	return Outcome{OK: slices.Equal(found, slices.Compact(want)), Expected: "findings: " + list(want), Seen: "findings: " + list(found)}
}

// broken returns the rules that the messages broke, sorted, each once.
func broken(t *trace.Trace) []string {
	rules := map[string]bool{}
	for _, d := range t.Decisions() {
		for _, f := range d.Findings {
			rules[f.Rule] = true
		}
	}
	return slices.Sorted(maps.Keys(rules))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func join(values []string) string { return strings.Join(values, ", ") }
