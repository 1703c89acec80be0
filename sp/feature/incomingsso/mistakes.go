package incomingsso

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/ssoproof/ssoproof/sp/profile"
)

// mistake is why sign-on could not work with the settings.
type mistake struct {
	settings []string // their names in profile.yaml and in the form
	text     string
}

// Error names the settings as profile.yaml does.
func (m mistake) Error() string {
	return "incoming." + strings.Join(m.settings, ", incoming.") + ": " + m.text
}

// check returns every mistake, as the settings page would when they are saved.
func check(set profile.Incoming, baseURL string) []error {
	var wrong []error
	complain := func(settings []string, format string, args ...any) {
		wrong = append(wrong, mistake{settings, fmt.Sprintf(format, args...)})
	}
	for _, one := range []struct{ name, raw string }{{"invalid-session-url", set.InvalidSessionURL}, {"service-url", set.ServiceURL}} {
		if one.raw == "" && !(set.Active && set.InvalidSessionURL != "") {
			continue // there is time until it is needed
		}
		u, err := url.Parse(one.raw)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Fragment != "" {
			complain([]string{one.name}, "%q is not an absolute http or https URL without a fragment", one.raw)
		} else if strings.EqualFold(u.Scheme+"://"+u.Host, baseURL) {
			complain([]string{one.name}, "%q is a page of the portal itself", one.raw)
		}
	}
	if set.EmailParameter == "" || set.SessionParameter == "" || set.EmailParameter == set.SessionParameter {
		complain([]string{"email-parameter", "session-parameter"}, "two different names are needed, not %q and %q", set.EmailParameter, set.SessionParameter)
	}
	if set.ReasonParameter != "" && set.ReasonParameter == set.TargetParameter {
		complain([]string{"reason-parameter", "target-parameter"}, "both are %q", set.ReasonParameter)
	}
	if _, known := kindNamed(set.ServiceFormat); !known {
		complain([]string{"service-format"}, "%q is none of json, xml and soap", set.ServiceFormat)
	}
	if set.ServiceTimeout <= 0 || set.LoopLimit <= 0 {
		complain([]string{"service-timeout", "loop-limit"}, "both must be positive")
	}
	return wrong
}

// inWords tells an administrator the mistakes, with the labels of the page.
func inWords(wrong []error) []string {
	labels := map[string]string{}
	for _, s := range settings() {
		labels[s.Name] = s.Label
	}
	var told []string
	for _, err := range wrong {
		var m mistake
		if !errors.As(err, &m) {
			told = append(told, err.Error())
			continue
		}
		var names []string
		for _, name := range m.settings {
			if label := labels[name]; label != "" {
				name = label
			}
			names = append(names, name)
		}
		told = append(told, strings.Join(names, " and ")+": "+m.text)
	}
	return told
}

// cautions are what works and should not be done: the pair that opens the
// portal is readable by everybody on the way (seed 001's own example is http).
func cautions(set profile.Incoming, baseURL string) []string {
	var all []string
	if inClear(baseURL) {
		all = append(all, "This portal is reached over plain http: the e-mail address and session key in your links can be read on the way.")
	}
	if inClear(set.ServiceURL) {
		all = append(all, "The Authentication Web Service is asked over plain http: e-mail addresses and session keys can be read on the way.")
	}
	return all
}

func inClear(address string) bool { return strings.HasPrefix(strings.ToLower(address), "http:") }
