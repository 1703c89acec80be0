package check

import (
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
		{Name: "deliveries", Summary: "the browser brought the SP's assertion consumer service exactly so many messages",
			Params: times("messages"),
			Run: func(t *trace.Trace, _ Facts, a Args) Outcome {
				n := 0
				for _, e := range t.Journey() {
					if e.Kind == trace.KindDecision && e.Party == trace.SP {
						n++
					}
				}
				return count("messages delivered", a.Int("times"), n)
			}},
	}
}

// browserError compares the first word of what Chrome says, which is followed
// by the address.
func browserError(p *trace.Page, _ Facts, a Args) Outcome {
	word, _, _ := strings.Cut(p.Error, " ")
	return same("the browser's error", a.String("code"), strings.TrimPrefix(word, "net::"))
}
