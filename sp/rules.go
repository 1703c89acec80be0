package sp

import (
	"fmt"
	"slices"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// Rules returns what this service provider demands beyond the message, in the
// order of the steps of a login: of the browser, of the account, of where the
// visitor goes. A broken one is a finding like the validator's own, and
// Config.Without switches it off likewise.
func Rules() []validate.Rule {
	return []validate.Rule{
		{ID: "browser-cookie", Title: "the browser that brings an answer has the cookie it got when it asked", Ref: "SAML profiles 4.1.4.5",
			Level: validate.Must, Reason: reason.CookieMissing},
		{ID: "account-known", Title: "there is an account of the user, unless the product makes one", Ref: "product documents",
			Level: validate.Must, Reason: reason.UserNotFound},
		{ID: "account-unique", Title: "no two accounts are the user's", Ref: "product documents",
			Level: validate.Must, Reason: reason.UserAmbiguous},
		{ID: "account-active", Title: "the account is active", Ref: "product documents",
			Level: validate.Must, Reason: reason.UserInactive},
		{ID: "account-not-expired", Title: "the account has not expired", Ref: "product documents",
			Level: validate.Must, Reason: reason.UserExpired},
		{ID: "relay-state-known", Title: "there is a page to go to", Ref: "product documents",
			Level: validate.Must, Reason: reason.RelayStateNotFound},
	}
}

// without tells whether a rule of Rules is switched off.
func (t *tenant) without(id string) bool { return slices.Contains(t.sp.without, id) }

// breaks refuses a delivery by a rule of Rules, and reports false when that is
// switched off. The reason is the rule's own unless one is given.
func (t *tenant) breaks(d *delivery, id string, why reason.Reason, format string, args ...any) bool {
	if t.without(id) {
		return false
	}
	all := Rules()
	rule := all[slices.IndexFunc(all, func(r validate.Rule) bool { return r.ID == id })]
	if why == "" {
		why = rule.Reason
	}
	got := fmt.Sprintf(format, args...)
	d.decision.Findings = append(d.decision.Findings, validate.Finding{Rule: id, Ref: rule.Ref, Reason: why, Got: got, Want: rule.Title,
		Remedy: "The message itself is not to blame: look at the account, the browser or the relay state."})
	d.refuse(why, "%s", got)
	return true
}
