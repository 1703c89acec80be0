package conformance

import (
	"errors"
	"fmt"
	"testing"

	"github.com/onsi/gomega"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/report"
)

// TestPartyThatBreaks plays a case in which nobody gets in, as is expected, but
// only because the identity provider could not build what it was to send.
func TestPartyThatBreaks(t *testing.T) {
	t.Parallel()
	for name, hook := range map[string]func(*fault.Message, fault.Args) error{
		"an error": func(*fault.Message, fault.Args) error { return errors.New("no such part") },
		"a panic":  func(*fault.Message, fault.Args) error { panic("no such part") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := gomega.NewWithT(t)
			o := options(t, own("name: a, title: t, profiles: [influitive], flow: sp-initiated, faults: [unsigned], expect: no-session"))
			o.Plan.Cases[0].Faults = []fault.Armed{{Fault: fault.Fault{Name: "hopeless", Assertion: hook}}}
			run, err := Play(t.Context(), o)
			g.Expect(err).NotTo(gomega.HaveOccurred())
			g.Expect(run.Cases[0].Verdict).To(gomega.Equal(report.Broken))
			g.Expect(run.Cases[0].Cause).To(gomega.And(gomega.HavePrefix(`the party "idp" broke: `), gomega.ContainSubstring("no such part")))
			g.Expect(run.Cases[0].Cause).NotTo(gomega.ContainSubstring("\n"), "a stack is for the events")
			g.Expect(run.Cases[0].Events).NotTo(gomega.BeEmpty())
		})
	}
}

// TestJourneyThatCannotBeMade tells what a page lacks from what the lab lacks.
func TestJourneyThatCannotBeMade(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		entry   string
		verdict report.Verdict
		cause   string
	}{
		"a page lacks a button": {"flow: acknowledge, expect: signed-out", report.Fail,
			"journey: expected the journey acknowledge, seen press: #ok: no such element"},
		"the set-up lacks a party": {"flow: second-idp, expect: signed-out", report.Broken,
			"on the journey second-idp: the setup has no second identity provider"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := gomega.NewWithT(t)
			run, err := Play(t.Context(), options(t, own("name: a, title: t, profiles: [influitive], "+c.entry)))
			g.Expect(err).NotTo(gomega.HaveOccurred())
			g.Expect(run.Cases[0].Verdict).To(gomega.Equal(c.verdict), run.Cases[0].Cause)
			g.Expect(run.Cases[0].Cause).To(gomega.HavePrefix(c.cause))
		})
	}
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	lacks, soon, lost := &browser.ElementError{CSS: "#x"}, fmt.Errorf("%w: nothing was sent", lab.ErrTooSoon), errors.New("no answer")
	for want, all := range map[bool][]error{
		true:  {lacks, soon, fmt.Errorf("press: %w", lacks), errors.Join(lacks, soon)},
		false: {lost, browser.ErrGone, fmt.Errorf("press: %w", browser.ErrRestless), errors.Join(lacks, lost), errors.Join(lost, lacks)},
	} {
		for _, err := range all {
			if outcome(err) != want {
				t.Errorf("%v: is the parties' doing: %v", err, !want)
			}
		}
	}
}

// TestControlTakesNoPicture plays the first case of its kind, whose control
// comes before it.
func TestControlTakesNoPicture(t *testing.T) {
	t.Parallel()
	g := gomega.NewWithT(t)
	o := options(t, own("name: a, title: t, "+late))
	o.Screenshots = ScreenshotsSome
	run, err := Play(t.Context(), o)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(run.Cases[0].Verdict).To(gomega.Equal(report.Pass))
	pictures := 0
	for _, e := range run.Cases[0].Events {
		if e.Page != nil && len(e.Page.Screenshot) > 0 {
			pictures++
		}
	}
	g.Expect(pictures).To(gomega.Equal(1))
}
