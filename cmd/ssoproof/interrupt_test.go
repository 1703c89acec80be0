package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
	"github.com/onsi/gomega/gexec"

	"github.com/ssoproof/ssoproof/suites/report"
)

// gate is an Authentication Web Service of the test's own. It says yes to
// everybody, but holds the second request until the gate is opened, and so
// stops a run in the middle of its second case.
type gate struct {
	url     string
	reached chan struct{}
	open    chan struct{}
}

func newGate(t *testing.T) *gate {
	t.Helper()
	g := &gate{reached: make(chan struct{}), open: make(chan struct{})}
	calls := make(chan int, 1)
	calls <- 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := <-calls + 1
		calls <- n
		if n == 2 {
			close(g.reached)
			select {
			case <-g.open:
			case <-r.Context().Done():
			}
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "true")
	}))
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

// start starts a run of three cases and returns when it stands at the gate,
// with the processes that it has started until then.
func (g *gate) start(p *place) (*gexec.Session, []int) {
	p.t.Helper()
	var cases strings.Builder
	for _, name := range []string{"first", "second", "third"} {
		fmt.Fprintf(&cases, "  - {name: %s, title: %s, profiles: [channeltivity], flow: mail-link, setup: {sp: {incoming: {service-url: '%s'}}}, expect: signed-in}\n", name, name, g.url)
	}
	p.write("mine/a.yaml", "family: gate\nscenarios:\n"+cases.String())
	session := p.start("run", "--scenarios", "mine", "--procs", "1", "--ordered", "--screenshots", "none")
	p.Eventually(g.reached, limit).Should(gomega.BeClosed(), "stdout:\n%s\nstderr:\n%s", session.Out.Contents(), session.Err.Contents())
	started := descendants(session.Command.Process.Pid)
	p.Expect(len(started)).To(gomega.BeNumerically(">", 1), "a browser and its helpers")
	return session, started
}

func (p *place) verdicts() []string {
	p.t.Helper()
	var all []string
	for _, c := range p.report().Cases {
		all = append(all, strings.TrimSpace(fmt.Sprint(c.ID, " ", c.Verdict, map[bool]string{true: " replayed"}[c.Replayed])))
	}
	return all
}

func TestInterruptedRun(t *testing.T) {
	t.Parallel()
	needsProc(t)
	for name, signal := range map[string]os.Signal{"Ctrl-C": os.Interrupt, "SIGTERM": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, g := newPlace(t), newGate(t)
			session, started := g.start(p)
			session.Signal(signal)
			p.ends(session, exitFailed)
			p.Expect(session).To(gbytes.Say("partial: interrupted after 1 of 3 cases"))
			p.Expect(session).To(gbytes.Say("1 passed, 0 failed, 0 skipped\n$"))
			p.Expect(p.report().Partial).To(gomega.BeTrue())
			p.Expect(p.report().Conclusion()).To(gomega.Equal(report.InPart))
			p.Expect(p.verdicts()).To(gomega.Equal([]string{"gate/first@channeltivity pass"}))
			p.leavesNothing(started)
		})
	}
}

func TestChromeKilledInMidRun(t *testing.T) {
	t.Parallel()
	needsProc(t)
	p, g := newPlace(t), newGate(t)
	session, started := g.start(p)
	helpless := func(pid int) bool { return len(children(pid)) == 0 } // the library's process
	browser := slices.DeleteFunc(children(session.Command.Process.Pid), helpless)
	p.Expect(browser).To(gomega.HaveLen(1))
	p.Expect(syscall.Kill(browser[0], syscall.SIGKILL)).To(gomega.Succeed())
	close(g.open)
	p.ends(session, exitOK)
	p.Expect(session).To(gbytes.Say("3 passed, 0 failed, 0 skipped\n$"))
	p.Expect(p.report().Notes).To(gomega.ContainElement(gomega.ContainSubstring("chrome died and was restarted")))
	p.Expect(p.verdicts()).To(gomega.Equal([]string{
		"gate/first@channeltivity pass", "gate/second@channeltivity pass replayed", "gate/third@channeltivity pass",
	}))
	p.leavesNothing(started)
}
