package sp_test

import (
	"slices"
	"testing"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// Each rule beyond the message is a finding where it is broken, and gone where
// it is switched off.
func TestRulesBeyondTheMessage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rule, settings, nameID string
		want                   reason.Reason
	}{
		{"account-known", "{allow-unsolicited: true}", "nobody", reason.UserNotFound},
		{"account-active", "{allow-unsolicited: true}", "grace", reason.UserInactive},
		{"account-not-expired", "{allow-unsolicited: true}", "alan", reason.UserExpired},
		{"account-known", "{allow-unsolicited: true, accounts: {pattern: '^(.*)@.*'}}", "ada", reason.UserNotFound},
		{"identifier-usable", "{allow-unsolicited: true, accounts: {one-address: true}}", "ada", reason.AttributeInvalid},
	} {
		for _, without := range [][]string{nil, {test.rule}} {
			s := open(t, "eft", "", test.settings, without...)
			a := s.identity(people[0])
			a.nameID = test.nameID
			s.visitor().post(a, "")
			want := test.want
			if without != nil {
				want = ""
			}
			s.decided(want)
			found := slices.ContainsFunc(s.events, func(e sp.Event) bool {
				return e.Decision != nil && slices.ContainsFunc(e.Decision.Findings, func(f validate.Finding) bool { return f.Rule == test.rule && f.Reason == test.want })
			})
			if found != (without == nil) {
				t.Errorf("%s, without %v: found %v", test.rule, without, found)
			}
		}
	}
}

// A browser without the cookie, when that does not matter, is signed in.
func TestWithoutTheCookieRule(t *testing.T) {
	t.Parallel()
	for _, without := range [][]string{nil, {"browser-cookie"}} {
		s := open(t, "successpro", "", "", without...)
		v := s.visitor()
		sent := v.request(v.get("/auth/sso"))
		a := s.identity(people[0])
		a.inResponseTo = sent.id
		s.visitor().post(a, "")
		s.decided(map[bool]reason.Reason{true: "", false: reason.CookieMissing}[without != nil])
	}
}

// No rule has the name of another.
func TestRulesAreNamedApart(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range slices.Concat(validate.AllRules(), sp.Rules()) {
		if seen[r.ID] || r.ID == "" || r.Title == "" || r.Ref == "" || r.Reason == "" {
			t.Errorf("%+v", r)
		}
		seen[r.ID] = true
	}
}
