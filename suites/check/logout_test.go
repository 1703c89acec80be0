package check

import (
	"testing"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// logout is a fault-free logout that the identity provider starts; each test
// changes one thing.
type logout struct {
	binding, answerBinding, answered, status, query string
	requests                                        int
	distrusted                                      trace.Party
}

func soundLogout() logout {
	return logout{requests: 1, binding: "redirect", answerBinding: "redirect", answered: "_1", status: "Success", query: "&Signature=c"}
}

func (l logout) events() evs {
	message := func(kind trace.Kind, name string, from, to trace.Party, binding, xml string) trace.Event {
		return trace.Event{Party: from, Kind: kind, Message: &trace.Message{Name: name, From: from, To: to, Binding: binding, XML: xml + `<SignatureValue>x</SignatureValue>`}}
	}
	all := evs{}
	for range l.requests {
		all = append(all, message("logout-request-sent", "LogoutRequest", trace.IdP, trace.SP, l.binding, `<LogoutRequest ID="_1">`))
	}
	carried := func(to trace.Party, field string) trace.Event {
		return trace.Event{Party: to, Kind: trace.KindExchange, Exchange: &trace.Exchange{From: trace.Browser, To: to, URL: "http://x.localhost/slo?" + field + "=a&SigAlg=b" + l.query}}
	}
	all = append(all, carried(trace.SP, "SAMLRequest"), carried(trace.IdP, "SAMLResponse"),
		message("logout-response-sent", "LogoutResponse", trace.SP, trace.IdP, l.answerBinding,
			`<LogoutResponse ID="_2" InResponseTo="`+l.answered+`"><StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:`+l.status+`"></StatusCode>`))
	if l.distrusted != trace.SP {
		all = append(all, logoutDecision(""))
	}
	if l.distrusted != trace.IdP {
		all = append(all, kind("logout-answered"))
	}
	return all
}

func TestLogoutExchange(t *testing.T) {
	t.Parallel()
	c, _ := Find("logout-exchange")
	for name, change := range map[string]func(*logout){
		"two requests":                func(l *logout) { l.requests = 2 },
		"no request":                  func(l *logout) { l.requests = 0 },
		"another binding":             func(l *logout) { l.binding = "post" },
		"another binding back":        func(l *logout) { l.answerBinding = "post" },
		"an answer to something else": func(l *logout) { l.answered = "_3" },
		"an error":                    func(l *logout) { l.status = "Responder" },
		"no signature in the query":   func(l *logout) { l.query = "" },
		"an SP that does not believe": func(l *logout) { l.distrusted = trace.SP },
		"an IdP that does not":        func(l *logout) { l.distrusted = trace.IdP },
	} {
		l := soundLogout()
		change(&l)
		b, errs := c.Bind(arg{"from": "idp", "binding": "redirect"}, nil)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		tr := trace.New()
		for _, e := range l.events() {
			tr.Add(e)
		}
		if o := b.Run(tr, facts()); o.OK {
			t.Errorf("%s: expected %s, seen %s", name, o.Expected, o.Seen)
		}
	}
}
