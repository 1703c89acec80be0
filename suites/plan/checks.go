package plan

import (
	"slices"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

func (e *expansion) checks(words []scenario.Word, p *profile.Profile) []check.Bound {
	var bound []check.Bound
	for _, w := range words {
		c, ok := e.words.checks[w.Name]
		if !ok {
			e.complain(scenario.Unknown(w.Pos, "no check is named", w.Name, keys(e.words.checks)))
			continue
		}
		bound = append(bound, e.check(w, c, p))
	}
	e.contradiction(words)
	return bound
}

func (e *expansion) check(w scenario.Word, c check.Check, p *profile.Profile) check.Bound {
	var given map[string]string
	list := w.List
	if value, unnamed := w.Args[""]; unnamed && c.List != "" {
		given, list = nil, []string{value}
	} else {
		var ok bool
		if given, ok = e.named(w, c.Params); !ok {
			return check.Bound{}
		}
	}
	bound, errs := c.Bind(given, list)
	e.wrong(w, errs)
	e.reason(w, bound, p)
	e.persons(w, c.Params, bound.Args.Args)
	return bound
}

// reason complains about a reason that the profile can never come to.
func (e *expansion) reason(w scenario.Word, bound check.Bound, p *profile.Profile) {
	given := bound.Args.String("reason")
	var known []string
	for _, entry := range reason.All() {
		if entry.Roads&p.Roads() != 0 {
			known = append(known, string(entry.Reason))
		}
	}
	foreign := slices.ContainsFunc(reason.All(), func(r reason.Entry) bool {
		return string(r.Reason) == given && r.Roads&p.Roads() == 0
	})
	if foreign {
		e.complain(scenario.Problem{Pos: place(w, given), Word: given,
			Text: w.Name + `: "` + given + `" is no reason of ` + p.Name, Hint: scenario.Hint(given, known)})
	}
}

// contradiction complains about a case in which somebody must get in and
// nobody may.
func (e *expansion) contradiction(words []scenario.Word) {
	in := slices.IndexFunc(words, func(w scenario.Word) bool { return w.Name == "signed-in" })
	out := slices.IndexFunc(words, func(w scenario.Word) bool { return e.words.checks[w.Name].Refuses })
	if in >= 0 && out >= 0 {
		e.complain(scenario.Problem{Pos: words[out].Pos, Word: words[out].Name,
			Text: `"signed-in" and "` + words[out].Name + `" cannot both be true`, Hint: "an override that replaces what is expected says instead, not expect"})
	}
}
