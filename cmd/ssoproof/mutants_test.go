package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/mutant"
	"github.com/ssoproof/ssoproof/suites/plan"
)

// The lines and the exit status of a matrix, and that both files have it.
func TestReportMatrix(t *testing.T) {
	t.Parallel()
	outcome := func(of string, g mutant.Ground, red bool, rules ...string) mutant.Outcome {
		return mutant.Outcome{Mutant: mutant.New(&plan.Case{ID: of}, g, rules...), Red: red, Cause: "because"}
	}
	r := mutant.Row{Rule: validate.Rule{ID: "r"}, Red: 1, NoticedBy: []string{"a"}}
	odd := mutant.Row{Rule: validate.Rule{ID: "odd"}, NoticedBy: []string{"b"}, Surprises: []mutant.Outcome{
		outcome("a", mutant.Decides, false, "odd"), outcome("b", mutant.Untouched, true, "odd"),
	}}
	both, notEven := outcome("c", mutant.Jointly, true, "r", "s"), outcome("c", mutant.Jointly, false, "r", "s")
	for name, c := range map[string]struct {
		matrix mutant.Matrix
		status int
		lines  []string
	}{
		"all as told":      {mutant.Matrix{Rows: []mutant.Row{r}, Jointly: []mutant.Outcome{both}}, exitOK, []string{"noticed    r ", "1 red, 0 green as told", "1 rules noticed, 0 unnoticed, 0 mutants not as told", "1 scenarios rest on several rules at once"}},
		"some ruleless":    {mutant.Matrix{Rows: []mutant.Row{r}, Ruleless: []mutant.Refusal{{Scenario: "f/a"}, {Scenario: "f/b"}}}, exitOK, []string{"2 scenarios of refusals rest on no rule that can be switched off: the end of mutants.md"}},
		"one unnoticed":    {mutant.Matrix{Rows: []mutant.Row{r, {Rule: validate.Rule{ID: "u"}}}}, exitFailed, []string{"UNNOTICED  u ", "1 rules noticed, 1 unnoticed"}},
		"not as told":      {mutant.Matrix{Rows: []mutant.Row{odd}}, exitFailed, []string{"SURPRISE   odd ", "a should turn red (decides), and is green", "b should stay green (untouched), and is red: because", "2 mutants not as told"}},
		"not even jointly": {mutant.Matrix{Rows: []mutant.Row{r}, Jointly: []mutant.Outcome{notEven}}, exitFailed, []string{"SURPRISE   r+s\n           c should turn red (jointly), and is green", "1 mutants not as told"}},
		"a broken lab":     {mutant.Matrix{Rows: []mutant.Row{r}, Broken: errors.New("playing a: no Chrome")}, exitBroken, []string{"playing a: no Chrome"}},
	} {
		dir := t.TempDir()
		var out bytes.Buffer
		io := streams{&out, &out}
		if got := finish(io, reportMatrix(&c.matrix, dir, io)); got != c.status {
			t.Errorf("%s: status %d, want %d", name, got, c.status)
		}
		for _, line := range c.lines {
			if !strings.Contains(out.String(), line) {
				t.Errorf("%s: %q is not said:\n%s", name, line, &out)
			}
		}
		for file, want := range map[string]string{"mutants.tsv": c.matrix.TSV(), "mutants.md": c.matrix.Markdown()} {
			if got, err := os.ReadFile(filepath.Join(dir, file)); err != nil || string(got) != want {
				t.Errorf("%s: %s is %q, %v", name, file, got, err)
			}
		}
	}
}
