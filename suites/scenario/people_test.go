package scenario

import (
	"strings"
	"testing"
	"testing/fstest"
)

const cast = `people:
  - login: ada
    password: engine
    summary: active everywhere
    attributes: {email: ada@example.com, groups: [a, b]}
    account: active
`

func TestPeople(t *testing.T) {
	t.Parallel()
	got, err := People(fstest.MapFS{"p.yaml": {Data: []byte(cast)}}, "p.yaml")
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	p := got[0]
	if p.Login != "ada" || p.Password != "engine" || p.Account != "active" || p.Attributes["email"][0] != "ada@example.com" || len(p.Attributes["groups"]) != 2 || p.Pos.Line != 2 {
		t.Errorf("got %+v", p)
	}
}

func TestPeopleProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, want string }{
		{"state", "account: active", "account: activ", `p.yaml:6: no state of an account is named "activ" (did you mean "active"?)`},
		{"key", "summary:", "sumary:", `p.yaml:4: a person has no key "sumary" (did you mean "summary"?)`},
		{"password", "    password: engine\n", "", `p.yaml:2: "password" is missing`},
		{"no email", "{email: ada@example.com, groups: [a, b]}\n    account: active", "{groups: [a, b]}\n    account: none", `p.yaml:2: "ada" has no "email" among the attributes`},
		{"twice", "    account: active\n", "    account: active\n  - {login: ada, password: x, account: none}\n", `p.yaml:7: person "ada" exists already`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			broken := strings.Replace(cast, c.old, c.new, 1)
			_, err := People(fstest.MapFS{"p.yaml": {Data: []byte(broken)}}, "p.yaml")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	if _, err := People(fstest.MapFS{}, "p.yaml"); err == nil {
		t.Error("a missing file is no error")
	}
}
