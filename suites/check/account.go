package check

import "github.com/ssoproof/ssoproof/suites/trace"

func accountChecks() []Check {
	return []Check{
		{Name: "account-shows", Summary: "each of these texts can be read on the account page, as text",
			List: "texts", Run: accountShows},
	}
}

// accountShows looks at what a person reads on the page: markup that took
// effect is not there to be read.
func accountShows(t *trace.Trace, _ Facts, a Args) Outcome {
	page := t.Protected()
	if page == nil {
		return missing("the account page shows "+list(a.List), "the account page was not opened")
	}
	o := Outcome{OK: page.Name == "account" && len(a.List) > 0, Expected: "the account page shows " + list(a.List), Seen: "page " + page.Name + " shows " + show(excerpt(page.Text))}
	for _, text := range a.List {
		o.OK = o.OK && shows(page.Text, text)
	}
	return o
}
