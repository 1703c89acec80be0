package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// profileName is a label of a host name, for the product's site is NAME.localhost.
var profileName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,40}$`)

// loadProfile reads a profile from outside the program: its folder or the
// profile.yaml in it. Every mistake in it comes back, with file and line.
func loadProfile(name string, others []*profile.Profile) (*profile.Profile, error) {
	if _, err := os.Stat(name); err != nil {
		return nil, usageError{fmt.Sprintf("--profile-file %s: %v", name, err), "name a folder with a profile.yaml, such as fixtures/profiles/lumendesk"}
	}
	p, err := profile.LoadFile(name)
	if err != nil {
		return nil, badProfile(name, err)
	}
	file := filepath.Join(folderOf(name), "profile.yaml")
	complain := func(hint, format string, args ...any) error {
		return scenario.Problems{{Pos: scenario.Pos{File: file, Line: 1}, Text: fmt.Sprintf(format, args...), Hint: hint}}
	}
	if !profileName.MatchString(p.Name) || p.Name == "idp" || p.Name == "origin" || p.Name == "mail" {
		return nil, complain("use lower-case letters, digits and dashes", "%q cannot be the name of a profile, because it becomes a host name", p.Name)
	}
	for _, other := range others {
		if other.Name == p.Name {
			return nil, complain("rename the folder and the key name", "there is a profile %q already", p.Name)
		}
	}
	var known []string
	for _, f := range sp.Features() {
		known = append(known, f.Name)
	}
	for _, f := range p.Features {
		if !slices.Contains(known, f) {
			return nil, complain(hintNearest(f, known), "no feature %q", f)
		}
	}
	return p, nil
}

func folderOf(name string) string {
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		return filepath.Dir(name)
	}
	return name
}

// badProfile makes exit status 2 of whatever is wrong with a profile.
func badProfile(name string, err error) error {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	var problems scenario.Problems
	for _, one := range all {
		text := scenario.Problem{Text: one.Error()}
		var mistake profile.Problem
		if errors.As(one, &mistake) {
			text.Text, text.Pos.Line = mistake.Text, mistake.Line
			text.Pos.File = filepath.Join(filepath.Dir(filepath.Clean(folderOf(name))), mistake.File)
			if mistake.Hint != "" {
				text.Hint = fmt.Sprintf("did you mean %q?", mistake.Hint)
			}
		}
		problems = append(problems, text)
	}
	return problems
}
