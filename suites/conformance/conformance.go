// Package conformance plays a plan's cases in Chrome and judges them: workers
// play, one Ginkgo spec per case asks for the result and asserts it, and what
// comes out is a report.
//
// It is the only importer of Ginkgo, and it holds no verdict logic of its own:
// checks say what held, report.Judge says what that means. Start at Run.
package conformance

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/opinion"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// Options say how a plan is played.
type Options struct {
	Plan    *plan.Plan
	People  []scenario.Person
	Browser browser.Options
	Workers int    // cases played at once; at least 1
	Listen  string // address of the one listener, default 127.0.0.1:0
	Seed    int64  // order of the cases; 0 plays them in the plan's order
	// Screenshots says when a picture of the final page is taken: ScreenshotsSome,
	// ScreenshotsAll or ScreenshotsNone.
	Screenshots Screenshots
	// Without names the rules of the SP that are switched off for a case, for
	// mutants; nil switches none off.
	Without func(*plan.Case) []string

	// SecondOpinion asks the stock library about the last Response of a case, by
	// one goroutine at a time; nil asks nobody.
	SecondOpinion func(opinion.Question) (opinion.Answer, error)

	Start    time.Time                             // what every clock shows at first; default now
	Narrate  io.Writer                             // what Ginkgo says; default nowhere
	Progress func(done, total int, c *report.Case) // called after each case, by one goroutine at a time
	Command  func(caseID string) string            // the command that runs one case alone
}

// Screenshots says when pictures are taken; one costs about as much as a navigation.
type Screenshots string

// When pictures are taken.
const (
	ScreenshotsSome Screenshots = "some" // on failure, and the first case of each scenario family on each profile
	ScreenshotsAll  Screenshots = "all"
	ScreenshotsNone Screenshots = "none"
)

func (o Options) withDefaults() Options {
	if o.Workers < 1 {
		o.Workers = 1
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Start.IsZero() {
		o.Start = time.Now()
	}
	if o.Narrate == nil {
		o.Narrate = io.Discard
	}
	if o.Progress == nil {
		o.Progress = func(int, int, *report.Case) {}
	}
	if o.Without == nil {
		o.Without = func(*plan.Case) []string { return nil }
	}
	if o.Command == nil {
		o.Command = func(id string) string { return "ssoproof run '" + id + "'" }
	}
	if o.Screenshots == "" {
		o.Screenshots = ScreenshotsSome
	}
	return o
}

// Play plays every case without Ginkgo and returns the run, cases in the
// plan's order. When ctx ends early the run is marked partial and holds what
// was played. The error is a lab that could not be opened or closed.
func Play(ctx context.Context, o Options) (*report.Run, error) {
	return play(ctx, o.withDefaults(), func(*player) {})
}

// Run is Play with a Ginkgo spec per case. Ginkgo allows it once per process.
func Run(ctx context.Context, o Options) (*report.Run, error) {
	return play(ctx, o.withDefaults(), func(p *player) { runSpecs(ctx, p) })
}

func play(ctx context.Context, o Options, watch func(*player)) (run *report.Run, err error) {
	began := time.Now()
	house, err := lab.NewHouse(o.Listen, o.Start)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closing := house.Close(); closing != nil && err == nil {
			err = fmt.Errorf("closing the lab: %w", closing)
		}
	}()
	p, err := newPlayer(ctx, o, house)
	if err != nil {
		return nil, err
	}
	p.start(ctx)
	watch(p)
	p.wait()
	took := time.Since(began)
	cases := p.cases()
	return &report.Run{
		Started: began.UTC(), Duration: took,
		Partial: p.partial(), Notes: p.notes(cases), Cases: cases,
	}, p.close()
}
