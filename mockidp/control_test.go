package mockidp

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// controlled is a control API over one identity provider, "acme".
func controlled(t *testing.T) (s *scene, offset *atomic.Int64, ask func(method, path, body string) (int, string)) {
	t.Helper()
	offset = &atomic.Int64{}
	s = newScene(t, func(c *Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	})
	control := NewControl()
	control.Add("acme", s.idp, func(d time.Duration) { offset.Store(int64(d)) })
	control.Add("fixed", s.idp, nil)
	server := httptest.NewServer(control)
	t.Cleanup(server.Close)
	return s, offset, func(method, path, body string) (int, string) {
		t.Helper()
		request, err := http.NewRequest(method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if body != "" {
			request.Header.Set("Content-Type", "application/json")
		}
		resp, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		if err != nil || !json.Valid(answer) || resp.Header.Get("Content-Type") != "application/json" {
			t.Fatalf("%s %s: no JSON: %v %s", method, path, err, answer)
		}
		return resp.StatusCode, string(answer)
	}
}

func TestControlArmsAndResets(t *testing.T) {
	t.Parallel()
	s, offset, ask := controlled(t)
	sp := s.register(nil, ServiceProvider{})
	v := s.visitor()
	v.signIn(v.get("/login"), ada)
	open := func() string {
		v.get("/launch?sp=" + sp.EntityID).response(t)
		return strings.Join(s.last(ResponseSent).Faults, " ")
	}
	const window = `{"name": "conditions-window", "args": {"not-on-or-after": "-1s"}}`
	if code, answer := ask("POST", "/tenants/acme/faults", window); code != 200 || !strings.Contains(answer, "conditions-window") {
		t.Fatalf("%d %s", code, answer)
	}
	if first, second := open(), open(); first != "conditions-window" || second != "" {
		t.Errorf("faults %q then %q", first, second)
	}
	ask("POST", "/tenants/acme/faults", strings.Replace(window, "}}", `}, "always": true}`, 1))
	if first, second := open(), open(); first != second || first != "conditions-window" {
		t.Errorf("always: faults %q then %q", first, second)
	}
	ask("DELETE", "/tenants/acme/faults", "")
	if got := open(); got != "" {
		t.Errorf("after DELETE: %q", got)
	}
	ask("PUT", "/tenants/acme/status", `{"code": "urn:oasis:names:tc:SAML:2.0:status:Responder", "message": "not today"}`)
	if got := v.get("/launch?sp=" + sp.EntityID).statusOf(t); got != "Responder" {
		t.Errorf("status %s", got)
	}
	ask("PUT", "/tenants/acme/clock", `{"offset": "-5m"}`)
	if got := time.Duration(offset.Load()); got != -5*time.Minute {
		t.Errorf("offset %s", got)
	}
	ask("POST", "/tenants/acme/faults", window)
	if code, answer := ask("POST", "/reset", ""); code != 200 || open() != "" || offset.Load() != 0 {
		t.Errorf("after reset: %d %s, offset %d", code, answer, offset.Load())
	}
	code, trace := ask("GET", "/tenants/acme/trace?last=2", "")
	if code != 200 || strings.Count(trace, `"kind"`) != 2 || !strings.Contains(trace, "<samlp:Response") || strings.Contains(trace, "lovelace") {
		t.Errorf("%d %s", code, trace)
	}
}

func TestControlErrors(t *testing.T) {
	t.Parallel()
	_, _, ask := controlled(t)
	for name, tc := range map[string]struct {
		method, path, body string
		code               int
		says               []string
	}{
		"unknown path":      {"GET", "/tenant", "", 404, []string{"/tenant", "GET / lists"}},
		"unknown tenant":    {"GET", "/tenants/acne/trace", "", 404, []string{"acne", `did you mean \"acme\"`}},
		"unknown fault":     {"POST", "/tenants/acme/faults", `{"name": "condition-windows"}`, 400, []string{"condition-windows", `did you mean \"conditions-window\"`}},
		"fault of nothing":  {"POST", "/tenants/acme/faults", `{"name": "conditions-window"}`, 400, []string{"conditions-window: changes nothing without one of its arguments: not-before, not-on-or-after"}},
		"unknown parameter": {"POST", "/tenants/acme/faults", `{"name": "conditions-window", "args": {"not-befor": "1s", "not-on-or-after": "later"}}`, 400, []string{"not-befor", `did you mean \"not-before\"`, `\"later\" is no duration`}},
		"unknown key":       {"POST", "/tenants/acme/faults", `{"fault": "slow"}`, 400, []string{"fault"}},
		"no JSON":           {"POST", "/tenants/acme/faults", `slow`, 400, []string{"reading the body"}},
		"no body":           {"POST", "/tenants/acme/faults", "", 415, []string{"application/json"}},
		"large body":        {"POST", "/tenants/acme/faults", `{"name": "` + strings.Repeat("x", controlLimit) + `"}`, 413, []string{"larger"}},
		"no offset":         {"PUT", "/tenants/acme/clock", `{}`, 400, []string{"no duration", "-5m"}},
		"bad offset":        {"PUT", "/tenants/acme/clock", `{"offset": "soon"}`, 400, []string{"soon"}},
		"fixed clock":       {"PUT", "/tenants/fixed/clock", `{"offset": "1s"}`, 409, []string{"cannot be set"}},
		"no status":         {"PUT", "/tenants/acme/status", `{}`, 400, []string{"no status code"}},
		"bad last":          {"GET", "/tenants/acme/trace?last=-1", "", 400, []string{"-1"}},
	} {
		code, answer := ask(tc.method, tc.path, tc.body)
		if code != tc.code {
			t.Errorf("%s: %d, want %d: %s", name, code, tc.code, answer)
		}
		for _, want := range tc.says {
			if !strings.Contains(answer, want) {
				t.Errorf("%s: no %s in %s", name, want, answer)
			}
		}
	}
}

func TestControlIndex(t *testing.T) {
	t.Parallel()
	s, _, ask := controlled(t)
	_, index := ask("GET", "/", "")
	for _, route := range controlRoutes() {
		if !strings.Contains(index, route.Path) || !strings.Contains(index, route.Summary) {
			t.Errorf("no %s in the index", route.Path)
		}
	}
	if _, faults := ask("GET", "/faults", ""); !strings.Contains(faults, `"name":"conditions-window"`) || !strings.Contains(faults, `"params":[{"name":"not-before","kind":"duration"`) {
		t.Errorf("faults: %.300s", faults)
	}
	if _, tenants := ask("GET", "/tenants", ""); !strings.Contains(tenants, s.idp.EntityID()) {
		t.Errorf("tenants: %s", tenants)
	}
}
