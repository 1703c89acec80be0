package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

func TestJUnit(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := sample().writeJUnit(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "junit.xml", b.Bytes())
	var got junitSuites
	if err := xml.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Tests != 9 || got.Failures != 3 || got.Errors != 1 || got.Skipped != 2 || len(got.Suites) != 3 {
		t.Errorf("counts are %d tests, %d failures, %d errors, %d skipped in %d suites", got.Tests, got.Failures, got.Errors, got.Skipped, len(got.Suites))
	}
	found := map[string]junitCase{}
	for _, s := range got.Suites {
		for _, c := range s.Cases {
			found[c.Name] = c
		}
	}
	c := found["certificate/fingerprint@influitive"]
	if c.ClassName != "certificate" || c.Failure == nil || c.Failure.Message == "" {
		t.Fatalf("the fingerprint case is %+v", c)
	}
	for _, want := range []string{"expected: ada", "got:      8D:64:1E:7B:5C:0A:94", "to do:    Upload the certificate", "fixtures/scenarios/certificate.yaml:12", "ssoproof run "} {
		if !strings.Contains(c.Failure.Text, want) {
			t.Errorf("the failure does not say %q:\n%s", want, c.Failure.Text)
		}
	}
	if c := found["time/not-before-future@eft"]; c.Skipped == nil || !strings.HasPrefix(c.Skipped.Message, "known failure: ") || c.Failure != nil {
		t.Errorf("a known failure is %+v", c)
	}
	if c := found["login/sp-initiated@influitive"]; c.Failure != nil || c.Error != nil || c.Skipped != nil {
		t.Errorf("a pass is %+v", c)
	}
	if found["certificate/rotation@influitive"].Error == nil || found["addressing/relay-state@eft"].Failure == nil {
		t.Error("a broken lab is no error, or an unexpected pass no failure")
	}
}

func TestJUnitIsAlwaysWellFormed(t *testing.T) {
	t.Parallel()
	const bad = "a\x00b\x1b[31m\xff\ufffe]]><&\"'\u2028</failure>"
	run := &Run{Tool: bad, Command: bad}
	for _, v := range Verdicts() {
		run.Cases = append(run.Cases, Case{ID: bad + string(v), Family: bad, Profile: bad, Title: bad, Verdict: v, Cause: bad,
			Checks: []CheckResult{{Name: bad, Expected: bad, Seen: bad}}})
	}
	var b bytes.Buffer
	if err := run.writeJUnit(&b); err != nil {
		t.Fatal(err)
	}
	if i := bytes.IndexAny(b.Bytes(), "\x00\x1b"); i >= 0 {
		t.Errorf("an illegal character stands at %d", i)
	}
	cases := 0
	for d := xml.NewDecoder(&b); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "testcase" {
			cases++
		}
	}
	if cases != len(run.Cases) {
		t.Errorf("%d cases can be read, %d were written", cases, len(run.Cases))
	}
}
