package profile

import (
	"fmt"
	"strings"
)

// Problem is one mistake in a profile or an overlay.
type Problem struct {
	File string // "" when the caller knows it
	Line int    // 0 when it belongs to no line
	Text string
	Hint string // the nearest right word, or ""
}

// Error returns the mistake on one line: file, line, text and hint, as far as
// there are any.
func (p Problem) Error() string {
	var b strings.Builder
	switch {
	case p.File != "" && p.Line > 0:
		fmt.Fprintf(&b, "%s:%d: ", p.File, p.Line)
	case p.File != "":
		fmt.Fprintf(&b, "%s: ", p.File)
	case p.Line > 0:
		fmt.Fprintf(&b, "line %d: ", p.Line)
	}
	b.WriteString(p.Text)
	if p.Hint != "" {
		fmt.Fprintf(&b, " (did you mean %q?)", p.Hint)
	}
	return b.String()
}

// nearest returns the candidate that is most likely meant by word, or "" when
// none is near.
func nearest(word string, candidates []string) string {
	best, most := "", len(word)/3+2
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), c); d < most {
			best, most = c, d
		}
	}
	return best
}

// distance is Levenshtein's: how many letters to insert, drop or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
