package main

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the README's table of coverage anew")

// The table in the README is the one that the program prints; with -update it
// is written there.
func TestCoverageInREADME(t *testing.T) {
	t.Parallel()
	const file = "../../README.md"
	readme, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const from, to = "<!-- coverage -->\n", "<!-- /coverage -->"
	before, rest, begins := strings.Cut(string(readme), from)
	inside, after, ends := strings.Cut(rest, to)
	if !begins || !ends {
		t.Fatal("README.md has no table between <!-- coverage --> and <!-- /coverage -->")
	}
	var out, errs bytes.Buffer
	if status := dispatch(t.Context(), streams{&out, &errs}, []string{"list", "scenarios", "--coverage"}); status != exitOK {
		t.Fatal(errs.String())
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+from+out.String()+to+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if strings.TrimSpace(inside) != strings.TrimSpace(out.String()) {
		t.Errorf("README.md does not have what `ssoproof list scenarios --coverage` prints; go test ./cmd/ssoproof -run Coverage -update writes it:\n%s", out.String())
	}
}
