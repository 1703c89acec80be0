package mutant

import (
	"slices"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
)

func TestMatrix(t *testing.T) {
	t.Parallel()
	m := Mutants{
		New(expecting("a"), Named, "r"), New(expecting("b"), Masked, "r"),
		New(expecting("a"), Decides, "s"), New(expecting("b"), Untouched, "s"), New(expecting("c"), Open, "s"),
		New(expecting("d"), Jointly, "r", "s"),
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
		run                  *report.Run
		rules                []string
		unnoticed, surprises int
		broken               bool
		lines                []string
	}{
		"all as told":          {verdicts(fail, pass, fail, pass, pass, fail), []string{"r", "s"}, 0, 0, false, []string{"r\ta\tnamed\tred\tred\tyes\tbecause of | it\n", "s\tb\tuntouched\tgreen\tgreen\tyes\t", "s\tc\topen\teither\tgreen\tyes\t", "r+s\td\tjointly\tred\tred\tyes\t"}},
		"one unnoticed":        {verdicts(fail, pass, pass, pass, pass, fail), []string{"r", "s"}, 1, 1, false, []string{"s\ta\tdecides\tred\tgreen\tno\t"}},
		"red without a ground": {verdicts(fail, fail, fail, pass, fail, fail), []string{"r", "s"}, 0, 1, false, []string{"r\tb\tmasked\tgreen\tred\tno\tbecause"}},
		"nothing to play":      {verdicts(fail, pass, fail, pass, pass, fail), []string{"r", "s", "u"}, 1, 0, false, []string{"u\t\t\t\t\tno\tno case to play\n"}},
		"not even jointly":     {verdicts(fail, pass, fail, pass, pass, pass), []string{"r", "s"}, 0, 1, false, []string{"r+s\td\tjointly\tred\tgreen\tno\t"}},
		"a broken lab":         {verdicts(fail, pass, fail, report.Broken, pass, fail), []string{"r", "s"}, 0, 0, true, nil},
		"one was not played":   {verdicts(fail, pass, fail), []string{"r", "s"}, 0, 0, true, nil},
	} {
		var rules []validate.Rule
		for _, id := range c.rules {
			rules = append(rules, validate.Rule{ID: id, Title: "holds | so"})
		}
		x := m.Compare(c.run, rules)
		if x.Unnoticed() != c.unnoticed || len(x.Surprises()) != c.surprises || (x.Broken != nil) != c.broken {
			t.Errorf("%s: %d unnoticed, %d surprises, broken %v", name, x.Unnoticed(), len(x.Surprises()), x.Broken)
		}
		for _, line := range c.lines {
			if table := x.TSV(); !strings.Contains(table, line) {
				t.Errorf("%s: no line %q in\n%s", name, line, table)
			}
		}
		want := 1 + len(rules)
		if len(c.run.Cases) == len(m) {
			want += 2 // the joint mutant
		}
		if lines := strings.Count(x.Markdown(), "\n| "); lines != want {
			t.Errorf("%s: %d lines of a table for %d rules\n%s", name, lines, len(rules), x.Markdown())
		}
	}
}

func TestMatrixSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	m := Mutants{New(expecting("a"), Decides, "r"), New(expecting("b"), Untouched, "r"), New(expecting("c"), Jointly, "r", "s")}
	run := &report.Run{Cases: []report.Case{
		{ID: m[0].ID, Verdict: report.Pass}, {ID: m[1].ID, Verdict: report.Fail, Cause: strings.Repeat("because ", 20)}, {ID: m[2].ID, Verdict: report.Pass},
	}}
	x := m.Compare(run, []validate.Rule{{ID: "r"}})
	var got []string
	for _, o := range x.Surprises() {
		got = append(got, o.Surprise())
	}
	want := []string{
		"a should turn red (decides), and is green",
		"b should stay green (untouched), and is red: " + strings.Repeat("because ", 11) + "b…",
		"c should turn red (jointly), and is green",
	}
	if !slices.Equal(got, want) {
		t.Errorf("surprises %q, want %q", got, want)
	}
	if r := x.Rows[0]; r.Verdict() != "SURPRISE" || !slices.Equal(r.NoticedBy, []string{"b"}) {
		t.Errorf("%s, noticed by %v", r.Verdict(), r.NoticedBy)
	}
}

// The refusals without a rule end the summary, and no other file has them.
func TestMatrixNamesTheRuleless(t *testing.T) {
	t.Parallel()
	x := &Matrix{}
	if text := x.Markdown(); strings.Contains(text, "no rule") {
		t.Errorf("there are none in\n%s", text)
	}
	x.Ruleless = []Refusal{{"f/a", []string{"timeout", "too-large"}}, {"f/b", nil}}
	want := "| scenario | reason |\n|---|---|\n| f/a | timeout, too-large |\n| f/b | none given: nobody is let in |\n"
	if text := x.Markdown(); !strings.HasSuffix(text, want) {
		t.Errorf("no end %q in\n%s", want, text)
	}
	if text := x.TSV(); strings.Contains(text, "f/a") {
		t.Errorf("no mutant, but a line in\n%s", text)
	}
}

// Only the mutant itself is without the rules, not a case that was copied from
// it, such as its control.
func TestWithout(t *testing.T) {
	t.Parallel()
	m := Mutants{New(expecting("a"), Decides, "r"), New(expecting("a"), Jointly, "r", "s")}
	p, without := m.Plan(), m.Without()
	if len(p.Cases) != 2 || !slices.Equal(without(p.Cases[0]), []string{"r"}) || !slices.Equal(without(p.Cases[1]), []string{"r", "s"}) {
		t.Errorf("%d cases, without %v", len(p.Cases), [][]string{without(p.Cases[0]), without(p.Cases[1])})
	}
	control := *p.Cases[0]
	for _, other := range []*plan.Case{&control, expecting("a")} {
		if rules := without(other); rules != nil {
			t.Errorf("%s is without %v as well", other.ID, rules)
		}
	}
	if p := (Mutants{}).Plan(); p == nil || len(p.Cases) != 0 {
		t.Error("no mutants need an empty plan")
	}
}
