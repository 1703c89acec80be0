package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// writeJSON writes a line for the run and one for each case. The cases are many
// and long: they are encoded several at once.
func (r *Run) writeJSON(w io.Writer) error {
	lines := make([][]byte, len(r.Cases))
	err := atOnce(len(lines), func(i int) (err error) {
		lines[i], err = encoded(&r.Cases[i])
		return err
	})
	if err != nil {
		return err
	}
	frame := *r
	frame.Cases = []Case{}
	whole, err := encoded(frame)
	if err != nil {
		return err
	}
	end := len(whole) - len("]}") // the cases come last
	out := bufio.NewWriter(w)     // remembers what went wrong
	out.Write(whole[:end])
	for i, line := range lines {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		out.Write(line)
	}
	fmt.Fprintf(out, "\n%s\n", whole[end:])
	return out.Flush()
}

// encoded is v in JSON, on one line. The messages are full of characters that
// only need escaping where JSON stands in HTML.
func encoded(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
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
