package mutant

import (
	"cmp"
	"fmt"
	"strings"
)

// TSV has a line per mutant, and one for each rule that has none.
func (x *Matrix) TSV() string {
	var b strings.Builder
	b.WriteString("without\tcase\tground\ttold\twent\tas told\tcause\n")
	played := map[string]bool{}
	for _, o := range x.Outcomes {
		rules := strings.Join(o.Rules, "+")
		played[rules] = true
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", rules, o.Of, o.Ground, o.Ground.Colours(), colour(o.Red), yesNo(o.AsTold()), strings.Join(strings.Fields(o.Cause), " "))
	}
	for _, r := range x.Rows {
		if !played[r.ID] {
			fmt.Fprintf(&b, "%s\t\t\t\t\tno\tno case to play\n", r.ID)
		}
	}
	return b.String()
}

// Markdown has a line per rule, one per scenario that rests on several, and one
// per scenario of a refusal that rests on none.
func (x *Matrix) Markdown() string {
	var b strings.Builder
	b.WriteString("# Rules switched off one by one\n\n| rule | what it holds | reason | cases that turn red without it | stay green | not as told |\n|---|---|---|---|---|---|\n")
	for _, r := range x.Rows {
		var wrong []string
		for _, o := range r.Surprises {
			wrong = append(wrong, o.Surprise())
		}
		seen := strings.Join(r.NoticedBy, "<br>")
		if seen == "" {
			seen = "**none**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d | %s |\n", r.ID, inCell(r.Title), r.Reason, seen, r.Green, inCell(strings.Join(wrong, "<br>")))
	}
	if len(x.Jointly) > 0 {
		b.WriteString("\n# Scenarios that rest on several rules at once\n\n| case | rules without which, all together, it is | colour |\n|---|---|---|\n")
	}
	for _, o := range x.Jointly {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", o.Of, strings.Join(o.Rules, ", "), colour(o.Red))
	}
	if len(x.Ruleless) > 0 {
		b.WriteString("\n# Scenarios of refusals that rest on no rule that can be switched off\n\n| scenario | reason |\n|---|---|\n")
	}
	for _, r := range x.Ruleless {
		fmt.Fprintf(&b, "| %s | %s |\n", r.Scenario, cmp.Or(strings.Join(r.Reasons, ", "), "none given: nobody is let in"))
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
