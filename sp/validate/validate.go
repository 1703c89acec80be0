// Package validate judges a SAML message the way a service provider must: it
// runs every rule, keeps every finding, and lets a policy say which of them
// refuse the message and which reason the visitor is given.
//
// It is pure: no HTTP, no clock of its own, no state but what Policy's
// functions remember, and it never panics. What it must not know: products,
// accounts, pages. A rule is one small entry in the file of its subject
// (signature.go, time.go, audience.go, ...); read rule.go for what an entry
// is, message.go for what rules may look at, and start at Response.
package validate

import (
	"fmt"
	"slices"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
)

// Response judges one Response, given as the bytes of its XML document (what
// Decode returns) at the SP's time now. It is bounded by Policy.MaxBytes and
// the fixed limits of message.go, and it never panics: a panic inside a rule
// becomes a finding of that rule.
func Response(raw []byte, p Policy, now time.Time) (d Decision) {
	broken := barrier(Rule{ID: ruleWellFormed}, func() []Finding {
		d = judge(raw, &p, now)
		return nil
	})
	if len(broken) > 0 {
		return Decision{Reason: reason.Malformed, Findings: broken}
	}
	return d
}

func judge(raw []byte, p *Policy, now time.Time) Decision {
	m := &Message{now: now}
	return decide(m, p, m.examine(p, Rules(), func() { m.read(raw, p) }))
}

// examine reads the message and runs the rules.
func (m *Message) examine(p *Policy, rules []Rule, read func()) []Finding {
	findings := barrier(Rule{ID: ruleWellFormed}, func() []Finding {
		read()
		return nil
	})
	for _, last := range []bool{false, true} {
		if last && slices.ContainsFunc(findings, Finding.refuses) {
			break
		}
		for _, r := range rules {
			if r.Last == last && !slices.Contains(p.Without, r.ID) {
				findings = append(findings, r.apply(m, p)...)
			}
		}
	}
	return findings
}

// maxFindings is how many findings of one rule are kept.
const maxFindings = 20

// apply runs the rule and completes what it finds.
func (r Rule) apply(m *Message, p *Policy) []Finding {
	findings := barrier(r, func() []Finding { return r.Check(m, p) })
	findings = findings[:min(len(findings), maxFindings)]
	for i := range findings {
		f := &findings[i]
		*f = f.located()
		f.Rule, f.Ref = r.ID, r.Ref
		if f.Reason == "" {
			f.Reason = r.Reason
		}
		f.Tolerated = f.Tolerated || p.tolerates(r)
	}
	return findings
}

// barrier turns a panic into a finding that names it: hostile input must
// never take the server down, and must never be accepted because of a bug.
func barrier(r Rule, check func() []Finding) (findings []Finding) {
	defer func() {
		if broken := recover(); broken != nil {
			findings = []Finding{{
				Rule: r.ID, Ref: r.Ref, Reason: reason.Malformed,
				Got:    fmt.Sprintf("the SP's own check failed: %v", broken),
				Want:   "a message that can be checked",
				Remedy: "Report this message to the SP's operator; it shows a defect of the SP.",
			}}
		}
	}()
	return check()
}

func decide(m *Message, p *Policy, findings []Finding) Decision {
	d := Decision{Findings: findings, Facts: m.facts(), Reason: p.first(findings)}
	switch {
	case d.Reason != "":
	case m.judged == nil:
		d.Reason = reason.Malformed // only when rules were switched off
	default:
		d.Accepted, d.Identity = true, m.identity()
	}
	return d
}

// first returns the reason that wins among the findings, "" when none refuses.
func (p *Policy) first(findings []Finding) (why reason.Reason) {
	best := -1
	for _, f := range findings {
		if !f.refuses() {
			continue
		}
		if rank := p.rank(f.Reason); best < 0 || rank < best {
			best, why = rank, f.Reason
		}
	}
	return why
}
