package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// The table in the README is the one that the program prints: copy it there
// whenever this test says so.
func TestCoverageInREADME(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, begins := strings.Cut(string(readme), "<!-- coverage -->\n")
	inside, _, ends := strings.Cut(rest, "<!-- /coverage -->")
	if !begins || !ends {
		t.Fatal("README.md has no table between <!-- coverage --> and <!-- /coverage -->")
	}
	var out, errs bytes.Buffer
	if status := dispatch(t.Context(), streams{&out, &errs}, []string{"list", "scenarios", "--coverage"}); status != exitOK {
		t.Fatal(errs.String())
	}
	if strings.TrimSpace(inside) != strings.TrimSpace(out.String()) {
		t.Errorf("README.md does not have what `ssoproof list scenarios --coverage` prints:\n%s", out.String())
	}
}
