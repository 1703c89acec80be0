package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/ssoproof/ssoproof/suites/scenario"
)

// word is one entry of the vocabulary, as list and explain show it.
type word struct {
	Kind    string   `json:"kind"`
	Name    string   `json:"name"`
	Summary string   `json:"summary"`
	Refs    []string `json:"refs,omitempty"`
	Params  []param  `json:"params,omitempty"`
	Details []string `json:"details,omitempty"`
	UsedBy  []string `json:"usedBy,omitempty"` // scenarios
}

type param struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Default string `json:"default,omitempty"`
	Doc     string `json:"doc"`
}

func listCommand(_ context.Context, io streams, args []string) error {
	flags := newFlags("list", "list "+strings.Join(kindNames(), "|")+" [--json]", io)
	asJSON := flags.Bool("json", false, "print JSON, with parameters and uses")
	missing := flags.Bool("missing", false, "with scenarios: the catalogue's ids that no scenario plays, with tier and reason")
	coverage := flags.Bool("coverage", false, "with scenarios: a Markdown table of what each family of the catalogue plays")
	md := flags.Bool("md", false, "with profiles: each product's errors in Markdown, with their causes and the scenarios that reproduce them")
	product := flags.String("profile", "", "with scenarios: those that are played on this product")
	src := sourceFlags(flags)
	rest, err := flags.parse(args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usageError{"list takes one kind of thing", "one of: " + strings.Join(kindNames(), ", ")}
	}
	all, err := src.vocabulary()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(kinds(), func(k kind) bool { return k.name == rest[0] || k.name == rest[0]+"s" })
	if i < 0 {
		return usageError{fmt.Sprintf("no kind %q to list", rest[0]), hintNearest(rest[0], kindNames())}
	}
	kind := kinds()[i].name
	if (*missing || *coverage) && kind != "scenarios" {
		return usageError{"--missing and --coverage are about scenarios", "try: ssoproof list scenarios --coverage"}
	}
	if *md && kind != "profiles" {
		return usageError{"--md is about profiles", "try: ssoproof list profiles --md"}
	}
	if *missing && *coverage {
		return usageError{"--missing and --coverage exclude each other", ""}
	}
	if *asJSON && (*md || *coverage) {
		return usageError{"--md and --coverage print Markdown, --json does not go with them", ""}
	}
	if *product != "" {
		if kind != "scenarios" {
			return usageError{"--profile is about scenarios", "try: ssoproof list scenarios --profile " + *product}
		}
		if err := all.narrow(*product); err != nil {
			return err
		}
	}
	switch {
	case *md:
		_, err := fmt.Fprint(io.out, all.errorCatalogue())
		return err
	case *missing:
		return listGaps(io, all, *asJSON)
	case *coverage:
		_, err := fmt.Fprint(io.out, scenario.CoverageTable(scenario.Cover(all.topics, all.scenarios, all.left)))
		return err
	}
	words := kinds()[i].find(all)
	if *asJSON {
		return encode(io, words)
	}
	table := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
	for _, w := range words {
		fmt.Fprintf(table, "%s\t%s\n", w.Name, w.Summary)
	}
	return table.Flush()
}

// listGaps prints the catalogue's topics that no scenario plays.
func listGaps(io streams, v *vocabulary, asJSON bool) error {
	gaps := scenario.Gaps(v.topics, v.scenarios, v.left)
	if asJSON {
		return encode(io, gaps)
	}
	table := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
	for _, g := range gaps {
		fmt.Fprintf(table, "%s\ttier %d\t%s\t%s\n", g.ID, g.Tier, g.Reason, g.Meaning)
	}
	return table.Flush()
}

func encode(io streams, v any) error {
	enc := json.NewEncoder(io.out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
