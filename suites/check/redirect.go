package check

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func portalChecks() []Check {
	return []Check{
		{Name: "redirect", Summary: "on the way the party answered with a 302 to exactly this URL, character for character",
			Params: []fault.Param{
				{Name: "to", Kind: fault.String, Required: true, Doc: "the URL: {sp-url} and {origin-url} are addresses, {sp-url-encoded} and {sp-url-encoded-twice} the same percent-encoded; a session key reads ***"},
				{Name: "by", Kind: fault.Choice, Default: "sp", Choices: []string{"sp", "idp", "origin"}, Doc: "who sends the browser there"}},
			Run: redirectTo},
		{Name: "no-redirect", Summary: "the party never sent the browser to the other",
			Params: []fault.Param{
				{Name: "by", Kind: fault.Choice, Required: true, Choices: []string{"sp", "idp", "origin"}, Doc: "who would"},
				{Name: "to", Kind: fault.Choice, Required: true, Choices: []string{"sp", "idp", "origin"}, Doc: "to whom"}},
			Run: noRedirect},
		{Name: "field", Summary: "the form on the page where the visitor ends up holds this value",
			Params: []fault.Param{
				{Name: "name", Kind: fault.String, Required: true, Doc: "the field's name"},
				{Name: "value", Kind: fault.String, Doc: "its value; none when absent"}},
			Run: onFinal(field)},
		{Name: "keys-confirmed", Summary: "the Authentication Web Service was asked about exactly so many different session keys",
			Params: times("keys"), Run: keysConfirmed},
		{Name: "service-faults", Summary: "the Authentication Web Service answered wrongly in exactly these ways",
			List: "faults: denies-good-key, always-true, true-for-other-email, case-sensitive-email", Run: serviceFaults},
		{Name: "service-honest", Summary: "the Authentication Web Service was questioned and answered rightly each time",
			Run: serviceHonest},
		{Name: "invitations", Summary: "the portal sent exactly so many invitations to new users",
			Params: times("invitations"),
			Run: func(t *trace.Trace, _ Facts, a Args) Outcome {
				return count("invitations sent", a.Int("times"), len(t.Kind("invitation-sent")))
			}},
	}
}

// redirectTo compares the Location as it was sent, since two URLs that mean the
// same are not the same to whoever has encoded them.
func redirectTo(t *trace.Trace, f Facts, a Args) Outcome {
	want := f.filled(a.String("to"))
	by := trace.Party(a.String("by"))
	o := Outcome{Expected: "302 to " + want, Seen: "no redirect"}
	var seen []string
	for _, x := range t.Exchanges() {
		if x.To != by || x.Status < 300 || x.Status > 399 {
			continue
		}
		seen = append(seen, x.Location)
		o.OK = o.OK || x.Status == 302 && x.Location == want
	}
	if len(seen) > 0 {
		o.Seen = "redirects to " + strings.Join(seen, " and ")
	}
	return o
}

// filled replaces what a scenario cannot know.
func (f Facts) filled(text string) string {
	for placeholder, value := range f.Values {
		text = strings.ReplaceAll(text, placeholder, value)
	}
	for party, base := range f.BaseURLs {
		encoded := url.QueryEscape(base)
		text = strings.NewReplacer(
			"{"+string(party)+"-url}", base, "{"+string(party)+"-url-encoded}", encoded,
			"{"+string(party)+"-url-encoded-twice}", url.QueryEscape(encoded),
		).Replace(text)
	}
	return text
}

func noRedirect(t *trace.Trace, f Facts, a Args) Outcome {
	by, to := trace.Party(a.String("by")), trace.Party(a.String("to"))
	o := Outcome{OK: true, Expected: "no redirect from " + string(by) + " to " + string(to), Seen: "no such redirect"}
	for _, x := range t.Exchanges() {
		if x.To == by && x.Location != "" && f.party(x.Location) == to {
			o.OK, o.Seen = false, "a redirect to "+x.Location
		}
	}
	return o
}

var (
	inputTag   = regexp.MustCompile(`<input\b[^>]*>`)
	inputName  = regexp.MustCompile(`\bname="([^"]*)"`)
	inputValue = regexp.MustCompile(`\bvalue="([^"]*)"`)
)

func field(p *trace.Page, _ Facts, a Args) Outcome {
	for _, tag := range inputTag.FindAllString(p.HTML, -1) {
		name := inputName.FindStringSubmatch(tag)
		if name == nil || name[1] != a.String("name") {
			continue
		}
		value := ""
		if found := inputValue.FindStringSubmatch(tag); found != nil {
			value = html.UnescapeString(found[1])
		}
		return same("field "+name[1], a.String("value"), value)
	}
	return missing("field "+a.String("name")+" "+show(a.String("value")), "the page has no such field")
}

var keyNote = regexp.MustCompile(`, key ([0-9a-f]{8})$`)

// keysConfirmed counts keys by their fingerprints: the trace holds no key.
func keysConfirmed(t *trace.Trace, _ Facts, a Args) Outcome {
	keys := map[string]bool{}
	for _, e := range t.Kind("service-answered") {
		if found := keyNote.FindStringSubmatch(e.Note); found != nil {
			keys[found[1]] = true
		}
	}
	return count("session keys asked about", a.Int("times"), len(keys))
}

// wrongAnswers are the faults of the web service that questioning it has shown.
func wrongAnswers(t *trace.Trace) []string {
	var found []string
	for _, e := range t.Kind("service-fault") {
		name, _, _ := strings.Cut(e.Note, ":")
		found = append(found, name)
	}
	return slices.Sorted(slices.Values(found))
}

func serviceFaults(t *trace.Trace, _ Facts, a Args) Outcome {
	found, want := wrongAnswers(t), slices.Sorted(slices.Values(a.List))
	return Outcome{OK: len(want) > 0 && slices.Equal(found, want), Expected: "wrong answers: " + list(want), Seen: "wrong answers: " + list(found)}
}

func serviceHonest(t *trace.Trace, _ Facts, _ Args) Outcome {
	found, asked := wrongAnswers(t), len(t.Kind("service-answered"))
	return all(
		Outcome{OK: asked > 0, Expected: "questions asked", Seen: show(asked) + " questions asked"},
		Outcome{OK: len(found) == 0, Expected: "wrong answers: none", Seen: "wrong answers: " + list(found)},
	)
}
