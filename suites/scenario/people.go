package scenario

import (
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Person is one of the cast: who they are at the identity provider, and how
// the service provider knows them.
type Person struct {
	Login, Password string
	Summary         string              // what they are there for
	Attributes      map[string][]string // email, first-name, user-id ...
	Account         string              // one of AccountStates
	Pos             Pos
}

// AccountStates are the ways in which an SP can know a person: not at all, by
// one account in that state, ambiguously, by two, or by one that belongs to
// another tenant.
func AccountStates() []string {
	return []string{"none", "active", "inactive", "locked", "pending", "expired", "ambiguous", "elsewhere"}
}

// People reads the cast from a file. The error is Problems.
func People(fsys fs.FS, file string) ([]Person, error) {
	r := &reader{}
	top := r.open(fsys, file)
	if top == nil {
		return nil, r.problems.Err()
	}
	fields := r.fields(top, "cast", "people")
	var cast []Person
	for _, n := range r.sequence(fields["people"], top, "people") {
		p := r.person(n)
		if slices.ContainsFunc(cast, func(q Person) bool { return q.Login == p.Login }) {
			r.problem(p.Pos, p.Login, `person "`+p.Login+`" exists already`, "")
		}
		cast = append(cast, p)
	}
	if err := r.problems.Err(); err != nil {
		return nil, err
	}
	return cast, nil
}

func (r *reader) person(n *yaml.Node) Person {
	fields := r.fields(n, "person", "login", "password", "summary", "attributes", "account")
	p := Person{
		Pos:        r.at(n),
		Login:      r.name(fields["login"], n, "login"),
		Password:   r.needed(fields["password"], n, "password"),
		Summary:    r.scalar(fields["summary"]),
		Attributes: map[string][]string{},
		Account:    r.needed(fields["account"], n, "account"),
	}
	if p.Account != "" && !slices.Contains(AccountStates(), p.Account) {
		r.problems = append(r.problems, Unknown(r.at(fields["account"]), "no state of an account is named", p.Account, AccountStates()))
	}
	for _, attribute := range r.pairs(fields["attributes"], "attributes") {
		var values []string
		for _, w := range r.bareWords(attribute.value) {
			values = append(values, w.Name)
		}
		p.Attributes[attribute.key.Value] = values
	}
	if (p.Account == "none" || p.Account == "elsewhere") && len(p.Attributes["email"]) == 0 {
		r.problem(p.Pos, "email", `"`+p.Login+`" has no "email" among the attributes: an account made at the first login is called by it`, "")
	}
	return p
}
