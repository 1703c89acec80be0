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

// startLibrary starts a process of this program that forms them.
func startLibrary(ctx context.Context) (*opinion.Process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	return opinion.Start(ctx, []string{self, opinionCommand})
}
