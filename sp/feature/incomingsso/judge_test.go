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
	if wrong := check(good, portal); len(wrong) > 0 || len(cautions(good, portal)) > 0 {
		t.Fatal(wrong, cautions(good, portal))
	}
	for _, c := range []struct {
		spoil          func(*profile.Incoming)
		logged, onPage string
	}{
		{func(s *profile.Incoming) { s.InvalidSessionURL = "/SSO" }, `incoming.invalid-session-url: "/SSO" is not`, `Invalid Session URL: "/SSO" is not`},
		{func(s *profile.Incoming) { s.ServiceURL = "ftp://os.example" }, "incoming.service-url: ", "Authentication Web Service URL: "},
		{func(s *profile.Incoming) { s.InvalidSessionURL = "HTTPS://Portal.example/x" }, "the portal itself", "the portal itself"},
		{func(s *profile.Incoming) { s.InvalidSessionURL += "#x" }, "fragment", "fragment"},
		{func(s *profile.Incoming) { s.EmailParameter = "session" }, "incoming.email-parameter, incoming.session-parameter: ", "E-mail variable and Session variable: "},
		{func(s *profile.Incoming) { s.TargetParameter = "reason" }, "target-parameter", "Reason variable and Target variable: "},
		{func(s *profile.Incoming) { s.ServiceFormat = "corba" }, "service-format", "Authentication Web Service kind: "},
		{func(s *profile.Incoming) { s.ServiceTimeout = 0 }, "service-timeout", "service-timeout and loop-limit: "},
	} {
		bad := good
		c.spoil(&bad)
		wrong := check(bad, portal)
		if len(wrong) != 1 || !strings.Contains(wrong[0].Error(), c.logged) || !strings.Contains(inWords(wrong)[0], c.onPage) {
			t.Errorf("%s: %v, %q", c.logged, wrong, inWords(wrong))
		}
	}
	bare := good
	bare.ReasonParameter, bare.TargetParameter = "", ""
	if wrong := check(bare, portal); len(wrong) > 0 {
		t.Errorf("both variables may be left out (seed 001, FAQ): %v", wrong)
	}
}

func TestPlainHTTPIsCautionedAgainst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		service, portal string
		want            int
	}{
		{"https://os.example/ws", "https://portal.example", 0},
		{"HTTP://os.example/ws", "https://portal.example", 1},
		{"https://os.example/ws", "http://portal.example", 1},
		{"http://os.example/ws", "http://portal.example", 2},
	} {
		if got := cautions(profile.Incoming{ServiceURL: c.service}, c.portal); len(got) != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
