package validate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// Of several AuthnStatements each must be sound, also those that are not read.
func TestEveryAuthnStatement(t *testing.T) {
	t.Parallel()
	for change, want := range map[string]string{
		`AuthnInstant="noon"`:                 "times-readable",
		`AuthnInstant="2027-01-15T13:00:00Z"`: "authn-instant-not-future",
		`AuthnInstant="2027-01-15T11:00:00Z" SessionNotOnOrAfter="2027-01-15T11:59:00Z"`: "session-not-over",
		`AuthnInstant="2027-01-15T11:00:00Z" SessionNotOnOrAfter="tonight"`:              "times-readable",
		``: "authn-instant",
	} {
		other := strings.Replace(authn, `AuthnInstant="2027-01-15T12:00:00Z"`, change, 1)
		for _, both := range []string{authn + other, other + authn} {
			d := validate.Response([]byte(signed(t, authn, both)), policy(t), now)
			if got := brokenRules(d, false); !slices.Equal(got, []string{want}) {
				explain(t, d)
				t.Errorf("%s: broken %v, want %s", change, got, want)
			}
		}
	}
}

// TestFarTimes: how far off a time is can be read, however far it is.
func TestFarTimes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0001-01-01T00:00:00Z":   "NotBefore 0001-01-01T00:00:00Z is 2026 years before",
		"9999-12-31T23:59:59Z":   "NotBefore 9999-12-31T23:59:59Z is 7973 years after",
		"10000-01-01T00:00:00Z":  "NotBefore 10000-01-01T00:00:00Z is 7973 years after",
		"999999-01-01T00:00:00Z": "NotBefore 999999-01-01T00:00:00Z is 997972 years after",
		"2028-01-15T12:00:30Z":   "NotBefore 2028-01-15T12:00:30Z is 365 days after",
		"2027-01-15T13:00:30.5Z": "NotBefore 2027-01-15T13:00:30.5Z is 3600.5 s after",
		"2027-01-17T12:00:29Z":   "NotBefore 2027-01-17T12:00:29Z is 172799 s after",
	} {
		rule, attribute := "not-before", "NotBefore"
		if strings.Contains(want, "before") {
			rule, attribute = "not-on-or-after", "NotOnOrAfter"
		}
		doc := signed(t, " "+window, " "+attribute+`="`+text+`"`)
		d := validate.Response([]byte(doc), policy(t), now)
		want = strings.Replace(want, "NotBefore", attribute, 1)
		if len(d.Findings) != 1 || d.Findings[0].Rule != rule || !strings.HasPrefix(d.Findings[0].Got, want+" the SP's clock, 2027-01-15T12:00:30Z") {
			explain(t, d)
			t.Errorf("%s: want %s", text, want)
		}
	}
}

// TestBoundaries walks over every bound, a second before, at and after it,
// with and without tolerance.
func TestBoundaries(t *testing.T) {
	t.Parallel()
	for _, bound := range []struct {
		name   string
		pairs  func(stamp string) []string
		reason reason.Reason
		begins bool // valid from the bound on, or until it
		extra  time.Duration
		policy func(*validate.Policy)
	}{
		{name: "NotBefore", reason: reason.NotYetValid, begins: true, pairs: func(s string) []string {
			return []string{window, `NotBefore="` + s + `" NotOnOrAfter="2028-01-01T00:00:00Z"`}
		}},
		{name: "NotOnOrAfter", reason: reason.Expired, pairs: func(s string) []string {
			return []string{window, `NotBefore="2026-12-31T00:00:00Z" NotOnOrAfter="` + s + `"`}
		}},
		{name: "confirmation", reason: reason.Confirmation, pairs: func(s string) []string {
			return []string{`NotOnOrAfter="2027-01-15T12:05:00Z" Recipient`, `NotOnOrAfter="` + s + `" Recipient`}
		}},
		{name: "session", reason: reason.SessionExpired, pairs: func(s string) []string {
			return []string{`SessionIndex="_session"`, `SessionNotOnOrAfter="` + s + `"`}
		}},
		{name: "issue instant", reason: reason.IssueInstant, begins: true, pairs: func(s string) []string {
			return []string{`ID="_assertion" Version="2.0" IssueInstant="2027-01-15T12:00:00Z"`, `ID="_assertion" Version="2.0" IssueInstant="` + s + `"`}
		}},
		{name: "issue age", reason: reason.IssueInstant, extra: -time.Hour, policy: func(p *validate.Policy) { p.MaxIssueAge = time.Hour }, pairs: func(s string) []string {
			return []string{`ID="_response" Version="2.0" IssueInstant="2027-01-15T12:00:00Z"`, `ID="_response" Version="2.0" IssueInstant="` + s + `"`}
		}},
		{name: "authn instant", reason: reason.Condition, begins: true, pairs: func(s string) []string {
			return []string{`AuthnInstant="2027-01-15T12:00:00Z"`, `AuthnInstant="` + s + `"`}
		}},
		{name: "authn age", reason: reason.Condition, extra: -8 * time.Hour, policy: func(p *validate.Policy) { p.MaxAuthnAge = 8 * time.Hour }, pairs: func(s string) []string {
			return []string{`AuthnInstant="2027-01-15T12:00:00Z"`, `AuthnInstant="` + s + `"`}
		}},
	} {
		for _, tolerance := range []time.Duration{0, time.Minute} {
			for _, off := range []time.Duration{-time.Second, 0, time.Second} {
				at := now.Add(bound.extra - tolerance + off)
				want := off > 0
				if bound.begins {
					at, want = now.Add(tolerance+off), off <= 0
				}
				t.Run(fmt.Sprintf("%s tolerance %s %s", bound.name, tolerance, off), func(t *testing.T) {
					t.Parallel()
					p := policy(t)
					p.Tolerance = tolerance
					if bound.policy != nil {
						bound.policy(&p)
					}
					d := validate.Response([]byte(signed(t, bound.pairs(at.Format(time.RFC3339))...)), p, now)
					if d.Accepted != want || !want && d.Reason != bound.reason {
						explain(t, d)
						t.Errorf("accepted %v, want %v", d.Accepted, want)
					}
				})
			}
		}
	}
}

func TestTimeFormats(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]reason.Reason{
		"2027-01-15T12:00:00.123Z":          "",
		"2027-01-15T12:00:00.1234567Z":      "",
		"2027-01-15T12:00:00.123456789012Z": "",
		"2027-01-15T14:00:00+02:00":         "",
		"2027-01-15T07:00:00-05:00":         "",
		"2027-01-15T14:00:31+02:00":         reason.NotYetValid,
		"2027-01-15T12:00:00":               "",
		"2027-01-14T24:00:00Z":              "",
		" 2027-01-15T12:00:00Z\n":           "",
		"0001-01-01T00:00:00Z":              "",
		"9999-12-31T23:59:59Z":              reason.NotYetValid,
		"10000-01-01T00:00:00Z":             reason.NotYetValid,
		"999999-01-01T00:00:00Z":            reason.NotYetValid,
		"0000-01-01T00:00:00Z":              reason.Malformed,
		"9999999-01-01T00:00:00Z":           reason.Malformed,
		"2027-01-15T12:00:60Z":              reason.Malformed,
		"2027-02-30T12:00:00Z":              reason.Malformed,
		"2027-13-01T12:00:00Z":              reason.Malformed,
		"2027-01-15T24:00:01Z":              reason.Malformed,
		"2027-01-15T12:00:00.Z":             reason.Malformed,
		"2027-01-15T12:00Z":                 reason.Malformed,
		"2027-01-15 12:00:00Z":              reason.Malformed,
		"2027-01-15T12:00:00+0200":          reason.Malformed,
		"2027-01-15T12:00:00+15:00":         reason.Malformed,
		"-027-01-15T12:00:00Z":              reason.Malformed,
		"yesterday":                         reason.Malformed,
		"":                                  reason.Malformed,
		"1800014400":                        reason.Malformed,
		"+2-1-15T1+:00:00Z":                 reason.Malformed,
	} {
		pairs := []string{window, `NotBefore="` + strings.ReplaceAll(text, "\n", "&#10;") + `" NotOnOrAfter="999999-12-31T12:05:00Z"`}
		if d := validate.Response([]byte(signed(t, pairs...)), policy(t), now); d.Reason != want {
			explain(t, d)
			t.Errorf("%q: reason %q, want %q", text, d.Reason, want)
		}
	}
}

// TestTimesSideBySide: a report must show both clocks and how far they are apart.
func TestTimesSideBySide(t *testing.T) {
	t.Parallel()
	d := validate.Response([]byte(signed(t)), policy(t), now.Add(10*time.Minute))
	if d.Reason != reason.Expired {
		t.Fatalf("reason %q", d.Reason)
	}
	const want = "NotOnOrAfter 2027-01-15T12:05:00Z is 330 s before the SP's clock, 2027-01-15T12:10:30Z"
	if got := d.Findings[0].Got; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if d.Findings[0].Where != "/samlp:Response/saml:Assertion/saml:Conditions/@NotOnOrAfter" {
		t.Errorf("where %q", d.Findings[0].Where)
	}
}
