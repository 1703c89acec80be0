package incomingsso

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/mail"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/account"
)

// The Data API, by which an Originating System creates users, fills in their
// profiles beforehand and sets their groups (seed 001, FAQ). The guides name
// it without describing it, so that its form is ours; the profile's README
// documents it. Every call needs "Authorization: Bearer <key>"; bodies are
// JSON of at most maxForm bytes.
const (
	apiPath    = "/api/"
	usersPath  = apiPath + "users"
	leadPath   = apiPath + "leads/{lead}/assign"
	outboxPath = apiPath + "outbox"
)

// user is a user as the Data API writes one. In what a caller sends, absent
// members leave the stored value as it is.
type user struct {
	ID        string    `json:"id,omitempty"`
	Email     *string   `json:"email,omitempty"`
	FirstName *string   `json:"firstName,omitempty"`
	LastName  *string   `json:"lastName,omitempty"`
	Company   *string   `json:"company,omitempty"`
	Title     *string   `json:"title,omitempty"`
	State     *string   `json:"state,omitempty"` // one of account.State
	Groups    *[]string `json:"groups,omitempty"`
}

func (p *portal) apiRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+usersPath, p.api(p.listUsers))
	mux.HandleFunc("POST "+usersPath, p.api(p.createUser))
	mux.HandleFunc("PATCH "+usersPath+"/{id}", p.api(p.changeUser))
	mux.HandleFunc("POST "+leadPath, p.api(p.assignLead))
	mux.HandleFunc(apiPath, p.api(func(*incoming, *http.Request) (int, any) {
		return http.StatusNotFound, problem("there is no such call")
	}))
	mux.HandleFunc("GET "+outboxPath, p.api(func(*incoming, *http.Request) (int, any) { return http.StatusOK, p.outbox.list() }))
}

// api is an endpoint: what it returns is written as JSON.
func (p *portal) api(serve func(*incoming, *http.Request) (status int, body any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f := p.now()
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		status, body := f.admit(r)
		if status == 0 {
			r.Body = http.MaxBytesReader(w, r.Body, maxForm)
			status, body = serve(f, r)
		}
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body) // the caller has left; nobody to tell
	}
}

// admit returns the answer to a caller who may not go on, status 0 for others.
func (f *incoming) admit(r *http.Request) (status int, body any) {
	key, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case f.set.DataAPIKey == "":
		return http.StatusNotFound, problem("the Data API is not enabled")
	case !bearer || subtle.ConstantTimeCompare([]byte(key), []byte(f.set.DataAPIKey)) != 1:
		return http.StatusUnauthorized, problem("the key is missing or wrong")
	case f.set.DataAPIReadOnly && r.Method != http.MethodGet:
		return http.StatusForbidden, problem("the key may only read")
	}
	return 0, nil
}

func problem(text string) map[string]string { return map[string]string{"error": text} }

// listUsers returns all users, or with ?email= those who have the address, in
// either letter case.
func (p *portal) listUsers(f *incoming, r *http.Request) (int, any) {
	found := []user{}
	all := f.site.Accounts().All()
	if r.URL.Query().Has("email") {
		all = f.site.Accounts().Match(account.Matching{Field: "email", Fold: true}, r.URL.Query().Get("email"))
	}
	for _, a := range all {
		found = append(found, userOf(a))
	}
	return http.StatusOK, found
}

// createUser makes an account, pending unless the caller says otherwise. An
// invitation goes out, but not while Incoming SSO is active (seed 001, FAQ).
func (p *portal) createUser(f *incoming, r *http.Request) (int, any) {
	u, err := readUser(r.Body)
	if err == nil && u.Email == nil {
		err = errors.New("email is missing")
	}
	if err != nil {
		return http.StatusUnprocessableEntity, problem(err.Error())
	}
	made := account.Account{Login: *u.Email, State: account.Pending}
	u.fill(&made)
	made.Incomplete = made.State == account.Pending
	same := account.Matching{Field: "email", Fold: true}
	stored, added, err := f.site.Accounts().MatchOrAdd(same, made.Email, func() account.Account { return made })
	if err != nil || !added {
		return http.StatusConflict, problem("a user has this e-mail address already")
	}
	f.site.Record("account-created", stored[0], "by the Data API")
	if !f.running {
		p.invite(stored[0])
	}
	return http.StatusCreated, userOf(stored[0])
}

// changeUser fills in a profile, sets groups, or changes the state.
func (p *portal) changeUser(f *incoming, r *http.Request) (int, any) {
	u, err := readUser(r.Body)
	if err == nil && u.Email != nil {
		err = errors.New("email cannot be changed")
	}
	if err != nil {
		return http.StatusUnprocessableEntity, problem(err.Error())
	}
	a, found := f.site.Accounts().Update(r.PathValue("id"), u.fill)
	if !found {
		return http.StatusNotFound, problem("no user has this id")
	}
	f.site.Record("account-changed", a, "by the Data API")
	return http.StatusOK, userOf(a)
}

// readUser reads what a caller sends and refuses what could not be stored.
func readUser(body io.Reader) (user, error) {
	var u user
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(&u); err != nil {
		return u, fmt.Errorf("the body is no user in JSON: %w", err)
	}
	if d.More() {
		return u, errors.New("something follows the user")
	}
	if u.ID != "" {
		return u, errors.New("id cannot be set")
	}
	if u.Email != nil {
		if a, err := mail.ParseAddress(*u.Email); err != nil || a.Address != *u.Email || len(*u.Email) > maxEmail {
			return u, fmt.Errorf("email %q is no address", *u.Email)
		}
	}
	known := []account.State{account.Pending, account.Active, account.Inactive, account.Locked, account.Expired}
	if u.State != nil && !slices.Contains(known, account.State(*u.State)) {
		return u, fmt.Errorf("state %q is none of pending, active, inactive, locked and expired", *u.State)
	}
	return u, nil
}

// fill writes what the caller sent into an account.
func (u user) fill(a *account.Account) {
	for _, f := range []struct {
		to   *string
		from *string
	}{{&a.Email, u.Email}, {&a.FirstName, u.FirstName}, {&a.LastName, u.LastName}, {&a.Company, u.Company}, {&a.Title, u.Title}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if u.State != nil {
		a.State = account.State(*u.State)
	}
	if u.Groups != nil {
		a.Groups = slices.Clone(*u.Groups)
	}
}

func userOf(a account.Account) user {
	state, groups := string(a.State), append([]string{}, a.Groups...)
	return user{
		ID: a.ID, Email: &a.Email, FirstName: &a.FirstName, LastName: &a.LastName, Company: &a.Company, Title: &a.Title,
		State: &state, Groups: &groups,
	}
}
