package conformance

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/onsi/gomega"

	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
)

const (
	expired = "faults: [{conditions-window: {not-before: -20m, not-on-or-after: -10m}}], expect: {refused: expired}"
	late    = "profiles: [influitive], flow: sp-initiated, " + expired
)

// TestControlOncePerSetUp counts how often the parties are set up: once for
// each case, and once for each distinct set-up of which a refusal is expected.
func TestControlOncePerSetUp(t *testing.T) {
	t.Parallel()
	g := gomega.NewWithT(t)
	o := options(t, own("name: a, title: t, "+late, "name: b, title: t, "+late,
		"name: c, title: t, setup: {sp: {tolerance: 5s}}, "+late, "name: d, title: t, profiles: [influitive], flow: sp-initiated, expect: signed-in"))
	o.Workers = 2
	var controls atomic.Int32
	o.Without = func(c *plan.Case) []string {
		if !slices.Contains(o.Plan.Cases, c) {
			controls.Add(1)
		}
		return nil
	}
	run, err := Play(t.Context(), o)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(run.ExitStatus()).To(gomega.Equal(0), "%v", verdicts(run))
	g.Expect(controls.Load()).To(gomega.Equal(int32(2)))
	g.Expect(run.Cases[0].Control).To(gomega.Equal("influitive, sp-initiated, returning visitor"))
	g.Expect(run.Cases[2].Control).To(gomega.Equal("influitive, sp-initiated, sp: {tolerance: 5s}, returning visitor"))
	g.Expect(run.Cases[3].Control).To(gomega.BeEmpty())
}

// TestControlThatFails plays a case that is refused as it expects, but would
// be without its fault as well: it proves nothing.
func TestControlThatFails(t *testing.T) {
	t.Parallel()
	g := gomega.NewWithT(t)
	o := options(t, own("name: a, title: t, setup: {clock: {idp: 1h}}, profiles: [influitive], flow: sp-initiated, "+
		"faults: [{conditions-window: {not-before: 10m, not-on-or-after: 20m}}], expect: {refused: not-yet-valid}"))
	run, err := Play(t.Context(), o)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(run.Cases[0].Verdict).To(gomega.Equal(report.Fail))
	g.Expect(run.Cases[0].Cause).To(gomega.HavePrefix("control: expected success with influitive, sp-initiated, returning visitor, idp clock 1h0m0s, seen signed-in: "))
	for _, c := range run.Cases[0].Checks {
		g.Expect(c.OK).To(gomega.Equal(c.Name != "control"), "the case itself is played all the same: %+v", c)
	}
	g.Expect(run.ExitStatus()).To(gomega.Equal(1))
}

func TestControlOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ entry, want string }{
		"who gets in has none":       {"profiles: [influitive], flow: sp-initiated, expect: signed-in", ""},
		"the fault is taken away":    {"profiles: [influitive], flow: {idp-initiated: {relay-state: x}}, " + expired, "influitive, idp-initiated, relay-state=x, returning visitor"},
		"and the time that passes":   {"profiles: [influitive], flow: {sp-initiated: {pause: 6m}}, " + expired, "influitive, sp-initiated"},
		"and the person":             {"profiles: [influitive], person: dan, flow: sp-initiated, " + expired, "influitive, sp-initiated, returning visitor"},
		"but not the set-up":         {"profiles: [influitive], flow: sp-initiated, setup: {sp: {tolerance: 1s}, clock: {sp: 3s}}, " + expired, "influitive, sp-initiated, sp: {tolerance: 1s}, returning visitor, sp clock 3s"},
		"unless it is the defect":    {"profiles: [influitive], flow: sp-initiated, setup: {clock: {idp: 1h}}, expect: {refused: not-yet-valid}", "influitive, sp-initiated"},
		"which it may say itself":    {"profiles: [influitive], flow: {sp-initiated: {pause-before-post: 6m}}, setup: {sp: {response-binding: artifact}, clock: {sp: 3s}}, wrong: {idp: {artifact-service: closed}, clock: {sp: 9m}, browser: {javascript: off}}, expect: {refused: artifact}", "influitive, sp-initiated, sp: {response-binding: artifact}, sp clock 3s"},
		"beside a fault":             {"profiles: [influitive], flow: sp-initiated, setup: {sp: {tolerance: 1s}}, wrong: {sp: {tolerance: 2s}}, " + expired, "influitive, sp-initiated, sp: {tolerance: 1s}, returning visitor"},
		"or that none of it is":      {"profiles: [influitive], flow: {sp-initiated: {pause: 61s}}, setup: {sp: {request-lifetime: 1m}}, wrong: {}, expect: {refused: in-response-to}", "influitive, sp-initiated, sp: {request-lifetime: 1m}"},
		"a plain login for a replay": {"profiles: [influitive], flow: replay, expect: {refused: replayed}", "influitive, sp-initiated"},
		"the layout stays":           {"profiles: [eft], layouts: root, flow: sp-initiated, " + expired, "eft/root, sp-initiated, returning visitor"},
		"the legacy road":            {"profiles: [channeltivity], flow: mail-link, setup: {origin: {answer: json-false}}, expect: {refused: authentication-failed}", "channeltivity, mail-link, page=/Leads/123"},
		"the logout without it":      {"profiles: [successpro], flow: {logout-everywhere: {then: return}}, setup: {sp: {slo: true}}, faults: [logout-request-unsigned], expect: {logout-refused: signature-missing}", "successpro, logout-everywhere, then=stay, sp: {slo: true}"},
		"but not a good one's":       {"profiles: [successpro], flow: logout-everywhere, setup: {sp: {slo: true}}, expect: [signed-out, logout-accepted]", ""},
		"cookies are let in":         {"profiles: [influitive], flow: sp-initiated, setup: {browser: {cookies: blocked, javascript: off}}, " + expired, "influitive, sp-initiated, returning visitor, javascript off"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := gomega.NewWithT(t)
			control := controlOf(options(t, own("name: a, title: t, "+c.entry)).Plan.Cases[0])
			if c.want == "" {
				g.Expect(control).To(gomega.BeNil())
				return
			}
			g.Expect(keyOf(control)).To(gomega.Equal(c.want))
			g.Expect(control.Faults).To(gomega.BeEmpty())
			g.Expect(control.Person).To(gomega.BeEmpty())
			g.Expect(refuses(control)).To(gomega.BeFalse())
			g.Expect(control.Setup.Browser.CookiesBlocked).To(gomega.BeFalse())
		})
	}
}

func TestControlsRemember(t *testing.T) {
	t.Parallel()
	g := gomega.NewWithT(t)
	c := controlOf(options(t, own("name: a, title: t, "+late)).Plan.Cases[0])
	all, played := newControls(), 0
	lost := errors.New("no answer")
	_, _, err := all.succeed(t.Context(), c, func(context.Context) (string, error) { played++; return "", lost })
	g.Expect(err).To(gomega.MatchError(lost))
	var many sync.WaitGroup
	for range 8 {
		many.Go(func() {
			text, refusal, err := all.succeed(t.Context(), c, func(context.Context) (string, error) { played++; return "refused", nil })
			if err != nil || refusal != "refused" || text != keyOf(c) {
				t.Errorf("got %q, %q, %v", text, refusal, err)
			}
		})
	}
	many.Wait()
	g.Expect(played).To(gomega.Equal(2), "once in a broken lab, and once for all")
}
