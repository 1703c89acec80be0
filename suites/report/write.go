package report

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// The names of the files that Write leaves.
const (
	JSONFile  = "report.json"
	JUnitFile = "junit.xml"
	HTMLFile  = "report.html"
)

// Write writes report.json, junit.xml and report.html into dir, which it
// creates when needed. All three are complete before the first one replaces
// an older file, and each is replaced in one step: whoever reads a file at the
// same moment sees the old one or the new one, never half of one.
func (r *Run) Write(dir string) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("creating the report directory %s: %w", dir, err)
	}
	out := *r
	out.Version = Version
	out.Command = trace.Masked(r.Command)
	out.Cases = make([]Case, len(r.Cases))
	for i, c := range r.Cases {
		out.Cases[i] = c.masked()
	}
	var written []string
	defer func() {
		for _, name := range written {
			err = errors.Join(err, remove(name))
		}
	}()
	files := []struct {
		name  string
		write func(io.Writer) error
	}{{JSONFile, out.writeJSON}, {JUnitFile, out.writeJUnit}, {HTMLFile, out.writeHTML}}
	for _, f := range files {
		name, err := writeTemp(dir, f.name, f.write)
		if name != "" {
			written = append(written, name)
		}
		if err != nil {
			return fmt.Errorf("writing %s into %s: %w", f.name, dir, err)
		}
	}
	for i, f := range files {
		if err := os.Rename(written[i], filepath.Join(dir, f.name)); err != nil {
			return fmt.Errorf("replacing %s in %s: %w", f.name, dir, err)
		}
	}
	return nil
}

// writeTemp writes a file beside the one it will replace and returns its name
// as soon as it exists.
func writeTemp(dir, name string, write func(io.Writer) error) (string, error) {
	f, err := os.CreateTemp(dir, "."+name+".*")
	if err != nil {
		return "", err
	}
	buffered := bufio.NewWriterSize(f, 1<<16)
	err = write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = f.Chmod(0o644)
	}
	return f.Name(), errors.Join(err, f.Close())
}

// remove clears away a temporary file that was not renamed.
func remove(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// atOnce calls do for 0 to n-1, several at once.
func atOnce(n int, do func(i int) error) error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error { return do(i) })
	}
	return g.Wait()
}
