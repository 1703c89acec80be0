package main

import (
	"context"
	"fmt"

	"github.com/ssoproof/ssoproof/suites/bench"
)

const benchSynopsis = `bench: measure what a full login case costs in Chrome, against Chrome alone`

func benchCommand(ctx context.Context, io streams, args []string) error {
	var chrome chromeFlags
	flags := newFlags("bench", benchSynopsis, io)
	src := sourceFlags(flags)
	chrome.define(flags)
	id := flags.String("case", "influitive/sp-initiated@influitive", "the login to measure")
	times := flags.Int("times", 60, "how often, per measurement")
	if rest, err := flags.parse(args); err != nil {
		return err
	} else if len(rest) > 0 {
		return usageError{fmt.Sprintf("bench takes no argument, such as %q", rest[0]), ""}
	}
	if *times < 1 {
		return usageError{fmt.Sprintf("--times %d: once at least", *times), ""}
	}
	v, err := src.vocabulary()
	if err != nil {
		return err
	}
	p, err := v.plan([]string{*id}, selection{})
	if err != nil {
		return err
	}
	err = bench.Run(ctx, bench.Options{
		Case: p.Cases[0], People: v.people, Browser: chrome.options(), Times: *times, Workers: []int{1, 2, 4},
	}, io.out)
	if err != nil {
		return err
	}
	return bench.Messages(io.out)
}
