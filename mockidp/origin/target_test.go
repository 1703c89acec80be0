package origin

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// hostile are ways to lead a browser elsewhere; HERE stands for the origin's
// host with port.
var hostile = map[string]string{
	"other host":          "https://evil.example/",
	"other tenant":        "http://other.portal.localhost:8080/",
	"other port":          "http://portal.localhost:8081/",
	"other scheme":        "https://HERE/",
	"host as prefix":      "http://HERE.evil.example/",
	"scheme-relative":     "//evil.example/",
	"backslash":           `/\evil.example/`,
	"backslash in host":   `http://evil.example\@HERE/`,
	"user name":           "http://HERE@evil.example/",
	"user name here":      "http://ada@HERE/",
	"javascript":          "javascript:alert(1)",
	"data":                "data:text/html,x",
	"line break":          "http://HERE/\r\nSet-Cookie: a=b",
	"tab in the scheme":   "ht\ttp://evil.example/",
	"relative":            "Leads/123",
	"encoded once more":   "http%3A%2F%2FHERE%2FLeads%2F123",
	"too long":            "http://HERE/" + strings.Repeat("x", 8192),
	"no URL":              "http://HERE/%zz",
	"three slashes":       "http:///evil.example/",
	"opaque":              "http:evil.example",
	"leading white space": " http://evil.example/",
}

func TestHostileTargets(t *testing.T) {
	t.Parallel()
	b := start(t, nil).browser().signIn()
	for name, target := range hostile {
		target = strings.ReplaceAll(target, "HERE", "portal.localhost:8080")
		got := b.get(jump("1", target))
		if got.status != http.StatusBadRequest || got.location != "" {
			t.Errorf("%s: %d %s", name, got.status, got.location)
		}
	}
}

func TestHostileRedirects(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	for name, to := range hostile {
		to = strings.ReplaceAll(to, "HERE", strings.TrimPrefix(r.server.URL, "http://"))
		b := r.browser()
		form := b.get("/login?redirect=" + url.QueryEscape(to))
		if got := b.submit(form, "ada@example.com", "lovelace"); got.location != r.server.URL+"/" {
			t.Errorf("%s: sent to %s", name, got.location)
		}
	}
	for _, query := range []string{"", "?redirect=", "?redirect=" + url.QueryEscape(r.server.URL+"/logout"), "?redirect=a&redirect=b"} {
		b := r.browser()
		if got := b.submit(b.get("/login"+query), "ada@example.com", "lovelace"); got.location != r.server.URL+"/" {
			t.Errorf("%q: sent to %s", query, got.location)
		}
	}
}

func TestTargets(t *testing.T) {
	t.Parallel()
	b := start(t, nil).browser().signIn()
	const pair = "email=ada%40example.com&session="
	for _, c := range []struct{ query, before, after string }{
		{"", portal + "/?" + pair, ""},
		{"target=", portal + "/?" + pair, ""},
		{"target=" + url.QueryEscape(portal+"/a?x=1"), portal + "/a?x=1&" + pair, ""},
		{"target=" + url.QueryEscape(portal+"/a?"), portal + "/a?&" + pair, ""},
		{"target=" + url.QueryEscape(portal+"/a#part"), portal + "/a?" + pair, "#part"},
		{"target=" + url.QueryEscape(portal+"/a?session=s&x=1&email=e#part"), portal + "/a?x=1&" + pair, "#part"},
		{"target=" + url.QueryEscape(portal+"/a?%65mail=e"), portal + "/a?" + pair, ""},
		{"target=" + url.QueryEscape(portal+"/caf%C3%A9"), portal + "/caf%C3%A9?" + pair, ""},
		{"target=" + url.QueryEscape(portal+"/café"), portal + "/caf%C3%A9?" + pair, ""},
		{"target=" + url.QueryEscape("HTTP://Portal.LOCALHOST:8080/a"), "HTTP://Portal.LOCALHOST:8080/a?" + pair, ""},
		{"target=" + url.QueryEscape(portal+"/Logout"), portal + "/?" + pair, ""},
		{"target=" + url.QueryEscape(portal+"/logout/?x"), portal + "/?" + pair, ""},
		{"target=" + portal + "/a", portal + "/a?" + pair, ""},
		{"target=" + url.QueryEscape(portal+"/a") + "&utm=mail", portal + "/a?" + pair, ""},
	} {
		got := b.get("/SSO?" + c.query).location
		middle, ok := strings.CutPrefix(got, c.before)
		key, ok2 := strings.CutSuffix(middle, c.after)
		if !ok || !ok2 || len(key) != 32 {
			t.Errorf("%s: sent to %s", c.query, got)
		}
	}
	if got := b.get("/SSO?target=" + portal + "/a?x=1&y=2"); got.status != http.StatusBadRequest {
		t.Errorf("a target that lost its end: %d %s", got.status, got.location)
	}
}
