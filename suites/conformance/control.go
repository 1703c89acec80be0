package conformance

import (
	"context"
	"slices"
	"sort"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/flow"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// A case that expects a refusal proves nothing by itself: a wrong address or a
// late start would be refused as well. Its control is the same journey without
// the defect, and must succeed: log in, or log out where the case is about that.
//
// Where the case has faults, or says what is wrong in its set-up, the control is
// the case without these. Where it has neither, the defect may be anything in
// the set-up, the journey or the person, and the control is a plain login to the
// product as it comes. It is always made by somebody for whom all is well.
//
// A case about a message of single logout with a defect has the logout without
// it for a control, which must end the session.

// controlOf returns the control of a case, nil when the case logs in itself.
func controlOf(c *plan.Case) *plan.Case {
	if logsOut(c) {
		return logoutControl(c)
	}
	if !refuses(c) {
		return nil
	}
	control := *c
	control.Known, control.Person, control.Faults, control.Sound = false, "", nil, nil
	control.Checks = []check.Bound{bound("signed-in", nil)}
	f, found := flow.Find(c.Flow)
	said := len(c.Faults) > 0 || c.Sound != nil // what is wrong
	if c.Sound != nil {
		control.Setup = *c.Sound
	}
	control.Setup.Visitor = visitor(c)
	if !said {
		control.Setup = plan.Setup{}
	}
	control.Setup.Browser.CookiesBlocked = false // without cookies nobody ever gets in
	if !found || !said || !f.SignsIn {
		control.Flow, control.FlowArgs = plainLogin(c), nil
	}
	if f, found = flow.Find(control.Flow); found {
		control.FlowArgs, _ = unhurried(f, control.FlowArgs).Check(f.Params)
	}
	return &control
}

// refuses tells whether the case expects that nobody gets in.
func refuses(c *plan.Case) bool {
	return slices.ContainsFunc(c.Checks, func(b check.Bound) bool { return b.Check.Refuses })
}

// logsOut tells whether the case is about a logout that has a defect.
func logsOut(c *plan.Case) bool {
	f, found := flow.Find(c.Flow)
	return found && f.SignsOut && (len(c.Faults) > 0 || c.Sound != nil) &&
		slices.ContainsFunc(c.Checks, func(b check.Bound) bool { return b.Check.Logout })
}

func logoutControl(c *plan.Case) *plan.Case {
	control := *c
	control.Known, control.Person, control.Faults, control.Sound = false, "", nil, nil
	if c.Sound != nil {
		control.Setup = *c.Sound
	}
	control.Checks = []check.Bound{bound("logout-accepted", nil), bound("signed-out", nil), bound("sessions-ended", fault.Args{"times": "1"})}
	f, _ := flow.Find(c.Flow)
	control.FlowArgs, _ = fault.Args{}.Check(f.Params)
	return &control
}

// unhurried keeps what the journey is about and takes away the time that
// passes in it, which is part of the defect.
func unhurried(f flow.Flow, args fault.Args) fault.Args {
	kept := fault.Args{}
	for _, p := range f.Params {
		if value, given := args[p.Name]; given && p.Kind != fault.Duration {
			kept[p.Name] = value
		}
	}
	return kept
}

func plainLogin(c *plan.Case) string {
	if slices.Contains(c.Profile.Groups, "legacy") {
		return "mail-link"
	}
	return "sp-initiated"
}

func bound(name string, args fault.Args) check.Bound {
	c, _ := check.Find(name)
	b, _ := c.Bind(args, nil)
	return b
}

// playControl plays a control and says why it did not succeed, "" when it did.
func (p *player) playControl(ctx context.Context, s *seat, c *plan.Case) (refusal string, err error) {
	whole := *c
	whole.Person = p.options.People[0].Login
	_, outcomes, err := p.observe(ctx, s, &whole, func(bool) bool { return false })
	if err != nil {
		return "", err
	}
	_, refusal = report.Judge(outcomes, false, nil, "")
	return refusal, nil
}

// controlled is the check that the control of a case succeeded. Where it did
// not, the case's refusal proves nothing, whoever is to blame: the scenario
// whose set-up lets nobody in, or the SP.
func controlled(control, refusal string) []report.CheckResult {
	if refusal == "" {
		return nil
	}
	return []report.CheckResult{{
		Name: "control", Summary: "without the defect the visitor is signed in, or out where the case is about that", Expected: "success with " + control, Seen: refusal,
	}}
}

// controls remembers the controls that were played: one per distinct set-up,
// not one per case.
type controls struct {
	mu     sync.Mutex
	played map[string]*control
}

type control struct {
	mu      sync.Mutex
	done    bool
	refusal string
}

func newControls() *controls { return &controls{played: map[string]*control{}} }

// succeed plays the control unless one with the same set-up was played, and
// returns what it was in words and why it did not succeed, "" when it did. One
// that the lab could not play does not count: the next case tries it again.
func (c *controls) succeed(ctx context.Context, of *plan.Case, play func(context.Context) (string, error)) (text, refusal string, err error) {
	text = keyOf(of)
	c.mu.Lock()
	one := c.played[text]
	if one == nil {
		one = &control{}
		c.played[text] = one
	}
	c.mu.Unlock()
	one.mu.Lock()
	defer one.mu.Unlock()
	if !one.done {
		one.refusal, err = play(ctx)
		one.done = err == nil
	}
	return text, one.refusal, err
}

// keyOf says what is distinct about a set-up, readably: it is shown in the report.
func keyOf(c *plan.Case) string {
	parts := []string{c.Profile.Name}
	if c.Layout != "" {
		parts[0] += "/" + c.Layout
	}
	parts = append(parts, c.Flow)
	for name, value := range c.FlowArgs {
		if value != "0s" && value != "false" {
			parts = append(parts, name+"="+value)
		}
	}
	sort.Strings(parts[2:])
	for _, one := range []struct {
		party    string
		overlays []*yaml.Node
	}{{"sp", c.Setup.SP}, {"idp", c.Setup.IdP}, {"origin", c.Setup.Origin}, {"neighbour", c.Setup.Neighbour}} {
		for _, overlay := range one.overlays {
			text, err := yaml.Marshal(overlay)
			if err != nil {
				text = []byte(err.Error())
			}
			parts = append(parts, one.party+": "+strings.Join(strings.Fields(string(text)), " "))
		}
	}
	if c.Setup.Visitor == scenario.Returning {
		parts = append(parts, "returning visitor")
	}
	if c.Setup.Browser.JavaScriptOff {
		parts = append(parts, "javascript off")
	}
	var clocks []string
	for party, offset := range c.Setup.Clock {
		clocks = append(clocks, party+" clock "+offset.String())
	}
	sort.Strings(clocks)
	return strings.Join(append(parts, clocks...), ", ")
}
