package report

import (
	"slices"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// Version is the version of report.json that this package writes, and the
// newest that it reads.
const Version = 1

// Run is everything one run found. Its JSON form is described in the package
// comment.
type Run struct {
	Version  int           `json:"version"` // Write sets it
	Tool     string        `json:"tool"`
	Command  string        `json:"command,omitempty"`
	Started  time.Time     `json:"started"`
	Duration time.Duration `json:"duration"`
	Partial  bool          `json:"partial,omitempty"` // narrowed by patterns, skips or a shard
	Shard    *Shard        `json:"shard,omitempty"`   // nil when the plan was not divided
	Notes    []string      `json:"notes,omitempty"`
	Subject  *Subject      `json:"subject,omitempty"` // nil when nothing foreign is under test
	Cases    []Case        `json:"cases"`
}

// Subject is the party under test when it is somebody else's.
type Subject struct {
	Role         string `json:"role"` // in words: identity provider, service provider
	Product      string `json:"product"`
	Version      string `json:"version,omitempty"`
	Organization string `json:"organization,omitempty"`
	URL          string `json:"url,omitempty"`
	Contact      string `json:"contact,omitempty"`
}

// String names all that tells one subject from another.
func (s *Subject) String() string {
	if s == nil {
		return "nothing foreign"
	}
	all := []string{s.Role, s.Product, s.Version, s.Organization, s.URL, s.Contact}
	return strings.Join(slices.DeleteFunc(all, func(one string) bool { return one == "" }), ", ")
}

// Case is one scenario on one profile, with its verdict and its evidence.
// The events are those of a trace.Trace, which has masked their secrets.
type Case struct {
	ID       string        `json:"id"`
	Scenario string        `json:"scenario"`
	Family   string        `json:"family"`
	Title    string        `json:"title"`
	Ref      string        `json:"ref,omitempty"`
	Source   string        `json:"source,omitempty"` // file:line
	Profile  string        `json:"profile"`
	Layout   string        `json:"layout,omitempty"`
	Flow     string        `json:"flow,omitempty"`
	Faults   []string      `json:"faults,omitempty"` // with their arguments, as a scenario writes them
	Verdict  Verdict       `json:"verdict"`
	Cause    string        `json:"cause,omitempty"`
	Checks   []CheckResult `json:"checks,omitempty"`
	Events   []trace.Event `json:"events,omitempty"`
	Duration time.Duration `json:"duration"`
	Command  string        `json:"command,omitempty"` // plays this case alone
	Replayed bool          `json:"replayed,omitempty"`
	Control  string        `json:"control,omitempty"` // the journey without the defect, which must succeed

	SecondOpinion *SecondOpinion `json:"secondOpinion,omitempty"`
}

// CheckResult is one thing that had to hold, and whether it did.
type CheckResult struct {
	Name     string `json:"name"`
	Summary  string `json:"summary,omitempty"`
	Expected string `json:"expected,omitempty"`
	Seen     string `json:"seen,omitempty"`
	OK       bool   `json:"ok"`
}

// masked returns the case with the secrets masked that a check or a cause may
// quote from a server; the events were masked when they entered the trace.
func (c Case) masked() Case {
	c.Cause, c.Command, c.Control = trace.Masked(c.Cause), trace.Masked(c.Command), trace.Masked(c.Control)
	checks := make([]CheckResult, len(c.Checks))
	for i, r := range c.Checks {
		r.Expected, r.Seen = trace.Masked(r.Expected), trace.Masked(r.Seen)
		checks[i] = r
	}
	c.Checks = checks
	if c.SecondOpinion != nil {
		masked := *c.SecondOpinion
		masked.Why = trace.Masked(masked.Why)
		c.SecondOpinion = &masked
	}
	return c
}
