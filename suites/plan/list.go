package plan

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/ssoproof/ssoproof/suites/scenario"
)

// Entry is one line of a list of patterns, such as that of known failures.
type Entry struct {
	Pattern string
	Pos     scenario.Pos
}

// ReadList reads a list of patterns, one a line; what follows a # is a remark,
// and blank lines say nothing. name is the file's, for messages.
func ReadList(name string, r io.Reader) ([]Entry, error) {
	var list []Entry
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		pos := scenario.Pos{File: name, Line: n}
		switch words := strings.Fields(text); len(words) {
		case 0:
		case 1:
			list = append(list, Entry{words[0], pos})
		default:
			return nil, scenario.Problem{Pos: pos, Word: words[1], Text: "one pattern a line is wanted", Hint: "remarks start with #"}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return list, nil
}
