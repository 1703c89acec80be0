package proof

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/fixtures"
	"github.com/ssoproof/ssoproof/mockidp/response"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// cast are the people whom the identity provider knows.
type cast []scenario.Person

func newCast(t testing.TB) cast {
	t.Helper()
	people, err := scenario.People(fixtures.FS, fixtures.People)
	if err != nil {
		t.Fatal(err)
	}
	return people
}

// everything is what a product is told that is told everything.
const everything = `
name-id: {format: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", from: email}
release:
  - {name: Email, format: &basic "urn:oasis:names:tc:SAML:2.0:attrname-format:basic", from: email, type: "xs:string"}
  - {name: FirstName, format: *basic, from: first-name, type: "xs:string"}
  - {name: LastName, format: *basic, from: last-name, type: "xs:string"}
  - {name: Title, format: *basic, from: title, type: "xs:string"}
  - {name: Company, format: *basic, from: company, type: "xs:string"}
  - {name: tenantSpecificUserId, format: *basic, from: user-id, type: "xs:string"}
`

// settings are an idp section with what is laid over it.
func settings(t testing.TB, nodes ...*yaml.Node) lab.IdPSettings {
	t.Helper()
	var s lab.IdPSettings
	for _, node := range nodes {
		if errs := profile.Decode(node, &s, ""); len(errs) > 0 {
			t.Fatal(errs)
		}
	}
	return s
}

// emailAddress is the format where neither the settings nor the SP's metadata ask
// for one.
const emailAddress = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

// told is what a product with these settings is told of a person. A person whom
// the settings name by nothing is named by e-mail address.
func (c cast) told(login string, s lab.IdPSettings) (response.NameID, []response.Attribute, error) {
	at := slices.IndexFunc(c, func(p scenario.Person) bool { return p.Login == login })
	if at < 0 {
		return response.NameID{}, nil, fmt.Errorf("nobody is called %q", login)
	}
	values := func(name string) []string {
		if name == "login" {
			return []string{login}
		}
		return c[at].Attributes[name]
	}
	id := response.NameID{Format: cmp.Or(s.NameID.Format, emailAddress), NameQualifier: s.NameID.NameQualifier}
	if v := values(cmp.Or(s.NameID.From, "email")); len(v) > 0 {
		id.Value = v[0]
	}
	var all []response.Attribute
	for _, one := range s.Release {
		if v := values(cmp.Or(one.From, one.Name)); len(v) > 0 {
			all = append(all, response.Attribute{Name: one.Name, NameFormat: one.Format, FriendlyName: one.FriendlyName, Type: one.Type, Values: v})
		}
	}
	return id, all, nil
}

// tell has the message say what the product is told of a person, and lets the
// forgeries in it know what it would be told of others.
func (c cast) tell(t testing.TB, spec *response.Spec, login string, s lab.IdPSettings) {
	t.Helper()
	spec.Other = func(other string) (response.NameID, []response.Attribute, error) { return c.told(other, s) }
	var err error
	if spec.NameID, spec.Attributes, err = c.told(login, s); err != nil {
		t.Fatal(err)
	}
}
