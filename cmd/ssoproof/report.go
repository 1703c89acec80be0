package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ssoproof/ssoproof/suites/report"
)

const reportSynopsis = `report merge DIR... [--out DIR]: put the reports of several runs together

Each DIR is the --out folder of a run, as of 'ssoproof run --shard 1/4'. No case
may stand in two of them. The exit status is that of one run of all the cases.`

func reportCommand(_ context.Context, io streams, args []string) error {
	flags := newFlags("report", reportSynopsis, io)
	out := flags.String("out", "ssoproof-report", "folder for report.html, report.json and junit.xml")
	rest, err := flags.parse(args)
	if err != nil {
		return err
	}
	if len(rest) == 0 || rest[0] != "merge" {
		return usageError{"report takes what to do with reports", "try: ssoproof report merge shard-1 shard-2"}
	}
	return mergeReports(io, rest[1:], *out, args)
}

func mergeReports(io streams, dirs []string, out string, args []string) error {
	if len(dirs) == 0 {
		return usageError{"report merge takes the folders of the reports", "try: ssoproof report merge shard-1 shard-2"}
	}
	for _, dir := range dirs {
		if sameFolder(dir, out) {
			return usageError{fmt.Sprintf("--out %s is the folder of a report that is to be merged, which would be overwritten", out), "name another folder: --out merged"}
		}
	}
	var runs []report.Named
	var problems []error
	for _, dir := range dirs {
		run, err := report.Read(filepath.Join(dir, report.JSONFile))
		if err != nil {
			problems = append(problems, err)
			continue
		}
		runs = append(runs, report.Named{Name: dir, Run: run})
	}
	if err := badData(errors.Join(problems...)); err != nil {
		return err
	}
	merged, err := report.Merge(runs)
	if err != nil {
		return badData(err)
	}
	if err := writable(out); err != nil {
		return err
	}
	merged.Command = asTyped("report", args)
	if err := merged.Write(out); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	summarize(io.out, merged, out)
	if status := merged.ExitStatus(); status != exitOK {
		return exitStatus(status)
	}
	return nil
}

// sameFolder tells whether two names are of one folder that exists, however they
// are spelled.
func sameFolder(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}
