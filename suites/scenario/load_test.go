package scenario

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

const good = `family: time
scenarios:
  - name: exact
    title: the very instant is refused
    ref: SAML core 2.5.1.2
    profiles: [saml, legacy]
    layouts: root
    flow: {sp-initiated: {page: /clients/42, pause: 61s}}
    person: uma
    setup: {sp: {tolerance: 0s}, idp: {lifetime: 1m}, clock: {idp: -5m}, browser: {cookies: blocked}, visitor: returning}
    faults:
      - bare
      - conditions-window:
          not-on-or-after: 0s
    expect:
      refused: expired
      page-shows: [one, two]
      no-session:
    on:
      influitive: {expect: {page-shows: Current time}}
      eft/root: {person: ada, faults: [], instead: {signed-in: }}
`

func files(content ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i, c := range content {
		out[string(rune('a'+i))+".yaml"] = &fstest.MapFile{Data: []byte(c)}
	}
	return out
}

func TestLoad(t *testing.T) {
	t.Parallel()
	all, _, err := Load(files(good), ".")
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	s := all[0]
	if s.ID() != "time/exact" || s.Pos.String() != "a.yaml:3" || s.Ref == "" || s.Title == "" {
		t.Errorf("got %+v", s)
	}
	if len(s.Profiles) != 2 || s.Profiles[1].Name != "legacy" || s.Layouts[0].Name != "root" || s.Person.Name != "uma" {
		t.Errorf("got %+v %+v", s.Profiles, s.Layouts)
	}
	if s.Flow.Name != "sp-initiated" || s.Flow.Args["pause"] != "61s" || s.Flow.Pos.Line != 8 {
		t.Errorf("flow is %+v", s.Flow)
	}
	if s.Setup.SP == nil || s.Setup.IdP == nil || s.Setup.Clock["idp"] != -5*time.Minute || s.Setup.Browser != (Browser{CookiesBlocked: true}) {
		t.Errorf("setup is %+v", s.Setup)
	}
	if len(s.Faults) != 2 || s.Faults[1].Args["not-on-or-after"] != "0s" || s.Faults[1].At("not-on-or-after").Line != 14 || s.Faults[1].At("absent").Line != 13 {
		t.Errorf("faults are %+v", s.Faults)
	}
	if len(s.Expect) != 3 || s.Expect[0].Args[""] != "expired" || !slices.Equal(s.Expect[1].List, []string{"one", "two"}) || s.Expect[2].Args != nil {
		t.Errorf("expect is %+v", s.Expect)
	}
	if len(s.On) != 2 || s.On[0].Instead || s.On[0].Faults != nil || !s.On[1].Instead || s.On[1].Faults == nil || s.On[1].Person.Name != "ada" {
		t.Errorf("on is %+v", s.On)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, want string }{
		{"misspelt scenario key", "ref:", "reff:", `a.yaml:5: a scenario has no key "reff" (did you mean "ref"?)`},
		{"misspelt file key", "family:", "familly:", `a.yaml:1: a file has no key "familly" (did you mean "family"?)`},
		{"misspelt override key", "instead:", "insted:", `a.yaml:21: a override has no key "insted" (did you mean "instead"?)`},
		{"misspelt setup key", "clock: {idp", "clocks: {idp", `a.yaml:10: a setup has no key "clocks" (did you mean "clock"?)`},
		{"misspelt key of what is wrong", "    person: uma", "    wrong: {ipd: {key: weak}}", `a.yaml:9: a wrong has no key "ipd" (did you mean "idp"?)`},
		{"visitor that is wrong", "    person: uma", "    wrong: {visitor: new}", `a.yaml:9: a wrong has no key "visitor"`},
		{"unknown clock", "clock: {idp", "clock: {ipd", `a.yaml:10: nobody has a clock named "ipd" (did you mean "idp"?)`},
		{"clock that is no duration", "-5m", "five", `a.yaml:10: "five" is no duration (write -5m, 90s or 0s)`},
		{"unknown visitor", "visitor: returning", "visitor: retuning", `a.yaml:10: a visitor is "retuning" (did you mean "returning"?)`},
		{"unknown browser setting", "cookies: blocked", "cookis: blocked", `a.yaml:10: a browser has no key "cookis" (did you mean "cookies"?)`},
		{"browser setting that is none", "cookies: blocked", "javascript: on", `a.yaml:10: javascript cannot be "on" (write javascript: off)`},
		{"bad name", "name: exact", "name: Exact_1", `a.yaml:3: "Exact_1" is no name (small letters, digits and hyphens, such as wrong-key)`},
		{"no title", "    title: the very instant is refused\n", "", `a.yaml:3: "title" is missing`},
		{"empty title", "the very instant is refused", `""`, `a.yaml:3: "title" is missing`},
		{"title that is a list", "the very instant is refused", "[a]", `a.yaml:4: one plain value is wanted here`},
		{"no profiles", "    profiles: [saml, legacy]\n", "", `a.yaml:3: "profiles" is missing`},
		{"empty profiles", "[saml, legacy]", "[]", `a.yaml:6: no profile is named (saml, legacy and all are groups of them)`},
		{"two flows", "{sp-initiated: {page: /clients/42, pause: 61s}}", "[a, b]", `a.yaml:8: exactly one flow is wanted`},
		{"nested argument", "page: /clients/42", "page: {a: b}", `a.yaml:8: one plain value is wanted here`},
		{"fault list in a list", "      - bare", "      - [bare]", `a.yaml:12: a fault is a name, or a name with its arguments`},
		{"key twice", "    person: uma", "    person: uma\n    person: ada", `a.yaml:10: key "person" stands twice`},
		{"check twice", "expect: {page-shows: Current time}", "expect: [a, a]", `a.yaml:20: check "a" stands twice`},
		{"empty instead", "instead: {signed-in: }", "instead: {}", `a.yaml:21: nothing is expected, so nothing could fail`},
		{"expect and instead", "faults: [], ", "expect: a, ", `a.yaml:21: "expect" and "instead" exclude each other (expect adds to the checks, instead replaces them)`},
		{"anchor", "person: uma", "person: &x uma", `a.yaml:9: anchors and aliases are not understood (write it out)`},
		{"second document", "family: time", "---\nfamily: time\n---\nfamily: time", `a.yaml:3: holds a second document (one file is one family)`},
		{"not YAML", "family: time", "family: [", `is not YAML: `},
		{"no list", "scenarios:\n", "scenarios: none\nx:\n", `a.yaml:2: scenarios is a list`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			broken := strings.Replace(good, c.old, c.new, 1)
			if broken == good {
				t.Fatal("the text to break is not there")
			}
			_, _, err := Load(files(broken), ".")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("\n got %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	one := strings.NewReplacer("ref:", "reff:", "-5m", "five").Replace(good)
	_, _, err := Load(files(one, good, good), ".")
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 4 {
		t.Fatalf("got %v", err)
	}
	if p := problems[0]; p.Pos != (Pos{"a.yaml", 5}) || p.Word != "reff" || p.Hint == "" {
		t.Errorf("first is %+v", p)
	}
	if want := `scenario "time/exact" exists already (the first is at a.yaml:3)`; !strings.Contains(err.Error(), want) {
		t.Errorf("%s lacks %s", err, want)
	}
}

type unreadable struct{ fstest.MapFS }

func (u unreadable) Open(name string) (fs.File, error) {
	if name == "b.yaml" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.MapFS.Open(name)
}

// ReadFile hides the embedded one, which would not go through Open.
func (u unreadable) ReadFile(name string) ([]byte, error) {
	if _, err := u.Open(name); err != nil {
		return nil, err
	}
	return u.MapFS.ReadFile(name)
}

func TestFiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		fsys fs.FS
		root string
		want string
	}{
		{"empty directory", fstest.MapFS{}, ".", "holds no scenario"},
		{"no yaml", fstest.MapFS{"README.md": {Data: []byte(good)}}, ".", "holds no scenario"},
		{"no such directory", fstest.MapFS{}, "nowhere", "nowhere: cannot be read: file does not exist"},
		{"unreadable file", unreadable{files(good, good)}, ".", "b.yaml: cannot be read: permission denied"},
		{"empty file", files(""), ".", "a.yaml: is not YAML: it is empty"},
		{"file with a word", files("hello"), ".", "a.yaml:1: a file is a map of keys and values"},
		{"empty list", files("family: x\nscenarios: []"), ".", "a.yaml:2: the list of scenarios is empty"},
		{"null entry", files("family: x\nscenarios: [~]"), ".", "scenario"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, _, err := Load(c.fsys, c.root)
			if err == nil || !strings.Contains(err.Error(), c.want) || got != nil {
				t.Errorf("got %v %v, want %s", got, err, c.want)
			}
		})
	}
}

func TestAnyNameInAnyFolder(t *testing.T) {
	t.Parallel()
	all, _, err := Load(fstest.MapFS{
		"mine/customer 7.yml": {Data: []byte(strings.Replace(good, "family: time", "family: customer", 1))},
		"other.yaml":          {Data: []byte(good)},
	}, ".")
	if err != nil || len(all) != 2 || all[0].ID() != "customer/exact" || all[0].Pos.File != "mine/customer 7.yml" {
		t.Errorf("got %v %v", all, err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(good)
	f.Add("family: x\nscenarios: [{name: [a], on: {x: 1}, faults: {a: [b]}}]")
	f.Fuzz(func(t *testing.T, text string) {
		all, _, err := Load(files(text), ".")
		if (err == nil) == (len(all) == 0) {
			t.Errorf("%d scenarios and error %v", len(all), err)
		}
	})
}
