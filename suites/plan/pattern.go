package plan

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/suites/scenario"
)

// A pattern names cases as a person would: `time/*`, `*/exact@eft`,
// `**@eft/root`, `time`. One star stands for anything within a part of an ID,
// two for anything at all. It is matched against the case's ID, the same
// without the layout, the scenario's ID and the family.
func matches(pattern string, c *Case) bool {
	re := compiled(pattern)
	return slices.ContainsFunc(handles(c), re.MatchString)
}

func matchesAny(patterns []string, c *Case) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, c) })
}

func handles(c *Case) []string {
	id := c.Scenario.ID()
	return []string{c.ID, id + "@" + c.Profile.Name, id, c.Scenario.Family}
}

func compiled(pattern string) *regexp.Regexp {
	text := regexp.QuoteMeta(pattern)
	text = strings.ReplaceAll(text, `\*\*`, `.*`)
	text = strings.ReplaceAll(text, `\*`, `[^/@]*`)
	return regexp.MustCompile(`^` + text + `$`)
}

// patternHint names the handle that is nearest to a pattern without stars.
func patternHint(pattern string, cases []*Case) string {
	if strings.Contains(pattern, "*") {
		return "a pattern is like time/*, */exact@eft or **@eft"
	}
	var known []string
	for _, c := range cases {
		known = append(known, handles(c)...)
	}
	slices.Sort(known)
	if near := scenario.Nearest(pattern, slices.Compact(known)); near != "" {
		return `did you mean "` + near + `"?`
	}
	return "ssoproof list scenarios shows what there is"
}
