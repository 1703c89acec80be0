package lab

import (
	"net/url"
	"regexp"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// sessionVariable finds the session key in a URL. The trace masks it under the
// usual names by itself; a portal's settings can give it any other.
func sessionVariable(name string) *regexp.Regexp {
	if name == "" {
		return nil
	}
	return regexp.MustCompile(`([?&]` + regexp.QuoteMeta(url.QueryEscape(name)) + `=)[^&#\s"'<>]+`)
}

// hide masks the session key wherever its variable can be seen.
func (l *Lab) hide(e trace.Event) trace.Event {
	if l.secret == nil {
		return e
	}
	mask := func(text string) string { return l.secret.ReplaceAllString(text, "${1}"+trace.Mask) }
	e.Note = mask(e.Note)
	if e.Exchange != nil {
		x := *e.Exchange
		x.URL, x.Location = mask(x.URL), mask(x.Location)
		e.Exchange = &x
	}
	if e.Page != nil {
		p := *e.Page
		p.URL, p.Text, p.HTML = mask(p.URL), mask(p.Text), mask(p.HTML)
		e.Page = &p
	}
	return e
}
