package scenario

import (
	"testing"
	"testing/fstest"
)

// FuzzPeople looks for a cast that breaks its reader, or in which somebody is
// there twice or cannot be told apart.
func FuzzPeople(f *testing.F) {
	for _, seed := range []string{
		"people:\n  - {login: ada, password: x, summary: s, account: active, attributes: {email: ada@example.com, groups: [a, b]}}",
		"people: [{login: a, password: b, account: c}]", "people: [[1], null, {login: {}}]", "people: {}", "a: &a [*a]", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		cast, err := People(fstest.MapFS{"people.yaml": {Data: raw}}, "people.yaml")
		if err != nil {
			if cast != nil || err.Error() == "" {
				t.Fatalf("%v and error %q", cast, err)
			}
			return
		}
		seen := map[string]bool{}
		for _, p := range cast {
			if p.Login == "" || seen[p.Login] {
				t.Fatalf("%q is there twice, or has no login", p.Login)
			}
			seen[p.Login] = true
		}
	})
}
