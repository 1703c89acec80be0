package transfersite

import (
	"fmt"
	"net/http"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/session"
)

// variables are the credentials that an event rule connects with.
type variables struct {
	Source   string // where they come from
	Login    string
	password string // "" is NULL
}

// Password describes the value without showing it.
func (v variables) Password() string {
	if v.password == "" {
		return "empty (NULL)"
	}
	return fmt.Sprintf("present, %d characters", len(v.password))
}

// context fills the variables: with what is typed into the rule itself, or
// with what was persisted at the login. A login by single sign-on "has no
// credentials to persist" (seed 004), so its password is empty.
func context(s *profile.Settings, visit *session.Session, a account.Account) variables {
	if s.RuleLogin != "" {
		return variables{"the rule's own", s.RuleLogin, s.RulePassword}
	}
	v := variables{Source: "the session's", Login: a.Login}
	if s.PersistCredentials && visit.How == "password" {
		v.password = a.Password
	}
	return v
}

// ruling is what templates/event-rules.html sees as .Data.
type ruling struct {
	Path string
	Ran  bool
	With variables
}

func (t transfer) rules(w http.ResponseWriter, r *http.Request) {
	t.site.Render(w, r, http.StatusOK, "event-rules", ruling{Path: rulesPath})
}

// run runs the rule for the visitor's session.
func (t transfer) run(w http.ResponseWriter, r *http.Request) {
	visit, _ := t.site.Visitor(r)
	a, ok := t.site.Account(r)
	if visit == nil || !ok { // signed out in another tab, a moment ago
		http.Redirect(w, r, rulesPath, http.StatusSeeOther)
		return
	}
	with := context(t.site.Settings(), visit, a)
	t.site.Record("event-rule", a, "USER.PASSWORD is "+with.Password())
	t.site.Render(w, r, http.StatusOK, "event-rules", ruling{rulesPath, true, with})
}
