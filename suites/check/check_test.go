package check

import (
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

const (
	spURL     = "http://acme.eft.localhost:1"
	originURL = "http://origin.localhost:1"
)

func facts() Facts {
	return Facts{
		Person: "ada",
		People: map[string]Person{"ada": {Account: "a1", AccountLogin: "ada@example.com"}, "uma": {AccountLogin: "uma@example.com"}},
		Reactions: map[string]Reaction{
			"expired":       {Name: "error", Status: 403, Title: "Sorry", Text: "Too late, {want} wanted", Path: "/error", Page: "error"},
			"not-logged-in": {Name: "jump", Code: "1"},
			"audience":      {Name: "nothing to see"},
		},
		BaseURLs: map[trace.Party]string{trace.SP: spURL, trace.Origin: originURL, trace.IdP: "http://idp.localhost:1"},
		Values:   map[string]string{"{tool}": "clock"},
	}
}

// Steps that traces are made of.

func accountPage(id, login string) trace.Event {
	return page(trace.Page{Label: trace.Protected, Name: "account", Status: 200, URL: spURL + "/account",
		HTML: `<p><span id="account-id">` + id + `</span> <span class="x" id="account-login">` + login + `</span>`})
}

func page(p trace.Page) trace.Event {
	return trace.Event{Party: trace.Browser, Kind: trace.KindPage, Page: &p}
}

func elsewhere(name, account string) trace.Event {
	return page(trace.Page{Label: trace.Elsewhere, Name: name, Status: 200, HTML: `<span id="account-id">` + account + `</span>`})
}

func loginPage() trace.Event {
	return page(trace.Page{Label: trace.Protected, Name: "login", Status: 200, URL: spURL + "/", Text: "Log in"})
}

func errorPage() trace.Event {
	return page(trace.Page{Label: trace.Final, Name: "error", Status: 403, URL: spURL + "/error?x=1", Title: "Sorry", Text: "Oh.\nToo late, noon  wanted."})
}

func session(id string) trace.Event {
	return trace.Event{Party: trace.SP, Kind: trace.KindSessionStarted, Session: &trace.Session{Started: true, Account: id}}
}

func refusal(why string, rules ...string) trace.Event {
	d := &trace.Decision{Reason: why}
	for _, r := range rules {
		d.Findings = append(d.Findings, trace.Finding{Rule: r})
	}
	return trace.Event{Party: trace.SP, Kind: trace.KindDecision, Decision: d}
}

// after is the event, so many seconds after the case began.
func after(seconds int, e trace.Event) trace.Event {
	e.Elapsed = time.Duration(seconds) * time.Second
	return e
}

// stop is the error page on the way, with that status.
func stop(status int) trace.Event {
	return page(trace.Page{Label: trace.Stop, Name: "error", Status: status, URL: spURL + "/error", Title: "Sorry", Text: "Too late, noon wanted"})
}

// advised is a refusal for that reason, with a finding about expired.
func advised(why string, tolerated bool) trace.Event {
	return trace.Event{Party: trace.SP, Kind: trace.KindDecision, Decision: &trace.Decision{
		Reason:   why,
		Findings: []trace.Finding{{Rule: "r", Reason: "expired", Got: "late", Want: "early", Remedy: "set the clock", Tolerated: tolerated}},
		Facts:    []trace.Fact{{Name: "SP clock", Value: "noon"}},
	}}
}

func logoutDecision(why string) trace.Event {
	return trace.Event{Party: trace.SP, Kind: trace.KindLogoutDecision, Decision: &trace.Decision{Accepted: why == "", Reason: why}}
}

func logoutRequest(from trace.Party) trace.Event {
	return trace.Event{Party: from, Kind: "logout-request-sent", Message: &trace.Message{Name: "LogoutRequest", From: from}}
}

func accepted(identity map[string][]string) trace.Event {
	return trace.Event{Party: trace.SP, Kind: trace.KindDecision, Decision: &trace.Decision{Accepted: true, Identity: identity}}
}

func request(id, binding string, signed bool) trace.Event {
	return trace.Event{Party: trace.SP, Kind: trace.KindRequestSent, Message: &trace.Message{Name: "AuthnRequest", Binding: binding, Signed: signed, XML: `<AuthnRequest ID="` + id + `"/>`}}
}

func redirect(status int, location string) trace.Event {
	return trace.Event{Party: trace.SP, Kind: trace.KindExchange, Exchange: &trace.Exchange{From: trace.Browser, To: trace.SP, Status: status, Location: location}}
}

func visit(to trace.Party, path string) trace.Event {
	return trace.Event{Party: to, Kind: trace.KindExchange, Exchange: &trace.Exchange{From: trace.Browser, To: to, URL: "http://x.localhost" + path, Status: 200}}
}

func form() trace.Event {
	return page(trace.Page{Label: trace.Final, HTML: `<form><input name="title" id="t" value="R&amp;D"><input id="company" name="company"></form>`})
}

func answered(note string) trace.Event {
	return trace.Event{Party: trace.Origin, Kind: "service-answered", Note: note}
}

func wrongAnswer(note string) trace.Event {
	return trace.Event{Party: trace.Lab, Kind: "service-fault", Note: note}
}

func kind(k trace.Kind) trace.Event { return trace.Event{Kind: k} }

func turnedAway(why string) trace.Event {
	return trace.Event{Party: trace.SP, Kind: trace.KindRefused, Decision: &trace.Decision{Reason: why}}
}

func jumped(note string) trace.Event {
	return trace.Event{Party: trace.Origin, Kind: "jump", Note: note}
}

func called(note string) trace.Event {
	return trace.Event{Party: trace.SP, Kind: trace.KindServiceCalled, Note: note}
}

func told(page string) trace.Event {
	return trace.Event{Party: trace.Lab, Kind: "referrer-seen", Note: page}
}

func sampled(note string) trace.Event {
	return trace.Event{Party: trace.Lab, Kind: "keys-sampled", Note: note}
}

func faulty(note string) trace.Event {
	return trace.Event{Party: trace.Lab, Kind: "key-fault", Note: note}
}

func linked(targets ...string) trace.Event {
	html := ""
	for _, to := range targets {
		html += `<a class="x" href="` + to + `">x</a>`
	}
	return page(trace.Page{Label: trace.Final, URL: originURL + "/", HTML: html})
}

func traced(events []trace.Event) *trace.Trace {
	t := trace.New()
	for _, e := range events {
		t.Add(e)
	}
	return t
}

type example struct {
	check string
	args  map[string]string
	list  []string
	trace []trace.Event
	ok    bool
}

type (
	arg = map[string]string
	evs = []trace.Event
)

var examples = []example{
	{"signed-in", nil, nil, evs{session("a1"), accountPage("a1", "ada@example.com")}, true},
	{"signed-in", arg{"as": "uma"}, nil, evs{session("n7"), accountPage("n7", "uma@example.com")}, true},
	{"signed-in", nil, nil, evs{session("a1"), loginPage()}, false},
	{"signed-in", nil, nil, evs{accountPage("a1", "ada@example.com")}, false},
	{"signed-in", nil, nil, evs{session("a1")}, false},
	{"signed-in", nil, nil, evs{session("a2"), accountPage("a2", "ada@example.com")}, false},
	{"signed-in", nil, nil, evs{session("a2"), accountPage("a1", "ada@example.com")}, false},
	{"signed-in", arg{"as": "uma"}, nil, evs{session("a1"), accountPage("a1", "ada@example.com")}, false},
	{"signed-in", arg{"as": "nobody"}, nil, evs{session("a1"), accountPage("a1", "ada@example.com")}, false},
	{"no-session", nil, nil, evs{loginPage()}, true},
	{"no-session", nil, nil, evs{}, false},
	{"no-session", nil, nil, evs{session("a1"), loginPage()}, false},
	{"no-session", nil, nil, evs{accountPage("a1", "ada@example.com")}, false},
	{"signed-out", nil, nil, evs{session("a1"), loginPage()}, true},
	{"signed-out", nil, nil, evs{session("a1"), accountPage("a1", "ada@example.com")}, false},
	{"signed-out", nil, nil, evs{}, false},
	{"sessions", arg{"times": "1"}, nil, evs{session("a1")}, true},
	{"sessions", arg{"times": "1"}, nil, evs{session("a1"), session("a1")}, false},
	{"account-created", nil, nil, evs{kind(trace.KindAccountCreated)}, true},
	{"account-created", arg{"times": "0"}, nil, evs{}, true},
	{"account-created", nil, nil, evs{}, false},
	{"account-shows", nil, []string{"<b>Ada</b>"}, evs{page(trace.Page{Label: trace.Protected, Name: "account", Text: "Name <b>Ada</b>"})}, true},
	{"account-shows", nil, []string{"<b>Ada</b>"}, evs{page(trace.Page{Label: trace.Protected, Name: "account", Text: "Name Ada"})}, false},
	{"account-shows", nil, []string{"Ada"}, evs{page(trace.Page{Label: trace.Protected, Name: "login", Text: "Name Ada"})}, false},
	{"account-shows", nil, []string{"Ada"}, evs{}, false},
	{"identity", arg{"name-id": "ada", "Groups": "a, b"}, nil, evs{accepted(map[string][]string{"name-id": {"ada"}, "Groups": {"a", "b"}})}, true},
	{"identity", arg{"name-id": "ada"}, nil, evs{accepted(map[string][]string{"name-id": {"mallory"}})}, false},
	{"identity", arg{"name-id": "ada"}, nil, evs{refusal("expired")}, false},
	{"identity", arg{"name-id": "ada"}, nil, evs{}, false},

	{"refused", arg{"reason": "expired"}, nil, evs{refusal("expired"), errorPage(), loginPage()}, true},
	{"refused", arg{"reason": "not-logged-in"}, nil, evs{refusal("not-logged-in"), redirect(302, originURL+"/SSO?reason=1"), loginPage()}, true},
	{"refused", arg{"reason": "expired"}, nil, evs{refusal("audience"), errorPage(), loginPage()}, false},
	{"refused", arg{"reason": "expired"}, nil, evs{errorPage(), loginPage()}, false},
	{"refused", arg{"reason": "expired"}, nil, evs{accepted(nil), errorPage(), loginPage()}, false},
	{"refused", arg{"reason": "expired"}, nil, evs{refusal("expired"), errorPage(), session("a1"), loginPage()}, false},
	{"refused", arg{"reason": "expired"}, nil, evs{refusal("expired"), errorPage(), accountPage("a1", "")}, false},
	{"refused", arg{"reason": "expired"}, nil, evs{refusal("expired"), errorPage()}, false},
	{"refused", arg{"reason": "expired"}, nil, evs{refusal("expired"), loginPage()}, false},
	{"refused", arg{"reason": "audience"}, nil, evs{refusal("audience"), errorPage(), loginPage()}, false},
	{"refused", arg{"reason": "malformed"}, nil, evs{refusal("malformed"), errorPage(), loginPage()}, false},
	{"reason", arg{"reason": "expired"}, nil, evs{refusal("audience"), refusal("expired")}, true},
	{"reason", arg{"reason": "expired"}, nil, evs{refusal("expired"), accepted(nil)}, false},
	{"reason", arg{"reason": "expired"}, nil, evs{}, false},
	{"reaction", arg{"reason": "expired"}, nil, evs{errorPage()}, true},
	{"reaction", arg{"reason": "expired"}, nil, evs{page(trace.Page{Label: "final", Name: "error", Status: 200, URL: spURL + "/error", Title: "Sorry", Text: "Too late, x wanted"})}, false},
	{"reaction", arg{"reason": "expired"}, nil, evs{page(trace.Page{Label: "final", Name: "other", Status: 403, URL: spURL + "/error", Title: "Sorry", Text: "Too late, x wanted"})}, false},
	{"reaction", arg{"reason": "expired"}, nil, evs{page(trace.Page{Label: "final", Name: "error", Status: 403, URL: spURL + "/", Title: "Sorry", Text: "Too late, x wanted"})}, false},
	{"reaction", arg{"reason": "expired"}, nil, evs{page(trace.Page{Label: "final", Name: "error", Status: 403, URL: spURL + "/error", Title: "Hello", Text: "Too late, x wanted"})}, false},
	{"reaction", arg{"reason": "expired"}, nil, evs{page(trace.Page{Label: "final", Name: "error", Status: 403, URL: spURL + "/error", Title: "Sorry", Text: "Too late"})}, false},
	{"reactions", nil, []string{"expired", "expired"}, evs{refusal("expired"), stop(403), refusal("expired"), stop(403)}, true},
	{"reactions", nil, []string{"expired", "expired"}, evs{refusal("expired"), stop(403), stop(403)}, false},
	{"reactions", nil, []string{"expired"}, evs{refusal("expired"), stop(200)}, false},
	{"reactions", nil, []string{"expired"}, evs{refusal("expired"), stop(403), refusal("expired"), stop(403)}, false},
	{"reactions", nil, []string{"audience"}, evs{refusal("expired"), stop(403)}, false},
	{"reactions", nil, []string{"expired"}, evs{refusal("expired"), errorPage()}, false},
	{"reactions", nil, []string{"expired"}, evs{accepted(nil), stop(403)}, false},
	{"reactions", nil, []string{}, evs{}, false},
	{"advice", nil, []string{"set the clock", "late", "SP clock: noon"}, evs{advised("expired", false)}, true},
	{"advice", nil, []string{"set the {tool}"}, evs{advised("expired", false)}, true},
	{"advice", nil, []string{"set the clock"}, evs{advised("expired", true)}, false},
	{"advice", nil, []string{"set the clock"}, evs{advised("audience", false)}, false},
	{"advice", nil, []string{"set the watch"}, evs{advised("expired", false)}, false},
	{"advice", nil, []string{"set the clock"}, evs{accepted(nil)}, false},
	{"advice", nil, []string{}, evs{advised("expired", false)}, false},
	{"finding", nil, []string{"r1"}, evs{refusal("expired", "r1", "r2")}, true},
	{"finding", nil, []string{"r1", "r3"}, evs{refusal("expired", "r1", "r2")}, false},
	{"only-findings", nil, []string{"r2", "r1"}, evs{refusal("expired", "r1", "r2", "r1")}, true},
	{"only-findings", nil, []string{}, evs{accepted(nil)}, true},
	{"only-findings", nil, []string{"r1"}, evs{refusal("expired", "r1", "r2")}, false},
	{"only-findings", nil, []string{"r1", "r2"}, evs{refusal("expired", "r1")}, false},
	{"only-findings", nil, []string{}, evs{}, false},

	{"page-shows", nil, []string{"Too late, noon wanted", "Oh."}, evs{errorPage()}, true},
	{"page-shows", nil, []string{"Too late", "Too early"}, evs{errorPage()}, false},
	{"page-shows", nil, []string{"Too late"}, evs{}, false},
	{"page-shows", nil, []string{"hidden"}, evs{page(trace.Page{Label: "final", HTML: "<i hidden>hidden</i>"})}, false},
	{"page-hides", nil, []string{"Too early"}, evs{errorPage()}, true},
	{"page-hides", nil, []string{"Too late"}, evs{errorPage()}, false},
	{"page-shows", nil, []string{"wanted: {want}"}, evs{page(trace.Page{Label: trace.Final, Text: "wanted:  a\nTry again"})}, true},
	{"page-shows", nil, []string{"wanted: {want}"}, evs{page(trace.Page{Label: trace.Final, Text: "wanted:\n\nTry again"})}, false},
	{"page-shows", nil, []string{"({now} >= {want})"}, evs{page(trace.Page{Label: trace.Final, Text: "(1 >= 2)"})}, true},
	{"page-shows", nil, []string{"({now} >= {want})"}, evs{page(trace.Page{Label: trace.Final, Text: "( >= 2)"})}, false},
	{"page-shows", nil, []string{"too late (*) for"}, evs{page(trace.Page{Label: trace.Final, Text: "too\n late (*)\n\nfor you"})}, true},
	{"metadata-has", nil, []string{"entityID='x'"}, evs{page(trace.Page{Label: trace.Metadata, Status: 200, Text: "<E entityID='x'/>"})}, true},
	{"metadata-has", nil, []string{"entityID='x'", "KeyDescriptor"}, evs{page(trace.Page{Label: trace.Metadata, Status: 200, Text: "<E entityID='x'/>"})}, false},
	{"metadata-has", nil, []string{"entityID='x'"}, evs{page(trace.Page{Label: trace.Metadata, Status: 404, Text: "entityID='x'"})}, false},
	{"metadata-lacks", nil, []string{"KeyDescriptor"}, evs{page(trace.Page{Label: trace.Metadata, Status: 200, Text: "<E/>"})}, true},
	{"metadata-lacks", nil, []string{"KeyDescriptor"}, evs{page(trace.Page{Label: trace.Metadata, Status: 200, Text: "<KeyDescriptor/>"})}, false},
	{"metadata-lacks", nil, []string{"KeyDescriptor"}, evs{errorPage()}, false},
	{"page-title", arg{"title": "Sorry"}, nil, evs{errorPage()}, true},
	{"page-title", arg{"title": "Sor"}, nil, evs{errorPage()}, false},
	{"page-name", arg{"name": "error"}, nil, evs{errorPage()}, true},
	{"page-name", arg{"name": "hub"}, nil, evs{errorPage()}, false},
	{"status", arg{"code": "403"}, nil, evs{errorPage()}, true},
	{"status", arg{"code": "200"}, nil, evs{errorPage()}, false},
	{"lands-on", arg{"path": "/error?x=1"}, nil, evs{errorPage()}, true},
	{"lands-on", arg{"path": "/error"}, nil, evs{errorPage()}, false},
	{"lands-on", arg{"path": "/error?x=1", "party": "idp"}, nil, evs{errorPage()}, false},
	{"lands-on", arg{"path": "/"}, nil, evs{page(trace.Page{Label: "final", URL: "http://evil.example/"})}, false},
	{"url-host", nil, nil, evs{errorPage()}, true},
	{"url-host", arg{"party": "origin"}, nil, evs{errorPage()}, false},
	{"prompt-shows", nil, nil, evs{refusal("expired"), page(trace.Page{Label: "step", Name: "prompt", Text: "Too late, noon wanted"})}, true},
	{"prompt-shows", arg{"text": "Hello"}, nil, evs{page(trace.Page{Label: "step", HTML: `<dialog id="prompt">`, Text: "Hello you"})}, true},
	{"prompt-shows", nil, nil, evs{refusal("audience"), page(trace.Page{Name: "prompt", Text: "Too late"})}, false},
	{"prompt-shows", arg{"text": "Hello"}, nil, evs{page(trace.Page{Name: "login", Text: "Hello"})}, false},

	{"requests", arg{"times": "2"}, nil, evs{request("a", "redirect", false), request("b", "redirect", false)}, true},
	{"requests", arg{"times": "2"}, nil, evs{request("a", "redirect", false), request("a", "redirect", false)}, false},
	{"requests", arg{"times": "2"}, nil, evs{request("a", "redirect", false)}, false},
	{"request-signed", arg{}, nil, evs{request("a", "redirect", true)}, true},
	{"request-signed", arg{"signed": "false"}, nil, evs{request("a", "redirect", false)}, true},
	{"request-signed", arg{"signed": "false"}, nil, evs{request("a", "redirect", true)}, false},
	{"request-signed", arg{}, nil, evs{request("a", "redirect", true), request("b", "redirect", false)}, false},
	{"request-signed", arg{}, nil, evs{}, false},
	{"binding", arg{"binding": "post"}, nil, evs{request("a", "post", true)}, true},
	{"binding", arg{"binding": "post"}, nil, evs{request("a", "redirect", true)}, false},
	{"binding", arg{"binding": "post", "message": "Response"}, nil, evs{request("a", "post", true)}, false},
	{"form-filled", arg{"times": "1"}, nil, evs{kind(trace.KindFormFilled)}, true},
	{"form-filled", arg{"times": "0"}, nil, evs{kind(trace.KindFormFilled)}, false},
	{"passes", nil, []string{"sp /a", "idp /b"}, evs{visit(trace.SP, "/a?x"), visit(trace.SP, "/c"), visit(trace.IdP, "/b")}, true},
	{"passes", nil, []string{"idp /b", "sp /a"}, evs{visit(trace.SP, "/a"), visit(trace.IdP, "/b")}, false},
	{"passes", nil, []string{"sp /a", "sp /a"}, evs{visit(trace.SP, "/a")}, false},
	{"redirect", arg{"to": "{origin-url}/SSO?reason=1&target={sp-url-encoded}%2Fa"}, nil, evs{redirect(302, "/x"), redirect(302, originURL+"/SSO?reason=1&target=http%3A%2F%2Facme.eft.localhost%3A1%2Fa")}, true},
	{"redirect", arg{"to": "{origin-url}/SSO?r={sp-url-encoded-twice}"}, nil, evs{redirect(302, originURL+"/SSO?r=http%253A%252F%252Facme.eft.localhost%253A1")}, true},
	{"redirect", arg{"to": "{origin-url}/SSO?reason=1&target={sp-url-encoded}%2Fa"}, nil, evs{redirect(302, originURL+"/SSO?reason=1&target=http://acme.eft.localhost:1/a")}, false},
	{"redirect", arg{"to": "{origin-url}/SSO"}, nil, evs{redirect(303, originURL+"/SSO")}, false},
	{"redirect", arg{"to": "{origin-url}/SSO", "by": "idp"}, nil, evs{redirect(302, originURL+"/SSO")}, false},
	{"redirect", arg{"to": "{origin-url}/SSO"}, nil, evs{}, false},
	{"no-redirect", arg{"by": "sp", "to": "origin"}, nil, evs{redirect(302, spURL+"/")}, true},
	{"no-redirect", arg{"by": "sp", "to": "origin"}, nil, evs{redirect(302, originURL+"/SSO")}, false},
	{"field", arg{"name": "title", "value": "R&D"}, nil, evs{form()}, true},
	{"field", arg{"name": "company"}, nil, evs{form()}, true},
	{"field", arg{"name": "title", "value": "R"}, nil, evs{form()}, false},
	{"field", arg{"name": "none"}, nil, evs{form()}, false},
	{"field", arg{"name": "title", "value": "R&D"}, nil, evs{}, false},
	{"keys-confirmed", arg{"times": "1"}, nil, evs{answered("true, key 00112233"), answered("true, key 00112233")}, true},
	{"keys-confirmed", arg{"times": "1"}, nil, evs{answered("true, key 00112233"), answered("true, key 00112234")}, false},
	{"keys-confirmed", arg{"times": "1"}, nil, evs{}, false},
	{"service-faults", nil, []string{"b", "a"}, evs{wrongAnswer("a: x"), wrongAnswer("b: y: z")}, true},
	{"service-faults", nil, []string{"a"}, evs{wrongAnswer("a: x"), wrongAnswer("b: y")}, false},
	{"service-honest", nil, nil, evs{answered("true, key 00112233")}, true},
	{"service-honest", nil, nil, evs{answered("true, key 00112233"), wrongAnswer("a: x")}, false},
	{"service-honest", nil, nil, evs{}, false},
	{"invitations", arg{"times": "1"}, nil, evs{kind("invitation-sent")}, true},
	{"invitations", arg{"times": "0"}, nil, evs{kind("invitation-sent")}, false},
	{"codes", nil, []string{"1"}, evs{turnedAway("not-logged-in"), redirect(302, originURL+"/SSO?reason=1"), jumped("reason 1 Jump: x")}, true},
	{"codes", nil, []string{"1"}, evs{turnedAway("not-logged-in"), redirect(302, originURL+"/SSO?reason=Jump"), jumped("reason 1 Jump: x")}, false},
	{"codes", nil, []string{"1"}, evs{turnedAway("not-logged-in"), redirect(302, originURL+"/SSO?reason=1"), jumped("reason 1 JumpHigh: x")}, false},
	{"codes", nil, []string{"1"}, evs{turnedAway("expired"), redirect(302, originURL+"/SSO?reason=1"), jumped("reason 1 Jump: x")}, false},
	{"codes", nil, []string{"1", "2"}, evs{turnedAway("not-logged-in"), redirect(302, originURL+"/SSO?reason=1"), jumped("reason 1 Jump: x"),
		redirect(302, originURL+"/SSO?reason=2"), jumped("reason 2 Jump: x")}, false},
	{"codes", nil, []string{"1"}, evs{}, false},
	{"service-said", arg{"text": "status {want}2"}, nil, evs{called("status 500"), called("answered with status 302")}, true},
	{"service-said", arg{"text": "status 500"}, nil, evs{called("status 500"), called("status 302")}, false},
	{"service-said", arg{"text": "status 500"}, nil, evs{}, false},
	{"recorded", nil, []string{"a", "b", "a"}, evs{kind("a"), kind("b"), kind("a"), kind("c")}, true},
	{"recorded", nil, []string{"a"}, evs{kind("a"), kind("a")}, false},
	{"recorded", nil, []string{"a"}, evs{}, false},
	{"referrers", nil, []string{"{sp-url}/x", "{sp-url}/y"}, evs{told(spURL + "/x"), told(spURL + "/y")}, true},
	{"referrers", nil, []string{"{sp-url}/x"}, evs{told(spURL + "/x?email=ada")}, false},
	{"referrers", nil, []string{"{sp-url}/x"}, evs{told(spURL + "/x"), told(spURL + "/x?email=ada")}, false},
	{"referrers", nil, []string{"{sp-url}/x"}, evs{}, false},
	{"keys-unguessable", nil, nil, evs{sampled("64 keys")}, true},
	{"keys-unguessable", nil, nil, evs{sampled("64 keys"), faulty("guessable: x")}, false},
	{"keys-unguessable", nil, nil, evs{}, false},
	{"key-faults", nil, []string{"repeated", "guessable"}, evs{sampled("x"), faulty("guessable: x"), faulty("repeated: x")}, true},
	{"key-faults", nil, []string{"guessable"}, evs{sampled("x"), faulty("guessable: x"), faulty("repeated: x")}, false},
	{"key-faults", nil, []string{"guessable"}, evs{sampled("x")}, false},
	{"links-through", arg{"path": "/SSO"}, nil, evs{linked("/SSO?a=b", "/")}, true},
	{"links-through", arg{"path": "/SSO"}, nil, evs{linked("/SSO", spURL+"/Leads")}, false},
	{"links-through", arg{"path": "/SSO"}, nil, evs{linked("/")}, false},
	{"links-through", arg{"path": "/SSO"}, nil, evs{}, false},
	{"untouched", arg{"party": "idp"}, nil, evs{visit(trace.SP, "/")}, true},
	{"untouched", arg{"party": "idp"}, nil, evs{visit(trace.SP, "/"), visit(trace.IdP, "/")}, false},
	{"decided-within", arg{"limit": "5s"}, nil, evs{after(0, kind(trace.KindResponseSent)), after(5, refusal("expired"))}, true},
	{"decided-within", arg{"limit": "5s"}, nil, evs{after(0, kind(trace.KindResponseSent)), after(6, refusal("expired"))}, false},
	{"decided-within", arg{"limit": "5s"}, nil, evs{after(0, kind(trace.KindResponseSent)), after(1, refusal("expired")),
		after(2, kind(trace.KindResponseSent)), after(8, refusal("expired"))}, false},
	{"decided-within", arg{"limit": "5s"}, nil, evs{after(0, kind(trace.KindResponseSent))}, false},
	{"decided-within", arg{"limit": "5s"}, nil, evs{after(1, refusal("expired"))}, false},
	{"decided-within", arg{"limit": "5s"}, nil, evs{after(0, logoutRequest(trace.IdP)), after(5, logoutDecision("too-large"))}, true},
	{"decided-within", arg{"limit": "5s"}, nil, evs{after(0, logoutRequest(trace.IdP)), after(6, logoutDecision("too-large"))}, false},
	{"decided-within", arg{"limit": "5s"}, nil, evs{after(0, logoutRequest(trace.IdP))}, false},
	{"no-outbound", nil, nil, evs{}, true},
	{"no-outbound", nil, nil, evs{kind(trace.KindTrapped)}, false},

	{"redirected-with", arg{"reason": "not-logged-in", "target": "/Leads/1?a=b"}, nil,
		evs{redirect(302, originURL+"/SSO?reason=1&target=http%3A%2F%2Facme.eft.localhost%3A1%2FLeads%2F1%3Fa%3Db")}, true},
	{"redirected-with", arg{"reason": "not-logged-in", "reason-name": "why"}, nil, evs{redirect(302, originURL+"/SSO?why=1")}, true},
	{"redirected-with", arg{"reason": "not-logged-in", "target": "/Leads/1"}, nil, evs{redirect(302, originURL+"/SSO?reason=1&target=http%3A%2F%2Facme.eft.localhost%3A1%2FLeads%2F2")}, false},
	{"redirected-with", arg{"reason": "not-logged-in"}, nil, evs{redirect(302, originURL+"/SSO?reason=NotLoggedIn")}, false},
	{"redirected-with", arg{"reason": "not-logged-in"}, nil, evs{redirect(302, originURL+"/SSO?reason=1&reason=2")}, false},
	{"redirected-with", arg{"reason": "not-logged-in"}, nil, evs{redirect(307, originURL+"/SSO?reason=1")}, false},
	{"redirected-with", arg{"reason": "not-logged-in"}, nil, evs{redirect(302, "http://evil.example/SSO?reason=1")}, false},
	{"redirected-with", arg{"reason": "expired"}, nil, evs{redirect(302, originURL+"/SSO?reason=1")}, false},
	{"service-called", arg{"times": "1"}, nil, evs{kind(trace.KindServiceCalled)}, true},
	{"logout-refused", arg{"reason": "expired"}, nil, evs{logoutDecision("expired"), errorPage()}, true},
	{"logout-refused", arg{"reason": "expired"}, nil, evs{logoutDecision("issuer"), errorPage()}, false},
	{"logout-refused", arg{"reason": "expired"}, nil, evs{logoutDecision("expired"), logoutDecision(""), errorPage()}, false},
	{"logout-refused", arg{"reason": "expired"}, nil, evs{refusal("expired"), errorPage()}, false},
	{"logout-refused", arg{"reason": "expired"}, nil, evs{logoutDecision("expired"), loginPage()}, false},
	{"logout-accepted", nil, nil, evs{logoutDecision("expired"), logoutDecision("")}, true},
	{"logout-accepted", nil, nil, evs{logoutDecision("expired")}, false},
	{"logout-accepted", nil, nil, evs{}, false},
	{"logout-exchange", arg{"from": "idp", "binding": "redirect"}, nil, soundLogout().events(), true},
	{"logout-exchange", arg{"from": "sp", "binding": "redirect"}, nil, soundLogout().events(), false},
	{"logout-exchange", arg{"from": "idp", "binding": "post"}, nil, soundLogout().events(), false},
	{"logout-exchange", arg{"from": "idp", "binding": "post"}, nil, evs{}, false},
	{"closed-elsewhere", nil, nil, evs{elsewhere("login", "")}, true},
	{"closed-elsewhere", nil, nil, evs{elsewhere("account", "a1")}, false},
	{"closed-elsewhere", nil, nil, evs{loginPage()}, false},
	{"sessions-ended", arg{"times": "1"}, nil, evs{kind(trace.KindSessionEnded)}, true},
	{"sessions-ended", arg{"times": "0"}, nil, evs{kind(trace.KindSessionEnded)}, false},
	{"message-sent", arg{"name": "LogoutRequest", "from": "idp"}, nil, evs{logoutRequest(trace.IdP)}, true},
	{"message-sent", arg{"name": "LogoutRequest", "from": "idp"}, nil, evs{logoutRequest(trace.SP)}, false},
	{"message-sent", arg{"name": "LogoutResponse", "from": "idp"}, nil, evs{logoutRequest(trace.IdP)}, false},
	{"service-called", arg{"times": "1"}, nil, evs{}, false},

	{"metadata-refused", nil, []string{"refusal"}, evs{judgedOf(false, "warning?", "refusal")}, true},
	{"metadata-refused", nil, []string{"refusal", "warning"}, evs{judgedOf(false, "warning?", "refusal")}, false},
	{"metadata-refused", nil, []string{"refusal"}, evs{judgedOf(false, "refusal"), judgedOf(true)}, false},
	{"metadata-refused", nil, []string{}, evs{judgedOf(true)}, false},
	{"metadata-refused", nil, []string{"refusal"}, evs{}, false},
	{"metadata-accepted", nil, []string{"warning"}, evs{judgedOf(false, "refusal"), judgedOf(true, "warning?")}, true},
	{"metadata-accepted", nil, []string{}, evs{judgedOf(true)}, true},
	{"metadata-accepted", nil, []string{}, evs{judgedOf(true, "warning?")}, false},
	{"metadata-accepted", nil, []string{}, evs{}, false},
	{"metadata-fetches", arg{"times": "2"}, nil, evs{judgedOf(false), judgedOf(true)}, true},
	{"metadata-fetches", arg{"times": "2"}, nil, evs{judgedOf(true)}, false},
	{"browser-error", arg{"code": "ERR_CONNECTION_REFUSED"}, nil, evs{noPage("net::ERR_CONNECTION_REFUSED at http://127.0.0.1:1/")}, true},
	{"browser-error", arg{"code": "ERR_CONNECTION"}, nil, evs{noPage("net::ERR_CONNECTION_REFUSED at http://127.0.0.1:1/")}, false},
	{"browser-error", arg{"code": "ERR_CONNECTION_REFUSED"}, nil, evs{errorPage()}, false},
	{"browser-error", arg{"code": "ERR_CONNECTION_REFUSED"}, nil, evs{}, false},
	{"certificate-shown", arg{"defect": "expired"}, nil, evs{{Kind: trace.KindCertificate, Note: "expired"}, {Kind: trace.KindCertificate, Note: "expired"}}, true},
	{"certificate-shown", arg{"defect": "expired"}, nil, evs{{Kind: trace.KindCertificate, Note: "expired"}, {Kind: trace.KindCertificate, Note: "wrong-name"}}, false},
	{"certificate-shown", arg{"defect": "expired"}, nil, evs{{Kind: trace.KindCertificate}}, false},
	{"certificate-shown", arg{"defect": "expired"}, nil, evs{}, false},
	{"deliveries", arg{"times": "1"}, nil, evs{refusal("expired"), errorPage(), refusal("expired")}, true},
	{"deliveries", arg{"times": "1"}, nil, evs{turnedAway("method-refused"), errorPage()}, false},
	{"deliveries-refused", nil, []string{"replayed", "expired"}, evs{refusal("expired"), accepted(nil), refusal("replayed")}, true},
	{"deliveries-refused", nil, []string{"replayed"}, evs{refusal("expired"), accepted(nil)}, false},
	{"deliveries-refused", nil, []string{"expired"}, evs{accepted(nil), accepted(nil)}, false},
	{"deliveries-refused", nil, []string{"expired"}, evs{refusal("expired"), refusal("expired")}, false},
	{"deliveries-refused", nil, []string{"expired"}, evs{accepted(nil)}, false},

	{"cookies", nil, []string{"b", "a"}, evs{cookieSet(trace.SP, "a"), cookieSet(trace.SP, "b", "a"), cookieSet(trace.IdP, "c")}, true},
	{"cookies", nil, []string{"a"}, evs{cookieSet(trace.SP, "a", "owned")}, false},
	{"cookies", nil, []string{"a"}, evs{}, false},
	{"record-unbroken", arg{"text": `"ada\r\nb"`}, nil, evs{noted(`no account has "ada\r\nb"`)}, true},
	{"record-unbroken", arg{"text": "ada"}, nil, evs{noted("no account has ada\r\nb")}, false},
	{"record-unbroken", arg{"text": "ada"}, nil, evs{noted("no account has ada\nb"), noted("ada")}, false},
	{"record-unbroken", arg{"text": "ada"}, nil, evs{noted("nothing")}, false},
	{"record-unbroken", arg{"text": "ada"}, nil, evs{}, false},
	{"relay-state", arg{"value": "a+b c"}, nil, evs{relayed("a+b c")}, true},
	{"relay-state", arg{"value": "a+b c"}, nil, evs{relayed("a b c")}, false},
	{"relay-state", nil, nil, evs{asked("/a+b"), relayed("/a+b")}, true},
	{"relay-state", nil, nil, evs{asked("/a+b"), relayed("/a b")}, false},
	{"relay-state", nil, nil, evs{relayed("/a+b")}, false},
	{"relay-state", nil, nil, evs{asked("/a+b")}, false},
}

// judgedOf is a judgement of metadata; a rule with a question mark only warns.
func judgedOf(accepted bool, rules ...string) trace.Event {
	d := &trace.Decision{Accepted: accepted}
	for _, rule := range rules {
		name, warns := strings.CutSuffix(rule, "?")
		d.Findings = append(d.Findings, trace.Finding{Rule: name, Tolerated: warns})
	}
	return trace.Event{Party: trace.SP, Kind: trace.KindMetadata, Decision: d}
}

func noPage(why string) trace.Event {
	return page(trace.Page{Label: trace.Final, Error: why})
}

func TestExamples(t *testing.T) {
	t.Parallel()
	for i, e := range examples {
		c, known := Find(e.check)
		if !known {
			t.Errorf("example %d: no check %q", i, e.check)
			continue
		}
		bound, errs := c.Bind(e.args, e.list)
		if errs != nil {
			t.Errorf("example %d: %s: %v", i, e.check, errs)
			continue
		}
		tr := traced(e.trace)
		o := bound.Run(tr, facts())
		if o.OK != e.ok {
			t.Errorf("example %d: %s %v%v is %v\nexpected %s\nseen     %s\n%s", i, e.check, e.args, e.list, o.OK, o.Expected, o.Seen, tr)
		}
		if o.Expected == "" || o.Seen == "" {
			t.Errorf("example %d: %s says nothing: %+v", i, e.check, o)
		}
		if !o.OK && o.Expected == o.Seen {
			t.Errorf("example %d: %s fails and both sides say %q", i, e.check, o.Seen)
		}
	}
}

func TestEveryCheckCanHoldAndCanFail(t *testing.T) {
	t.Parallel()
	type ways struct{ holds, fails int }
	seen := map[string]ways{}
	for _, e := range examples {
		w := seen[e.check]
		if e.ok {
			w.holds++
		} else {
			w.fails++
		}
		seen[e.check] = w
	}
	names := map[string]bool{}
	for _, c := range Catalogue() {
		if w := seen[c.Name]; w.holds == 0 || w.fails == 0 {
			t.Errorf("%s holds in %d examples and fails in %d", c.Name, w.holds, w.fails)
		}
		if names[c.Name] {
			t.Errorf("%s exists twice", c.Name)
		}
		names[c.Name] = true
		if c.Summary == "" || strings.HasSuffix(c.Summary, ".") || c.Run == nil {
			t.Errorf("%s is incomplete", c.Name)
		}
		if c.List != "" && len(c.Params) > 0 {
			t.Errorf("%s takes both a list and parameters", c.Name)
		}
	}
}

func TestNoTraceMakesACheckPanic(t *testing.T) {
	t.Parallel()
	for _, e := range examples {
		c, _ := Find(e.check)
		bound, _ := c.Bind(e.args, e.list)
		bound.Run(trace.New(), Facts{})
		bound.Run(traced(evs{{Kind: trace.KindDecision, Party: trace.SP}, {Kind: trace.KindRequestSent}, {Kind: trace.KindSessionStarted}}), Facts{})
		bound.Run(traced(evs{page(trace.Page{Label: "final", URL: "http://%"}), page(trace.Page{Label: "protected", HTML: `id="account-id"`})}), Facts{})
	}
}

func TestBind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		check string
		args  map[string]string
		list  []string
		want  string
	}{
		{"refused", arg{"reason": "expird"}, nil, `"expird" is no value of reason`},
		{"refused", nil, nil, `"reason" is needed`},
		{"refused", nil, []string{"expired"}, `"refused" takes no list`},
		{"status", arg{"code": "many"}, nil, `"many" is no int for code`},
		{"page-shows", arg{"text": "x"}, nil, `"page-shows" needs a list of texts`},
		{"identity", nil, nil, `"identity" needs values by name`},
	} {
		found, _ := Find(c.check)
		_, errs := found.Bind(c.args, c.list)
		if len(errs) != 1 || !strings.Contains(errs[0].Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.check, errs, c.want)
		}
	}
}

// A forgery that was believed is told from a genuine message that was accepted.
func TestRefusalSaysThatSomebodyElseWasLetIn(t *testing.T) {
	t.Parallel()
	c, _ := Find("no-session")
	for account, want := range map[string]bool{"a1": false, "a2": true} {
		bound, _ := c.Bind(nil, nil)
		seen := bound.Run(traced(evs{session(account), accountPage(account, "who")}), facts()).Seen
		if got := strings.Contains(seen, "somebody else was let in"); got != want {
			t.Errorf("account %s: got %q", account, seen)
		}
	}
}
