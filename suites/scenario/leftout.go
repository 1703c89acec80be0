package scenario

import "slices"

// LeftOut is a topic of the catalogue that its family's file names and does
// not play, and why.
type LeftOut struct {
	Family, Name string
	Reason       string // in words, for those who ask why
	Pos          Pos
}

// ID is the topic's: family/name.
func (o LeftOut) ID() string { return o.Family + "/" + o.Name }

func (l *loader) leaveOut(n []pair, family string) {
	for _, p := range n {
		o := LeftOut{Family: family, Name: l.name(p.key, p.key, "name"), Reason: l.needed(p.value, p.key, "reason"), Pos: l.at(p.key)}
		if o.Family != "" && o.Name != "" {
			l.left = append(l.left, o)
		}
	}
}

// CheckLeftOut returns, as Problems, what is left out although no topic has
// that ID, or although a scenario plays it.
func CheckLeftOut(topics []Topic, scenarios []*Scenario, left []LeftOut) error {
	var problems Problems
	for _, o := range left {
		var family []string
		for _, t := range topics {
			if name, ours := t.of(o.Family); ours {
				family = append(family, name)
			}
		}
		if !slices.Contains(family, o.Name) {
			problems = append(problems, Unknown(o.Pos, "the catalogue has in family "+o.Family+" nothing named", o.Name, family))
			continue
		}
		for _, s := range scenarios {
			if s.ID() == o.ID() {
				problems = append(problems, Problem{Pos: o.Pos, Word: o.Name, Text: `"` + o.Name + `" is left out and played`, Hint: "the scenario is at " + s.Pos.String()})
			}
		}
	}
	return problems.Err()
}
