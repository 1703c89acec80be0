package report

import (
	"fmt"
	"slices"
	"strings"
)

// Verdict is what became of a case.
type Verdict string

// The verdicts.
const (
	Pass           Verdict = "pass"
	Fail           Verdict = "fail"
	KnownFail      Verdict = "known-fail"      // failed, and is listed as known to fail
	UnexpectedPass Verdict = "unexpected-pass" // passed, although listed as known to fail
	Skip           Verdict = "skip"
	Broken         Verdict = "broken" // the lab's fault, never the subject's
)

// Verdicts lists every verdict, the worst first.
func Verdicts() []Verdict {
	return []Verdict{Broken, Fail, UnexpectedPass, KnownFail, Skip, Pass}
}

// Judge reaches the verdict of one case, and says why in words unless it
// passed. A broken lab outranks everything, a skip everything but that: what
// did not run has neither passed nor failed. A case in which nothing was
// checked is broken, because it proves nothing.
func Judge(outcomes []CheckResult, known bool, err error, skip string) (Verdict, string) {
	if err != nil {
		return Broken, err.Error()
	}
	if skip != "" {
		return Skip, skip
	}
	if len(outcomes) == 0 {
		return Broken, "nothing was checked"
	}
	cause := failure(outcomes)
	switch {
	case cause == "" && known:
		return UnexpectedPass, "it passes, yet it is listed as known to fail: take it off the list"
	case cause == "":
		return Pass, ""
	case known:
		return KnownFail, cause
	}
	return Fail, cause
}

// failure says in one sentence which checks did not hold; "" when all did.
func failure(outcomes []CheckResult) string {
	var failed []CheckResult
	for _, o := range outcomes {
		if !o.OK {
			failed = append(failed, o)
		}
	}
	if len(failed) == 0 {
		return ""
	}
	first := failed[0]
	cause := fmt.Sprintf("%s: expected %s, seen %s", first.Name, inWords(first.Expected), inWords(first.Seen))
	var others []string
	for _, o := range failed[1:] {
		if o.Name != first.Name && !slices.Contains(others, o.Name) {
			others = append(others, o.Name)
		}
	}
	if len(others) > 0 {
		cause += "; also not " + strings.Join(others, ", ")
	}
	return cause
}

// inWords makes a value fit into a sentence.
func inWords(value string) string {
	value = strings.Join(strings.Fields(value), " ")
	if value == "" {
		return "nothing"
	}
	if r := []rune(value); len(r) > 200 {
		value = string(r[:199]) + "…"
	}
	return value
}

// Conclusion is what a whole run amounts to.
type Conclusion string

// The conclusions, the worst first.
const (
	LabBroken     Conclusion = "lab-broken"     // at least one case could not be judged
	NotConformant Conclusion = "not-conformant" // at least one case did not end as expected
	Nothing       Conclusion = "nothing"        // no case was played
	KnownFailures Conclusion = "known-failures" // all as expected, some of it known to fail
	InPart        Conclusion = "in-part"        // all as expected, but cases were left out
	Conformant    Conclusion = "conformant"     // every case was played and passed
)

// Conclusion returns what the run amounts to. Only a complete run in which
// everything passed is conformant.
func (r *Run) Conclusion() Conclusion {
	t := r.Total()
	played := t.Cases() - t.Count(Skip)
	switch {
	case t.Count(Broken) > 0:
		return LabBroken
	case t.Count(Fail)+t.Count(UnexpectedPass) > 0:
		return NotConformant
	case played == 0:
		return Nothing
	case t.Count(KnownFail) > 0:
		return KnownFailures
	case r.Partial || t.Count(Skip) > 0:
		return InPart
	}
	return Conformant
}

// ExitStatus maps the run to an exit status: 0 all as expected, 1 not, 3 the
// lab is broken. A run in which no case was played is never a success.
func (r *Run) ExitStatus() int {
	switch r.Conclusion() {
	case LabBroken:
		return 3
	case NotConformant, Nothing:
		return 1
	}
	return 0
}

func (v Verdict) known() bool { return slices.Contains(Verdicts(), v) }

// AsExpected tells whether the verdict needs nobody's attention.
func (v Verdict) AsExpected() bool { return v == Pass || v == KnownFail || v == Skip }
