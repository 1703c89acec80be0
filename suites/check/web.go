package check

import (
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// webChecks look at what lies between the parties.
func webChecks() []Check {
	return []Check{
		{Name: "browser-error", Summary: "the visitor ends up on the browser's own error page, or on half a page, for this reason",
			Params: []fault.Param{{Name: "code", Kind: fault.String, Required: true, Doc: "Chrome's name of the error, such as ERR_CONNECTION_REFUSED"}},
			Run:    onFinal(browserError)},
		{Name: "certificate-shown", Summary: "every certificate that somebody behind TLS showed is wrong in just this way, for whom the lab's authority is trusted",
			Params: []fault.Param{{Name: "defect", Kind: fault.Choice, Required: true, Choices: []string{"self-signed", "expired", "future", "wrong-name"}, Doc: "what is wrong with it"}},
			Run: func(t *trace.Trace, _ Facts, a Args) Outcome {
				shown := map[string]bool{}
				for _, e := range t.Kind(trace.KindCertificate) {
					shown[e.Note] = true
				}
				return same("certificates shown are", a.String("defect"), join(sortedKeys(shown)))
			}},
		{Name: "deliveries", Summary: "the browser brought the SP's assertion consumer service exactly so many messages",
			Params: times("messages"),
			Run: func(t *trace.Trace, _ Facts, a Args) Outcome {
				return count("messages delivered", a.Int("times"), len(delivered(t)))
			}},
		{Name: "deliveries-refused", Summary: "of the messages that the browser brought to the SP's assertion consumer service all but one were refused, each for one of these reasons",
			List: "reasons", Run: allButOneRefused},
	}
}

// browserError compares the first word of what Chrome says, which is followed
// by the address.
func browserError(p *trace.Page, _ Facts, a Args) Outcome {
	word, _, _ := strings.Cut(p.Error, " ")
	return same("the browser's error", a.String("code"), strings.TrimPrefix(word, "net::"))
}

// delivered are the SP's decisions about what its assertion consumer service got.
func delivered(t *trace.Trace) []*trace.Decision {
	var all []*trace.Decision
	for _, e := range t.Journey() {
		if e.Kind == trace.KindDecision && e.Party == trace.SP {
			all = append(all, e.Decision)
		}
	}
	return all
}

// allButOneRefused does not ask which was refused: of two that come at once
// either may be faster.
func allButOneRefused(t *trace.Trace, _ Facts, a Args) Outcome {
	expected := "all but one refused, as one of " + list(a.List)
	all := delivered(t)
	if len(all) < 2 {
		return missing(expected, "fewer than two messages")
	}
	accepted, o := 0, Outcome{OK: true, Expected: expected}
	var seen []string
	for _, d := range all {
		if d.Accepted {
			accepted++
			seen = append(seen, "accepted")
			continue
		}
		o.OK = o.OK && slices.Contains(a.List, d.Reason)
		seen = append(seen, "refused as "+d.Reason)
	}
	o.OK, o.Seen = o.OK && accepted == 1, list(seen)
	return o
}
