package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// decided is a played case in which the SP decided once for each list of findings.
func decided(id string, decisions ...[]trace.Finding) report.Case {
	c := report.Case{ID: id, Verdict: report.Pass, Events: []trace.Event{{Kind: trace.KindExchange}}}
	for _, findings := range decisions {
		c.Events = append(c.Events, trace.Event{Kind: trace.KindDecision, Decision: &trace.Decision{Findings: findings}})
	}
	return c
}

func TestFound(t *testing.T) {
	t.Parallel()
	audience, expired := trace.Finding{Rule: "audience-matches"}, trace.Finding{Rule: "not-on-or-after"}
	tolerated := trace.Finding{Rule: "window-ordered", Tolerated: true}
	for name, c := range map[string]struct {
		played report.Case
		want   map[string]bool
	}{
		"nothing is played":    {decided("a"), map[string]bool{}},
		"nothing is found":     {decided("a", nil), map[string]bool{}},
		"each rule once":       {decided("a", []trace.Finding{audience, audience}, []trace.Finding{audience, expired}), map[string]bool{"audience-matches": false, "not-on-or-after": false}},
		"tolerated is told so": {decided("a", []trace.Finding{tolerated, expired}), map[string]bool{"window-ordered": true, "not-on-or-after": false}},
	} {
		if got := found(c.played); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: found %v, want %v", name, got, c.want)
		}
	}
}

func TestMutate(t *testing.T) {
	t.Parallel()
	p := &plan.Plan{Cases: []*plan.Case{{ID: "a"}, {ID: "b"}, {ID: "c"}}}
	audience, expired := trace.Finding{Rule: "audience-matches"}, trace.Finding{Rule: "not-on-or-after"}
	// b was not played, so that places in the plan and in the run differ.
	base := &report.Run{Cases: []report.Case{decided("a", []trace.Finding{audience, expired}), decided("c", []trace.Finding{expired})}}
	var ids []string
	m := mutate(p, base, []string{"not-on-or-after", "issuer-format"}, 0)
	for _, c := range m.cases {
		ids = append(ids, c.ID)
		if got := m.without(c); !reflect.DeepEqual(got, []string{"not-on-or-after"}) {
			t.Errorf("%s is played without %v", c.ID, got)
		}
		control := *c
		if got := m.without(&control); got != nil {
			t.Errorf("the control of %s is played without %v", c.ID, got)
		}
	}
	// c comes first: there the rule found something alone.
	if want := []string{"c without not-on-or-after", "a without not-on-or-after"}; !reflect.DeepEqual(ids, want) {
		t.Errorf("mutants %v, want %v", ids, want)
	}
	if fewer := mutate(p, base, []string{"not-on-or-after"}, 1).cases; len(fewer) != 1 || fewer[0].ID != "c without not-on-or-after" {
		t.Errorf("one mutant a rule: %d, the first %v", len(fewer), fewer[0].ID)
	}
	if p.Cases[0].ID != "a" || m.without(p.Cases[0]) != nil {
		t.Error("the plan's own case was changed")
	}
}

func TestMutantsReport(t *testing.T) {
	t.Parallel()
	m := &mutants{rule: map[string]string{"a without r": "r", "b without r": "r", "a without s": "s"}}
	verdicts := func(all ...report.Verdict) *report.Run {
		run := &report.Run{}
		for i, id := range []string{"a without r", "b without r", "a without s"} {
			run.Cases = append(run.Cases, report.Case{ID: id, Verdict: all[i], Cause: "because"})
		}
		return run
	}
	for name, c := range map[string]struct {
		run    *report.Run
		rules  []string
		status int
		row    string
	}{
		"each is noticed":              {verdicts(report.Fail, report.Pass, report.Fail), []string{"r", "s"}, exitOK, "r\tnoticed\t1\ta\tb\n"},
		"one is not":                   {verdicts(report.Fail, report.Pass, report.Pass), []string{"r", "s"}, exitFailed, "s\tUNNOTICED\t0\t\ta\n"},
		"one was never broken":         {verdicts(report.Fail, report.Fail, report.Fail), []string{"r", "s", "u"}, exitFailed, "u\tUNNOTICED\t0\t\t\n"},
		"a broken lab notices nothing": {verdicts(report.Fail, report.Pass, report.Broken), []string{"r", "s"}, exitBroken, "s\tUNNOTICED\t0\t\t\n"},
	} {
		dir := t.TempDir()
		var out, errs bytes.Buffer
		if got := finish(streams{&out, &errs}, m.report(c.run, c.rules, dir, streams{&out, &errs})); got != c.status {
			t.Errorf("%s: status %d, want %d\n%s%s", name, got, c.status, &out, &errs)
		}
		matrix, err := os.ReadFile(filepath.Join(dir, "mutants.tsv"))
		if err != nil || !strings.Contains(string(matrix), c.row) {
			t.Errorf("%s: %v, no row %q in\n%s", name, err, c.row, matrix)
		}
	}
}
