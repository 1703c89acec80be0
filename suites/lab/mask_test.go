package lab

import (
	"testing"

	"github.com/ssoproof/ssoproof/suites/trace"
)

func TestSessionKeyIsHiddenUnderAnyName(t *testing.T) {
	t.Parallel()
	l := &Lab{Trace: trace.New(), secret: sessionVariable("s[id]")}
	l.record(trace.Event{Note: "to /a?s%5Bid%5D=secret"})
	l.record(trace.Event{Exchange: &trace.Exchange{URL: "/a?x=1&s%5Bid%5D=secret&y=2", Location: "/b?s%5Bid%5D=secret#part"}})
	l.record(trace.Event{Page: &trace.Page{URL: "/a?s%5Bid%5D=secret", Text: "/a?s%5Bid%5D=secret", HTML: `<a href="/a?s%5Bid%5D=secret">`}})
	l.record(trace.Event{Page: &trace.Page{Title: "/a?s%5Bid%5D=secret"}})
	l.record(trace.Event{Decision: &trace.Decision{Findings: []trace.Finding{{Got: "/a?s%5Bid%5D=secret"}}}})
	events := l.Trace.Events()
	for seen, want := range map[string]string{
		events[0].Note:                     "to /a?s%5Bid%5D=***",
		events[1].Exchange.URL:             "/a?x=1&s%5Bid%5D=***&y=2",
		events[1].Exchange.Location:        "/b?s%5Bid%5D=***#part",
		events[2].Page.URL:                 "/a?s%5Bid%5D=***",
		events[2].Page.HTML:                `<a href="/a?s%5Bid%5D=***">`,
		events[3].Page.Title:               "/a?s%5Bid%5D=***",
		events[2].Page.Text:                "/a?s%5Bid%5D=***",
		events[4].Decision.Findings[0].Got: "/a?s%5Bid%5D=***",
	} {
		if seen != want {
			t.Errorf("%s, want %s", seen, want)
		}
	}
	if sessionVariable("") != nil {
		t.Error("a variable without a name is looked for")
	}
}
