package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/report"
)

// matrix holds how each mutant went against how it was told to go.
type matrix struct {
	rows     []row
	outcomes []outcome
	jointly  []outcome // those of several rules
	broken   error     // mutants that could not be judged
}

// row is one rule.
type row struct {
	validate.Rule
	red, green int       // mutants that went as told
	surprises  []outcome // those that did not
	noticedBy  []string  // cases that turned red, as told or not
}

// outcome is one mutant, played.
type outcome struct {
	mutant
	red   bool
	cause string // why it is red
}

func (c outcome) asTold() bool {
	red, green := c.ground.told()
	return c.red && red || !c.red && green
}

// colours spells what was told.
func (g ground) colours() string {
	red, green := g.told()
	if red && green {
		return "either"
	}
	return colour(red)
}

// compare holds the run of the mutants against what was told of them.
func (m mutants) compare(run *report.Run, rules []validate.Rule) *matrix {
	played := map[string]report.Case{}
	for _, c := range run.Cases {
		played[c.ID] = c
	}
	x := &matrix{}
	for _, one := range m {
		c := played[one.ID]
		if c.Verdict == report.Broken || c.Verdict == "" {
			x.broken = errors.Join(x.broken, fmt.Errorf("playing %s: %s", one.ID, c.Cause))
			continue
		}
		x.outcomes = append(x.outcomes, outcome{one, c.Verdict != report.Pass, c.Cause})
	}
	for _, rule := range rules {
		r := row{Rule: rule}
		for _, c := range x.outcomes {
			if c.ground != jointly && c.rules[0] == rule.ID {
				r.count(c)
			}
		}
		x.rows = append(x.rows, r)
	}
	for _, c := range x.outcomes {
		if c.ground == jointly {
			x.jointly = append(x.jointly, c)
		}
	}
	return x
}

func (r *row) count(c outcome) {
	if c.red {
		r.noticedBy = append(r.noticedBy, c.of)
	}
	switch {
	case !c.asTold():
		r.surprises = append(r.surprises, c)
	case c.red:
		r.red++
	default:
		r.green++
	}
}

func (r row) verdict() string {
	switch {
	case len(r.noticedBy) == 0:
		return "UNNOTICED"
	case len(r.surprises) > 0:
		return "SURPRISE"
	}
	return "noticed"
}

// report prints a line per rule and writes the files. A mutant that could not
// be judged is neither red nor green, but a broken lab.
func (x *matrix) report(dir string, io streams) error {
	unnoticed, surprises := 0, 0
	for _, r := range x.rows {
		fmt.Fprintf(io.out, "%-10s %-34s %d red, %d green as told\n", r.verdict(), r.ID, r.red, r.green)
		for _, c := range r.surprises {
			fmt.Fprintf(io.out, "           %s\n", c.surprise())
		}
		surprises += len(r.surprises)
		if len(r.noticedBy) == 0 {
			unnoticed++
		}
	}
	for _, c := range x.jointly {
		if !c.asTold() {
			surprises++
			fmt.Fprintf(io.out, "SURPRISE   %s\n           %s\n", strings.Join(c.rules, "+"), c.surprise())
		}
	}
	for name, text := range map[string]string{"mutants.tsv": x.tsv(), "mutants.md": x.markdown()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("writing the matrix: %w", err)
		}
	}
	fmt.Fprintf(io.out, "matrix: %s\n%d mutants of %d rules: %d rules noticed, %d unnoticed, %d mutants not as told\n",
		filepath.Join(dir, "mutants.tsv"), len(x.outcomes), len(x.rows), len(x.rows)-unnoticed, unnoticed, surprises)
	if len(x.jointly) > 0 {
		fmt.Fprintf(io.out, "%d scenarios rest on several rules at once\n", len(x.jointly))
	}
	if x.broken != nil {
		return x.broken
	}
	if unnoticed+surprises > 0 {
		return exitStatus(exitFailed)
	}
	return nil
}

func (c outcome) surprise() string {
	if c.red {
		return fmt.Sprintf("%s should stay green (%s), and is red: %s", c.of, c.ground, short(c.cause))
	}
	return fmt.Sprintf("%s should turn red (%s), and is green", c.of, c.ground)
}

// tsv has a line per mutant, and one for each rule that has none.
func (x *matrix) tsv() string {
	var b strings.Builder
	b.WriteString("without\tcase\tground\ttold\twent\tas told\tcause\n")
	played := map[string]bool{}
	for _, c := range x.outcomes {
		rules := strings.Join(c.rules, "+")
		played[rules] = true
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", rules, c.of, c.ground, c.ground.colours(), colour(c.red), yesNo(c.asTold()), strings.Join(strings.Fields(c.cause), " "))
	}
	for _, r := range x.rows {
		if !played[r.ID] {
			fmt.Fprintf(&b, "%s\t\t\t\t\tno\tno case to play\n", r.ID)
		}
	}
	return b.String()
}

// markdown has a line per rule, then one per scenario that rests on several.
func (x *matrix) markdown() string {
	var b strings.Builder
	b.WriteString("# Rules switched off one by one\n\n| rule | what it holds | reason | cases that turn red without it | stay green | not as told |\n|---|---|---|---|---|---|\n")
	for _, r := range x.rows {
		var wrong []string
		for _, c := range r.surprises {
			wrong = append(wrong, c.surprise())
		}
		seen := strings.Join(r.noticedBy, "<br>")
		if seen == "" {
			seen = "**none**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d | %s |\n", r.ID, inCell(r.Title), r.Reason, seen, r.green, inCell(strings.Join(wrong, "<br>")))
	}
	if len(x.jointly) > 0 {
		b.WriteString("\n# Scenarios that rest on several rules at once\n\n| case | rules without which, all together, it is | colour |\n|---|---|---|\n")
	}
	for _, c := range x.jointly {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", c.of, strings.Join(c.rules, ", "), colour(c.red))
	}
	return b.String()
}

func inCell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

func colour(red bool) string {
	if red {
		return "red"
	}
	return "green"
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
