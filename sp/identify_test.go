package sp

import (
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// What an administrator does between the look-up and the login holds.
func TestUsableLeavesTheLastWordToTheAdministrator(t *testing.T) {
	t.Parallel()
	for state, want := range map[account.State]reason.Reason{
		account.Active: "", account.Pending: "", account.Inactive: reason.UserInactive, account.Expired: reason.UserExpired,
	} {
		tenant := &tenant{sp: &SP{}, accounts: &account.Store{}}
		tenant.settings.Accounts.AcceptPending = true
		before, err := tenant.accounts.Add(account.Account{ID: "1", State: account.Active})
		if err != nil {
			t.Fatal(err)
		}
		tenant.accounts.Update("1", func(a *account.Account) { a.State = state })
		d := &delivery{decision: &validate.Decision{}}
		tenant.usable(d, before)
		after, _ := tenant.accounts.Find("1")
		if d.reason != want || want == "" && after.State != account.Active || want != "" && after.State != state {
			t.Errorf("%s meanwhile: refused for %q, %s afterwards", state, d.reason, after.State)
		}
	}
}

func TestIdentifierUsable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		from   string
		values []string
		got    string
		want   reason.Reason
	}{
		{"Email", []string{"ada@example.com", "ada@example.com"}, "ada@example.com", ""},
		{"Email", []string{"ada@example.com", "bob@example.com"}, "ada@example.com", reason.AttributeInvalid},
		{"Email", []string{""}, "", reason.AttributeInvalid},
		{"Email", nil, "", reason.AttributeMissing},
		{"name-id", nil, "", reason.NameID},
	} {
		got, why := identifier(test.from, validate.Identity{Attributes: map[string][]string{"Email": test.values}})
		if got != test.got || why != test.want {
			t.Errorf("%s %q: %q, refused for %q", test.from, test.values, got, why)
		}
	}
}

func TestOneAddress(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"ada@example.com": true, "o'hara+x@example.com": true, "zoé@bücher.example": true,
		"": false, "ada": false, "@example.com": false, "ada@": false, "ada@bob@example.com": false, " ada@example.com": false,
		"ada@example.com,bob@example.com": false, "ada@example.com;bob": false, "ada@example.com\n": false, "Ada <ada@example.com>": false,
	} {
		if oneAddress(value) != want {
			t.Errorf("%q: %v", value, !want)
		}
	}
}

// A check that has failed is an event of its own.
func TestBrokenDecisionsAreRecorded(t *testing.T) {
	t.Parallel()
	var kinds []string
	tenant := &tenant{sp: &SP{config: Config{Now: time.Now, Record: func(e Event) { kinds = append(kinds, e.Kind+" "+e.Note) }}}}
	tenant.record(Event{Kind: "decision", Decision: &validate.Decision{Findings: []validate.Finding{
		{Rule: "audience-matches", Got: "another"}, {Rule: validate.Broken, Got: "out of order"},
	}}})
	if len(kinds) != 2 || kinds[0] != "decision " || kinds[1] != "broken out of order" {
		t.Errorf("events %q", kinds)
	}
}
