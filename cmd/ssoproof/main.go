// Command ssoproof proves that single sign-on works: it plays scenarios
// between a mock identity provider, a reference service provider and a real
// Chrome, and shows who did what.
//
// One file per subcommand; main maps a result to an exit status. What a
// subcommand does lives in the packages below suites.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/ssoproof/ssoproof/suites/opinion"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// The exit statuses.
const (
	exitOK     = 0 // all as expected
	exitFailed = 1 // something was not as expected
	exitUsage  = 2 // bad usage or bad data
	exitBroken = 3 // the lab is broken
)

// command is one subcommand. run gets the arguments after its name.
type command struct {
	name, summary string
	run           func(ctx context.Context, io streams, args []string) error
}

// streams are where results (out) and narration (err) go.
type streams struct{ out, err io.Writer }

func commands() []command {
	return []command{
		{"run", "play scenarios in headless Chrome and write a report", runCommand},
		{"serve", "keep the IdP, the SPs and the originating system up, to click through", serveCommand},
		{"list", "list " + strings.Join(kindNames()[:len(kinds())-1], ", ") + " or " + kindNames()[len(kinds())-1], listCommand},
		{"explain", "say what a word means and where it is used", explainCommand},
		{"report", "put the reports of shards together", reportCommand},
		{"bench", "measure logins per second, signing and validating", benchCommand},
		{"mutants", "switch each rule of the SP off and show which scenarios notice", mutantsCommand},
	}
}

func main() {
	// A run keeps what it has seen and throws away much beside it: to look for
	// that less often takes some memory and saves time, to a limit.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(1 << 30)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // who asks twice is not kept waiting
	status := dispatch(ctx, streams{os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	os.Exit(status)
}

func dispatch(ctx context.Context, io streams, args []string) int {
	if len(args) == 0 {
		usage(io.err)
		return exitUsage
	}
	if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(io.out)
		return exitOK
	}
	if args[0] == opinionCommand {
		return finish(io, opinion.Serve(os.Stdin, io.out))
	}
	var names []string
	for _, c := range commands() {
		if c.name == args[0] {
			return finish(io, c.run(ctx, io, args[1:]))
		}
		names = append(names, c.name)
	}
	return finish(io, usageError{
		text: fmt.Sprintf("no command %q", args[0]),
		hint: hintNearest(args[0], names),
	})
}

// finish says what went wrong and maps it to an exit status. Of several errors
// one that is bad usage or bad data makes it that.
func finish(io streams, err error) int {
	var status exitStatus
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &status):
		return int(status)
	}
	code := exitBroken
	for _, one := range flat(err) {
		var bad usageError
		var data scenario.Problem
		switch {
		case errors.As(one, &bad):
			code = exitUsage
			say(io.err, bad.text, bad.hint)
		case errors.As(one, &data):
			code = exitUsage
			hint := data.Hint
			data.Hint = ""
			say(io.err, data.Error(), hint)
		default:
			say(io.err, one.Error(), "")
		}
	}
	return code
}

// flat returns the errors that are joined in one.
func flat(err error) []error {
	var all []error
	switch e := err.(type) {
	case scenario.Problems:
		for _, p := range e {
			all = append(all, p)
		}
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			all = append(all, flat(one)...)
		}
	default:
		all = append(all, err)
	}
	return all
}

func say(w io.Writer, text, hint string) {
	fmt.Fprintf(w, "ssoproof: %s\n", text)
	for _, line := range strings.Split(hint, "\n") {
		if line != "" {
			fmt.Fprintf(w, "hint: %s\n", line)
		}
	}
}

// exitStatus is the error of a command that has said all there is to say.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// usageError is bad usage or bad data: exit status 2.
type usageError struct{ text, hint string }

func (e usageError) Error() string { return e.text }

func hintNearest(word string, known []string) string {
	return cmp.Or(scenario.Hint(word, known), "ssoproof list KIND shows what there is")
}

func usage(w io.Writer) {
	fmt.Fprint(w, `ssoproof proves that single sign-on works.

    ssoproof run                          play every scenario, write ssoproof-report/
    ssoproof run 'time/*' --profile eft   play some of them
    ssoproof explain expired              what a word means and where it is used

commands:
`)
	for _, c := range commands() {
		fmt.Fprintf(w, "    %-10s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, `
Run 'ssoproof COMMAND --help' for its flags. Exit status: 0 all as expected,
1 not, 2 bad usage or bad data, 3 the lab is broken.
`)
}

// flagSet is a command's flags with the text that explains the command.
type flagSet struct {
	*flag.FlagSet
	synopsis string
	out      io.Writer
}

// newFlags returns flags that report mistakes as usage errors, and that leave
// alone the flags which imported packages put on the command line.
func newFlags(name, synopsis string, io streams) *flagSet {
	return &flagSet{flag.NewFlagSet(name, flag.ContinueOnError), synopsis, io.out}
}

// parse parses args, in which flags and positional arguments may be mixed,
// and returns the positional ones. Asked for help it prints it and returns
// flag.ErrHelp.
func (f *flagSet) parse(args []string) ([]string, error) {
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	var rest []string
	for {
		err := f.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(f.out, "usage: ssoproof %s\n\n", f.synopsis)
			f.SetOutput(f.out)
			f.PrintDefaults()
			return nil, err
		}
		if err != nil {
			return nil, usageError{err.Error(), f.hint(err)}
		}
		args = f.Args()
		if len(args) == 0 {
			return rest, nil
		}
		rest = append(rest, args[0])
		args = args[1:]
	}
}

// hint names the nearest flag, or all, when there is no such flag.
func (f *flagSet) hint(err error) string {
	if !strings.Contains(err.Error(), "not defined") {
		return "try: ssoproof " + f.Name() + " --help"
	}
	var known []string
	f.VisitAll(func(one *flag.Flag) { known = append(known, "--"+one.Name) })
	words := strings.Fields(err.Error())
	return hintNearest("-"+words[len(words)-1], known)
}
