package check

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// handoverChecks look at what the two sides of the legacy road tell each other
// and what of it others get to see.
func handoverChecks() []Check {
	return []Check{
		{Name: "codes", Summary: "each of these reason codes was sent by its number, and both sides call it by the same name, which no other has",
			List: "codes: 1 to 10", Run: codesAgree},
		{Name: "service-said", Summary: "what the SP recorded of its last call of the Authentication Web Service holds this text",
			Params: []fault.Param{{Name: "text", Kind: fault.String, Required: true, Doc: "the text; {want} stands for anything"}},
			Run:    serviceSaid},
		{Name: "recorded", Summary: "the parties recorded an event of each of these kinds, exactly as often as it is listed",
			List: "kinds of event", Run: recorded},
		{Name: "referrers", Summary: "a third party, whose picture is on the pages, was told exactly these pages, in this order",
			List: "URLs, with placeholders as in redirect", Run: referrers},
		{Name: "keys-unguessable", Summary: "the sampled session keys all differ, and vary in at least 64 bits", Run: keysUnguessable},
		{Name: "key-faults", Summary: "the sampled session keys are wrong in exactly these ways",
			List: "faults: repeated, guessable", Run: keyFaults},
		{Name: "links-through", Summary: "the page where the visitor ends up has links, and none leads to the SP but by way of this path",
			Params: []fault.Param{{Name: "path", Kind: fault.String, Required: true, Doc: "the path on the page's own site", Example: "/SSO"}},
			Run:    onFinal(linksThrough)},
	}
}

// jumpNote is how the Originating System says what it was asked for.
var jumpNote = regexp.MustCompile(`^reason (\d+) (\w+): `)

// codesAgree follows each refusal of the SP to the number that it sends, and
// the number to the name that the Originating System has for it.
func codesAgree(t *trace.Trace, f Facts, a Args) Outcome {
	said, heard := map[string]string{}, map[string]string{}
	var last Reaction
	for _, e := range t.Journey() {
		switch {
		case e.Party == trace.SP && e.Kind == trace.KindRefused && e.Decision != nil:
			last = f.Reactions[e.Decision.Reason]
		case e.Exchange != nil && e.Exchange.To == trace.SP && f.party(e.Exchange.Location) == trace.Origin:
			if u, err := url.Parse(e.Exchange.Location); err == nil {
				said[u.Query().Get(defaultNames.reason)] = last.Name
			}
		case e.Party == trace.Origin && e.Kind == "jump":
			if found := jumpNote.FindStringSubmatch(e.Note); found != nil {
				heard[found[1]] = kebab(found[2])
			}
		}
	}
	o := Outcome{OK: len(a.List) > 0, Expected: "codes that mean the same to both sides: " + list(a.List)}
	var seen []string
	names := map[string]bool{}
	for _, code := range a.List {
		name := said[code]
		o.OK = o.OK && name != "" && heard[code] == name && !names[name]
		names[name] = true
		seen = append(seen, fmt.Sprintf("%s is %s here and %s there", code, show(name), show(heard[code])))
	}
	o.Seen = strings.Join(seen, "; ")
	return o
}

// kebab writes NotLoggedIn as not-logged-in.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func serviceSaid(t *trace.Trace, _ Facts, a Args) Outcome {
	calls := t.Kind(trace.KindServiceCalled)
	if len(calls) == 0 {
		return missing("record of the call: "+a.String("text"), "the web service was not called")
	}
	note := calls[len(calls)-1].Note
	return Outcome{OK: shows(note, a.String("text")), Expected: "record of the call: " + a.String("text"), Seen: "record of the call: " + note}
}

func recorded(t *trace.Trace, _ Facts, a Args) Outcome {
	want, seen := map[string]int{}, []string{}
	for _, kind := range a.List {
		want[kind]++
	}
	o := Outcome{OK: len(want) > 0, Expected: "recorded: " + list(slices.Sorted(slices.Values(a.List)))}
	for _, kind := range sortedKeys(want) {
		found := len(t.Kind(trace.Kind(kind)))
		seen = append(seen, fmt.Sprintf("%s %d times", kind, found))
		o.OK = o.OK && found == want[kind]
	}
	o.Seen = "recorded: " + strings.Join(seen, ", ")
	return o
}

func referrers(t *trace.Trace, f Facts, a Args) Outcome {
	var want, seen []string
	for _, one := range a.List {
		want = append(want, f.filled(one))
	}
	for _, e := range t.Kind("referrer-seen") {
		seen = append(seen, e.Note)
	}
	return Outcome{OK: len(want) > 0 && slices.Equal(want, seen), Expected: "third party told " + list(want), Seen: "third party told " + list(seen)}
}

func foundKeyFaults(t *trace.Trace) (faults []string, report string) {
	for _, e := range t.Kind("key-fault") {
		name, _, _ := strings.Cut(e.Note, ":")
		faults = append(faults, name)
	}
	for _, e := range t.Kind("keys-sampled") {
		report = e.Note
	}
	return slices.Sorted(slices.Values(faults)), report
}

func keysUnguessable(t *trace.Trace, _ Facts, _ Args) Outcome {
	found, report := foundKeyFaults(t)
	return Outcome{OK: report != "" && len(found) == 0, Expected: "session keys that all differ and cannot be guessed", Seen: show(report) + ", faults: " + list(found)}
}

func keyFaults(t *trace.Trace, _ Facts, a Args) Outcome {
	found, report := foundKeyFaults(t)
	want := slices.Sorted(slices.Values(a.List))
	return Outcome{OK: len(want) > 0 && slices.Equal(found, want), Expected: "faults of session keys: " + list(want), Seen: "faults of session keys: " + list(found) + ", " + show(report)}
}

var linkTarget = regexp.MustCompile(`<a\b[^>]*\bhref="([^"]*)"`)

func linksThrough(p *trace.Page, f Facts, a Args) Outcome {
	o := Outcome{Expected: "links that lead to the SP by way of " + a.String("path") + " only"}
	here, err := url.Parse(p.URL)
	if err != nil {
		return missing(o.Expected, "the page has no address")
	}
	through, past := 0, 0
	for _, found := range linkTarget.FindAllStringSubmatch(p.HTML, -1) {
		to, err := here.Parse(html.UnescapeString(found[1]))
		switch {
		case err != nil:
		case f.party(to.String()) == trace.SP:
			past++
		case to.Host == here.Host && to.Path == a.String("path"):
			through++
		}
	}
	o.OK = through > 0 && past == 0
	o.Seen = fmt.Sprintf("%d links by way of it, %d past it", through, past)
	return o
}
