package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

func toy() Vocabulary {
	return Vocabulary{
		Faults: []fault.Fault{
			{Name: "late", Params: []fault.Param{{Name: "by", Kind: fault.Duration, Default: "5m"}, {Name: "how", Kind: fault.Choice, Choices: []string{"softly", "loudly"}}}},
			{Name: "unsigned"},
			{Name: "window", Params: []fault.Param{{Name: "from", Kind: fault.Duration, Example: "1m"}, {Name: "to", Kind: fault.Duration}}},
		},
		Profiles: []*profile.Profile{
			{Name: "blue", Groups: []string{"saml"}, Layouts: []profile.Layout{{}}},
			{Name: "red", Groups: []string{"saml"}, Layouts: []profile.Layout{{Name: "other"}, {Name: "root"}}},
			{Name: "old", Groups: []string{"legacy"}},
		},
		Flows:  []FlowWord{{Name: "sp-initiated", Params: []fault.Param{{Name: "page", Kind: fault.String, Default: "/"}, {Name: "pause", Kind: fault.Duration}}}, {Name: "logout"}, {Name: "lend", Params: []fault.Param{{Name: "to", Kind: fault.Person, Default: "uma"}}}},
		Checks: check.Catalogue(),
		People: []string{"ada", "uma"},
		CheckSetup: func(p *profile.Profile, layout, part string, n *yaml.Node) []scenario.Problem {
			if n.Content[0].Value == "tolerance" {
				return nil
			}
			return []scenario.Problem{{Pos: scenario.Pos{Line: n.Content[0].Line}, Word: n.Content[0].Value, Text: part + ` has no setting "` + n.Content[0].Value + `"`}}
		},
	}
}

const toyFile = `family: time
scenarios:
  - name: past
    title: too late
    profiles: [saml]
    flow: {sp-initiated: {page: /x, pause: 61s}}
    setup: {sp: {tolerance: 0s}, clock: {idp: -5m}}
    faults: [{late: {by: 1m}}]
    expect: {refused: expired, page-shows: Sorry}
    on:
      saml: {setup: {clock: {idp: -6m, sp: 1s}}}
      red: {faults: [unsigned], setup: {sp: {tolerance: 1s}}, expect: {page-shows: [Sorry, red]}}
      red/root: {person: uma, flow: sp-initiated, instead: {signed-in: uma}}
  - name: plain
    title: works
    profiles: all
    flow: sp-initiated
    expect: signed-in
`

func load(t *testing.T, text string) []*scenario.Scenario {
	t.Helper()
	all, _, err := scenario.Load(fstest.MapFS{"s.yaml": {Data: []byte(text)}}, ".")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWrongLiesOverTheSetUp(t *testing.T) {
	t.Parallel()
	p, err := New(load(t, `family: time
scenarios:
  - name: past
    title: too late
    profiles: [blue, red]
    layouts: [other]
    flow: sp-initiated
    setup: {sp: {tolerance: 0s}, clock: {idp: 1s}}
    wrong: {sp: {tolerance: 1s}, clock: {idp: 2s}, browser: {javascript: off}}
    expect: {refused: expired}
    on:
      blue: {setup: {sp: {tolerance: 2s}, clock: {sp: 3s}}, wrong: {clock: {idp: 4s}}}
`), toy(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	show := func(s *Setup) string {
		var tolerances []string
		for _, n := range s.SP {
			tolerances = append(tolerances, n.Content[1].Value)
		}
		return fmt.Sprint(tolerances, s.Clock, s.Browser.JavaScriptOff)
	}
	for i, want := range [][2]string{
		{"[0s 2s] map[idp:1s sp:3s] false", "[0s 2s 1s] map[idp:4s sp:3s] true"},
		{"[0s] map[idp:1s] false", "[0s 1s] map[idp:2s] true"},
	} {
		c := p.Cases[i]
		if got := [2]string{show(c.Sound), show(&c.Setup)}; got != want {
			t.Errorf("%s is %q, want %q", c.ID, got, want)
		}
	}
}

func ids(p *Plan) string {
	var all []string
	for _, c := range p.Cases {
		all = append(all, c.ID)
	}
	return strings.Join(all, " ")
}

func TestExpands(t *testing.T) {
	t.Parallel()
	p, err := New(load(t, toyFile), toy(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := "time/past@blue time/past@red/other time/past@red/root time/plain@blue time/plain@old time/plain@red/other time/plain@red/root"
	if got := ids(p); got != want || p.Partial || p.Omitted != 0 {
		t.Errorf("\n got %s %v\nwant %s", got, p.Partial, want)
	}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	p, err := New(load(t, toyFile), toy(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	blue, other, root := p.Cases[0], p.Cases[1], p.Cases[2]
	if blue.Person != "ada" || blue.Flow != "sp-initiated" || blue.FlowArgs.Duration("pause") != 61*time.Second || blue.FlowArgs.String("page") != "/x" {
		t.Errorf("blue is %+v", blue)
	}
	if len(blue.Faults) != 1 || blue.Faults[0].Args.Duration("by") != time.Minute || len(blue.Setup.SP) != 1 {
		t.Errorf("blue has %+v", blue.Faults)
	}
	if blue.Setup.Clock["idp"] != -6*time.Minute || blue.Setup.Clock["sp"] != time.Second {
		t.Errorf("the group's clocks were not laid over: %v", blue.Setup.Clock)
	}
	if len(other.Faults) != 1 || other.Faults[0].Fault.Name != "unsigned" || len(other.Setup.SP) != 2 {
		t.Errorf("red has %+v", other.Faults)
	}
	if len(other.Checks) != 2 || other.Checks[0].Args.String("reason") != "expired" || !slices.Equal(other.Checks[1].Args.List, []string{"Sorry", "red"}) {
		t.Errorf("red expects %+v", other.Checks)
	}
	if root.Person != "uma" || root.FlowArgs.String("page") != "/" || len(root.Checks) != 1 || root.Checks[0].Args.String("as") != "uma" {
		t.Errorf("red/root is %+v", root)
	}
	if len(blue.Checks[1].Args.List) != 1 {
		t.Errorf("an override for red changed blue: %+v", blue.Checks)
	}
}

func TestEveryWordIsChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, want string }{
		{"profile", "profiles: [saml]", "profiles: [smal]", `s.yaml:5: no profile or group of profiles is named "smal" (did you mean "saml"?)`},
		{"flow", "flow: {sp-initiated", "flow: {sp-initated", `s.yaml:6: no flow is named "sp-initated" (did you mean "sp-initiated"?)`},
		{"flow argument", "pause: 61s", "paus: 61s", `s.yaml:6: sp-initiated: "paus" is no parameter (did you mean "pause"?)`},
		{"flow value", "pause: 61s", "pause: 61", `s.yaml:6: sp-initiated: "61" is no duration for pause`},
		{"flow that takes nothing", "flow: {sp-initiated: {page: /x, pause: 61s}}", "flow: {logout: now}", `s.yaml:6: "logout" takes no argument, such as "now"`},
		{"flow with a list", "{page: /x, pause: 61s}", "[a]", `s.yaml:6: "sp-initiated" takes no list`},
		{"setup", "sp: {tolerance: 0s}", "sp: {tolerence: 0s}", `s.yaml:7: sp has no setting "tolerence"`},
		{"fault", "{late:", "{lat:", `s.yaml:8: no fault is named "lat" (did you mean "late"?)`},
		{"fault argument", "by: 1m", "bye: 1m", `s.yaml:8: late: "bye" is no parameter (did you mean "by"?)`},
		{"fault choice", "by: 1m", "how: loudy", `s.yaml:8: late: "loudy" is no value of how (did you mean "loudly"?)`},
		{"fault that changes nothing", "{late: {by: 1m}}", "window", `s.yaml:8: window: changes nothing without one of its arguments: from, to`},
		{"person in a flow", "flow: {sp-initiated: {page: /x, pause: 61s}}", "flow: {lend: umma}", `s.yaml:6: nobody in the cast is called "umma" (did you mean "uma"?)`},
		{"check", "page-shows: Sorry", "page-show: Sorry", `s.yaml:9: no check is named "page-show" (did you mean "page-shows"?)`},
		{"reason", "refused: expired", "refused: expird", `s.yaml:9: refused: "expird" is no value of reason (did you mean "expired"?)`},
		{"reason of another road", "refused: expired", "refused: not-logged-in", `s.yaml:9: refused: "not-logged-in" is no reason of blue`},
		{"reason missing", "refused: expired", "refused: ~", `s.yaml:9: refused: "reason" is needed`},
		{"override target", "      red:", "      rde:", `s.yaml:12: the scenario is not played on "rde" (did you mean "red"?)`},
		{"override layout", "red/root:", "red/roof:", `s.yaml:13: the scenario is not played on "red/roof" (did you mean "red/root"?)`},
		{"person", "person: uma", "person: umma", `s.yaml:13: nobody in the cast is called "umma" (did you mean "uma"?)`},
		{"person in a check", "signed-in: uma", "signed-in: umma", `s.yaml:13: nobody in the cast is called "umma" (did you mean "uma"?)`},
		{"contradiction", "instead: {signed-in", "expect: {signed-in", `s.yaml:9: "signed-in" and "refused" cannot both be true`},
		{"layout", "profiles: all", "profiles: all\n    layouts: [rot]", `s.yaml:17: none of its profiles has a layout "rot" (did you mean "root"?)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			broken := strings.Replace(toyFile, c.old, c.new, 1)
			if broken == toyFile {
				t.Fatal("the text to break is not there")
			}
			_, err := New(load(t, broken), toy(), Options{Patterns: []string{"time/plain"}})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("\n got %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestEveryProblemOnce(t *testing.T) {
	t.Parallel()
	broken := strings.NewReplacer("refused: expired", "refused: expird", "by: 1m", "by: soon", "flow: sp-initiated\n", "flow: sp-initated\n").Replace(toyFile)
	_, err := New(load(t, broken), toy(), Options{})
	var problems scenario.Problems
	if !errors.As(err, &problems) || len(problems) != 3 {
		t.Fatalf("got %v", err)
	}
	if p := problems[0]; p.Pos.Line != 8 || p.Word != "soon" || p.Text == "" {
		t.Errorf("first is %+v", p)
	}
}

func TestLayouts(t *testing.T) {
	t.Parallel()
	text := strings.Replace(toyFile, "profiles: all", "profiles: saml\n    layouts: root", 1)
	p, err := New(load(t, text), toy(), Options{Patterns: []string{"time/plain"}})
	if err != nil || ids(p) != "time/plain@blue time/plain@red/root" {
		t.Error(ids(p), err)
	}
}

func TestBrowserSettingsAddUp(t *testing.T) {
	t.Parallel()
	var s Setup
	s.lay(scenario.Setup{Browser: scenario.Browser{JavaScriptOff: true}})
	s.lay(scenario.Setup{})
	s.lay(scenario.Setup{Browser: scenario.Browser{CookiesBlocked: true}})
	if s.Browser != (scenario.Browser{JavaScriptOff: true, CookiesBlocked: true}) {
		t.Errorf("got %+v", s.Browser)
	}
}
