package report

// Tally counts verdicts.
type Tally map[Verdict]int

// Count returns how many cases have the verdict.
func (t Tally) Count(v Verdict) int { return t[v] }

// Cases returns how many cases were counted.
func (t Tally) Cases() int {
	sum := 0
	for _, n := range t {
		sum += n
	}
	return sum
}

// Worst returns the worst verdict counted, "" when there is none.
func (t Tally) Worst() Verdict {
	for _, v := range Verdicts() {
		if t[v] > 0 {
			return v
		}
	}
	return ""
}

// Summary counts the verdicts of one group of cases.
type Summary struct {
	Name string
	Tally
}

// Total counts the verdicts of all cases.
func (r *Run) Total() Tally {
	t := Tally{}
	for _, c := range r.Cases {
		t[c.Verdict]++
	}
	return t
}

// ByProfile counts the verdicts per profile, in the order of the cases.
func (r *Run) ByProfile() []Summary {
	return r.summaries(func(c Case) string { return c.Profile })
}

// ByFamily counts the verdicts per family, in the order of the cases.
func (r *Run) ByFamily() []Summary {
	return r.summaries(func(c Case) string { return c.Family })
}

func (r *Run) summaries(name func(Case) string) []Summary {
	var all []Summary
	index := map[string]int{}
	for _, c := range r.Cases {
		n := name(c)
		i, seen := index[n]
		if !seen {
			i = len(all)
			index[n] = i
			all = append(all, Summary{Name: n, Tally: Tally{}})
		}
		all[i].Tally[c.Verdict]++
	}
	return all
}

// Cell is the crossing of a family and a profile.
type Cell struct {
	Family, Profile string
	Tally
}

// matrix returns one row per family with one cell per profile, in the orders
// of ByFamily and ByProfile.
func (r *Run) matrix() [][]Cell {
	type key struct{ family, profile string }
	tallies := map[key]Tally{}
	for _, c := range r.Cases {
		k := key{c.Family, c.Profile}
		if tallies[k] == nil {
			tallies[k] = Tally{}
		}
		tallies[k][c.Verdict]++
	}
	profiles := r.ByProfile()
	var rows [][]Cell
	for _, family := range r.ByFamily() {
		var row []Cell
		for _, profile := range profiles {
			row = append(row, Cell{family.Name, profile.Name, tallies[key{family.Name, profile.Name}]})
		}
		rows = append(rows, row)
	}
	return rows
}
