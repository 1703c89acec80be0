package scenario

import (
	"slices"
	"strings"
)

// Nearest returns the known word that was probably meant: the one with the
// fewest letters wrong, missing, superfluous or swapped, as long as these are
// few for the length of the word. It returns "" when none is near.
func Nearest(word string, known []string) string {
	best, least := "", len([]rune(word))/3+2
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// Hint says what could have been meant by a word that is none of the known
// ones: the nearest, else all of them if they are few.
func Hint(word string, known []string) string {
	if near := Nearest(word, known); near != "" {
		return `did you mean "` + near + `"?`
	}
	if len(known) == 0 || len(known) > 20 {
		return ""
	}
	sorted := slices.Clone(known)
	slices.Sort(sorted)
	return "known: " + strings.Join(sorted, ", ")
}

// distance counts the letters to insert, delete or replace, or neighbours to
// swap, to make a of b.
func distance(a, b string) int {
	r, s := []rune(a), []rune(b)
	before, last, row := []int(nil), make([]int, len(s)+1), make([]int, len(s)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(r); i++ {
		row[0] = i
		for j := 1; j <= len(s); j++ {
			replace := last[j-1]
			if r[i-1] != s[j-1] {
				replace++
			}
			row[j] = min(replace, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && r[i-1] == s[j-2] && r[i-2] == s[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, make([]int, len(s)+1)
	}
	return last[len(s)]
}
