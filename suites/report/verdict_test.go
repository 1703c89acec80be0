package report

import (
	"errors"
	"strings"
	"testing"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	held := CheckResult{Name: "signed-in-as", Expected: "ada", Seen: "ada", OK: true}
	failed := CheckResult{Name: "lands-on", Expected: "/files", Seen: ""}
	long := CheckResult{Name: "text", Expected: "x", Seen: strings.Repeat("words\n", 100)}
	for _, c := range []struct {
		name     string
		outcomes []CheckResult
		known    bool
		err      error
		skip     string
		want     Verdict
		cause    string // a part of it
	}{
		{"all hold", []CheckResult{held, held}, false, nil, "", Pass, ""},
		{"one does not", []CheckResult{held, failed}, false, nil, "", Fail, "lands-on: expected /files, seen nothing"},
		{"several do not", []CheckResult{failed, held, long}, false, nil, "", Fail, "also not text"},
		{"a long value is cut", []CheckResult{long}, false, nil, "", Fail, " w…"},
		{"known and failing", []CheckResult{failed}, true, nil, "", KnownFail, "lands-on"},
		{"known and passing", []CheckResult{held}, true, nil, "", UnexpectedPass, "take it off the list"},
		{"nothing checked", nil, false, nil, "", Broken, "nothing was checked"},
		{"nothing checked, known", nil, true, nil, "", Broken, "nothing was checked"},
		{"skipped", nil, false, nil, "no encryption", Skip, "no encryption"},
		{"skipped, known", nil, true, nil, "no encryption", Skip, "no encryption"},
		{"broken", []CheckResult{failed}, false, errors.New("chrome died"), "", Broken, "chrome died"},
		{"broken, known", []CheckResult{failed}, true, errors.New("chrome died"), "", Broken, "chrome died"},
		{"broken hides behind no skip", nil, false, errors.New("chrome died"), "no encryption", Broken, "chrome died"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			verdict, cause := Judge(c.outcomes, c.known, c.err, c.skip)
			if verdict != c.want || !strings.Contains(cause, c.cause) || (cause == "") != (c.cause == "") {
				t.Errorf("got %s because %q, want %s because …%q…", verdict, cause, c.want, c.cause)
			}
			if !verdict.known() || len([]rune(cause)) > 300 {
				t.Errorf("verdict %q, cause of %d characters", verdict, len([]rune(cause)))
			}
		})
	}
}

func TestConclusionAndExitStatus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		verdicts string
		partial  bool
		want     Conclusion
		status   int
	}{
		{"", false, Nothing, 1},
		{"", true, Nothing, 1},
		{"skip skip", false, Nothing, 1},
		{"pass pass", false, Conformant, 0},
		{"pass", true, InPart, 0},
		{"pass skip", false, InPart, 0},
		{"pass known-fail", false, KnownFailures, 0},
		{"known-fail", true, KnownFailures, 0},
		{"pass fail", false, NotConformant, 1},
		{"pass unexpected-pass", false, NotConformant, 1},
		{"fail known-fail skip", true, NotConformant, 1},
		{"pass broken", false, LabBroken, 3},
		{"fail broken", false, LabBroken, 3},
	} {
		run := &Run{Partial: c.partial}
		for _, v := range strings.Fields(c.verdicts) {
			run.Cases = append(run.Cases, Case{Verdict: Verdict(v)})
		}
		if got, status := run.Conclusion(), run.ExitStatus(); got != c.want || status != c.status {
			t.Errorf("%q, partial %v: %s and exit status %d, want %s and %d", c.verdicts, c.partial, got, status, c.want, c.status)
		}
		if h := run.headline(); h.Title == "" || h.Text == "" || h.Tone == "" {
			t.Errorf("%s has no headline", run.Conclusion())
		}
	}
}

func TestSummaries(t *testing.T) {
	t.Parallel()
	run := sample()
	families, profiles := run.ByFamily(), run.ByProfile()
	if families[0].Name != "login" || len(families) != 6 || profiles[1].Name != "eft" || len(profiles) != 3 {
		t.Fatalf("families %v, profiles %v: want them in the order of the cases", families, profiles)
	}
	if got := profiles[0]; got.Count(Pass) != 2 || got.Count(Fail) != 2 || got.Cases() != 6 || got.Worst() != Broken {
		t.Errorf("influitive is %v", got)
	}
	sum := 0
	for _, row := range run.matrix() {
		for _, cell := range row {
			sum += cell.Cases()
		}
	}
	if sum != len(run.Cases) {
		t.Errorf("the matrix counts %d cases of %d", sum, len(run.Cases))
	}
	if got := (Tally{}).Worst(); got != "" {
		t.Errorf("the worst of nothing is %q", got)
	}
}
