package main

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"

	"github.com/ssoproof/ssoproof/suites/report"
)

// report reads the report.json that the program wrote.
func (p *place) report() *report.Run {
	p.t.Helper()
	run, err := report.Read(filepath.Join(p.dir, "ssoproof-report", "report.json"))
	p.Expect(err).NotTo(gomega.HaveOccurred())
	return run
}

func TestRunPasses(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	session := p.run(exitOK, "run", "time/not-on-or-after-past@influitive", "time/not-on-or-after-plus-1s@influitive", "--procs", "1", "--ordered")
	p.Expect(session).To(gbytes.Say("report: ssoproof-report/report.html"))
	p.Expect(session).To(gbytes.Say("2 cases of 2 scenarios on 1 profile"))
	p.Expect(session).To(gbytes.Say("2 passed, 0 failed, 0 skipped\n$"))
	p.Expect(session.Err.Contents()).To(gomega.BeEmpty(), "nobody looks at a progress line in a pipe")

	run := p.report()
	p.Expect(run.Partial).To(gomega.BeTrue(), "a narrowed run")
	p.Expect(run.Cases).To(gomega.HaveLen(2))
	p.Expect(run.Cases[0].Verdict).To(gomega.Equal(report.Pass))
	p.Expect(run.Cases[0].Control).NotTo(gomega.BeEmpty(), "a refusal has a control")
	p.Expect(run.Cases[1].Control).To(gomega.BeEmpty())
	p.Expect(run.Notes).To(gomega.ContainElement("second opinion: of 2 Responses crewjam/saml judges 2 as the SP does; it accepts 0 that the SP refuses, refuses 0 that the SP accepts, and crashes on 0"))

	page, err := os.ReadFile(filepath.Join(p.dir, "ssoproof-report", "report.html"))
	p.Expect(err).NotTo(gomega.HaveOccurred())
	p.Expect(string(page)).To(gomega.ContainSubstring("time/not-on-or-after-past@influitive"))

	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
	}
	data, err := os.ReadFile(filepath.Join(p.dir, "ssoproof-report", "junit.xml"))
	p.Expect(err).NotTo(gomega.HaveOccurred())
	p.Expect(xml.Unmarshal(data, &suites)).To(gomega.Succeed())
	p.Expect(suites.Tests).To(gomega.Equal(2))
	p.Expect(suites.Failures).To(gomega.BeZero())
}

// both are a scenario that cannot hold and one that does.
const both = clock + `
  - name: right
    title: our clock is right
    profiles: [influitive]
    flow: sp-initiated
    expect: signed-in
`

// TestRunFails plays one scenario that cannot hold and one that does, with
// every list of known failures.
func TestRunFails(t *testing.T) {
	t.Parallel()
	const fails, passes = "mine/fast@influitive", "mine/right@influitive"
	for name, c := range map[string]struct {
		known    string
		status   int
		verdicts map[string]report.Verdict
		says     []string
	}{
		"nothing is known": {"", exitFailed, map[string]report.Verdict{fails: report.Fail, passes: report.Pass}, []string{
			"FAIL  " + fails, "our clock is fast  (mine/a.yaml:3)", "  signed-in\n", "the SP objects: not-before (SAML core 2.5.1.2)", "what to do: ",
			"alone: ssoproof run '" + fails + "' --scenarios mine", "1 passed, 1 failed, 0 skipped",
		}},
		"the failure is known": {"mine/fast # known\n", exitOK, map[string]report.Verdict{fails: report.KnownFail, passes: report.Pass}, []string{
			"1 passed, 1 failed as is known, 0 failed, 0 skipped",
		}},
		"a pass is not expected": {"mine/*\n", exitFailed, map[string]report.Verdict{fails: report.KnownFail, passes: report.UnexpectedPass}, []string{
			"UNEXPECTED-PASS  " + passes, "take it off the list", "0 passed, 1 failed as is known, 1 failed, 0 skipped",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			p.write("mine/a.yaml", both)
			args := []string{"run", "--scenarios", "mine", "--procs", "1", "--screenshots", "none"}
			if c.known != "" {
				p.write("known.txt", c.known)
				args = append(args, "--known-failing", "known.txt")
			}
			said := string(p.run(c.status, args...).Out.Contents())
			for _, want := range c.says {
				p.Expect(said).To(gomega.ContainSubstring(want))
			}
			verdicts := map[string]report.Verdict{}
			for _, played := range p.report().Cases {
				verdicts[played.ID] = played.Verdict
			}
			p.Expect(verdicts).To(gomega.Equal(c.verdicts))
			p.Expect(strings.Count(said, "alone: ")).To(gomega.Equal(strings.Count(said, "mine/a.yaml:")))
		})
	}
}

// TestShardsPutTogether plays two halves, puts their reports together and plays
// again what did not pass.
func TestShardsPutTogether(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write("mine/a.yaml", both)
	p.run(exitFailed, "run", "--scenarios", "mine", "--shard", "1/2", "--out", "one", "--screenshots", "none")
	p.run(exitOK, "run", "--scenarios", "mine", "--shard", "2/2", "--out", "two", "--screenshots", "none")
	said := string(p.run(exitFailed, "report", "merge", "two", "one").Out.Contents())
	p.Expect(said).To(gomega.And(gomega.ContainSubstring("FAIL  mine/fast@influitive"), gomega.ContainSubstring("2 cases of 2 scenarios on 1 profile"), gomega.ContainSubstring("1 passed, 1 failed, 0 skipped")))
	p.Expect(said).NotTo(gomega.ContainSubstring("partial"))
	p.Expect(p.report().Cases).To(gomega.HaveLen(2))
	p.Expect(p.report().Command).To(gomega.Equal("ssoproof report merge two one"))
	for _, name := range []string{report.JUnitFile, report.HTMLFile} {
		text, err := os.ReadFile(filepath.Join(p.dir, "ssoproof-report", name))
		p.Expect(err).NotTo(gomega.HaveOccurred())
		p.Expect(string(text)).To(gomega.And(gomega.ContainSubstring("mine/fast@influitive"), gomega.ContainSubstring("mine/right@influitive")))
	}
	p.Expect(p.run(exitOK, "report", "merge", "two", "--out", "half")).To(gbytes.Say("partial: .*shard 1/2 is missing"))
	p.Expect(p.run(exitUsage, "report", "merge", "one", "one").Err).To(gbytes.Say("case mine/fast@influitive stands in one and in one"))

	shard, err := os.ReadFile(filepath.Join(p.dir, "one", report.JSONFile))
	p.Expect(err).NotTo(gomega.HaveOccurred())
	p.Expect(p.run(exitUsage, "report", "merge", "two", "one", "--out", "two/../one").Err).To(gbytes.Say("--out two/../one is the folder of a report .*\\n.*name another folder"))
	p.Expect(os.ReadFile(filepath.Join(p.dir, "one", report.JSONFile))).To(gomega.Equal(shard))

	again := p.run(exitOK, "run", "--scenarios", "mine", "--rerun-failed", "ssoproof-report", "--dry-run")
	p.Expect(string(again.Out.Contents())).To(gomega.Equal("mine/fast@influitive\tour clock is fast\n"))
	p.Expect(p.run(exitUsage, "run", "--scenarios", "mine", "--rerun-failed", "two").Err).To(gbytes.Say("every case ended as expected"))
}
