package sp

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// identify finds the account that an accepted assertion is about, by the
// profile's rule, and tells whether it may be used.
func (t *tenant) identify(d *delivery, _ http.ResponseWriter, _ *http.Request) {
	rule, identity := t.settings.Accounts, d.decision.Identity
	value, why := identifier(rule.From, identity)
	if why != "" && t.unusable(d, why, "one value of "+rule.From, "values of %s: %q", rule.From, identity.Attributes[rule.From]) {
		return
	}
	if part, why := taken(rule.Pattern, value); why == "" {
		value = part
	} else if t.breaks(d, "account-known", why, "the identifier does not match %s", rule.Pattern) {
		return
	}
	if rule.OneAddress && !oneAddress(value) &&
		t.unusable(d, reason.AttributeInvalid, "one e-mail address", "the identifier %q is not one e-mail address", value) {
		return
	}
	matching := account.Matching{Field: rule.Field, Fold: rule.IgnoreCase}
	var found []account.Account
	if rule.Create || t.without("account-known") {
		var added bool
		var err error
		found, added, err = t.accounts.MatchOrAdd(matching, value, func() account.Account {
			a := account.Account{Login: value}
			a.Set(rule.Field, value)
			fill(&a, rule.Attributes, identity)
			return a
		})
		if err != nil {
			panic(err) // an ID of the store's own making is never taken
		}
		if added {
			t.Record("account-created", found[0], "at the first login")
		}
	} else {
		found = t.accounts.Match(matching, value)
	}
	switch {
	case len(found) == 0:
		t.breaks(d, "account-known", "", "no account has the %s %q", rule.Field, value)
	case len(found) > 1 && t.breaks(d, "account-unique", "", "%d accounts have the %s %q", len(found), rule.Field, value):
	default:
		t.usable(d, found[0])
	}
}

// usable refuses an account that may not be used and brings a usable one up to
// date with what the assertion says.
func (t *tenant) usable(d *delivery, a account.Account) {
	d.account = a
	if t.refused(d) {
		return
	}
	d.account, _ = t.accounts.Update(a.ID, func(a *account.Account) {
		fill(a, t.settings.Accounts.Attributes, d.decision.Identity)
		if a.State == account.Pending {
			a.State = account.Active
		}
	})
	t.refused(d) // an administrator may just have seen to that
}

// refused refuses the account of a delivery if it may not be used.
func (t *tenant) refused(d *delivery) bool {
	why, rule := t.Barred(d.account), "account-active"
	if why == reason.UserExpired {
		rule = "account-not-expired"
	}
	return why != "" && t.breaks(d, rule, why, "account %s is %s", d.account.ID, d.account.State)
}

// Barred implements feature.Site.
func (t *tenant) Barred(a account.Account) reason.Reason {
	switch {
	case a.State == account.Expired:
		return reason.UserExpired
	case a.State == account.Active, a.State == account.Pending && t.settings.Accounts.AcceptPending:
		return ""
	}
	return reason.UserInactive
}

// identifier takes the value that accounts are found by out of the assertion.
// With a reason why it is not usable comes the first value, if there is one.
func identifier(from string, identity validate.Identity) (string, reason.Reason) {
	if from == "name-id" {
		if identity.NameID == "" {
			return "", reason.NameID
		}
		return identity.NameID, ""
	}
	values, ok := identity.Attributes[from]
	if !ok || len(values) == 0 {
		return "", reason.AttributeMissing
	}
	// One value said twice is no contradiction; two different ones are.
	if slices.ContainsFunc(values, func(v string) bool { return v != values[0] }) || values[0] == "" {
		return values[0], reason.AttributeInvalid
	}
	return values[0], ""
}

// taken returns the part of an identifier that a pattern's first group is.
func taken(pattern, value string) (string, reason.Reason) {
	if pattern == "" {
		return value, ""
	}
	found := regexp.MustCompile(pattern).FindStringSubmatch(value) // Settings.Check has compiled it
	if found == nil || found[1] == "" {
		return "", reason.UserNotFound
	}
	return found[1], ""
}

// oneAddress tells whether a value is one e-mail address and not several, none,
// or one with something around it: there is something on either side of one @,
// and nothing that separates addresses. Which characters a mail server takes
// beyond that is not asked: whatever shows or looks up an identifier has to stand
// them all.
func oneAddress(value string) bool {
	local, domain, found := strings.Cut(value, "@")
	separates := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("@,;", r)
	}
	return found && local != "" && domain != "" && !strings.ContainsFunc(local+domain, separates)
}

// fill takes over the attributes that were sent, and leaves alone the fields
// whose attribute was not.
func fill(a *account.Account, attributes map[string]string, identity validate.Identity) {
	for _, field := range slices.Sorted(maps.Keys(attributes)) {
		if values := identity.Attributes[attributes[field]]; len(values) > 0 && values[0] != "" {
			a.Set(field, values[0])
		}
	}
}
