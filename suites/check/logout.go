package check

import (
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func logoutChecks() []Check {
	return []Check{
		{Name: "logout-refused", Summary: "the SP's last word about a message of single logout was a refusal for exactly this reason, and the visitor sees the product's reaction to it",
			Params: []fault.Param{{Name: "reason", Kind: fault.Choice, Required: true, Choices: reasons(), Doc: "what the SP must conclude"}},
			Run:    logoutRefused},
		{Name: "logout-accepted", Summary: "the SP accepted the last message of single logout",
			Run: func(t *trace.Trace, _ Facts, _ Args) Outcome { return logoutDecided(t, "") }},
		{Name: "sessions-ended", Summary: "the SP ended exactly so many sessions",
			Params: times("sessions"),
			Run: func(t *trace.Trace, _ Facts, a Args) Outcome {
				return same("sessions ended:", a.Int("times"), len(t.Kind(trace.KindSessionEnded)))
			}},
		{Name: "message-sent", Summary: "somebody sent exactly so many messages of this name",
			Params: []fault.Param{
				{Name: "name", Kind: fault.String, Required: true, Doc: "such as LogoutRequest", Example: "LogoutRequest"},
				{Name: "from", Kind: fault.Choice, Required: true, Choices: []string{string(trace.SP), string(trace.IdP)}, Doc: "who sent them"},
				{Name: "times", Kind: fault.Int, Default: "1", Doc: "how many"}},
			Run: messageSent},
	}
}

func logoutRefused(t *trace.Trace, f Facts, a Args) Outcome {
	why := a.String("reason")
	return all(logoutDecided(t, why), reacted(t, f, why))
}

// logoutDecided holds when the last decision was a refusal for that reason, or
// no refusal when it is empty.
func logoutDecided(t *trace.Trace, why string) Outcome {
	want := "logout accepted"
	if why != "" {
		want = "logout refused as " + why
	}
	decisions := t.Kind(trace.KindLogoutDecision)
	if len(decisions) == 0 || decisions[len(decisions)-1].Decision == nil {
		return missing(want, "the SP judged no message of single logout")
	}
	d := decisions[len(decisions)-1].Decision
	seen := "logout accepted"
	if !d.Accepted {
		seen = "logout refused as " + d.Reason
	}
	return Outcome{OK: d.Accepted == (why == "") && d.Reason == why, Expected: want, Seen: seen}
}

func messageSent(t *trace.Trace, _ Facts, a Args) Outcome {
	n := 0
	for _, m := range t.Messages(a.String("name")) {
		if string(m.From) == a.String("from") {
			n++
		}
	}
	return count(a.String("name")+" sent by "+a.String("from"), a.Int("times"), n)
}
