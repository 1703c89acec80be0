// Package plan makes cases of scenarios: it checks every word of them against
// the vocabulary, expands them over the profiles and their layouts, lays the
// overrides over, and selects what is to be played.
//
// It plays nothing and knows no word of its own: what faults, flows, checks,
// profiles and people there are it is told. Start at New and Case.
package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// Vocabulary is every word that a scenario may use.
type Vocabulary struct {
	Faults   []fault.Fault
	Profiles []*profile.Profile
	Flows    []FlowWord
	Checks   []check.Check
	People   []string // logins of the cast; the first plays where a scenario names nobody
	// CheckSetup says what is wrong with one part of a setup (PartSP, PartIdP,
	// PartOrigin or PartNeighbour) for a profile and layout. Problems without a file are those
	// of the scenario's file. Nil finds nothing wrong.
	CheckSetup func(p *profile.Profile, layout, part string, overlay *yaml.Node) []scenario.Problem
}

// FlowWord is a flow as far as a scenario can speak of it.
type FlowWord struct {
	Name, Summary string
	Params        []fault.Param
}

// The parts of a setup.
const (
	PartSP        = "sp"
	PartIdP       = "idp"
	PartOrigin    = "origin"
	PartNeighbour = "neighbour"
)

// Case is one scenario on one layout of one profile, ready to be played.
type Case struct {
	ID       string // family/name@profile, or family/name@profile/layout
	Scenario *scenario.Scenario
	Profile  *profile.Profile
	Layout   string // "" when the profile has no layouts
	Person   string
	Flow     string
	FlowArgs fault.Args // checked, with defaults
	Setup    Setup
	Sound    *Setup // Setup without what is wrong in it; nil when the scenario does not say what that is
	Faults   []fault.Armed
	Checks   []check.Bound
	Known    bool // on the list of known failures
}

// Setup holds the overlays of each party, to be laid over in turn, and the
// offsets of the clocks by party. An override can change the browser further,
// not back.
type Setup struct {
	SP, IdP, Origin []*yaml.Node
	Neighbour       []*yaml.Node
	Clock           map[string]time.Duration
	Browser         scenario.Browser
	Visitor         string
}

// Plan is what will be played.
type Plan struct {
	Cases   []*Case // sorted by ID, never empty
	Partial bool    // cases were left out by the options, or left to other shards
	Omitted int     // how many the options have left out
	Others  int     // how many are left to other shards
	Shard   Shard
}

// Options narrow a plan. The zero value plays everything.
type Options struct {
	Patterns     []string // cases to play; none is all
	Skip         []string // cases not to play
	Profiles     []string // profiles to play; none is all
	Shard        Shard
	KnownFailing []Entry
}

// New plans every scenario for each of its profiles and layouts. The error is
// scenario.Problems when the scenarios are wrong, all of them at once, whether
// or not they are selected; otherwise it says which option selects nothing.
func New(scenarios []*scenario.Scenario, v Vocabulary, o Options) (*Plan, error) {
	e := newExpansion(v)
	for _, s := range scenarios {
		e.scenario(s)
	}
	if err := e.problems.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(e.cases, func(a, b *Case) int { return strings.Compare(a.ID, b.ID) })
	if len(e.cases) == 0 {
		return nil, fmt.Errorf("there is no scenario to play")
	}
	selected, err := choose(e.cases, v, o)
	if err != nil {
		return nil, err
	}
	p := &Plan{Cases: o.Shard.of(selected), Shard: o.Shard, Omitted: len(e.cases) - len(selected)}
	if len(p.Cases) == 0 {
		return nil, fmt.Errorf("shard %s has no case: there are only %d", o.Shard, len(selected))
	}
	p.Others = len(selected) - len(p.Cases)
	p.Partial = p.Omitted+p.Others > 0
	return p, nil
}
