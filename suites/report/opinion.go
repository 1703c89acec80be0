package report

import (
	"strings"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// SecondOpinion is what a library that many products are built on makes of the
// case's last Response. It is no part of the verdict.
type SecondOpinion struct {
	Library  string `json:"library"`
	Accepted bool   `json:"accepted"`
	As       string `json:"as,omitempty"`  // whom it would sign in
	Why      string `json:"why,omitempty"` // it refuses
}

// Crashed tells that the message brings the library down.
func (o *SecondOpinion) Crashed() bool { return strings.HasPrefix(o.Why, "panic") }

// LastDecision tells whether the SP accepted the last Response that it judged,
// and whether there was one.
func (c Case) LastDecision() (accepted, any bool) {
	for _, e := range c.Events {
		if e.Kind == trace.KindDecision && e.Party == trace.SP && e.Decision != nil {
			accepted, any = e.Decision.Accepted, true
		}
	}
	return accepted, any
}

// Disputed tells that the second opinion is not that of the SP.
func (c Case) Disputed() bool {
	accepted, any := c.LastDecision()
	return any && c.SecondOpinion != nil && (c.SecondOpinion.Crashed() || c.SecondOpinion.Accepted != accepted)
}
