package scenario

import (
	"fmt"
	"strings"
)

// NotYet is the reason why a topic is not played when nobody gives one.
const NotYet = "not yet"

// Gap is a topic that no scenario plays, and why.
type Gap struct {
	Topic
	Reason string `json:"reason"` // NotYet when no file says why
}

// Gaps returns the topics for which there is no scenario, in the order of the
// catalogue.
func Gaps(topics []Topic, scenarios []*Scenario, left []LeftOut) []Gap {
	reasons := map[string]string{}
	for _, o := range left {
		reasons[o.ID()] = o.Reason
	}
	var gaps []Gap
	for _, t := range Missing(topics, scenarios) {
		gap := Gap{Topic: t, Reason: NotYet}
		if reason, given := reasons[t.ID]; given {
			gap.Reason = reason
		}
		gaps = append(gaps, gap)
	}
	return gaps
}

// Coverage counts the topics of one family. Rows is the sum of the others.
type Coverage struct {
	Family                         string
	Rows, Played, LeftOut, Missing int
}

// Cover counts the topics by family, in the order of the catalogue.
func Cover(topics []Topic, scenarios []*Scenario, left []LeftOut) []Coverage {
	reasons := map[string]string{}
	for _, g := range Gaps(topics, scenarios, left) {
		reasons[g.ID] = g.Reason
	}
	var all []Coverage
	at := map[string]int{}
	for _, t := range topics {
		family, _, _ := strings.Cut(t.ID, "/")
		if _, known := at[family]; !known {
			at[family] = len(all)
			all = append(all, Coverage{Family: family})
		}
		c := &all[at[family]]
		c.Rows++
		switch reasons[t.ID] {
		case "":
			c.Played++
		case NotYet:
			c.Missing++
		default:
			c.LeftOut++
		}
	}
	return all
}

// CoverageTable writes the counts as a Markdown table with a line for the sum.
func CoverageTable(families []Coverage) string {
	var b strings.Builder
	b.WriteString("| family | catalogue rows | played | left out | missing |\n|---|---:|---:|---:|---:|\n")
	sum := Coverage{Family: "all"}
	line := func(c Coverage) {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d |\n", c.Family, c.Rows, c.Played, c.LeftOut, c.Missing)
	}
	for _, c := range families {
		line(c)
		sum.Rows, sum.Played, sum.LeftOut, sum.Missing = sum.Rows+c.Rows, sum.Played+c.Played, sum.LeftOut+c.LeftOut, sum.Missing+c.Missing
	}
	line(sum)
	return b.String()
}
