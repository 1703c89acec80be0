package scenario

import (
	"cmp"
	"slices"
	"strings"
)

// Problem is one thing wrong with a file, for its author to put right.
type Problem struct {
	Pos  Pos
	Word string // the word that is wrong, "" when something is missing
	Text string // what is wrong with it, without the place
	Hint string // what was probably meant, "" when nobody knows
}

func (p Problem) Error() string {
	text := p.Text
	if p.Pos.File != "" {
		text = p.Pos.String() + ": " + text
	}
	if p.Hint != "" {
		text += " (" + p.Hint + ")"
	}
	return text
}

// Problems are all that is wrong, in the order of files and lines.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns the problems as an error, sorted, nil when there are none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	sorted := slices.Clone(p)
	slices.SortStableFunc(sorted, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line))
	})
	return sorted
}

// Unknown is the problem of a word that is none of the known ones: text says
// what it is not, such as `no fault`.
func Unknown(pos Pos, text, word string, known []string) Problem {
	return Problem{Pos: pos, Word: word, Text: text + ` "` + word + `"`, Hint: Hint(word, known)}
}
