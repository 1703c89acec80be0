package mockidp

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// readFault finds a fault and checks its arguments. Every argument that does
// not fit is named in the one error.
func readFault(name string, args fault.Args) (fault.Armed, error) {
	found, ok := fault.Find(name)
	if !ok {
		var names []string
		for _, f := range fault.Catalogue() {
			names = append(names, f.Name)
		}
		return fault.Armed{}, badRequest(fmt.Sprintf("no fault %q", clip(name)), nearest(name, names))
	}
	full, problems := found.Check(args)
	if len(problems) == 0 {
		return fault.Armed{Fault: found, Args: full}, nil
	}
	var texts, hints []string
	for _, problem := range problems {
		texts = append(texts, problem.Error())
		var wrong *fault.ArgError
		if errors.As(problem, &wrong) {
			hints = append(hints, nearest(wrong.Word, wrong.Known))
		}
	}
	return fault.Armed{}, badRequest(name+": "+strings.Join(texts, "; "), strings.Join(hints, " "))
}

// nearest suggests a word for one that is not known.
func nearest(word string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	word = clip(word)
	best, least := "", len(word)/2+1
	for _, candidate := range known {
		if d := distance(word, candidate); d < least {
			best, least = candidate, d
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	if len(known) <= 12 {
		return "known: " + strings.Join(known, ", ")
	}
	return ""
}

// distance is how many characters must be put in, taken out or changed to
// turn a into b (Levenshtein).
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
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
