package mutant

import (
	"errors"
	"fmt"

	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/report"
)

// Matrix holds how each mutant went against how it was told to go.
type Matrix struct {
	Rows     []Row     // one per rule that was asked for, in that order
	Outcomes []Outcome // one per mutant that could be judged
	Jointly  []Outcome // those of them that are without several rules
	// Broken says which mutants could not be judged, nil when all could. Such a
	// mutant is neither red nor green, but a broken lab.
	Broken error
	// Ruleless are the refusals of the base of which there are no mutants, to be
	// filled in by whoever has the base.
	Ruleless []Refusal
}

// Row is one rule.
type Row struct {
	validate.Rule
	Red, Green int       // mutants that went as told
	Surprises  []Outcome // those that did not
	NoticedBy  []string  // cases that turned red, as told or not
}

// Outcome is one mutant, played.
type Outcome struct {
	Mutant
	Red   bool
	Cause string // why it is red
}

// Compare holds the run of the mutants against what was told of them.
func (m Mutants) Compare(run *report.Run, rules []validate.Rule) *Matrix {
	played := map[string]report.Case{}
	for _, c := range run.Cases {
		played[c.ID] = c
	}
	x := &Matrix{}
	for _, one := range m {
		c := played[one.ID]
		if c.Verdict == report.Broken || c.Verdict == "" {
			x.Broken = errors.Join(x.Broken, fmt.Errorf("playing %s: %s", one.ID, c.Cause))
			continue
		}
		x.Outcomes = append(x.Outcomes, Outcome{one, c.Verdict != report.Pass, c.Cause})
	}
	for _, rule := range rules {
		r := Row{Rule: rule}
		for _, o := range x.Outcomes {
			if o.Ground != Jointly && o.Rules[0] == rule.ID {
				r.add(o)
			}
		}
		x.Rows = append(x.Rows, r)
	}
	for _, o := range x.Outcomes {
		if o.Ground == Jointly {
			x.Jointly = append(x.Jointly, o)
		}
	}
	return x
}

// Unnoticed counts the rules without which no case turned red.
func (x *Matrix) Unnoticed() int {
	n := 0
	for _, r := range x.Rows {
		if len(r.NoticedBy) == 0 {
			n++
		}
	}
	return n
}

// Surprises are the mutants that did not go as told, by the rules in their
// order, those of several rules at the end.
func (x *Matrix) Surprises() []Outcome {
	var all []Outcome
	for _, r := range x.Rows {
		all = append(all, r.Surprises...)
	}
	for _, o := range x.Jointly {
		if !o.AsTold() {
			all = append(all, o)
		}
	}
	return all
}

func (r *Row) add(o Outcome) {
	if o.Red {
		r.NoticedBy = append(r.NoticedBy, o.Of)
	}
	switch {
	case !o.AsTold():
		r.Surprises = append(r.Surprises, o)
	case o.Red:
		r.Red++
	default:
		r.Green++
	}
}

// Verdict is the row in a word, in capitals where something is wrong.
func (r Row) Verdict() string {
	switch {
	case len(r.NoticedBy) == 0:
		return "UNNOTICED"
	case len(r.Surprises) > 0:
		return "SURPRISE"
	}
	return "noticed"
}

// AsTold tells whether the colour is one of those that were told.
func (o Outcome) AsTold() bool {
	red, green := o.Ground.Told()
	return o.Red && red || !o.Red && green
}

// Surprise says in one line what was told of an outcome that is not as told,
// and how it went.
func (o Outcome) Surprise() string {
	if o.Red {
		return fmt.Sprintf("%s should stay green (%s), and is red: %s", o.Of, o.Ground, brief(o.Cause))
	}
	return fmt.Sprintf("%s should turn red (%s), and is green", o.Of, o.Ground)
}

// brief cuts a cause, which may quote a page, to what a line has room for.
func brief(cause string) string {
	const room = 90
	if r := []rune(cause); len(r) > room {
		return string(r[:room-1]) + "…"
	}
	return cause
}
