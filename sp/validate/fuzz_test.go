package validate_test

import (
	"path/filepath"
	"testing"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// FuzzResponse looks for a message that panics, or that is accepted as
// somebody whom nobody signed for.
func FuzzResponse(f *testing.F) {
	for _, pattern := range []string{"testdata/signed/*.xml", "testdata/encrypted/*.xml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range paths {
			if raw := file(f, path[len("testdata/"):]); len(raw) < 16_000 { // large seeds only slow the fuzzer down
				f.Add(raw)
			}
		}
	}
	for _, doc := range []string{response, signed(f), signedResponse(f), envelope(assertion, assertion), "", "<a", "<!DOCTYPE a>", "<a>&#x0;</a>"} {
		f.Add([]byte(doc))
	}
	p := policy(f)
	p.AllowSHA1, p.AnyIssuer = true, true
	rules := map[string]bool{}
	for _, r := range validate.Rules() {
		rules[r.ID] = true
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d := validate.Response(raw, p, now)
		if d.Accepted != (d.Reason == "") || d.Accepted && d.Identity.NameID != "ada@example.com" || !d.Accepted && d.Identity.NameID != "" {
			t.Fatalf("accepted %v, reason %q, identity %+v", d.Accepted, d.Reason, d.Identity)
		}
		for _, finding := range d.Findings {
			if !rules[finding.Rule] || finding.Remedy == "Report this message to the SP's operator; it shows a defect of the SP." {
				t.Fatalf("finding %+v", finding)
			}
		}
		d.Facts.List()
	})
}

// FuzzDecode looks for a field that panics or decodes beyond its limit.
func FuzzDecode(f *testing.F) {
	f.Add("PGE+PC9hPg==")
	f.Add("PGE+\r\nPC9hPg==")
	f.Add("<a/>")
	f.Fuzz(func(t *testing.T, field string) {
		if raw, err := validate.Decode(field, 64); len(raw) > 64 || (raw == nil) == (err == nil) {
			t.Fatalf("%d bytes, error %v", len(raw), err)
		}
	})
}
