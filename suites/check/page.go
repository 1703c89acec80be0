package check

import (
	"strings"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func pageChecks() []Check {
	return []Check{
		{Name: "page-shows", Summary: "each of these texts can be read on the page where the visitor ends up",
			List: "texts", Run: pageShows},
		{Name: "page-hides", Summary: "none of these texts can be read on the page where the visitor ends up",
			List: "texts", Run: pageHides},
		{Name: "page-title", Summary: "the page where the visitor ends up has this title",
			Params: []fault.Param{{Name: "title", Kind: fault.String, Required: true, Doc: "the title, all of it"}},
			Run: onFinal(func(p *trace.Page, _ Facts, a Args) Outcome {
				return same("title", words(a.String("title")), words(p.Title))
			})},
		{Name: "page-name", Summary: "the visitor ends up on the page of this name",
			Params: []fault.Param{{Name: "name", Kind: fault.String, Required: true, Doc: "the data-page of its body"}},
			Run:    onFinal(func(p *trace.Page, _ Facts, a Args) Outcome { return same("page", a.String("name"), p.Name) })},
		{Name: "status", Summary: "the page where the visitor ends up came with this HTTP status",
			Params: []fault.Param{{Name: "code", Kind: fault.Int, Required: true, Doc: "the status"}},
			Run:    onFinal(func(p *trace.Page, _ Facts, a Args) Outcome { return same("status", a.Int("code"), p.Status) })},
		{Name: "lands-on", Summary: "the visitor ends up at exactly this path and query",
			Params: []fault.Param{
				{Name: "path", Kind: fault.String, Required: true, Doc: "path and query, as in the address bar"},
				partyParam()},
			Run: onFinal(func(p *trace.Page, f Facts, a Args) Outcome {
				return all(livesAt(p, f, a), same("path", a.String("path"), pathQuery(p.URL)))
			})},
		{Name: "url-host", Summary: "the visitor ends up at this party",
			Params: []fault.Param{partyParam()},
			Run:    onFinal(livesAt)},
		{Name: "prompt-shows", Summary: "a prompt with this text was shown on the way",
			Params: []fault.Param{{Name: "text", Kind: fault.String, Doc: "the text; that of the product's reaction to the reason when absent"}},
			Run:    promptShows},
	}
}

func partyParam() fault.Param {
	return fault.Param{Name: "party", Kind: fault.Choice, Default: "sp", Choices: []string{"sp", "idp", "origin", "neighbour"}, Doc: "whose site it is"}
}

// onFinal makes a check of the page on which the flow left the visitor.
func onFinal(run func(*trace.Page, Facts, Args) Outcome) func(*trace.Trace, Facts, Args) Outcome {
	return func(t *trace.Trace, f Facts, a Args) Outcome {
		page := t.Final()
		if page == nil {
			return missing("the flow ends on a page", "the flow ended on no page")
		}
		return run(page, f, a)
	}
}

func livesAt(p *trace.Page, f Facts, a Args) Outcome {
	o := same("site of", a.String("party"), string(f.party(p.URL)))
	o.Seen += " (" + p.URL + ")"
	return o
}

func pageShows(t *trace.Trace, f Facts, a Args) Outcome {
	return onFinal(func(p *trace.Page, _ Facts, a Args) Outcome {
		var parts []Outcome
		for _, text := range a.List {
			parts = append(parts, Outcome{OK: shows(p.Text, text), Expected: show(text)})
		}
		o := all(parts...)
		o.OK = o.OK && len(parts) > 0
		o.Expected, o.Seen = "page shows "+o.Expected, "page shows "+show(excerpt(p.Text))
		return o
	})(t, f, a)
}

func pageHides(t *trace.Trace, f Facts, a Args) Outcome {
	return onFinal(func(p *trace.Page, _ Facts, a Args) Outcome {
		o := Outcome{OK: len(a.List) > 0, Expected: "page does not show " + list(a.List), Seen: "page shows " + show(excerpt(p.Text))}
		for _, text := range a.List {
			o.OK = o.OK && !shows(p.Text, text)
		}
		return o
	})(t, f, a)
}

// promptShows looks for a page that is a prompt (data-page "prompt") or holds
// one (an element with the id "prompt").
func promptShows(t *trace.Trace, f Facts, a Args) Outcome {
	text := a.String("text")
	if d := t.Verdict(); text == "" && d != nil {
		text = f.Reactions[d.Reason].Text
	}
	o := Outcome{Expected: "a prompt that says " + show(text), Seen: "no prompt"}
	for _, p := range t.Pages() {
		if p.Name != "prompt" && !strings.Contains(p.HTML, `id="prompt"`) {
			continue
		}
		o.Seen = "a prompt that says " + show(excerpt(p.Text))
		if text != "" && shows(p.Text, text) {
			o.OK = true
			return o
		}
	}
	return o
}

func count(what string, want, seen int) Outcome {
	return same(what+":", want, seen)
}
