package incomingsso

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/profile"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	const asked = "application/json; charset=utf-8"
	for _, c := range []struct {
		status     int
		kind, body string
		valid      bool
		said       string // part of it
	}{
		{200, asked, "true", true, "said true"},
		{200, asked, " \r\n\ttrue\n", true, "said true"},
		{200, "APPLICATION/JSON;charset=UTF-8", "true", true, "said true"},
		{200, "application/json", "true", true, "but with Content-Type"},
		{200, "application/json; charset=iso-8859-1", "true", true, "but with Content-Type"},
		{200, asked, "false", false, "said false"},
		{200, asked, `"true"`, false, "neither"},
		{200, asked, "True", false, "neither"},
		{200, asked, "TRUE", false, "neither"},
		{200, asked, "1", false, "neither"},
		{200, asked, "null", false, "neither"},
		{200, asked, `{"d":true}`, false, "neither"},
		{200, asked, "[true]", false, "neither"},
		{200, asked, "", false, "neither"},
		{200, asked, "\ufefftrue", false, "neither"},
		{200, asked, "true;", false, "neither"},
		{200, asked, "true true", false, "neither"},
		{200, asked, "\u00a0true", false, "neither"},
		{200, asked, "\vtrue", false, "neither"},
		{200, "", "true", false, "Content-Type"},
		{200, "text/plain", "true", false, "Content-Type"},
		{200, "text/html", "true", false, "Content-Type"},
		{200, "application/jsonp", "true", false, "Content-Type"},
		{200, "application/json;;", "true", false, "Content-Type"},
		{500, asked, "true", false, "status 500"},
		{403, asked, "true", false, "status 403"},
		{302, asked, "true", false, "status 302"},
		{204, "", "", false, "status 204"},
		{202, asked, "true", false, "status 202"},
	} {
		valid, said := judgeJSON(answer{c.status, c.kind, []byte(c.body)})
		if valid != c.valid || !strings.Contains(said, c.said) {
			t.Errorf("%d %q %.20q: %v, %s", c.status, c.kind, c.body, valid, said)
		}
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	f := &incoming{set: profile.Incoming{EmailParameter: "email", SessionParameter: "session"}}
	long := strings.Repeat("x", maxSession+1)
	for _, c := range []struct {
		uri, rest               string
		credentials, wellFormed bool
	}{
		{"/Leads/1", "/Leads/1", false, false},
		{"/Leads/1?", "/Leads/1?", false, false},
		{"/Leads/1?a=b", "/Leads/1?a=b", false, false},
		{"/Leads/1?email=a@b&session=s", "/Leads/1", true, true},
		{"/Leads/1?session=s&email=a@b", "/Leads/1", true, true},
		{"/Leads/1?a=b&email=a@b&c&session=s&d=%zz", "/Leads/1?a=b&c&d=%zz", true, true},
		{"/Leads/1?&email=a@b&session=s", "/Leads/1?", true, true},
		{"/caf%C3%A9/%2f;x?%E2%82%AC=+&%65mail=a@b&session=s", "/caf%C3%A9/%2f;x?%E2%82%AC=+", true, true},
		{"//evil.example/?email=a@b&session=s", "//evil.example/", true, true},
		{"/x?email=a@b", "/x", true, false},
		{"/x?session=s", "/x", true, false},
		{"/x?email=&session=s", "/x", true, false},
		{"/x?email=a@b&session=", "/x", true, false},
		{"/x?email=a@b&session=s&session=s", "/x", true, false},
		{"/x?email=a@b&email=a@b&session=s", "/x", true, false},
		{"/x?email=a@b&session=%zz", "/x", true, false},
		{"/x?email=a@b&session=%00", "/x", true, false},
		{"/x?email=a@b&session=%0d%0a", "/x", true, false},
		{"/x?email=a@b&session=%ff", "/x", true, false},
		{"/x?email=a@b&session=" + long, "/x", true, false},
		{"/x?email=" + long + "&session=s", "/x", true, false},
		{"/x?Email=a@b&Session=s", "/x?Email=a@b&Session=s", false, false},
		{"/x?email=a@b&session=s&cookie-check=1", "/x", true, true},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RequestURI = c.uri
		q := f.read(r)
		if q.rest != c.rest || q.credentials() != c.credentials || q.credentials() && q.wellFormed() != c.wellFormed {
			t.Errorf("%.60s: rest %s, credentials %v, well formed %v", c.uri, q.rest, q.credentials(), q.wellFormed())
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	good := profile.Incoming{
		InvalidSessionURL: "https://os.example/SSO", ServiceURL: "https://os.example/ws?x=1",
		EmailParameter: "email", SessionParameter: "session", ReasonParameter: "reason", TargetParameter: "target",
		ServiceFormat: "json", ServiceTimeout: time.Second, LoopLimit: 5,
	}
	const portal = "https://portal.example"
	if err := check(good, portal); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*profile.Incoming){
		"invalid-session-url": func(s *profile.Incoming) { s.InvalidSessionURL = "/SSO" },
		"service-url":         func(s *profile.Incoming) { s.ServiceURL = "ftp://os.example" },
		"the portal itself":   func(s *profile.Incoming) { s.InvalidSessionURL = "HTTPS://Portal.example/x" },
		"fragment":            func(s *profile.Incoming) { s.InvalidSessionURL += "#x" },
		"email-parameter":     func(s *profile.Incoming) { s.EmailParameter = "session" },
		"target-parameter":    func(s *profile.Incoming) { s.TargetParameter = "reason" },
		"service-format":      func(s *profile.Incoming) { s.ServiceFormat = "corba" },
		"service-timeout":     func(s *profile.Incoming) { s.ServiceTimeout = 0 },
	} {
		bad := good
		spoil(&bad)
		if err := check(bad, portal); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	bare := good
	bare.ReasonParameter, bare.TargetParameter = "", ""
	if err := check(bare, portal); err != nil {
		t.Errorf("both variables may be left out (seed 001, FAQ): %v", err)
	}
}
