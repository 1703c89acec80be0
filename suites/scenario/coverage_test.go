package scenario

import (
	"strings"
	"testing"
)

const leaving = `family: time
scenarios:
  - {name: exact, title: t, profiles: saml, flow: f, expect: c}
left-out:
  later: nobody can see it
`

var topics = []Topic{
	{ID: "time/exact", Tier: 1}, {ID: "time/later", Tier: 2}, {ID: "time/never", Tier: 3}, {ID: "xml/bom", Tier: 1},
}

func TestLeftOut(t *testing.T) {
	t.Parallel()
	all, left, err := Load(files(leaving), ".")
	if err != nil || len(left) != 1 || left[0].ID() != "time/later" || left[0].Pos.String() != "a.yaml:5" {
		t.Fatal(left, err)
	}
	if err := CheckLeftOut(topics, all, left); err != nil {
		t.Error(err)
	}
	gaps := Gaps(topics, all, left)
	if len(gaps) != 3 || gaps[0].ID != "time/later" || gaps[0].Reason != "nobody can see it" || gaps[1].Reason != NotYet || gaps[1].Tier != 3 {
		t.Errorf("gaps %v", gaps)
	}
	table := CoverageTable(Cover(topics, all, left))
	for _, line := range []string{"| time | 3 | 1 | 1 | 1 |", "| xml | 1 | 0 | 0 | 1 |", "| all | 4 | 1 | 1 | 2 |"} {
		if !strings.Contains(table, line+"\n") {
			t.Errorf("no line %s in\n%s", line, table)
		}
	}
}

func TestLeftOutProblems(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ entry, want string }{
		"unknown":        {"neverr: it is so", `a.yaml:5: the catalogue has in family time nothing named "neverr" (did you mean "never"?)`},
		"played":         {"exact: it is so", `a.yaml:5: "exact" is left out and played (the scenario is at a.yaml:3)`},
		"without reason": {"never:", `a.yaml:5: "reason" is missing`},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, left, err := Load(files(strings.Replace(leaving, "later: nobody can see it", c.entry, 1)), ".")
			if err == nil {
				err = CheckLeftOut(topics, all, left)
			}
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}
