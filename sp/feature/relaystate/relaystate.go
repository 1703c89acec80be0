// Package relaystate is SuccessPro's relay states (seed 002): named places in
// the product, one of them the default for each way to start a login.
//
// Start at Feature; Resolve is for other features that follow names, and
// Administration is the pages on which an administrator keeps them.
package relaystate

import (
	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// Feature makes logins end where relay states say.
var Feature = feature.Feature{
	Name:    "relay-states",
	Summary: "named relay states, with a default for logins that start here and one for those that start at the portal",
	New: func(site feature.Site) (feature.Hooks, error) {
		return feature.Hooks{
			Ask:  func(target string) string { return ask(site, target) },
			Land: func(a feature.Arrival) (string, reason.Reason, bool) { return land(site, a) },
		}, nil
	},
}

// Resolve returns the resource that the relay state of that name stands for.
// Names are matched exactly. One that is not active is ignored, as if none had
// been sent, so that ok is false without a reason.
func Resolve(site feature.Site, name string) (target string, why reason.Reason, ok bool) {
	for _, state := range site.Settings().RelayStates {
		if state.Name != name {
			continue
		}
		if state.Inactive {
			return "", "", false
		}
		target, why = open(site, state)
		return target, why, true
	}
	return "", reason.RelayStateNotFound, true
}

// land follows what is known in this order: the page first asked for here, the
// name that was sent, the default of the side where the login started. A login
// that started here does not listen to the name: the answer's RelayState is
// only an echo of ours, and anybody can change it on the way.
func land(site feature.Site, a feature.Arrival) (string, reason.Reason, bool) {
	if a.Solicited {
		if a.Target != "" {
			return a.Target, "", true
		}
		target, why := byDefault(site, func(s profile.RelayState) bool { return s.SPDefault })
		return target, why, true
	}
	if a.RelayState != "" {
		if target, why, ok := Resolve(site, a.RelayState); ok {
			return target, why, true
		}
	}
	target, why := byDefault(site, func(s profile.RelayState) bool { return s.IdPDefault })
	return target, why, true
}

// ask names the SP default when no page was asked for, so that the identity
// provider's echo says what is going to happen.
func ask(site feature.Site, target string) string {
	if target != "" {
		return target
	}
	for _, state := range site.Settings().RelayStates {
		if state.SPDefault && !state.Inactive {
			return state.Name
		}
	}
	return ""
}

func byDefault(site feature.Site, is func(profile.RelayState) bool) (string, reason.Reason) {
	for _, state := range site.Settings().RelayStates {
		if is(state) && !state.Inactive {
			return open(site, state)
		}
	}
	return "", reason.RelayStateNotFound
}

// prefixes are where the Redirect/Link Types point; the target comes after.
var prefixes = map[string]string{"dashboard": "/dashboard", "client": "/clients/", "report": "/reports/", "path": ""}

// open returns the path of a relay state, or says that there is no such page.
func open(site feature.Site, state profile.RelayState) (string, reason.Reason) {
	target, ok := site.Local(path(state))
	if !ok || !site.Exists(target) {
		return "", reason.RelayStateNotFound
	}
	return target, ""
}
