package check

import (
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// recordChecks look for what became of a value from outside: whether it came as
// it was sent, and what it could do to headers and logs.
func recordChecks() []Check {
	return []Check{
		{Name: "relay-state", Summary: "this RelayState came to the SP with the last message, octet for octet",
			Params: []fault.Param{{Name: "value", Kind: fault.String, Doc: "the RelayState; what the SP sent with its last AuthnRequest when absent"}},
			Run:    relayState},
		{Name: "cookies", Summary: "the SP set cookies of exactly these names, in any order and however often",
			List: "names", Run: cookies},
		{Name: "record-unbroken", Summary: "what the SP recorded beside its last decision is one line that holds this text, and no entry breaks out of its line",
			Params: []fault.Param{{Name: "text", Kind: fault.String, Required: true, Doc: "the text, as it is recorded"}},
			Run:    recordUnbroken},
	}
}

func cookies(t *trace.Trace, _ Facts, a Args) Outcome {
	var set []string
	for _, x := range t.Exchanges() {
		if x.To == trace.SP {
			set = append(set, x.Cookies...)
		}
	}
	slices.Sort(set)
	set = slices.Compact(set)
	want := slices.Sorted(slices.Values(a.List))
	return Outcome{OK: slices.Equal(want, set), Expected: "cookies: " + list(want), Seen: "cookies: " + list(set)}
}

func recordUnbroken(t *trace.Trace, _ Facts, a Args) Outcome {
	text := a.String("text")
	o := Outcome{Expected: "the record says in one line " + show(text), Seen: "the SP decided nothing"}
	for _, e := range t.Journey() {
		if e.Party != trace.SP {
			continue
		}
		if strings.ContainsAny(e.Note, "\r\n") {
			o.OK, o.Seen = false, "an entry of several lines: "+show(e.Note)
			return o
		}
		if e.Kind == trace.KindDecision {
			o.OK, o.Seen = strings.Contains(e.Note, text), "the record says "+show(e.Note)
		}
	}
	return o
}

func relayState(t *trace.Trace, f Facts, a Args) Outcome {
	want := f.filled(a.String("value"))
	if sent := t.Requests(); !a.Has("value") && len(sent) > 0 {
		want = sent[len(sent)-1].RelayState
	}
	came := delivered(t)
	if len(came) == 0 || came[len(came)-1] == nil || want == "" {
		return missing("a RelayState came to the SP", "no message came, or nothing is known to compare its RelayState with")
	}
	return same("RelayState", want, came[len(came)-1].RelayState)
}
