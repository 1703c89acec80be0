package lab

import "github.com/ssoproof/ssoproof/suites/trace"

// sessionVariable masks the session key wherever it travels under that name. The
// trace masks it under the usual names by itself; a portal's settings can give
// it any other.
func sessionVariable(name string) func(text string) string {
	if name == "" {
		return nil
	}
	return trace.MaskedVariable(name)
}

// hide masks the session key wherever its variable can be seen.
func (l *Lab) hide(e trace.Event) trace.Event {
	if l.secret == nil {
		return e
	}
	return e.Rewritten(l.secret)
}
