// Package scenario reads scenario files: what is played, on which products,
// with which faults, and what must be true afterwards.
//
// It knows the shape of a file and none of the words in it: whether a fault,
// flow, check, profile or person of that name exists is for the plan to say.
// Every word keeps its line, so that whoever finds it wrong can point at it.
// Start at Load and Scenario.
package scenario

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"
)

// Pos is where in a file something stands. Line 0 means the file as a whole.
type Pos struct {
	File string
	Line int
}

func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Word is a name with its arguments: a flow, a fault or a check. The arguments
// are given as one scalar, which is Args[""], as a map of scalars, or as a
// List; they are the text of the file, untyped.
type Word struct {
	Name string
	Args map[string]string
	List []string
	Pos  Pos

	lines map[string]int
}

// At returns where the argument stands, the word's own place if it has none.
func (w Word) At(arg string) Pos {
	if line, ok := w.lines[arg]; ok {
		return Pos{w.Pos.File, line}
	}
	return w.Pos
}

// Scenario is one entry of a file. Its ID is Family/Name.
type Scenario struct {
	Family, Name, Title, Ref string
	Profiles, Layouts        []Word // bare words: profile names or groups; layout names, none for all
	Play
	On  []Override // in the order of the file
	Pos Pos
}

// ID is the scenario's name everywhere: family/name.
func (s *Scenario) ID() string { return s.Family + "/" + s.Name }

// Play is the part of a scenario that a profile may override.
type Play struct {
	Flow   Word
	Person Word // a bare word; its Name is empty when the file names nobody
	Setup  Setup
	Wrong  *Setup // what is wrong in the set-up, laid over Setup; nil when the file does not say
	Faults []Word
	Expect []Word
}

// Setup is what differs from the product as it comes out of the box. SP, IdP,
// Origin and Neighbour are left as they are written, nil when absent. With
// Neighbour there is another tenant of the product, which differs likewise.
type Setup struct {
	SP, IdP, Origin *yaml.Node
	Neighbour       *yaml.Node
	Clock           map[string]time.Duration // offset by party: idp, sp, origin
	Visitor         string                   // Returning, New, or "" where it does not matter
	Browser         Browser
}

// A Returning visitor has a session at the identity provider from before; a
// New one signs in there.
const (
	Returning = "returning"
	New       = "new"
)

// Browser is what the visitor has changed in the browser, in YAML
// `browser: {cookies: blocked, javascript: off}`. The zero value is a browser
// as it comes out of the box.
type Browser struct {
	CookiesBlocked bool // nothing is kept: every request leaves without a cookie
	JavaScriptOff  bool
}

// Override is what differs for one profile, one group of profiles, or one
// layout of a profile ("eft/root"): Target's Name. In its Play, an empty Flow
// or Person, absent parts of Setup and Wrong and nil Faults leave those of the scenario;
// Expect is merged by the name of the check, or takes the place of all checks
// when Instead is set.
type Override struct {
	Target Word
	Play
	Instead bool
}
