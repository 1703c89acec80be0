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
// the fixed limits of message.go, and it never panics: a panic becomes the
// finding Broken, and the message is refused.
func Response(raw []byte, p Policy, now time.Time) Decision {
	m := &Message{now: now}
	return m.decide(&p, Rules(), func() { m.read(raw, &p) }, reason.Malformed, func(d *Decision) bool {
		if m.judged != nil {
			d.Identity = m.identity()
		}
		return m.judged != nil
	})
}

// decide reads a message, runs the rules and concludes. When none refuses, accept
// takes what the message says; it tells false when there is nothing to take, which
// can be only where rules are switched off, and is the reason nothing then.
func (m *Message) decide(p *Policy, rules []Rule, read func(), nothing reason.Reason, accept func(*Decision) bool) (d Decision) {
	broken := barrier(func() []Finding {
		findings := m.examine(p, rules, read)
		d = Decision{Findings: findings, Facts: m.facts(), Reason: p.first(findings)}
		if d.Reason == "" && !accept(&d) {
			d.Reason = nothing
		}
		d.Accepted = d.Reason == ""
		return nil
	})
	if len(broken) > 0 {
		return Decision{Reason: reason.Malformed, Findings: broken}
	}
	return d
}

// examine reads the message and runs the rules.
func (m *Message) examine(p *Policy, rules []Rule, read func()) []Finding {
	findings := barrier(func() []Finding {
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
	findings := barrier(func() []Finding { return r.Check(m, p) })
	findings = findings[:min(len(findings), maxFindings)]
	for i := range findings {
		f := &findings[i]
		if f.Rule == Broken {
			f.Got += ", in the rule " + r.ID
			continue
		}
		*f = f.located()
		f.Rule, f.Ref = r.ID, r.Ref
		if f.Reason == "" {
			f.Reason = r.Reason
		}
		f.Tolerated = f.Tolerated || p.tolerates(r)
	}
	return findings
}

// Broken stands for a rule in the finding that the SP itself has failed. No
// policy tolerates it, and it says nothing about the message.
const Broken = "broken"

// barrier turns a panic into a finding that names it: hostile input must
// never take the server down, and must never be accepted because of a bug.
func barrier(check func() []Finding) (findings []Finding) {
	defer func() {
		if v := recover(); v != nil {
			findings = []Finding{{
				Rule: Broken, Ref: "CWE-248", Reason: reason.Malformed,
				Got:    fmt.Sprintf("the SP's own check failed: %v", v),
				Want:   "a message that can be checked",
				Remedy: "Report this message to the SP's operator; it shows a defect of the SP.",
			}}
		}
	}()
	return check()
}

// first returns the reason that wins among the findings, "" when none refuses.
func (p *Policy) first(findings []Finding) reason.Reason {
	var why []reason.Reason
	for _, f := range findings {
		if f.refuses() {
			why = append(why, f.Reason)
		}
	}
	return Foremost(why, p.Precedence)
}

// Foremost returns the reason that stands first in the precedence, or the first
// of all where none stands there; "" of no reasons.
func Foremost(reasons, precedence []reason.Reason) (why reason.Reason) {
	best := -1
	for _, r := range reasons {
		rank := slices.Index(precedence, r)
		if rank < 0 {
			rank = len(precedence)
		}
		if best < 0 || rank < best {
			best, why = rank, r
		}
	}
	return why
}
