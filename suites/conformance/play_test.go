package conformance

import (
	"context"
	"errors"
	"syscall"
	"testing"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"github.com/ssoproof/ssoproof/fixtures"
	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
)

const (
	lead  = "profiles: [channeltivity], flow: mail-link, expect: signed-in"
	login = "profiles: [influitive], flow: sp-initiated, expect: signed-in"
)

// alone plays in this process, alone, and expects that nothing of it is left
// behind: no goroutine, no browser.
func alone(t *testing.T, ctx context.Context, o Options) (*report.Run, error) {
	t.Helper()
	g := gomega.NewWithT(t)
	before, processes := gleak.Goroutines(), children(t)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	run, err := Play(ctx, o)
	g.Expect(children(t)).To(gomega.ConsistOf(processes), "a browser is left behind")
	cancel()
	g.Eventually(gleak.Goroutines, limit).ShouldNot(gleak.HaveLeaked(before))
	return run, err
}

func TestPlayLeavesNothing(t *testing.T) {
	g := gomega.NewWithT(t)
	o := options(t, own("name: lead, title: t, "+lead, "name: login, title: t, "+login, "name: again, title: t, setup: {browser: {javascript: off}}, "+lead))
	o.Workers = 2
	run, err := alone(t, t.Context(), o)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(run.Partial).To(gomega.BeFalse())
	g.Expect(run.Notes).To(gomega.BeEmpty())
	g.Expect(run.ExitStatus()).To(gomega.Equal(0))
	var ids []string
	for _, c := range run.Cases {
		ids = append(ids, c.ID)
	}
	g.Expect(ids).To(gomega.Equal([]string{"own/again@channeltivity", "own/lead@channeltivity", "own/login@influitive"}), "the plan's order")
}

func TestPlayWithoutChrome(t *testing.T) {
	g := gomega.NewWithT(t)
	o := options(t, own("name: lead, title: t, "+lead))
	o.Browser.Path = "/nope"
	run, err := alone(t, t.Context(), o)
	g.Expect(errors.Is(err, browser.ErrNotFound)).To(gomega.BeTrue(), "%v", err)
	g.Expect(run).To(gomega.BeNil())
}

func TestPlayInterrupted(t *testing.T) {
	g := gomega.NewWithT(t)
	ctx, interrupt := context.WithCancel(t.Context())
	o := options(t, own("name: one, title: t, "+lead, "name: two, title: t, "+lead, "name: three, title: t, "+lead))
	o.Seed = 7
	o.Progress = func(done, total int, _ *report.Case) {
		if interrupt(); done != 1 || total != 3 {
			t.Errorf("%d of %d are done", done, total)
		}
	}
	run, err := alone(t, ctx, o)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(run.Partial).To(gomega.BeTrue())
	g.Expect(run.Notes).To(gomega.Equal([]string{"interrupted after 1 of 3 cases"}))
	g.Expect(run.Cases).To(gomega.HaveLen(1))
	g.Expect(run.Cases[0].Verdict).To(gomega.Equal(report.Pass))
}

// TestPlayWhenChromeDies kills Chrome after every case: what is under way then
// is played again, until Chrome has died too often to be believed.
func TestPlayWhenChromeDies(t *testing.T) {
	g := gomega.NewWithT(t)
	before := children(t)
	o := options(t, own("name: a, title: t, "+lead, "name: b, title: t, "+lead, "name: c, title: t, "+lead, "name: d, title: t, "+lead, "name: e, title: t, "+lead))
	o.Progress = func(int, int, *report.Case) {
		for _, pid := range children(t)[len(before):] {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	run, err := alone(t, t.Context(), o)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(run.Cases).To(gomega.HaveLen(5))
	for _, c := range run.Cases[:mostRestarts+1] {
		g.Expect(c.Verdict).To(gomega.Equal(report.Pass), c.ID+" "+c.Cause)
	}
	last := run.Cases[mostRestarts+1]
	g.Expect(last.Verdict).To(gomega.Equal(report.Broken))
	g.Expect(last.Cause).To(gomega.ContainSubstring("chrome died 4 times"))
	g.Expect(run.Notes).To(gomega.ContainElement(gomega.ContainSubstring("restarted 3 time(s)")))
	g.Expect(run.ExitStatus()).To(gomega.Equal(3))
}

// TestWrongServiceProvider plays against an SP that forgets one rule: what
// rests on the rule turns red, its neighbours do not.
func TestWrongServiceProvider(t *testing.T) {
	t.Parallel()
	g := gomega.NewWithT(t)
	o := options(t, fixtures.FS, "time/not-on-or-after-exact@influitive", "time/not-on-or-after-plus-1s@influitive", "time/not-before-future@influitive")
	o.Without = func(*plan.Case) []string { return []string{"not-on-or-after"} }
	run, err := Play(t.Context(), o)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(verdicts(run)).To(gomega.Equal(map[string]report.Verdict{
		"time/not-on-or-after-exact@influitive":   report.Fail,
		"time/not-on-or-after-plus-1s@influitive": report.Pass,
		"time/not-before-future@influitive":       report.Pass,
	}))
	for _, c := range run.Cases {
		if c.Verdict == report.Fail {
			g.Expect(c.Cause).To(gomega.ContainSubstring("expired"))
		}
	}
}
