package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

func (r *Run) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(r)
}

// Read reads a report.json. It refuses a file that is no report, is of an
// unknown version, or names a case twice or without a verdict; the error names
// the file and everything that is wrong with it.
func Read(path string) (*Run, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the report: %w", err)
	}
	var head struct{ Version int }
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("%s:%d: not a report: %w", path, line(data, err), err)
	}
	if head.Version < 1 || head.Version > Version {
		return nil, fmt.Errorf("%s: version %d of report.json is unknown, this ssoproof reads 1 to %d", path, head.Version, Version)
	}
	var run Run
	if err := json.Unmarshal(data, &run); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", path, line(data, err), err)
	}
	return &run, run.check(path)
}

func (r *Run) check(path string) error {
	var problems []error
	seen := map[string]bool{}
	for i, c := range r.Cases {
		switch {
		case c.ID == "":
			problems = append(problems, fmt.Errorf("%s: case %d has no id", path, i+1))
		case seen[c.ID]:
			problems = append(problems, fmt.Errorf("%s: case %s stands twice", path, c.ID))
		}
		if !c.Verdict.known() {
			problems = append(problems, fmt.Errorf("%s: case %s: no verdict %q, it must be one of %v", path, c.ID, c.Verdict, Verdicts()))
		}
		seen[c.ID] = true
	}
	return errors.Join(problems...)
}

// line returns the line on which decoding stopped, 1 when that is unknown.
func line(data []byte, err error) int {
	var offset int64
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	}
	n := 1
	for _, b := range data[:min(int(offset), len(data))] {
		if b == '\n' {
			n++
		}
	}
	return n
}
