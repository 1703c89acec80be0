package conformance

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
)

// describe is the case before it is played.
func describe(p *player, c *plan.Case) *report.Case {
	r := &report.Case{
		ID: c.ID, Scenario: c.Scenario.ID(), Family: c.Scenario.Family, Title: c.Scenario.Title, Ref: c.Scenario.Ref, Source: c.Scenario.Pos.String(),
		Profile: c.Profile.Name, Layout: c.Layout, Flow: c.Flow, Command: p.options.Command(c.ID),
	}
	for _, f := range c.Faults {
		r.Faults = append(r.Faults, written(f))
	}
	return r
}

// unplayed is a case that could not be played at all.
func unplayed(p *player, c *plan.Case, err error, skip string) *report.Case {
	r := describe(p, c)
	r.Verdict, r.Cause = report.Judge(nil, false, err, skip)
	return r
}

// written is a fault as a scenario has it, without the arguments that say what
// holds anyway.
func written(f fault.Armed) string {
	args := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, p := range f.Fault.Params {
		if value, given := f.Args[p.Name]; given && value != p.Default {
			args.Content = append(args.Content, scalar(p.Name), scalar(value))
		}
	}
	if len(args.Content) == 0 {
		return f.Fault.Name
	}
	text, err := yaml.Marshal(args)
	if err != nil {
		return f.Fault.Name + ": " + err.Error()
	}
	return f.Fault.Name + ": " + strings.Join(strings.Fields(string(text)), " ")
}

func scalar(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }
