package profile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/sp/reason"
)

// small returns a profile that loads, as a file system to spoil.
func small() fstest.MapFS {
	var saml []string
	for _, entry := range reason.All() {
		if entry.Roads&reason.SAML != 0 {
			saml = append(saml, string(entry.Reason))
		}
	}
	text := `name: small
product: Small
summary: a product for tests
groups: [saml]
settings:
  paths: {home: /, acs: /acs, start: /start}
  tolerance: 10s
  accounts: {from: name-id, field: login, attributes: {email: mail}}
layouts:
  one: {tolerance: 20s}
  two: {reserved-path: /sso}
pages:
  - {path: /, template: home}
precedence: [expired, audience]
reactions:
  all:
    for: [` + strings.Join(saml, ", ") + `]
    page: home
    status: 403
`
	return fstest.MapFS{
		"small/profile.yaml":           {Data: []byte(text)},
		"small/templates/layout.html":  {Data: []byte(`<body data-page="{{.Page}}">{{block "main" .}}{{end}}`)},
		"small/templates/home.html":    {Data: []byte(`{{define "main"}}home{{end}}`)},
		"small/templates/account.html": {Data: []byte(`{{define "main"}}you{{end}}`)},
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	p, err := Load(small(), "small")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Layouts) != 2 || p.Layouts[0].Name != "one" || p.Settings.Tolerance != 20*time.Second {
		t.Errorf("layouts %v, tolerance %v", p.Layouts, p.Settings.Tolerance)
	}
	if p.Reaction("two", reason.Expired).Status != 403 {
		t.Error("no reaction to expired")
	}
	if p.Template("home") == nil || p.Template("nowhere") != nil {
		t.Error("templates are not what is in the folder")
	}
	for page, want := range map[string]string{"account": "you", "not-found": "Page not found"} {
		var b strings.Builder
		err := p.Template(page).Execute(&b, map[string]any{"Page": page, "Settings": p.Settings})
		if err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("%s: %q (%v), want %q: the profile's own first, then what every profile has", page, b.String(), err, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	const file = "small/profile.yaml"
	for _, test := range []struct{ name, old, new, want string }{
		{"unknown key", "groups:", "group:", file + `:4: no key "group" here (did you mean "groups"?)`},
		{"unknown setting", "  tolerance: 10s", "  tolerence: 10s", file + `:7: no key "tolerence" here (did you mean "tolerance"?)`},
		{"unknown setting of a layout", "one: {tolerance", "one: {tolerances", file + `:10: no key "tolerances" here (did you mean "tolerance"?)`},
		{"wrong kind", "tolerance: 10s", "tolerance: soon", file + ":7: cannot unmarshal !!str `soon` into time.Duration"},
		{"wrong word", "field: login", "field: logn", file + `:8: "logn" is none of: login, email, user-id (did you mean "login"?)`},
		{"unknown reason", "precedence: [expired", "precedence: [expird", file + `:14: "expird" is no reason of this profile (did you mean "expired"?)`},
		{"reason of another road", "precedence: [expired", "precedence: [session-timeout", file + `:14: "session-timeout" is no reason of this profile`},
		{"missing reason", "malformed, ", "", file + ":16: no reaction in layout one for: malformed"},
		{"reason twice", "reactions:\n", "reactions:\n  first: {for: [expired], page: home}\n", file + `:17: reason "expired" has two reactions in layout one: first, all`},
		{"missing template", "page: home", "page: hom", file + `:16: there is no templates/hom.html (did you mean "home"?)`},
		{"unknown layout", "page: home", "page: home\n    layouts: [three]", file + `:19: the profile has no layout "three"`},
		{"relative path", "acs: /acs", "acs: acs", file + `:6: path acs is "acs", which does not start with a slash`},
		{"key twice", "product: Small", "product: Small\nproduct: Big", file + `:3: mapping key "product" already defined at line 2`},
		{"no YAML", "name: small", "name: [small", file + ":1: did not find expected"},
		{"other folder", "name: small", "name: tall", file + `:1: profile "tall" is in folder "small"`},
		{"status", "status: 403", "status: 4030", file + ":16: status 4030 is no HTTP status"},
		{"two defaults", "  tolerance: 10s", "  relay-states: [{name: a, idp-default: true}, {name: b, idp-default: true}]",
			"2 relay states are the SSO Identity Provider Default; there can be one"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			files := small()
			text := string(files[file].Data)
			if !strings.Contains(text, test.old) {
				t.Fatalf("nothing to spoil: %q", test.old)
			}
			files[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, test.old, test.new, 1))}
			if _, err := Load(files, "small"); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error\n%v\nwant one with\n%s", err, test.want)
			}
		})
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	files := small()
	text := strings.NewReplacer("tolerance: 10s", "tolerence: 10s", "field: login", "field: logn", "page: home", "page: hom").
		Replace(string(files["small/profile.yaml"].Data))
	files["small/profile.yaml"] = &fstest.MapFile{Data: []byte(text)}
	_, err := Load(files, "small")
	if err == nil {
		t.Fatal("loads")
	}
	for _, want := range []string{"tolerence", "logn", "hom.html"} {
		if strings.Count(err.Error(), want) != 1 {
			t.Errorf("%q is not reported once in\n%v", want, err)
		}
	}
}

func TestWith(t *testing.T) {
	t.Parallel()
	p, err := Load(small(), "small")
	if err != nil {
		t.Fatal(err)
	}
	var overlay yaml.Node
	if err := yaml.Unmarshal([]byte("tolerance: 1m\naccounts: {attributes: {title: job}}\npaths: {home: /start}\n"), &overlay); err != nil {
		t.Fatal(err)
	}
	s, errs := p.With("two", overlay.Content[0], nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if s.Tolerance != time.Minute || s.ACSPath() != "/sso" || s.Paths.Home != "/start" || s.Paths.ACS != "/acs" {
		t.Errorf("settings %+v", s)
	}
	if a := s.Accounts.Attributes; a["email"] != "mail" || a["title"] != "job" {
		t.Errorf("maps are merged key by key; got %v", a)
	}
	if again, _ := p.With("two"); len(again.Accounts.Attributes) != 1 {
		t.Error("an overlay has changed the profile")
	}
	for text, want := range map[string]string{
		"tolerance: 1m\ntrust: metdata": `line 2: "metdata" is none of: metadata, certificates, fingerprint, nothing (did you mean "metadata"?)`,
		"login-urls: x":                 `line 1: no key "login-urls" here (did you mean "login-url"?)`,
	} {
		var wrong yaml.Node
		if err := yaml.Unmarshal([]byte(text), &wrong); err != nil {
			t.Fatal(err)
		}
		if _, errs := p.With("one", wrong.Content[0]); len(errs) != 1 || errs[0].Error() != want {
			t.Errorf("%v, want %s", errs, want)
		}
	}
	if _, errs := p.With("tow"); len(errs) != 1 || !strings.Contains(errs[0].Error(), `no layout "tow" (did you mean "two"?)`) {
		t.Errorf("unknown layout: %v", errs)
	}
}

func TestLoadFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, small()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"small", "small/profile.yaml"} {
		if p, err := LoadFile(filepath.Join(dir, name)); err != nil || p.Name != "small" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LoadFile(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a profile that does not exist loads")
	}
}
