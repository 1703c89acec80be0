package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/flow"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/scenario"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// caseLimit bounds one journey in real time. Only a machine in trouble, or a
// party that never answers, comes near it.
const caseLimit = 60 * time.Second

// playCase plays one case, its control first if it has one, and judges it. The
// error is for the caller to see whether Chrome is to blame; the case is
// judged either way.
func (p *player) playCase(ctx context.Context, s *seat, c *plan.Case) (*report.Case, error) {
	began := time.Now()
	result := describe(p, c)
	defer func() { result.Duration = time.Since(began) }()
	if control := controlOf(c); control != nil {
		text, refusal, err := p.controls.succeed(ctx, control, func(ctx context.Context) (string, error) { return p.playControl(ctx, s, control) })
		if result.Control = text; err != nil {
			err = fmt.Errorf("the control, %s, could not be played: %w", text, err)
			result.Verdict, result.Cause = report.Judge(nil, false, err, "")
			return result, err
		}
		result.Checks = append(result.Checks, controlled(text, refusal)...)
	}
	l, outcomes, err := p.observe(ctx, s, c, func(failed bool) bool { return p.pictures.wanted(c, failed) })
	if l != nil {
		result.Events = l.Trace.Events()
		result.SecondOpinion = p.opinions.of(ctx, l)
	}
	result.Checks = append(result.Checks, outcomes...)
	result.Verdict, result.Cause = report.Judge(result.Checks, c.Known, err, "")
	return result, err
}

// observe plays the case's journey and asks its checks; the last page is
// photographed if that is wanted, which may depend on whether a check failed.
// The error is the lab's own.
func (p *player) observe(ctx context.Context, s *seat, c *plan.Case, picture func(failed bool) bool) (*lab.Lab, []report.CheckResult, error) {
	f, found := flow.Find(c.Flow)
	if !found {
		return nil, nil, fmt.Errorf("no flow is named %q", c.Flow)
	}
	l, err := p.house.Open(p.setup(c))
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	limited, cancel := context.WithTimeoutCause(ctx, caseLimit, fmt.Errorf("the journey took longer than %s", caseLimit))
	defer cancel()
	if l.Tab, err = s.worker.Tab(limited, browserSettings(c)); err != nil {
		return l, nil, fmt.Errorf("opening a tab: %w", err)
	}
	defer l.Tab.Close() // a tab that will not close costs its worker a new context, and no verdict
	l.Another = func() (*browser.Tab, error) { return s.worker.Tab(limited, browser.Settings{Alone: true}) }
	if returning(f, c) {
		if err := l.Remember(); err != nil {
			return l, nil, err
		}
	}
	outcomes, err := travel(l, f, c)
	if ctx.Err() != nil {
		return l, nil, context.Cause(ctx)
	}
	if broken := l.Trace.Broken(); err == nil && len(broken) > 0 {
		err = errors.New(strings.Join(broken, "; "))
	}
	if err == nil && picture(failed(outcomes)) {
		l.Photograph(trace.Final)
	}
	return l, outcomes, err
}

// travel makes the journey, takes the evidence at its end and asks the checks.
// What the pages lack and that they never come to rest is for the checks; every
// other error is the lab's own.
func travel(l *lab.Lab, f flow.Flow, c *plan.Case) ([]report.CheckResult, error) {
	journey := f.Run(l, c.FlowArgs)
	err := journey
	if err == nil || outcome(err) {
		l.See(trace.Final)
		if err = l.Probe(); err == nil {
			return ask(l, c, journey), nil
		}
	}
	if errors.Is(err, browser.ErrRestless) {
		return []report.CheckResult{journeyed(c, err)}, nil // time is up: there is no more to be seen
	}
	return nil, fmt.Errorf("on the journey %s: %w", c.Flow, err)
}

// outcome tells whether all that went wrong on a journey is the parties' doing.
func outcome(err error) bool {
	if joined, many := err.(interface{ Unwrap() []error }); many {
		return !slices.ContainsFunc(joined.Unwrap(), func(one error) bool { return !outcome(one) })
	}
	return errors.Is(err, browser.ErrElement) || errors.Is(err, lab.ErrTooSoon)
}

// journeyed is the check that the journey could be made at all.
func journeyed(c *plan.Case, journey error) report.CheckResult {
	return report.CheckResult{
		Name: "journey", Summary: "the pages offer what the visitor needs to go on", Expected: "the journey " + c.Flow, Seen: journey.Error(),
	}
}

// ask asks every check of the case, and whether the journey could be made at all.
func ask(l *lab.Lab, c *plan.Case, journey error) []report.CheckResult {
	var outcomes []report.CheckResult
	if journey != nil {
		outcomes = append(outcomes, journeyed(c, journey))
	}
	known := facts(l)
	for _, b := range c.Checks {
		for _, o := range b.Run(l.Trace, known).Each() {
			outcomes = append(outcomes, report.CheckResult{Name: b.Check.Name, Summary: b.Check.Summary, Expected: o.Expected, Seen: o.Seen, OK: o.OK})
		}
	}
	return outcomes
}

func failed(outcomes []report.CheckResult) bool {
	for _, o := range outcomes {
		if !o.OK {
			return true
		}
	}
	return false
}

func (p *player) setup(c *plan.Case) lab.Setup {
	s := lab.Setup{
		Profile: c.Profile, Layout: c.Layout, SP: c.Setup.SP, IdP: c.Setup.IdP, Origin: c.Setup.Origin, Neighbour: c.Setup.Neighbour, Clock: c.Setup.Clock,
		People: p.options.People, Faults: c.Faults, Without: p.options.Without(c),
	}
	s.Person = person(p.options.People, c.Person)
	return s
}

// browserSettings are what the visitor of the case has changed in Chrome.
func browserSettings(c *plan.Case) browser.Settings {
	b := c.Setup.Browser
	return browser.Settings{CookiesBlocked: b.CookiesBlocked, JavaScriptOff: b.JavaScriptOff}
}

func person(people []scenario.Person, login string) scenario.Person {
	for _, one := range people {
		if one.Login == login {
			return one
		}
	}
	return scenario.Person{Login: login}
}

// facts are what the checks are told beside the trace.
func facts(l *lab.Lab) check.Facts {
	f := check.Facts{Reactions: map[string]check.Reaction{}, Person: l.Setup.Person.Login, People: map[string]check.Person{}, BaseURLs: l.URLs, Values: l.Placeholders()}
	for _, r := range l.Setup.Profile.Reactions {
		for _, why := range r.For {
			seen := l.Setup.Profile.Reaction(l.Setup.Layout, why)
			text := l.Setup.Profile.Worded(seen, l.Settings.Wording)
			if custom := l.Settings.Texts[seen.Name]; custom != "" && seen.Customizable {
				text = custom
			}
			f.Reactions[string(why)] = check.Reaction{
				Name: seen.Name, Status: seen.Status, Title: seen.Title, Text: text, Path: seen.Redirect, Page: seen.Page, Code: seen.Code,
			}
		}
	}
	for _, one := range l.Setup.People {
		known := check.Person{AccountLogin: one.Login}
		switch one.Account {
		case "none", "elsewhere":
			known.AccountLogin = one.Attributes["email"][0] // what an account made at first login is called
		case "ambiguous":
		default:
			known.Account = lab.AccountID(one)
		}
		f.People[one.Login] = known
	}
	return f
}
