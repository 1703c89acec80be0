package plan

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ssoproof/ssoproof/suites/scenario"
)

// choose returns the cases that the options select, of every shard, and marks
// known failures.
func choose(cases []*Case, v Vocabulary, o Options) ([]*Case, error) {
	var errs []error
	errs = append(errs, unmatched(cases, "pattern", o.Patterns)...)
	errs = append(errs, unmatched(cases, "skip pattern", o.Skip)...)
	errs = append(errs, unknownProfiles(v, o.Profiles)...)
	errs = append(errs, markKnown(cases, o.KnownFailing)...)
	errs = append(errs, o.Shard.check()...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	selected := slices.DeleteFunc(slices.Clone(cases), func(c *Case) bool {
		return len(o.Patterns) > 0 && !matchesAny(o.Patterns, c) ||
			matchesAny(o.Skip, c) ||
			len(o.Profiles) > 0 && !slices.ContainsFunc(o.Profiles, func(name string) bool { return answersTo(c.Profile, name) })
	})
	if len(selected) == 0 {
		return nil, fmt.Errorf("no case is left: of %d cases none is matched by every option", len(cases))
	}
	return selected, nil
}

func unmatched(cases []*Case, what string, patterns []string) []error {
	var errs []error
	for _, p := range patterns {
		if !slices.ContainsFunc(cases, func(c *Case) bool { return matches(p, c) }) {
			errs = append(errs, scenario.Problem{Word: p, Text: fmt.Sprintf("%s %q matches no case", what, p), Hint: patternHint(p, cases)})
		}
	}
	return errs
}

func unknownProfiles(v Vocabulary, names []string) []error {
	var errs []error
	known := newLexicon(v).profiles
	for _, name := range names {
		if !slices.Contains(known, name) {
			errs = append(errs, scenario.Unknown(scenario.Pos{}, "no profile or group of profiles is named", name, known))
		}
	}
	return errs
}

// markKnown sets Known on the cases that the list names. An entry that names
// none is an error: a list of known failures must not outlive them.
func markKnown(cases []*Case, list []Entry) []error {
	var errs []error
	for _, entry := range list {
		found := false
		for _, c := range cases {
			if matches(entry.Pattern, c) {
				c.Known, found = true, true
			}
		}
		if !found {
			errs = append(errs, scenario.Problem{Pos: entry.Pos, Word: entry.Pattern,
				Text: fmt.Sprintf("known failure %q matches no case", entry.Pattern), Hint: patternHint(entry.Pattern, cases)})
		}
	}
	return errs
}
