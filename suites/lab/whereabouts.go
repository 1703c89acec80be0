package lab

import (
	"strings"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// At tells whether the visitor looks at a page of the party.
func (l *Lab) At(party trace.Party) bool {
	return strings.HasPrefix(l.Tab.Page().URL, l.URLs[party]+"/")
}
