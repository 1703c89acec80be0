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
