package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// The elements of junit.xml, as CI servers read them. encoding/xml replaces
// the characters that XML cannot hold.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitCase struct {
		ClassName  string          `xml:"classname,attr"`
		Name       string          `xml:"name,attr"`
		Time       string          `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Failure    *junitProblem   `xml:"failure"`
		Error      *junitProblem   `xml:"error"`
		Skipped    *junitProblem   `xml:"skipped"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
)

// inJUnit writes seconds with three decimals.
func inJUnit(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

func (r *Run) writeJUnit(w io.Writer) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(r.junit()); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Run) junit() junitSuites {
	all := junitSuites{Name: "ssoproof", Time: inJUnit(r.Duration)}
	all.Tests, all.Failures, all.Errors, all.Skipped = junitCounts(r.Total())
	for _, profile := range r.ByProfile() {
		suite := junitSuite{Name: profile.Name, Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"), Properties: r.junitProperties()}
		suite.Tests, suite.Failures, suite.Errors, suite.Skipped = junitCounts(profile.Tally)
		var took time.Duration
		for _, c := range r.Cases {
			if c.Profile == profile.Name {
				took += c.Duration
				suite.Cases = append(suite.Cases, c.junit())
			}
		}
		suite.Time = inJUnit(took)
		all.Suites = append(all.Suites, suite)
	}
	return all
}

// junitCounts counts as JUnit does. An unexpected pass is a failure there, and
// a known failure is skipped, so that a CI server turns red exactly when the
// exit status says so.
func junitCounts(t Tally) (tests, failures, errors, skipped int) {
	return t.Cases(), t[Fail] + t[UnexpectedPass], t[Broken], t[Skip] + t[KnownFail]
}

func (r *Run) junitProperties() []junitProperty {
	return properties("tool", r.Tool, "command", r.Command, "conclusion", string(r.Conclusion()))
}

func (c Case) junit() junitCase {
	out := junitCase{ClassName: c.Family, Name: c.ID, Time: inJUnit(c.Duration), Properties: properties(
		"verdict", string(c.Verdict), "title", c.Title, "ref", c.Ref, "source", c.Source, "layout", c.Layout,
		"flow", c.Flow, "faults", strings.Join(c.Faults, ", "), "command", c.Command, "html", HTMLFile+"#"+fragment(c.ID))}
	problem := &junitProblem{Message: c.Cause, Type: string(c.Verdict), Text: c.plain()}
	switch c.Verdict {
	case Fail, UnexpectedPass:
		out.Failure = problem
	case Broken:
		out.Error = problem
	case KnownFail:
		out.Skipped = &junitProblem{Message: "known failure: " + c.Cause, Text: problem.Text}
	case Skip:
		out.Skipped = &junitProblem{Message: c.Cause}
	}
	return out
}

// plain tells what went wrong as text: every check that did not hold, what
// the SP found, where the scenario stands and how to play it again.
func (c Case) plain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", c.Title)
	for _, r := range c.Checks {
		if !r.OK {
			fmt.Fprintf(&b, "\n%s\n  expected: %s\n  seen:     %s\n", r.Name, r.Expected, r.Seen)
		}
	}
	for _, f := range findings(c.Events) {
		fmt.Fprintf(&b, "\n%s (%s)\n  got:      %s\n  want:     %s\n", f.Rule, f.Ref, f.Got, f.Want)
		if f.Remedy != "" {
			fmt.Fprintf(&b, "  to do:    %s\n", f.Remedy)
		}
	}
	if c.Source != "" {
		fmt.Fprintf(&b, "\nscenario: %s\n", c.Source)
	}
	if c.Command != "" {
		fmt.Fprintf(&b, "again:    %s\n", c.Command)
	}
	return b.String()
}

// findings returns every broken rule that the SP named, once.
func findings(events []trace.Event) []trace.Finding {
	var all []trace.Finding
	seen := map[trace.Finding]bool{}
	for _, e := range events {
		if e.Decision == nil {
			continue
		}
		for _, f := range e.Decision.Findings {
			if !seen[f] {
				seen[f] = true
				all = append(all, f)
			}
		}
	}
	return all
}

// properties turns names and values, in turn, into properties; empty values are left out.
func properties(pairs ...string) []junitProperty {
	var found []junitProperty
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			found = append(found, junitProperty{pairs[i], pairs[i+1]})
		}
	}
	return found
}

// fragment escapes a case id for the part of a URL after the hash.
func fragment(id string) string {
	return (&url.URL{Fragment: id}).EscapedFragment()
}
