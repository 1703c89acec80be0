package check

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func messageChecks() []Check {
	return []Check{
		{Name: "requests", Summary: "the SP sent exactly so many AuthnRequests, each with an ID of its own",
			Params: times("requests"), Run: requests},
		{Name: "request-signed", Summary: "every AuthnRequest of the SP is signed, or none is",
			Params: []fault.Param{{Name: "signed", Kind: fault.Bool, Default: "true", Doc: "false when none may be"}},
			Run:    requestSigned},
		{Name: "binding", Summary: "the messages of this name travelled by this binding",
			Params: []fault.Param{
				{Name: "binding", Kind: fault.Choice, Required: true, Choices: []string{"redirect", "post"}, Doc: "HTTP-Redirect or HTTP-POST"},
				{Name: "message", Kind: fault.Choice, Default: "AuthnRequest", Choices: []string{"AuthnRequest", "Response"}, Doc: "which messages"}},
			Run: binding},
		{Name: "decided-within", Summary: "the SP decided about each Response and LogoutRequest within this real time of its sending, however it was made to hurt",
			Params: []fault.Param{{Name: "limit", Kind: fault.Duration, Required: true, Example: "5s", Doc: "at most so long; the browser carries the message in it"}},
			Run:    decidedWithin},
		{Name: "form-filled", Summary: "the visitor filled in exactly so many login forms",
			Params: times("forms"),
			Run: func(t *trace.Trace, _ Facts, a Args) Outcome {
				return count("login forms filled in", a.Int("times"), len(t.Kind(trace.KindFormFilled)))
			}},
		{Name: "passes", Summary: "the browser came by these places, in this order, whatever lay between them",
			List: "places: a party and a path, such as origin /SSO", Run: passes},
		{Name: "untouched", Summary: "the browser never came to this party",
			Params: []fault.Param{{Name: "party", Kind: fault.Choice, Required: true, Choices: []string{"sp", "idp", "origin"}, Doc: "who was left alone"}},
			Run:    untouched},
		{Name: "no-outbound", Summary: "nobody called an address that only a hostile message names",
			Run: func(t *trace.Trace, _ Facts, _ Args) Outcome {
				return count("calls of forbidden addresses", 0, len(t.Kind(trace.KindTrapped)))
			}},
	}
}

var requestID = regexp.MustCompile(`\sID=["']([^"']+)["']`)

func requests(t *trace.Trace, _ Facts, a Args) Outcome {
	sent, ids := t.Requests(), map[string]bool{}
	for _, m := range sent {
		if found := requestID.FindStringSubmatch(m.XML); found != nil {
			ids[found[1]] = true
		}
	}
	want := a.Int("times")
	return all(count("AuthnRequests sent", want, len(sent)), count("different IDs", want, len(ids)))
}

func requestSigned(t *trace.Trace, _ Facts, a Args) Outcome {
	sent, signed := t.Requests(), 0
	for _, m := range sent {
		if m.Signed {
			signed++
		}
	}
	want := 0
	if a.Bool("signed") {
		want = len(sent)
	}
	o := count("signed AuthnRequests", want, signed)
	if len(sent) == 0 {
		return missing("an AuthnRequest was sent", "no AuthnRequest was sent")
	}
	return o
}

// decidedWithin goes by the machine's clock: those of the parties stand still.
func decidedWithin(t *trace.Trace, _ Facts, a Args) Outcome {
	limit := a.Duration("limit")
	want := "a decision within " + limit.String()
	var sent []time.Duration // those not decided about, oldest first
	slowest, decided := time.Duration(0), 0
	for _, e := range t.Journey() {
		switch {
		case e.Kind == trace.KindResponseSent, e.Kind == "logout-request-sent" && e.Party == trace.IdP:
			sent = append(sent, e.Elapsed)
		case (e.Kind == trace.KindDecision || e.Kind == trace.KindLogoutDecision) && e.Party == trace.SP && len(sent) > 0:
			slowest = max(slowest, e.Elapsed-sent[0])
			sent, decided = sent[1:], decided+1
		}
	}
	switch {
	case decided == 0 && len(sent) == 0:
		return missing(want, "no Response")
	case len(sent) > 0:
		return missing(want, "a Response that the SP decided nothing about")
	}
	return Outcome{OK: slowest <= limit, Expected: want, Seen: "a decision after " + slowest.Round(time.Millisecond).String()}
}

func binding(t *trace.Trace, _ Facts, a Args) Outcome {
	name, want := a.String("message"), a.String("binding")
	sent := t.Messages(name)
	if len(sent) == 0 {
		return missing(name+" by "+want, "no "+name)
	}
	for _, m := range sent {
		if m.Binding != want {
			return Outcome{Expected: name + " by " + want, Seen: name + " by " + m.Binding}
		}
	}
	return Outcome{OK: true, Expected: name + " by " + want, Seen: name + " by " + want}
}

func untouched(t *trace.Trace, _ Facts, a Args) Outcome {
	came := 0
	for _, x := range t.Exchanges() {
		if x.From == trace.Browser && string(x.To) == a.String("party") {
			came++
		}
	}
	return count("requests to "+a.String("party"), 0, came)
}

func passes(t *trace.Trace, _ Facts, a Args) Outcome {
	var came []string
	for _, x := range t.Exchanges() {
		if x.From == trace.Browser {
			came = append(came, string(x.To)+" "+path(x.URL))
		}
	}
	o := Outcome{Expected: "the browser came by " + strings.Join(a.List, ", "), Seen: "the browser came by " + list(came)}
	rest := came
	for _, place := range a.List {
		i := slices.Index(rest, place)
		if i < 0 {
			return o
		}
		rest = rest[i+1:]
	}
	o.OK = len(a.List) > 0
	return o
}
