package report

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWriteMakesThreeFilesAndLeavesNothingElse(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "folder")
	for range 2 {
		if err := sample().Write(dir); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := files(t, dir), []string{JUnitFile, HTMLFile, JSONFile}; !slices.Equal(got, want) {
		t.Errorf("the directory holds %v, want %v", got, want)
	}
}

func TestWriteSaysWhereItCannot(t *testing.T) {
	t.Parallel()
	taken := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(taken, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sample().Write(taken); err == nil || !strings.Contains(err.Error(), taken) {
		t.Errorf("writing into a file gave %v", err)
	}

	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, HTMLFile), 0o755); err != nil {
		t.Fatal(err)
	}
	err := sample().Write(dir)
	if err == nil || !strings.Contains(err.Error(), "replacing report.html in "+dir) {
		t.Errorf("writing over a folder gave %v", err)
	}
	for _, name := range files(t, dir) {
		if strings.HasPrefix(name, ".") {
			t.Errorf("%s was left behind", name)
		}
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// A run of 1,500 cases stays below 40 MB: a file that can be mailed and opened.
func TestManyCases(t *testing.T) {
	t.Parallel()
	run := sample()
	kinds := []Case{passing(), expired(), legacy(), fingerprint()}
	run.Cases = nil
	const cases = 60
	for i := range cases {
		c := kinds[i%len(kinds)]
		c.ID = fmt.Sprintf("family-%d/name-%d@%s", i%20, i, c.Profile)
		run.Cases = append(run.Cases, c)
	}
	dir := t.TempDir()
	if err := run.Write(dir); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, HTMLFile))
	if err != nil {
		t.Fatal(err)
	}
	if perCase := info.Size() / cases; perCase >= 40_000_000/1500 {
		t.Errorf("a case takes %d bytes of the page", perCase)
	}
}
