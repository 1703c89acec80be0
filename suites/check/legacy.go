package check

import (
	"net/http"
	"net/url"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

func legacyChecks() []Check {
	return []Check{
		{Name: "redirected-with", Summary: "the SP sent the visitor to the Originating System with this reason's code and this target",
			Params: []fault.Param{
				{Name: "reason", Kind: fault.Choice, Required: true, Choices: reasons(), Doc: "the reason whose code is sent"},
				{Name: "target", Kind: fault.String, Doc: "path and query of the page asked for; its full URL must be sent, encoded once"},
				{Name: "reason-name", Kind: fault.String, Default: defaultNames.reason, Doc: "the query variable of the code"},
				{Name: "target-name", Kind: fault.String, Default: defaultNames.target, Doc: "the query variable of the target"}},
			Run: redirectedWith},
		{Name: "service-called", Summary: "the SP called the Authentication Web Service exactly so many times",
			Params: times("calls"),
			Run: func(t *trace.Trace, _ Facts, a Args) Outcome {
				return count("calls of the Authentication Web Service", a.Int("times"), len(t.Kind(trace.KindServiceCalled)))
			}},
	}
}

// names are the query variables of the road back to the Originating System.
type names struct{ reason, target string }

// The names that the guide uses where nobody has configured others (seed 000).
var defaultNames = names{"reason", "target"}

func redirectedWith(t *trace.Trace, f Facts, a Args) Outcome {
	why := a.String("reason")
	code := f.Reactions[why].Code
	if code == "" {
		return missing("a redirect for "+why, "the profile has no code for "+why)
	}
	return sentBack(t, f, names{a.String("reason-name"), a.String("target-name")}, code, a.String("target"))
}

// sentBack holds when the SP answered once with a 302 to the Originating
// System that carries exactly this code, and the target if one is given.
func sentBack(t *trace.Trace, f Facts, n names, code, target string) Outcome {
	o := Outcome{Expected: "302 to the Originating System with " + n.reason + "=" + code, Seen: "no redirect to the Originating System"}
	if target != "" {
		target = f.BaseURLs[trace.SP] + target
		o.Expected += " and " + n.target + "=" + target
	}
	for _, x := range t.Exchanges() {
		if x.To != trace.SP || x.Status < 300 || x.Status > 399 || f.party(x.Location) != trace.Origin {
			continue
		}
		o.Seen = http.StatusText(x.Status) + " to " + x.Location
		u, err := url.Parse(x.Location)
		if err != nil {
			continue
		}
		q := u.Query()
		if x.Status == http.StatusFound && one(q[n.reason], code) && (target == "" || one(q[n.target], target)) {
			o.OK = true
			return o
		}
	}
	return o
}

func one(values []string, want string) bool { return len(values) == 1 && values[0] == want }
