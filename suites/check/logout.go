package check

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func logoutChecks() []Check {
	return []Check{
		{Name: "logout-refused", Summary: "the SP's last word about a message of single logout was a refusal for exactly this reason, and the visitor sees the product's reaction to it",
			Params: []fault.Param{{Name: "reason", Kind: fault.Choice, Required: true, Choices: reasons(), Doc: "what the SP must conclude"}},
			Logout: true, Run: logoutRefused},
		{Name: "logout-accepted", Summary: "the SP accepted the last message of single logout", Logout: true,
			Run: func(t *trace.Trace, _ Facts, _ Args) Outcome { return logoutDecided(t, "") }},
		{Name: "logout-exchange", Summary: "one LogoutRequest was sent and one LogoutResponse to it, both signed and believed, and the answer is Success",
			Params: []fault.Param{
				{Name: "from", Kind: fault.Choice, Required: true, Choices: []string{string(trace.SP), string(trace.IdP)}, Doc: "who asked"},
				{Name: "binding", Kind: fault.Choice, Required: true, Choices: []string{"redirect", "post", "soap"}, Doc: "how both travelled"}},
			Run: logoutExchange},
		{Name: "closed-elsewhere", Summary: "in the other browser the account page stays closed",
			Run: func(t *trace.Trace, _ Facts, _ Args) Outcome { return keptOut(t.Elsewhere(), Facts{}) }},
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

var inResponseTo = regexp.MustCompile(`\sInResponseTo=["']([^"']+)["']`)

var statusCode = regexp.MustCompile(`StatusCode\s+Value=["']urn:oasis:names:tc:SAML:2.0:status:([^"']+)["']`)

// logoutExchange goes by the two messages, by what the front saw of them, and by
// what their receivers say who have verified them.
func logoutExchange(t *trace.Trace, _ Facts, a Args) Outcome {
	asker, answerer := trace.Party(a.String("from")), trace.SP
	if asker == trace.SP {
		answerer = trace.IdP
	}
	requests, answers := sentBy(t, "LogoutRequest", asker), sentBy(t, "LogoutResponse", answerer)
	if len(requests) != 1 || len(answers) != 1 {
		return all(count("LogoutRequests", 1, len(requests)), count("LogoutResponses", 1, len(answers)))
	}
	request, answer, by := requests[0], answers[0], a.String("binding")
	return all(
		same("LogoutRequest: binding", by, request.Binding), same("LogoutResponse: binding", by, answer.Binding),
		same("LogoutRequest signed:", true, signedAs(t, request, "SAMLRequest")), same("LogoutResponse signed:", true, signedAs(t, answer, "SAMLResponse")),
		same("LogoutResponse in response to", group(requestID, request.XML), group(inResponseTo, answer.XML)),
		same("LogoutResponse: status", "Success", statuses(answer.XML)),
		count("messages believed by the SP", 1, believed(t, trace.SP)), count("messages believed by the IdP", 1, believed(t, trace.IdP)),
	)
}

func sentBy(t *trace.Trace, name string, from trace.Party) []*trace.Message {
	return slices.DeleteFunc(t.Messages(name), func(m *trace.Message) bool { return m.From != from })
}

// signedAs tells whether the message was sent with a signature: in the query as
// it went over the wire, or in the message.
func signedAs(t *trace.Trace, m *trace.Message, field string) bool {
	if m.Binding != "redirect" {
		return strings.Contains(m.XML, "SignatureValue>")
	}
	return slices.ContainsFunc(t.Exchanges(), func(x *trace.Exchange) bool {
		address, err := url.Parse(x.URL)
		return err == nil && x.From == trace.Browser && x.To == m.To &&
			address.Query().Has(field) && address.Query().Has("SigAlg") && address.Query().Has("Signature")
	})
}

// believed counts the messages of single logout that a party took for genuine.
func believed(t *trace.Trace, by trace.Party) int {
	if by == trace.IdP {
		return len(t.Kind("logout-requested")) + len(t.Kind("logout-answered"))
	}
	n := 0
	for _, e := range t.Kind(trace.KindLogoutDecision) {
		if e.Decision != nil && e.Decision.Accepted {
			n++
		}
	}
	return n
}

// statuses are the status codes of a message, from the outer to the inner one.
func statuses(xml string) string {
	var codes []string
	for _, code := range statusCode.FindAllStringSubmatch(xml, -1) {
		codes = append(codes, code[1])
	}
	return join(codes)
}

func group(pattern *regexp.Regexp, text string) string {
	if found := pattern.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}
