package origin

import (
	"strings"
	"time"
)

const jsonType = "application/json; charset=utf-8"

// Answer is one prepared answer of the Authentication Web Service: the reply
// to every call, whether or not the credentials are good.
type Answer struct {
	Name, Summary string
	Status        int    // 0 closes the connection without a byte
	Type          string // Content-Type; "" sends none
	Body          string
	Repeat        int           // the body is sent so often
	Claim         int           // Content-Length to claim; the connection closes after the shorter body
	Gzip          bool          // Content-Encoding: gzip
	Location      string        // "{query}" stands for the call's own query
	Delay         time.Duration // real time before the first byte
	Silent        bool          // never answers; ends when the caller gives up
	Times         int           // for so many calls; 0 = until Reset
}

// Answers returns the prepared answers, in the order in which they are
// documented. Only those named after a true, and those whose summary says so, are a valid
// one.
func Answers() []Answer {
	var all []Answer
	for _, g := range answerGroups() {
		all = append(all, g.Answers...)
	}
	return all
}

type answerGroup struct {
	Title   string
	Answers []Answer
}

func answerGroups() []answerGroup {
	return []answerGroup{
		{"REST in JSON", jsonAnswers()}, {"REST in XML", xmlAnswers()}, {"SOAP", soapAnswers()}, {"In no form", brokenAnswers()},
	}
}

func jsonAnswers() []Answer {
	return []Answer{
		{Name: "json-true", Summary: "true as the guide asks for it, to whatever credentials", Status: 200, Type: jsonType, Body: "true"},
		{Name: "json-false", Summary: "false", Status: 200, Type: jsonType, Body: "false"},
		{Name: "json-quoted-true", Summary: "true in quotes, which the guide rules out", Status: 200, Type: jsonType, Body: `"true"`},
		{Name: "json-capital", Summary: "True with a capital", Status: 200, Type: jsonType, Body: "True"},
		{Name: "json-one", Summary: "the number 1", Status: 200, Type: jsonType, Body: "1"},
		{Name: "json-null", Summary: "null", Status: 200, Type: jsonType, Body: "null"},
		{Name: "json-object", Summary: "true inside an object", Status: 200, Type: jsonType, Body: `{"d":true}`},
		{Name: "json-array", Summary: "true inside an array", Status: 200, Type: jsonType, Body: "[true]"},
		{Name: "json-empty", Summary: "an empty body", Status: 200, Type: jsonType},
		{Name: "json-whitespace", Summary: "true among JSON white space: valid (RFC 8259, 2)", Status: 200, Type: jsonType, Body: "\r\n\t true \n"},
		{Name: "json-bom", Summary: "a byte order mark before true (RFC 8259, 8.1)", Status: 200, Type: jsonType, Body: "\ufefftrue"},
		{Name: "json-trailing", Summary: "true, and something after it", Status: 200, Type: jsonType, Body: "true false"},
		{Name: "json-utf16", Summary: "true in UTF-16", Status: 200, Type: "application/json; charset=utf-16", Body: "\xff\xfet\x00r\x00u\x00e\x00"},
		{Name: "json-type-missing", Summary: "true without a Content-Type", Status: 200, Body: "true"},
		{Name: "json-type-text", Summary: "true as text/plain", Status: 200, Type: "text/plain; charset=utf-8", Body: "true"},
		{Name: "json-type-html", Summary: "true as text/html", Status: 200, Type: "text/html", Body: "true"},
		{Name: "json-type-no-charset", Summary: "true as application/json without a charset: valid, worth a remark", Status: 200, Type: "application/json", Body: "true"},
		{Name: "json-type-other-charset", Summary: "true as application/json in ISO 8859-1: valid, worth a remark", Status: 200, Type: "application/json; charset=iso-8859-1", Body: "true"},
		{Name: "json-gzip", Summary: "true, gzip-encoded for a caller that accepts it: valid", Status: 200, Type: jsonType, Body: "true", Gzip: true},
		{Name: "json-error-with-true", Summary: "status 500 with the body true", Status: 500, Type: jsonType, Body: "true"},
		{Name: "json-forbidden-with-true", Summary: "status 403 with the body true", Status: 403, Type: jsonType, Body: "true"},
		{Name: "json-202", Summary: "status 202 with the body true", Status: 202, Type: jsonType, Body: "true"},
		{Name: "json-204", Summary: "status 204, which has no body", Status: 204},
	}
}

// brokenAnswers are those that say nothing in any form.
func brokenAnswers() []Answer {
	return []Answer{
		{Name: "slow", Summary: "true in JSON, a fifth of a second late: valid", Status: 200, Type: jsonType, Body: "true", Delay: 200 * time.Millisecond},
		{Name: "html-page", Summary: "an HTML error page with status 200", Status: 200, Type: "text/html", Body: "<!doctype html><title>Error</title><p>true"},
		{Name: "server-error", Summary: "status 500 with an HTML page", Status: 500, Type: "text/html", Body: "<!doctype html><title>Error</title>"},
		{Name: "unavailable", Summary: "status 503", Status: 503},
		{Name: "unauthorized", Summary: "status 401", Status: 401},
		{Name: "forbidden", Summary: "status 403", Status: 403},
		{Name: "not-found", Summary: "status 404", Status: 404},
		{Name: "too-many-requests", Summary: "status 429", Status: 429},
		{Name: "bad-gateway", Summary: "status 502 with an HTML page", Status: 502, Type: "text/html", Body: "<!doctype html><title>Bad gateway</title>"},
		{Name: "redirect-same-host", Summary: "a redirect to a path of the same host that knows the truth", Status: 302, Location: "/AuthenticationService/moved?{query}"},
		{Name: "redirect-other-host", Summary: "a redirect to a loopback port (CWE-918)", Status: 302, Location: "http://127.0.0.1:9/AuthenticationService?{query}"},
		{Name: "timeout", Summary: "no answer until the caller gives up", Silent: true},
		{Name: "refused", Summary: "the connection is closed without an answer"},
		{Name: "reset", Summary: "the connection is closed after the headers", Status: 200, Type: jsonType, Claim: 4},
		{Name: "truncated", Summary: "a Content-Length of 4 and a body of 2 bytes", Status: 200, Type: jsonType, Body: "tr", Claim: 4},
		{Name: "huge-body", Summary: "white space by the megabyte, and no end in sight", Status: 200, Type: jsonType, Body: strings.Repeat(" ", 1<<16), Repeat: 1 << 8},
	}
}

// AnswerNamed returns the prepared answer of this name.
func AnswerNamed(name string) (Answer, bool) {
	for _, a := range Answers() {
		if a.Name == name {
			return a, true
		}
	}
	return Answer{}, false
}
