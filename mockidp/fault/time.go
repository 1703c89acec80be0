package fault

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// Durations are relative to the IdP's clock, so that a scenario moves either
// clock and never sleeps.
func timeFaults() []Fault {
	return []Fault{
		{Name: "conditions-window", Summary: "Conditions carries another validity window",
			Refs:      []string{"SAML core 2.5.1.2"},
			Params:    windowParams("0s"),
			Assertion: setWindow(conditions)},
		{Name: "conditions-bound-removed", Summary: "Conditions lacks one or both of its instants",
			Refs:      []string{"SAML core 2.5.1.2"},
			Params:    []Param{boundParam()},
			Assertion: removeBound(conditions)},
		{Name: "confirmation-window", Summary: "SubjectConfirmationData carries another validity window",
			Refs:      []string{"SAML core 2.4.1.2", "SAML profiles 4.1.4.3", "CVE-2026-1190"},
			Params:    windowParams("-1m"),
			Assertion: setWindow(confirmationData)},
		{Name: "confirmation-bound-removed", Summary: "SubjectConfirmationData lacks its time limit",
			Refs:      []string{"SAML profiles 4.1.4.2"},
			Params:    []Param{boundParam()},
			Assertion: removeBound(confirmationData)},
		{Name: "issue-instant", Summary: "IssueInstant is another instant than now",
			Refs:      []string{"SAML core 2.3.3", "SAML core 3.2.2"},
			Params:    []Param{targetParam(both), offsetParam("24h")},
			Assertion: setIssueInstant},
		{Name: "issue-instant-removed", Summary: "the required IssueInstant is absent",
			Refs:      []string{"SAML core 2.3.3", "SAML core 3.2.2"},
			Params:    []Param{targetParam(both)},
			Assertion: strippingAttr("IssueInstant")},
		{Name: "authn-instant", Summary: "AuthnInstant is another instant than the login's",
			Refs:      []string{"SAML core 2.7.2"},
			Params:    []Param{offsetParam("-24h")},
			Assertion: setInstant(authnStatement, "AuthnInstant")},
		{Name: "session-not-on-or-after", Summary: "AuthnStatement limits the session's life",
			Refs:      []string{"SAML core 2.7.2"},
			Params:    []Param{offsetParam("-1m")},
			Assertion: setInstant(authnStatement, "SessionNotOnOrAfter")},
		{Name: "instants-shifted", Summary: "every instant is shifted alike, as by a wrong clock or local time labelled UTC",
			Refs:      []string{"SAML core 1.3.3"},
			Params:    []Param{{Name: "by", Kind: Duration, Required: true, Example: "-5h", Doc: "added to every instant"}},
			Assertion: shiftInstants},
		{Name: "instants-format", Summary: "instants are written in another format",
			Refs: []string{"SAML core 1.3.3"},
			Params: []Param{{Name: "format", Kind: Choice, Required: true, Example: "offset", Choices: instantFormatNames(),
				Doc: "how the same instant is written, to the second, or another year"},
				{Name: "only", Kind: Choice, Choices: []string{"IssueInstant", "NotBefore", "NotOnOrAfter", "AuthnInstant"},
					Doc: "which attribute is meant; all of them when absent"}},
			Assertion: reformatInstants},
	}
}

func windowParams(notOnOrAfter string) []Param {
	return []Param{
		{Name: "not-before", Kind: Duration, Doc: "NotBefore relative to the IdP's clock; left as it is when absent"},
		{Name: "not-on-or-after", Kind: Duration, Example: notOnOrAfter, Doc: "NotOnOrAfter relative to the IdP's clock; left as it is when absent"},
	}
}

func offsetParam(example string) Param {
	return Param{Name: "offset", Kind: Duration, Required: true, Example: example, Doc: "relative to the IdP's clock"}
}

func boundParam() Param {
	return Param{Name: "bound", Kind: Choice, Default: "not-on-or-after",
		Choices: []string{"not-before", "not-on-or-after", both}, Doc: "which instant is left out"}
}

// bounds maps parameter names to the attributes they stand for.
func bounds() [][2]string {
	return [][2]string{{"not-before", "NotBefore"}, {"not-on-or-after", "NotOnOrAfter"}}
}

func setWindow(path string) func(*Message, Args) error {
	return func(m *Message, a Args) error {
		el, err := m.element(path)
		if err != nil {
			return err
		}
		for _, b := range bounds() {
			if a.Has(b[0]) {
				el.CreateAttr(b[1], Instant(m.Now.Add(a.Duration(b[0]))))
			}
		}
		return nil
	}
}

func removeBound(path string) func(*Message, Args) error {
	return func(m *Message, a Args) error {
		el, err := m.element(path)
		if err != nil {
			return err
		}
		for _, b := range bounds() {
			if chosen := a.String("bound"); chosen == b[0] || chosen == both {
				el.RemoveAttr(b[1])
			}
		}
		return nil
	}
}

func setIssueInstant(m *Message, a Args) error {
	targets, err := m.targets(a)
	if err != nil {
		return err
	}
	for _, el := range targets {
		el.CreateAttr("IssueInstant", Instant(m.Now.Add(a.Duration("offset"))))
	}
	return nil
}

func setInstant(path, attr string) func(*Message, Args) error {
	return func(m *Message, a Args) error {
		el, err := m.element(path)
		if err != nil {
			return err
		}
		el.CreateAttr(attr, Instant(m.Now.Add(a.Duration("offset"))))
		return nil
	}
}

func instantNames() []string {
	return []string{"IssueInstant", "NotBefore", "NotOnOrAfter", "AuthnInstant", "SessionNotOnOrAfter"}
}

// rewriteInstants puts the instants of those names through rewrite. A message
// without any is an error.
func (m *Message) rewriteInstants(named []string, rewrite func(time.Time) string) error {
	var broken error
	found := false
	walk(m.Response, func(el *etree.Element) {
		for i, attr := range el.Attr {
			if !slices.Contains(named, attr.Key) {
				continue
			}
			found = true
			t, err := time.Parse(time.RFC3339Nano, attr.Value)
			if err != nil {
				broken = fmt.Errorf("%s of %s is no longer an instant: %w", attr.Key, el.Tag, err)
				continue
			}
			el.Attr[i].Value = rewrite(t)
		}
	})
	if !found {
		return fmt.Errorf("the message has no %s", strings.Join(named, ", "))
	}
	return broken
}

func shiftInstants(m *Message, a Args) error {
	return m.rewriteInstants(instantNames(), func(t time.Time) string { return Instant(t.Add(a.Duration("by"))) })
}

// instantFormat is one way to write an instant, right or wrong.
type instantFormat struct {
	name  string
	write func(time.Time) string
}

func instantFormats() []instantFormat {
	layout := func(l string) func(time.Time) string {
		return func(t time.Time) string { return t.UTC().Format(l) }
	}
	fixed := func(s string) func(time.Time) string { return func(time.Time) string { return s } }
	return []instantFormat{
		{"milliseconds", func(t time.Time) string { // .123 of the second before, so that nothing lies ahead that did not
			return t.UTC().Add(-877 * time.Millisecond).Format("2006-01-02T15:04:05.000Z")
		}},
		{"seven-digits", layout("2006-01-02T15:04:05.0000000Z")}, // as .NET writes it
		{"offset", func(t time.Time) string {
			return t.In(time.FixedZone("", 2*60*60)).Format("2006-01-02T15:04:05-07:00")
		}},
		{"no-zone", layout("2006-01-02T15:04:05")},
		{"date-only", layout("2006-01-02")},
		{"epoch-seconds", func(t time.Time) string { return fmt.Sprint(t.Unix()) }},
		{"empty", fixed("")},
		{"word", fixed("yesterday")},
		{"leap-second", layout("2006-01-02T15:04:60Z")},
		{"year-1", fixed("0001-01-01T00:00:00Z")},
		{"year-9999", fixed("9999-12-31T23:59:59Z")},
		{"year-10000", func(t time.Time) string { return "10000" + t.UTC().Format("-01-02T15:04:05Z") }}, // in a layout, 1 is the month
	}
}

func instantFormatNames() []string {
	var names []string
	for _, f := range instantFormats() {
		names = append(names, f.name)
	}
	return names
}

func reformatInstants(m *Message, a Args) error {
	named := instantNames()
	if a.Has("only") {
		named = []string{a.String("only")}
	}
	for _, f := range instantFormats() {
		if f.name == a.String("format") {
			return m.rewriteInstants(named, f.write)
		}
	}
	return nil
}
