package main

import (
	"net"
	"os"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
)

// clock is a scenario file that is right, to be put wrong.
const clock = `family: mine
scenarios:
  - name: fast
    title: our clock is fast
    profiles: [influitive]
    flow: sp-initiated
    setup: {clock: {idp: 60s}}
    expect: signed-in
`

func TestBadInput(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args   string
		old    string // what is put wrong in the scenario file ...
		new    string // ... and how
		status int
		says   []string
	}{
		"no command":             {"", "", "", exitUsage, []string{"commands:\n"}},
		"unknown command":        {"rnu", "", "", exitUsage, []string{`no command "rnu"`, `did you mean "run"?`}},
		"unknown flag":           {"run --shart 1/2", "", "", exitUsage, []string{"-shart", `did you mean "--shard"?`}},
		"flag without value":     {"run --procs", "", "", exitUsage, []string{"-procs", "try: ssoproof run --help"}},
		"flag with a bad value":  {"run --procs two", "", "", exitUsage, []string{`"two"`, "-procs", "try: ssoproof run --help"}},
		"no worker":              {"run --procs 0", "", "", exitUsage, []string{"--procs 0"}},
		"unknown screenshots":    {"run --screenshots few", "", "", exitUsage, []string{`"few"`, "all, some, none"}},
		"unknown pattern":        {"run time/not-on-or-after-exakt", "", "", exitUsage, []string{`"time/not-on-or-after-exakt" matches no case`, `did you mean "time/not-on-or-after-exact"?`}},
		"pattern with stars":     {"run nothing/**", "", "", exitUsage, []string{`"nothing/**" matches no case`, "a pattern is like"}},
		"no file of patterns":    {"run @list", "", "", exitUsage, []string{"@list", "no such file", "one a line"}},
		"two unknown patterns":   {"run nonesuch other", "", "", exitUsage, []string{`"nonesuch" matches no case`, `"other" matches no case`}},
		"every bad option":       {"run nonesuch --skip nothing --profile inflitive", "", "", exitUsage, []string{`"nonesuch"`, `"nothing"`, `"inflitive"`}},
		"empty file of patterns": {"run @mine/empty.txt", "", "", exitUsage, []string{"@mine/empty.txt holds no pattern"}},
		"no profile at all":      {"run --profile ,", "", "", exitUsage, []string{`--profile "," names nothing`}},
		"seed in order":          {"run --seed 5 --ordered", "", "", exitUsage, []string{"--seed 5 and --ordered exclude each other"}},
		"nothing to play again":  {"run --rerun-failed nowhere", "", "", exitUsage, []string{"nowhere/report.json", "no such file"}},
		"again and patterns":     {"run time --rerun-failed nowhere", "", "", exitUsage, []string{`--rerun-failed and patterns, such as "time", exclude each other`}},
		"report what":            {"report", "", "", exitUsage, []string{"ssoproof report merge"}},
		"merge nothing":          {"report merge", "", "", exitUsage, []string{"takes the folders"}},
		"merge what is not":      {"report merge nowhere neither", "", "", exitUsage, []string{"nowhere/report.json", "neither/report.json"}},
		"unknown skip":           {"run --skip nothing", "", "", exitUsage, []string{`"nothing" matches no case`}},
		"unknown profile":        {"run --profile inflitive", "", "", exitUsage, []string{`"inflitive"`, `did you mean "influitive"?`}},
		"zero cases":             {"run time/* --skip **", "", "", exitUsage, []string{"no case is left"}},
		"zero cases by profile":  {"run authws/* --profile eft", "", "", exitUsage, []string{"no case is left"}},
		"shard of letters":       {"run --shard x/y", "", "", exitUsage, []string{`--shard "x/y"`, "K/N"}},
		"shard beyond the last":  {"run --shard 5/4", "", "", exitUsage, []string{`--shard "5/4"`, "K/N"}},
		"empty shard":            {"run combo/* --shard 999/1000", "", "", exitUsage, []string{"shard 999/1000 has no case"}},
		"unwritable --out":       {"run time/* --out /proc/nothing", "", "", exitUsage, []string{"--out /proc/nothing", "name a folder that you may write to"}},
		"--out is a file":        {"run time/* --out mine/a.yaml", "", "", exitUsage, []string{"--out mine/a.yaml"}},
		"no list of failures":    {"run --known-failing nowhere", "", "", exitUsage, []string{"--known-failing", "nowhere"}},
		"stale known failure":    {"run --known-failing mine/known.txt", "", "", exitUsage, []string{`mine/known.txt:2: known failure "time/nothere" matches no case`}},
		"no scenario folder":     {"run --scenarios nowhere", "", "", exitUsage, []string{"nowhere: cannot be read", "no such file"}},
		"unreadable scenarios":   {"run --scenarios mine/dangling", "", "", exitUsage, []string{"mine/dangling/a.yaml: cannot be read", "no such file"}},
		"no scenarios in folder": {"run --scenarios mine/empty", "", "", exitUsage, []string{"mine/empty: holds no scenario", ".yaml"}},
		"not YAML":               {"run --scenarios mine", "family: mine", "family: [", exitUsage, []string{"mine/a.yaml", "is not YAML"}},
		"unknown key":            {"run --scenarios mine", "title:", "titel:", exitUsage, []string{`mine/a.yaml:4: a scenario has no key "titel"`, `did you mean "title"?`}},
		"unknown flow":           {"run --scenarios mine", "sp-initiated", "sp-initated", exitUsage, []string{"mine/a.yaml:6:", `"sp-initated"`, `did you mean "sp-initiated"?`}},
		"unknown check":          {"run --scenarios mine", "signed-in", "signd-in", exitUsage, []string{"mine/a.yaml:8:", `"signd-in"`, `did you mean "signed-in"?`}},
		"unknown product":        {"run --scenarios mine", "[influitive]", "[inflitive]", exitUsage, []string{"mine/a.yaml:5:", `"inflitive"`, `did you mean "influitive"?`}},
		"unknown setting":        {"run --scenarios mine", "{clock: {idp: 60s}}", "{sp: {tolerence: 1s}}", exitUsage, []string{"mine/a.yaml:7:", "tolerence", `did you mean "tolerance"?`}},
		"unknown fault":          {"run --scenarios mine", "setup: {clock: {idp: 60s}}", "faults: [conditions-windw]", exitUsage, []string{"mine/a.yaml:7:", `"conditions-windw"`, `did you mean "conditions-window"?`}},
		"unknown reason":         {"run --scenarios mine", "signed-in", "{refused: expird}", exitUsage, []string{"mine/a.yaml:8:", `"expird"`, `did you mean "expired"?`}},
		"no such Chrome":         {"run time/* --chrome /nope", "", "", exitBroken, []string{"no Chrome found", "/nope", "check the path"}},
		"no Chrome at URL":       {"run time/* --browser-url http://127.0.0.1:1", "", "", exitBroken, []string{"http://127.0.0.1:1", "connection refused"}},
		"Chrome that is none":    {"run time/* --chrome /bin/true", "", "", exitBroken, []string{"starting /bin/true"}},
		"list nothing":           {"list", "", "", exitUsage, []string{"one kind of thing", "scenarios, faults"}},
		"list the unknown":       {"list falts", "", "", exitUsage, []string{`"falts"`, `did you mean "faults"?`}},
		"coverage of faults":     {"list faults --coverage", "", "", exitUsage, []string{"about scenarios"}},
		"missing and coverage":   {"list scenarios --missing --coverage", "", "", exitUsage, []string{"exclude each other"}},
		"coverage in JSON":       {"list scenarios --coverage --json", "", "", exitUsage, []string{"print Markdown"}},
		"errors in JSON":         {"list profiles --md --json", "", "", exitUsage, []string{"print Markdown"}},
		"serve nowhere twice":    {"serve --listen nonsense --control rubbish", "", "", exitUsage, []string{"--listen nonsense", "--control rubbish"}},
		"explain nothing":        {"explain", "", "", exitUsage, []string{"takes one word", "ssoproof explain expired"}},
		"explain the unknown":    {"explain expird", "", "", exitUsage, []string{`"expird"`, `did you mean "expired"?`}},
		"serve an argument":      {"serve influitive", "", "", exitUsage, []string{`"influitive"`}},
		"serve nowhere":          {"serve --listen nonsense", "", "", exitUsage, []string{"--listen nonsense", "HOST:PORT"}},
		"serve beyond the ports": {"serve --control 127.0.0.1:99999", "", "", exitUsage, []string{"--control 127.0.0.1:99999", "HOST:PORT"}},
		"bench never":            {"bench --times 0", "", "", exitUsage, []string{"--times 0"}},
		"bench the unknown":      {"bench --case nothing", "", "", exitUsage, []string{`"nothing" matches no case`}},
		"mutant of no rule":      {"mutants audiance-present", "", "", exitUsage, []string{`"audiance-present"`, `did you mean "audience-present"?`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			broken := strings.Replace(clock, c.old, c.new, 1)
			p.Expect(broken == clock).To(gomega.Equal(c.old == ""), "the text to break is not there")
			p.write("mine/a.yaml", broken)
			if strings.Contains(c.args, "mine/") {
				p.write("mine/known.txt", "time/*\ntime/nothere # is gone\n")
				p.write("mine/empty.txt", "# time/*\n\n")
				p.write("mine/empty/README", "nothing to play")
				p.write("mine/dangling/README", "beside a link that leads nowhere")
				p.Expect(os.Symlink("nowhere", p.dir+"/mine/dangling/a.yaml")).To(gomega.Succeed())
			}
			session := p.run(c.status, strings.Fields(c.args)...)
			said := string(session.Err.Contents())
			for _, want := range c.says {
				p.Expect(said).To(gomega.ContainSubstring(want))
			}
			p.Expect(said).NotTo(gomega.Or(gomega.ContainSubstring("panic"), gomega.ContainSubstring("goroutine ")))
		})
	}
}

func TestPortTaken(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	for name, args := range map[string][]string{
		"of the products":    {"--listen", taken.Addr().String(), "--control", "127.0.0.1:0"},
		"of the control API": {"--listen", "127.0.0.1:0", "--control", taken.Addr().String()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			session := p.run(exitBroken, append([]string{"serve"}, args...)...)
			said := strings.TrimSpace(string(session.Err.Contents()))
			p.Expect(said).To(gomega.And(gomega.ContainSubstring(taken.Addr().String()), gomega.ContainSubstring("in use")))
			p.Expect(strings.Split(said, "\n")).To(gomega.HaveLen(1))
			p.Expect(session.Out.Contents()).To(gomega.BeEmpty())
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"help", "--help", "-h"} {
		p := newPlace(t)
		session := p.run(exitOK, args)
		for _, c := range commands() {
			p.Expect(session).To(gbytes.Say(c.name + " +" + c.summary))
		}
		p.Expect(session.Err.Contents()).To(gomega.BeEmpty())
	}
	for _, c := range commands() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			session := p.run(exitOK, c.name, "--help")
			p.Expect(session).To(gbytes.Say("usage: ssoproof " + c.name))
			p.Expect(session).To(gbytes.Say(map[bool]string{true: "-out", false: "-scenarios"}[c.name == "report"]))
			p.Expect(session.Err.Contents()).To(gomega.BeEmpty())
		})
	}
}
