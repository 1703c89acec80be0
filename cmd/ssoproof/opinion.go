package main

import (
	"context"
	"fmt"
	"os"

	"github.com/ssoproof/ssoproof/suites/opinion"
)

// opinionCommand makes this program the process that forms second opinions. It
// is for run alone to call, and not among the commands that people are told of.
const opinionCommand = "second-opinion"

// askLibrary asks a process of this program.
func askLibrary(ctx context.Context, questions []opinion.Question) ([]opinion.Answer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	return opinion.Ask(ctx, []string{self, opinionCommand}, questions)
}
