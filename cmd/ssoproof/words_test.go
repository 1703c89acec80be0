package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
)

// every holds, of each kind, one word that is there to stay, and what explain
// says of it.
var every = map[string]struct {
	word string
	says []string
}{
	"scenarios": {"time/not-on-or-after-exact", []string{"(scenario)", "at: fixtures/scenarios/time.yaml:", "conditions-window"}},
	"faults":    {"conditions-window", []string{"(fault)", "not-on-or-after", "used by: ", "time/not-on-or-after-exact"}},
	"flows":     {"sp-initiated", []string{"(flow)", "pause-before-post", "used by: "}},
	"checks":    {"refused", []string{"(check)", "used by: ", "time/not-on-or-after-exact"}},
	"rules":     {"not-on-or-after", []string{"(rule)", "reason: expired", "SAML core 2.5.1.2"}},
	"reasons":   {"expired", []string{"(reason)", "on influitive the visitor sees: ", "used by: "}},
	"profiles":  {"eft", []string{"(profile)", "layouts: other, root", "groups: "}},
	"people":    {"ada", []string{"(person)", "account at the service provider: active"}},
}

func TestList(t *testing.T) {
	t.Parallel()
	for _, kind := range kindNames() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			text := p.run(exitOK, "list", kind)
			lines := strings.Split(strings.TrimSpace(string(text.Out.Contents())), "\n")
			p.Expect(lines).To(gomega.ContainElement(gomega.MatchRegexp(`^%s +\S`, every[kind].word)))

			var words []word
			p.Expect(json.Unmarshal(p.run(exitOK, "list", kind, "--json").Out.Contents(), &words)).To(gomega.Succeed())
			p.Expect(words).To(gomega.HaveLen(len(lines)))
			for _, w := range words {
				p.Expect(w.Kind+w.Name+w.Summary).NotTo(gomega.BeEmpty(), "%+v", w)
				p.Expect(w.Summary).NotTo(gomega.BeEmpty(), w.Name)
			}
		})
	}
}

func TestListOfOneProduct(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	all := string(p.run(exitOK, "list", "scenarios", "--profile", "eft").Out.Contents())
	p.Expect(all).To(gomega.ContainSubstring("eft/path-root-403 "))
	p.Expect(all).To(gomega.ContainSubstring("time/not-on-or-after-exact "))
	p.Expect(all).NotTo(gomega.ContainSubstring("influitive/"))
	p.Expect(all).NotTo(gomega.ContainSubstring("jump/"))
	p.Expect(p.run(exitUsage, "list", "scenarios", "--profile", "efft").Err).To(gbytes.Say(`no profile "efft"\nhint: did you mean "eft"`))
	p.Expect(p.run(exitUsage, "list", "faults", "--profile", "eft").Err).To(gbytes.Say("--profile is about scenarios"))
}

func TestListMissing(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var gaps []struct{ ID, Reason string }
	p.Expect(json.Unmarshal(p.run(exitOK, "list", "scenarios", "--missing", "--json").Out.Contents(), &gaps)).To(gomega.Succeed())
	text := strings.TrimSpace(string(p.run(exitOK, "list", "scenarios", "--missing").Out.Contents()))
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
	p.Expect(lines).To(gomega.HaveLen(len(gaps)))
	for _, g := range gaps {
		p.Expect(g.ID).To(gomega.ContainSubstring("/"))
		p.Expect(g.Reason).NotTo(gomega.BeEmpty(), g.ID)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	for _, kind := range kindNames() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			said := string(p.run(exitOK, "explain", every[kind].word).Out.Contents())
			for _, want := range every[kind].says {
				p.Expect(said).To(gomega.ContainSubstring(want))
			}
		})
	}
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	whole := p.run(exitOK, "run", "--dry-run", "time/*", "--profile", "eft")
	p.Expect(whole).To(gbytes.Say(`time/not-on-or-after-exact@eft/other\t`))
	lines := strings.SplitAfter(string(whole.Out.Contents()), "\n")
	var shards []string
	for _, shard := range []string{"1/2", "2/2"} {
		part := p.run(exitOK, "run", "time/*", "--profile=eft", "--shard", shard, "--dry-run")
		shards = append(shards, strings.SplitAfter(string(part.Out.Contents()), "\n")...)
	}
	p.Expect(shards).To(gomega.ConsistOf(append(lines, ""))) // the text after the last line of each is empty
	entries, err := os.ReadDir(p.dir)
	p.Expect(err).NotTo(gomega.HaveOccurred())
	p.Expect(entries).To(gomega.BeEmpty(), "a dry run writes nothing")
}
