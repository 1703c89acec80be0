package profile

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// defaults are the settings of a product that says nothing.
func defaults() Settings {
	return Settings{
		Paths:                Paths{Home: "/", Logout: "/logout"},
		Trust:                "metadata",
		FingerprintAlgorithm: "sha1",
		RequestBinding:       "redirect",
		SPInitiated:          true,
		RequestLifetime:      5 * time.Minute,
		MaxBody:              1 << 20,
		Entrance:             "login",
		SessionLifetime:      30 * time.Minute,
		SignatureOn:          "either",
		SameSite:             "none",
		AuthnComparison:      "exact",
		DecryptsWith:         []string{"current"},
		CodeLifetime:         10 * time.Minute,
	}
}

// With returns the settings of a layout with the overlays laid over them in
// turn, freshly made, so that the caller may change them. A nil overlay is
// skipped. Mistakes are all returned, as Problems that name the overlay's line.
func (p *Profile) With(layout string, overlays ...*yaml.Node) (Settings, []error) {
	l, ok := p.Layout(layout)
	if !ok {
		var names []string
		for _, l := range p.Layouts {
			names = append(names, l.Name)
		}
		return Settings{}, []error{Problem{Text: fmt.Sprintf("profile %s has no layout %q", p.Name, layout), Hint: nearest(layout, names)}}
	}
	s := defaults()
	var errs []error
	for _, node := range []*yaml.Node{&p.base, &l.settings} {
		errs = append(errs, Decode(node, &s, p.file)...)
	}
	for _, node := range overlays {
		errs = append(errs, Decode(node, &s, "")...)
	}
	if _, known := p.Wordings[s.Wording]; s.Wording != "" && !known {
		names := slices.Sorted(maps.Keys(p.Wordings))
		errs = append(errs, Problem{Text: fmt.Sprintf("profile %s has no wording %q", p.Name, s.Wording), Hint: nearest(s.Wording, names)})
	}
	if len(errs) > 0 {
		return s, errs
	}
	return s, s.Check()
}

// maxRelayState is the longest RelayState that travels, in bytes (bindings 3.4.3).
const maxRelayState = 80

// Check returns what is contradictory about the settings, whoever made them.
func (s Settings) Check() []error {
	var errs []error
	complain := func(format string, args ...any) {
		errs = append(errs, Problem{Text: fmt.Sprintf(format, args...)})
	}
	paths := [][2]string{
		{"home", s.Paths.Home}, {"start", s.Paths.Start}, {"acs", s.Paths.ACS}, {"metadata", s.Paths.Metadata},
		{"login", s.Paths.Login}, {"logout", s.Paths.Logout}, {"signed-out", s.Paths.SignedOut}, {"reserved", s.ReservedPath},
	}
	for _, p := range paths {
		name, path := p[0], p[1]
		if path != "" && !strings.HasPrefix(path, "/") {
			complain("path %s is %q, which does not start with a slash", name, path)
		}
	}
	if pattern, err := regexp.Compile(s.Accounts.Pattern); err != nil {
		complain("accounts: pattern %q: %v", s.Accounts.Pattern, err)
	} else if s.Accounts.Pattern != "" && pattern.NumSubexp() == 0 {
		complain("accounts: pattern %q has no group, such as ^(.*)@", s.Accounts.Pattern)
	}
	seen := map[string]bool{}
	var sp, idp int
	for _, state := range s.RelayStates {
		if state.Name == "" {
			complain("a relay state has no name")
		} else if len(state.Name) > maxRelayState {
			complain("relay state %q is longer than %d bytes (bindings 3.4.3)", state.Name, maxRelayState)
		} else if seen[state.Name] {
			complain("relay state %q exists twice; names are unique", state.Name)
		}
		seen[state.Name] = true
		if state.SPDefault {
			sp++
		}
		if state.IdPDefault {
			idp++
		}
	}
	if sp > 1 {
		complain("%d relay states are the SSO Service Provider Default; there can be one", sp)
	}
	if idp > 1 {
		complain("%d relay states are the SSO Identity Provider Default; there can be one", idp)
	}
	return errs
}

// StartPath and ACSPath are where single sign-on starts and ends: the reserved
// path when there is one.
func (s Settings) StartPath() string {
	if s.ReservedPath != "" {
		return s.ReservedPath
	}
	return s.Paths.Start
}

// ACSPath is where the Response is taken.
func (s Settings) ACSPath() string {
	if s.ReservedPath != "" {
		return s.ReservedPath
	}
	return s.Paths.ACS
}
