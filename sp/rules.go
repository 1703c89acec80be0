package sp

import (
	"cmp"
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
		{ID: "identifier-usable", Title: "the identifier that accounts are found by is there, once, and an e-mail address where it has to be one", Ref: "product documents",
			Level: validate.Must, Reason: reason.AttributeInvalid},
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
	return t.breaksWith(d, validate.Finding{Rule: id, Reason: why, Got: fmt.Sprintf(format, args...),
		Remedy: "The message itself is not to blame: look at the account, the browser or the relay state."})
}

// unusable refuses a delivery for its identifier likewise.
func (t *tenant) unusable(d *delivery, why reason.Reason, want, format string, args ...any) bool {
	return t.breaksWith(d, validate.Finding{Rule: "identifier-usable", Reason: why, Want: want, Got: fmt.Sprintf(format, args...),
		Remedy: "Look at what the identity provider releases for this user."})
}

// breaksWith completes a finding from its rule.
func (t *tenant) breaksWith(d *delivery, f validate.Finding) bool {
	if t.without(f.Rule) {
		return false
	}
	all := Rules()
	rule := all[slices.IndexFunc(all, func(r validate.Rule) bool { return r.ID == f.Rule })]
	f.Ref, f.Reason, f.Want = rule.Ref, cmp.Or(f.Reason, rule.Reason), cmp.Or(f.Want, rule.Title)
	d.decision.Findings = append(d.decision.Findings, f)
	d.refuse(f.Reason, "%s", f.Got)
	return true
}
