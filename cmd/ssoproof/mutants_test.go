package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/scenario"
	"github.com/ssoproof/ssoproof/suites/trace"
)

var (
	audience  = trace.Finding{Rule: "audience-matches", Reason: "audience"}
	present   = trace.Finding{Rule: "audience-present", Reason: "audience"}
	expired   = trace.Finding{Rule: "not-on-or-after", Reason: "expired"}
	issuer    = trace.Finding{Rule: "response-issuer", Reason: "issuer"}
	doctype   = trace.Finding{Rule: "no-doctype", Reason: "malformed"}
	tolerated = trace.Finding{Rule: "window-ordered", Reason: "malformed", Tolerated: true}
)

// refused is a decision for the reason of the first finding.
func refused(findings ...trace.Finding) trace.Decision {
	return trace.Decision{Reason: findings[0].Reason, Findings: findings}
}

// decided is a case that went as expected, in which the SP decided so.
func decided(id string, all ...trace.Decision) report.Case {
	c := report.Case{ID: id, Verdict: report.Pass, Events: []trace.Event{{Kind: trace.KindExchange}}}
	for i := range all {
		c.Events = append(c.Events, trace.Event{Kind: trace.KindDecision, Party: trace.SP, Decision: &all[i]})
	}
	return c
}

// expecting is a planned case that expects findings.
func expecting(id string, rules ...string) *plan.Case {
	c := &plan.Case{ID: id, Profile: &profile.Profile{Precedence: []reason.Reason{"expired"}}}
	if len(rules) > 0 {
		c.Checks = []check.Bound{{Args: check.Args{List: rules}}}
	}
	return c
}

func TestForesee(t *testing.T) {
	t.Parallel()
	other := decided("a", refused(expired))
	other.Events[1].Party = trace.Neighbour
	for name, c := range map[string]struct {
		rule string
		plan *plan.Case
		went report.Case
		want ground
	}{
		"the finding is expected":           {"not-on-or-after", expecting("a", "audience-matches", "not-on-or-after"), decided("a", refused(audience, expired)), named},
		"so it is, though tolerated":        {"window-ordered", expecting("a", "window-ordered"), decided("a", trace.Decision{Accepted: true, Findings: []trace.Finding{tolerated}}), named},
		"the reason is this rule's":         {"not-on-or-after", expecting("a"), decided("a", refused(expired, audience)), decides},
		"so it is of one of many decisions": {"not-on-or-after", expecting("a"), decided("a", trace.Decision{Accepted: true}, refused(expired)), decides},
		"the reason is another's":           {"audience-matches", expecting("a"), decided("a", refused(expired, audience)), masked},
		"the reason is of both":             {"audience-matches", expecting("a"), decided("a", refused(audience, present)), masked},
		"the product tolerates it":          {"window-ordered", expecting("a"), decided("a", refused(expired, tolerated)), masked},
		"the next reason is another":        {"audience-matches", expecting("a"), decided("a", refused(audience, issuer, present)), decides},
		"the next but one is the same":      {"audience-matches", expecting("a"), decided("a", refused(audience, present, issuer)), masked},
		"the precedence says otherwise":     {"audience-matches", expecting("a"), decided("a", trace.Decision{Reason: "expired", Findings: []trace.Finding{audience, expired}}), masked},
		"the SP refused by itself":          {"audience-matches", expecting("a"), decided("a", trace.Decision{Reason: "user-not-found", Findings: []trace.Finding{tolerated}}), untouched},
		"the reading ended there":           {"no-doctype", expecting("a"), decided("a", refused(doctype)), open},
		"so it did, and that is expected":   {"no-doctype", expecting("a", "no-doctype"), decided("a", refused(doctype)), named},
		"it found nothing":                  {"issuer-format", expecting("a"), decided("a", refused(expired)), untouched},
		"nothing was decided":               {"issuer-format", expecting("a"), decided("a"), untouched},
		"another SP decided":                {"not-on-or-after", expecting("a"), other, untouched},
	} {
		if got := foresee(c.rule, judged{c.plan, c.went}); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// A rule that the table names must be there.
func TestUnforeseeable(t *testing.T) {
	t.Parallel()
	for _, id := range unforeseeable() {
		if _, err := knownRules([]string{id}); err != nil {
			t.Error(err)
		}
	}
}

func TestSample(t *testing.T) {
	t.Parallel()
	p := &plan.Plan{Cases: []*plan.Case{
		expecting("f/a@x"), expecting("f/a@y"), expecting("f/b@x"), expecting("f/named@x", "not-on-or-after"), expecting("f/masked@x"), expecting("f/other@x"), expecting("f/other@y"), expecting("f/failed@x"),
	}}
	failed := decided("f/failed@x", refused(expired))
	failed.Verdict = report.KnownFail
	base := &report.Run{Cases: []report.Case{
		decided("f/a@x", refused(expired, audience)), decided("f/a@y", refused(expired)), decided("f/b@x", refused(expired, audience, present)),
		decided("f/named@x", refused(audience, expired)), decided("f/masked@x", refused(audience, expired)),
		decided("f/other@x"), decided("f/other@y"), decided("f/gone@x", refused(expired)), failed,
	}}
	rules := []validate.Rule{{ID: "issuer-format"}, {ID: "not-on-or-after"}}
	for _, c := range []struct {
		sample
		want string
	}{
		{sample{most: 3, controls: 2}, "named/named@x decides/a@y decides/b@x masked/masked@x untouched/other@y"},
		{sample{most: 0, controls: 0}, "named/named@x decides/a@y decides/b@x decides/a@x"},
		{sample{most: 1, controls: 1}, "named/named@x untouched/other@y"},
	} {
		var got []string
		for _, m := range c.mutants(judgedCases(p, base), rules) {
			if m.rules[0] != "not-on-or-after" {
				continue
			}
			got = append(got, string(m.ground)+strings.TrimPrefix(m.of, "f"))
			if m.ID != m.of+" without "+m.rules[0] {
				t.Errorf("the mutant of %s without %s is called %s", m.of, m.rules, m.ID)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v: mutants %v, want %s", c.sample, got, c.want)
		}
	}
	if p.Cases[0].ID != "f/a@x" {
		t.Error("the plan's own case was changed")
	}
}

// One case of each scenario that no single rule stands behind, that of the
// fewest rules.
func TestJointMutants(t *testing.T) {
	t.Parallel()
	p := &plan.Plan{Cases: []*plan.Case{expecting("f/both@x"), expecting("f/both@y"), expecting("f/alone@x"), expecting("f/alone@y"), expecting("f/named@x", "audience-present"), expecting("f/none@x")}}
	third := trace.Finding{Rule: "third", Reason: "audience"}
	base := &report.Run{Cases: []report.Case{
		decided("f/both@x", refused(audience, third, present)), decided("f/both@y", refused(audience, present, issuer, tolerated)),
		decided("f/alone@x", refused(audience, present)), decided("f/alone@y", refused(audience)),
		decided("f/named@x", refused(audience, present)), decided("f/none@x", trace.Decision{Reason: "user-not-found", Findings: []trace.Finding{tolerated}}),
	}}
	var ids []string
	for _, m := range jointMutants(judgedCases(p, base)) {
		ids = append(ids, m.ID)
	}
	if want := []string{"f/both@y without audience-matches+audience-present"}; !slices.Equal(ids, want) {
		t.Errorf("mutants %v, want %v", ids, want)
	}
}

func TestConcerned(t *testing.T) {
	t.Parallel()
	bound, _ := check.Find("refused")
	reasoned, errs := bound.Bind(map[string]string{"reason": "expired"}, nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var cases []*plan.Case
	for range 60 {
		cases = append(cases, expecting("other"))
	}
	for range 30 {
		one := &scenario.Scenario{}
		for range 2 {
			cases = append(cases, &plan.Case{ID: "reason", Scenario: one, Checks: []check.Bound{reasoned}})
		}
		cases = append(cases, expecting("named", "not-on-or-after"))
	}
	kept := map[string]int{}
	for _, c := range concerned(cases, []validate.Rule{{ID: "not-on-or-after", Reason: "expired"}}) {
		kept[c.ID]++
	}
	// Every seventh case is kept for controls; of the others, what speaks of the rule.
	if kept["named"] != 30 || kept["other"] != 9 || kept["reason"] < 20 || kept["reason"] > 20+9 {
		t.Errorf("kept %v", kept)
	}
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	m := mutants{
		newMutant(expecting("a"), named, "r"), newMutant(expecting("b"), masked, "r"),
		newMutant(expecting("a"), decides, "s"), newMutant(expecting("b"), untouched, "s"), newMutant(expecting("c"), open, "s"),
		newMutant(expecting("d"), jointly, "r", "s"),
	}
	verdicts := func(all ...report.Verdict) *report.Run {
		run := &report.Run{}
		for i, v := range all {
			run.Cases = append(run.Cases, report.Case{ID: m[i].ID, Verdict: v, Cause: "because\tof | it"})
		}
		return run
	}
	const pass, fail = report.Pass, report.Fail
	for name, c := range map[string]struct {
		run    *report.Run
		rules  []string
		status int
		rows   []string
	}{
		"all as told":          {verdicts(fail, pass, fail, pass, pass, fail), []string{"r", "s"}, exitOK, []string{"r\ta\tnamed\tred\tred\tyes\tbecause of | it\n", "s\tb\tuntouched\tgreen\tgreen\tyes\t", "s\tc\topen\teither\tgreen\tyes\t"}},
		"one unnoticed":        {verdicts(fail, pass, pass, pass, pass, fail), []string{"r", "s"}, exitFailed, []string{"s\ta\tdecides\tred\tgreen\tno\t"}},
		"red without a ground": {verdicts(fail, fail, fail, pass, fail, fail), []string{"r", "s"}, exitFailed, []string{"r\tb\tmasked\tgreen\tred\tno\tbecause"}},
		"nothing to play":      {verdicts(fail, pass, fail, pass, pass, fail), []string{"r", "s", "u"}, exitFailed, []string{"u\t\t\t\t\tno\tno case to play\n"}},
		"not even jointly":     {verdicts(fail, pass, fail, pass, pass, pass), []string{"r", "s"}, exitFailed, []string{"r+s\td\tjointly\tred\tgreen\tno\t"}},
		"a broken lab":         {verdicts(fail, pass, fail, report.Broken, pass, fail), []string{"r", "s"}, exitBroken, nil},
		"one was not played":   {verdicts(fail, pass, fail), []string{"r", "s"}, exitBroken, nil},
	} {
		var rules []validate.Rule
		for _, id := range c.rules {
			rules = append(rules, validate.Rule{ID: id, Title: "holds | so"})
		}
		dir := t.TempDir()
		var out, errs bytes.Buffer
		if got := finish(streams{&out, &errs}, m.compare(c.run, rules).report(dir, streams{&out, &errs})); got != c.status {
			t.Errorf("%s: status %d, want %d\n%s%s", name, got, c.status, &out, &errs)
		}
		table, err := os.ReadFile(filepath.Join(dir, "mutants.tsv"))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range c.rows {
			if !strings.Contains(string(table), row) {
				t.Errorf("%s: no row %q in\n%s", name, row, table)
			}
		}
		summary, err := os.ReadFile(filepath.Join(dir, "mutants.md"))
		want := 1 + len(rules)
		if len(c.run.Cases) == len(m) {
			want += 2 // the joint mutant
		}
		if lines := strings.Count(string(summary), "\n| "); err != nil || lines != want {
			t.Errorf("%s: %v, %d lines of a table for %d rules\n%s", name, err, lines, len(rules), summary)
		}
	}
}

func TestMatrixSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	x := &matrix{rows: []row{{Rule: validate.Rule{ID: "r"}, noticedBy: []string{"b"}, surprises: []outcome{
		{mutant: mutant{of: "a", rules: []string{"r"}, ground: decides}}, {mutant: mutant{of: "b", rules: []string{"r"}, ground: untouched}, red: true, cause: "because"},
	}}}}
	var out bytes.Buffer
	err := x.report(t.TempDir(), streams{&out, &out})
	for _, want := range []string{"SURPRISE   r", "a should turn red (decides), and is green", "b should stay green (untouched), and is red: because", "2 mutants not as told"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not said:\n%s", want, &out)
		}
	}
	if err == nil || !slices.Equal(x.rows[0].noticedBy, []string{"b"}) {
		t.Errorf("error %v", err)
	}
}
