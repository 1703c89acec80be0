package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// The parties as they stand in a drawing, from left to right.
var partyNames = []struct {
	party trace.Party
	name  string
}{
	{trace.Browser, "Browser"},
	{trace.SP, "Service provider"},
	{trace.Neighbour, "Its other tenant"},
	{trace.IdP, "Identity provider"},
	{trace.Origin, "Originating System"},
}

func partyName(p trace.Party) string {
	for _, known := range partyNames {
		if known.party == p {
			return known.name
		}
	}
	return string(p)
}

// step is one event of a story. What a server did while it answered an
// exchange stands inside that exchange.
type step struct {
	trace.Event
	inside []step
}

// story nests the events. A server's events enter the trace before the
// exchange in which they happen, which is only complete with its answer.
func story(events []trace.Event) []step {
	var told []step
	pending := map[trace.Party][]step{}
	flush := func() {
		var rest []step
		for party, steps := range pending {
			rest = append(rest, steps...)
			delete(pending, party)
		}
		slices.SortFunc(rest, func(a, b step) int { return cmp.Compare(a.Seq, b.Seq) })
		told = append(told, rest...)
	}
	for _, e := range events {
		s := step{Event: e}
		switch {
		case e.Exchange != nil:
			s.inside = pending[e.Exchange.To]
			delete(pending, e.Exchange.To)
			if server(e.Exchange.From) && e.Exchange.From != e.Exchange.To {
				pending[e.Exchange.From] = append(pending[e.Exchange.From], s)
				continue
			}
			told = append(told, s)
		case server(e.Party):
			pending[e.Party] = append(pending[e.Party], s)
		default:
			flush()
			told = append(told, s)
		}
	}
	flush()
	return told
}

func server(p trace.Party) bool {
	return p == trace.SP || p == trace.Neighbour || p == trace.IdP || p == trace.Origin
}

// told says in a few words what an event at one party was, and whether it is good news.
func told(e trace.Event) (tone, text string) {
	switch {
	case e.Kind == trace.KindRefused && e.Decision != nil:
		return "bad", "turned away: " + e.Decision.Reason
	case e.Kind == trace.KindMetadata && e.Decision != nil && e.Decision.Accepted:
		return "good", "metadata taken"
	case e.Kind == trace.KindMetadata && e.Decision != nil:
		return "bad", "metadata refused: " + e.Decision.Reason
	case e.Decision != nil && e.Decision.Accepted:
		return "good", "accepted"
	case e.Decision != nil:
		return "bad", "refused: " + e.Decision.Reason
	case e.Session != nil:
		who := cmp.Or(e.Session.Login, e.Session.Account)
		return map[bool]string{true: "good"}[e.Session.Started], strings.TrimSuffix(words(string(e.Kind))+": "+who, ": ")
	case e.Page != nil && e.Page.Error != "":
		return "", "page not opened: " + e.Page.Error
	case e.Page != nil:
		return "", fmt.Sprintf("sees “%s”", cmp.Or(e.Page.Title, e.Page.Name, fmt.Sprint(e.Page.Status)))
	}
	return "", said(e)
}

func said(e trace.Event) string { return cmp.Or(e.Note, words(string(e.Kind))) }

// words turns a kebab-case name into words.
func words(name string) string { return strings.ReplaceAll(name, "-", " ") }
