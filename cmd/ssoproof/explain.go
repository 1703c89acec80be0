package main

import (
	"context"
	"fmt"
	"io"
	"strings"
)

func explainCommand(_ context.Context, io streams, args []string) error {
	flags := newFlags("explain", "explain WORD: what a fault, reason, rule, check, flow, profile or scenario means", io)
	src := sourceFlags(flags)
	rest, err := flags.parse(args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usageError{"explain takes one word", "try: ssoproof explain expired"}
	}
	all, err := src.vocabulary()
	if err != nil {
		return err
	}
	var names []string
	found := false
	for _, kind := range kinds() {
		for _, w := range kind.find(all) {
			if w.Name == rest[0] {
				explain(io.out, w)
				found = true
			}
			names = append(names, w.Name)
		}
	}
	if !found {
		return usageError{fmt.Sprintf("nothing here is called %q", rest[0]), hintNearest(rest[0], names)}
	}
	return nil
}

func explain(out io.Writer, w word) {
	fmt.Fprintf(out, "%s (%s)\n    %s\n", w.Name, w.Kind, w.Summary)
	for _, d := range w.Details {
		fmt.Fprintf(out, "    %s\n", d)
	}
	if len(w.Refs) > 0 {
		fmt.Fprintf(out, "    see: %s\n", strings.Join(w.Refs, "; "))
	}
	for _, p := range w.Params {
		fmt.Fprintf(out, "    %-18s %s (%s%s)\n", p.Name, p.Doc, p.Kind, defaultOf(p))
	}
	if len(w.UsedBy) > 0 {
		fmt.Fprintf(out, "    used by: %s\n", strings.Join(w.UsedBy, "\n             "))
	}
}

func defaultOf(p param) string {
	if p.Default == "" {
		return ""
	}
	return ", default " + p.Default
}
