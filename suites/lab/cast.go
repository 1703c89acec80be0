package lab

import (
	"strings"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/origin"
	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// people are the cast as the identity provider knows them.
func people(cast []scenario.Person) []mockidp.Person {
	var all []mockidp.Person
	for _, p := range cast {
		all = append(all, mockidp.Person{Login: p.Login, Password: p.Password, Attributes: p.Attributes})
	}
	return all
}

// originPeople are the cast as the Originating System knows them: by e-mail.
func originPeople(cast []scenario.Person) []origin.Person {
	var all []origin.Person
	for _, p := range cast {
		all = append(all, origin.Person{
			Login: first(p, "email"), Password: p.Password,
			FirstName: first(p, "first-name"), LastName: first(p, "last-name"), Company: first(p, "company"), Title: first(p, "title"),
		})
	}
	return all
}

// elsewhere is the state of those whose account another tenant has.
const elsewhere = "elsewhere"

// accounts are the cast as the service provider knows them, by their account
// state: nobody, one account, or two that an identifier cannot tell apart.
func accounts(cast []scenario.Person) []account.Account {
	var all []account.Account
	for _, p := range cast {
		one := accountOf(p)
		switch p.Account {
		case "none", elsewhere:
		case "ambiguous":
			two := one
			one.ID, two.ID = one.ID+"-1", two.ID+"-2"
			all = append(all, one, two)
		default:
			one.State = account.State(p.Account)
			one.Incomplete = one.State == account.Pending
			all = append(all, one)
		}
	}
	return all
}

func accountOf(p scenario.Person) account.Account {
	return account.Account{
		ID: AccountID(p), Login: p.Login, Password: p.Password,
		Email: first(p, "email"), UserID: first(p, "user-id"),
		FirstName: first(p, "first-name"), LastName: first(p, "last-name"),
		Company: first(p, "company"), Title: first(p, "title"),
		Role: first(p, "role"), Groups: p.Attributes["groups"],
	}
}

// AccountID is the id of a person's account at the service provider, if the
// person has exactly one.
func AccountID(p scenario.Person) string { return "account-" + p.Login }

// first returns the first value of an attribute, "" when the person has none.
func first(p scenario.Person, attribute string) string {
	return strings.Join(p.Attributes[attribute][:min(1, len(p.Attributes[attribute]))], "")
}
