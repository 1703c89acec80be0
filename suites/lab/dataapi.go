package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/ssoproof/ssoproof/mockidp/origin"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// DataAPIKey opens the portal's Data API where a setup names no other: it keeps
// nobody out of a lab on loopback, and a person can type it.
const DataAPIKey = "lab"

// portalAPI speaks to the portal's Data API as the Originating System does:
// over the wire, with nothing but an address and a key.
type portalAPI struct {
	client *http.Client
	url    string // of the portal, without a trailing slash
	key    string
}

// PortalUser is a user as the Data API writes one.
type PortalUser struct {
	ID        string   `json:"id,omitempty"`
	Email     string   `json:"email,omitempty"`
	FirstName string   `json:"firstName,omitempty"`
	LastName  string   `json:"lastName,omitempty"`
	Company   string   `json:"company,omitempty"`
	Title     string   `json:"title,omitempty"`
	State     string   `json:"state,omitempty"`
	Groups    []string `json:"groups,omitempty"`
}

func (p portalAPI) exists(ctx context.Context, email string) (bool, error) {
	users, err := p.find(ctx, email)
	return len(users) > 0, err
}

func (p portalAPI) find(ctx context.Context, email string) (users []PortalUser, err error) {
	err = p.call(ctx, http.MethodGet, "/api/users?email="+url.QueryEscape(email), nil, &users)
	return users, err
}

func (p portalAPI) create(ctx context.Context, who origin.Person) error {
	return p.call(ctx, http.MethodPost, "/api/users", portalUser(who), nil)
}

func portalUser(p origin.Person) PortalUser {
	return PortalUser{Email: p.Login, FirstName: p.FirstName, LastName: p.LastName, Company: p.Company, Title: p.Title}
}

// maxAPIAnswer bounds what is read of an answer, in bytes.
const maxAPIAnswer = 1 << 20

// call sends body as JSON, nil for none, and reads the answer into result
// unless that is nil.
func (p portalAPI) call(ctx context.Context, method, path string, body, result any) error {
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			return fmt.Errorf("writing for the Data API: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, p.url+path, &sent)
	if err != nil {
		return fmt.Errorf("calling the Data API: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+p.key)
	req.Header.Set("Content-Type", "application/json")
	res, err := p.client.Do(req)
	if err != nil {
		return fmt.Errorf("calling the Data API: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAPIAnswer))
	if err != nil {
		return fmt.Errorf("reading the Data API's answer: %w", err)
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fmt.Errorf("the Data API answered with status %d: %.200s", res.StatusCode, bytes.TrimSpace(answer))
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(answer, result); err != nil {
		return fmt.Errorf("reading the Data API's answer: %w", err)
	}
	return nil
}

func (l *Lab) portalAPI(url string) portalAPI {
	return portalAPI{client: client(trace.Origin), url: url, key: l.Settings.Incoming.DataAPIKey}
}

// Provision makes an account for the person who plays through the portal's
// Data API, with a profile filled in beforehand. The state is pending when empty.
func (l *Lab) Provision(state string, groups []string) error {
	for _, p := range originPeople(l.Setup.People) {
		if p.Login == l.Email() {
			u := portalUser(p)
			u.State, u.Groups = state, groups
			return l.portalAPI(l.URLs[trace.SP]).call(context.Background(), http.MethodPost, "/api/users", u, nil)
		}
	}
	return fmt.Errorf("nobody in the cast is %q", l.Email())
}

// ChangeAccount changes the account of the person who plays through the
// portal's Data API, whoever is signed in meanwhile.
func (l *Lab) ChangeAccount(change PortalUser) error {
	api := l.portalAPI(l.URLs[trace.SP])
	users, err := api.find(context.Background(), l.Email())
	if err != nil {
		return err
	}
	for _, u := range users {
		if err := api.call(context.Background(), http.MethodPatch, "/api/users/"+url.PathEscape(u.ID), change, nil); err != nil {
			return err
		}
	}
	return nil
}

// AssignLead has the portal tell the person who plays, by mail, that a lead is
// hers now.
func (l *Lab) AssignLead(lead string) error {
	path := "/api/leads/" + url.PathEscape(lead) + "/assign"
	return l.portalAPI(l.URLs[trace.SP]).call(context.Background(), http.MethodPost, path, PortalUser{Email: l.Email()}, nil)
}
