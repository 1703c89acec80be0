package incomingsso_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/profile"
)

const apiKey = "data-api-key"

func withAPI(s *profile.Settings) { s.Incoming.DataAPIKey = apiKey }

// api calls the Data API and reads the answer, which is JSON whatever it says.
func (r *rig) api(method, path, key, body string) (status int, answer any) {
	r.Helper()
	req, err := http.NewRequest(method, r.base+path, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Authorization", key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.Header.Get("Content-Type") != "application/json; charset=utf-8" {
		r.Errorf("%s %s: %v %s", method, path, err, res.Header.Get("Content-Type"))
	}
	return res.StatusCode, answer
}

const (
	bearer = "Bearer " + apiKey
	nora   = `{"email": "nora@example.com", "firstName": "Nora", "company": "Nordic", "groups": ["reports"]}`
)

func TestDataAPIMakesUsers(t *testing.T) {
	t.Parallel()
	r := start(t, withAPI)
	status, made := r.api("POST", "/api/users", bearer, nora)
	id, _ := made.(map[string]any)["id"].(string)
	if status != 201 || id == "" || made.(map[string]any)["state"] != "pending" {
		t.Fatalf("%d %v", status, made)
	}
	if status, again := r.api("POST", "/api/users", bearer, strings.Replace(nora, "nora@", "NORA@", 1)); status != 409 {
		t.Errorf("a second one: %d %v", status, again)
	}
	if _, found := r.api("GET", "/api/users?email=Nora%40example.com", bearer, ""); len(found.([]any)) != 1 {
		t.Errorf("found %v", found)
	}
	if _, found := r.api("GET", "/api/users?email=nobody%40example.com", bearer, ""); len(found.([]any)) != 0 {
		t.Errorf("found %v", found)
	}
	b := r.browser(true)
	if got := b.arrive("/Reports/Revenue", "nora@example.com", key); got.location != r.base+"/Reports/Revenue" {
		t.Fatalf("%d %s", got.status, got.location)
	}
	if got := b.get("/Reports/Revenue"); got.location != r.base+"/Profile" {
		t.Errorf("%d %s", got.status, got.location)
	}
	if page := b.get("/Profile"); !strings.Contains(page.body, `value="Nora"`) || !strings.Contains(page.body, `value="Nordic"`) {
		t.Errorf("not filled in beforehand: %s", page.body)
	}
	if status, _ := r.api("PATCH", "/api/users/"+id, bearer, `{"state": "inactive"}`); status != 200 {
		t.Errorf("PATCH: %d", status)
	}
	if got := b.get("/Reports/Revenue"); !strings.HasPrefix(got.location, jumpPage+"?reason=7&") {
		t.Errorf("switched off: %d %s", got.status, got.location)
	}
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	for _, active := range []bool{true, false} {
		r := start(t, func(s *profile.Settings) { withAPI(s); s.Incoming.Active = active })
		r.api("POST", "/api/users", bearer, nora)
		_, sent := r.api("GET", "/api/outbox", bearer, "")
		mails := sent.([]any)
		if active && len(mails) != 0 || !active && (len(mails) != 1 || mails[0].(map[string]any)["to"] != "nora@example.com") {
			t.Errorf("active %v: %v", active, mails)
		}
	}
}

func TestAssignedLeadIsMailed(t *testing.T) {
	t.Parallel()
	r := start(t, withAPI)
	for _, c := range []struct {
		path, body string
		status     int
	}{
		{"/api/leads/123/assign", `{"email": "Ada@example.com"}`, 200},
		{"/api/leads/999/assign", `{"email": "ada@example.com"}`, 404},
		{"/api/leads/123/assign", `{"email": "nobody@example.com"}`, 404},
		{"/api/leads/123/assign", `{"email": "twin1@example.com"}`, 404},
		{"/api/leads/123/assign", `{}`, 422},
	} {
		if status, answer := r.api("POST", c.path, bearer, c.body); status != c.status {
			t.Errorf("%s %s: %d %v", c.path, c.body, status, answer)
		}
	}
	_, mails := r.api("GET", "/api/outbox", bearer, "")
	if len(mails.([]any)) != 1 {
		t.Fatalf("sent %v", mails)
	}
	if mail := mails.([]any)[0].(map[string]any); mail["to"] != "ada@example.com" || mail["link"] != r.base+"/Leads/123" {
		t.Errorf("sent %v", mail)
	}
	if e := r.last("mail-withheld"); !strings.Contains(e.Note, "ada@example.com") {
		t.Errorf("without a mail server: %+v", e)
	}
}

func TestDataAPIRefuses(t *testing.T) {
	t.Parallel()
	r := start(t, withAPI)
	readOnly := start(t, func(s *profile.Settings) { withAPI(s); s.Incoming.DataAPIReadOnly = true })
	for _, c := range []struct {
		r                       *rig
		method, path, key, body string
		status                  int
		says                    string
	}{
		{start(t, nil), "GET", "/api/users", "Bearer ", "", 404, "not enabled"},
		{r, "GET", "/api/users", "", "", 401, "key"},
		{r, "PUT", "/api/users", bearer, "", 404, "no such call"},
		{r, "GET", "/api/nothing", "", "", 401, "key"},
		{r, "GET", "/api/users", "Bearer x", "", 401, "key"},
		{r, "POST", "/api/users", apiKey, nora, 401, "key"},
		{readOnly, "GET", "/api/users", bearer, "", 200, ""},
		{readOnly, "POST", "/api/users", bearer, nora, 403, "read"},
		{r, "POST", "/api/users", bearer, "", 422, "JSON"},
		{r, "POST", "/api/users", bearer, "[]", 422, "JSON"},
		{r, "POST", "/api/users", bearer, nora + nora, 422, "follows"},
		{r, "POST", "/api/users", bearer, `{}`, 422, "email is missing"},
		{r, "POST", "/api/users", bearer, `{"email": "abc"}`, 422, "no address"},
		{r, "POST", "/api/users", bearer, `{"email": "Nora <nora@example.com>"}`, 422, "no address"},
		{r, "POST", "/api/users", bearer, `{"email": "nora@example.com", "role": "admin"}`, 422, "role"},
		{r, "POST", "/api/users", bearer, `{"email": "nora@example.com", "id": "ada"}`, 422, "id"},
		{r, "POST", "/api/users", bearer, `{"email": "nora@example.com", "state": "asleep"}`, 422, "asleep"},
		{r, "POST", "/api/users", bearer, `{"email": "nora@example.com", "title": "` + strings.Repeat("x", 1<<17) + `"}`, 422, "JSON"},
		{r, "PATCH", "/api/users/nobody", bearer, `{"title": "x"}`, 404, "id"},
		{r, "PATCH", "/api/users/ada", bearer, `{"email": "x@example.com"}`, 422, "changed"},
	} {
		status, answer := c.r.api(c.method, c.path, c.key, c.body)
		text, _ := json.Marshal(answer)
		if status != c.status || !strings.Contains(string(text), c.says) {
			t.Errorf("%s %s %.60s: %d %s", c.method, c.path, c.body, status, text)
		}
	}
	if n := len(users()); len(mustList(r)) != n {
		t.Errorf("%d accounts, not %d", len(mustList(r)), n)
	}
}

func mustList(r *rig) []any {
	_, all := r.api("GET", "/api/users", bearer, "")
	return all.([]any)
}
