// Package bench measures what a case costs in Chrome, against what Chrome
// itself costs for as many navigations.
//
// It knows nothing of verdicts: a case that does not pass is an error here.
// Start at Run.
package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/conformance"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// Options say what is measured.
type Options struct {
	Case    *plan.Case // a full login: from a protected page, over the identity provider's form, and back
	People  []scenario.Person
	Browser browser.Options
	Times   int   // how often, per measurement
	Workers []int // how many cases at once
}

// Run measures the floor and the case by turns and prints a line per figure.
//
// The floor is three cross-site navigations to static pages in a fresh context
// of the same kind of Chrome: what a login would cost if neither party did
// anything. The case is everything a case does: its parties are started, the
// login is played, the account page is opened, the checks are asked.
func Run(ctx context.Context, o Options, out io.Writer) error {
	floor, err := measureFloor(ctx, o)
	if err != nil {
		return fmt.Errorf("measuring the floor: %w", err)
	}
	fmt.Fprintf(out, "floor: three cross-site navigations in a fresh context   %s\n", ms(floor))
	for i, workers := range o.Workers {
		run, err := playMany(ctx, o, workers)
		if err != nil {
			return err
		}
		perSecond := float64(len(run.Cases)) / run.Duration.Seconds()
		if i == 0 {
			one := median(run)
			fmt.Fprintf(out, "case:  %-50s %s\nratio: %.2f of the floor (aim 0.70)\n", o.Case.ID, ms(one), float64(one)/float64(floor))
		}
		fmt.Fprintf(out, "full login cases per second, %d worker(s): %.1f\n", workers, perSecond)
	}
	return nil
}

func ms(d time.Duration) string { return fmt.Sprintf("%6.1f ms", float64(d)/float64(time.Millisecond)) }

// playMany plays the case many times over. Starting Chrome is not counted:
// it is paid once per run.
func playMany(ctx context.Context, o Options, workers int) (*report.Run, error) {
	cases := make([]*plan.Case, o.Times*workers)
	for i := range cases {
		one := *o.Case
		one.ID = fmt.Sprintf("%s #%d", one.ID, i+1)
		cases[i] = &one
	}
	var first, last time.Time
	run, err := conformance.Play(ctx, conformance.Options{
		Plan: &plan.Plan{Cases: cases}, People: o.People, Browser: o.Browser, Workers: workers, Screenshots: conformance.ScreenshotsNone,
		Progress: func(done, _ int, c *report.Case) {
			if done == 1 {
				first = time.Now().Add(-c.Duration)
			}
			last = time.Now()
		},
	})
	if err != nil {
		return nil, fmt.Errorf("playing %s: %w", o.Case.ID, err)
	}
	for _, c := range run.Cases {
		if c.Verdict != report.Pass {
			return nil, fmt.Errorf("playing %s: %s", c.ID, c.Cause)
		}
	}
	run.Duration = last.Sub(first)
	return run, nil
}

func median(run *report.Run) time.Duration {
	var all []time.Duration
	for _, c := range run.Cases {
		all = append(all, c.Duration)
	}
	return middle(all)
}

func middle(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

func measureFloor(ctx context.Context, o Options) (time.Duration, error) {
	front, err := lab.NewFront("127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer front.Close(ctx)
	static := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!doctype html><title>static</title><p>A static page.")
	})
	var urls []string
	for _, site := range []string{"one.localhost", "two.localhost", "three.localhost"} {
		front.Serve(site, static)
		urls = append(urls, front.URL(site)+"/")
	}
	chrome, err := browser.Start(ctx, o.Browser)
	if err != nil {
		return 0, err
	}
	defer chrome.Close()
	var all []time.Duration
	for range o.Times {
		began := time.Now()
		if err := threePages(ctx, chrome, urls); err != nil {
			return 0, err
		}
		all = append(all, time.Since(began))
	}
	return middle(all), nil
}

func threePages(ctx context.Context, chrome *browser.Chrome, urls []string) error {
	worker, err := chrome.Worker(ctx)
	if err != nil {
		return err
	}
	defer worker.Close()
	tab, err := worker.Tab(ctx, browser.Settings{})
	if err != nil {
		return err
	}
	defer tab.Close()
	for _, url := range urls {
		if err := tab.Open(url); err != nil {
			return err
		}
	}
	return nil
}
