package conformance

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/onsi/gomega"

	"github.com/ssoproof/ssoproof/fixtures"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/flow"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// limit bounds every wait. Only a player that hangs comes near it.
const limit = 2 * time.Minute

// own are scenarios of the tests' own.
func own(entries ...string) fs.FS {
	text := "family: own\nscenarios:\n"
	for _, e := range entries {
		text += "  - {" + e + "}\n"
	}
	return fstest.MapFS{fixtures.Scenarios + "/own.yaml": {Data: []byte(text)}}
}

// options plan the cases that the patterns name, of the scenarios in fsys.
func options(t *testing.T, fsys fs.FS, patterns ...string) Options {
	t.Helper()
	g := gomega.NewWithT(t)
	people, err := scenario.People(fixtures.FS, fixtures.People)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	profiles, err := profile.Builtin()
	g.Expect(err).NotTo(gomega.HaveOccurred())
	scenarios, _, err := scenario.Load(fsys, fixtures.Scenarios)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	words := plan.Vocabulary{Faults: fault.Catalogue(), Profiles: profiles, Checks: check.Catalogue()}
	for _, f := range flow.Catalogue() {
		words.Flows = append(words.Flows, plan.FlowWord{Name: f.Name, Summary: f.Summary, Params: f.Params})
	}
	for _, p := range people {
		words.People = append(words.People, p.Login)
	}
	p, err := plan.New(scenarios, words, plan.Options{Patterns: patterns})
	g.Expect(err).NotTo(gomega.HaveOccurred())
	return Options{Plan: p, People: people, Workers: 1, Screenshots: ScreenshotsNone}
}

// verdicts are a run's, by case ID.
func verdicts(run *report.Run) map[string]report.Verdict {
	all := map[string]report.Verdict{}
	for _, c := range run.Cases {
		all[c.ID] = c.Verdict
	}
	return all
}

// children are the processes that this one has started and that still run.
func children(t *testing.T) []int {
	t.Helper()
	threads, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil || len(threads) == 0 {
		t.Skip("processes are looked up in /proc")
	}
	var all []int
	for _, thread := range threads {
		text, _ := os.ReadFile(thread) // a thread may have ended
		for _, word := range strings.Fields(string(text)) {
			pid, _ := strconv.Atoi(word)
			if line, _ := os.ReadFile("/proc/" + word + "/cmdline"); pid > 0 && len(line) > 0 {
				all = append(all, pid)
			}
		}
	}
	return all
}
