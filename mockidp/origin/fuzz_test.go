package origin

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// quiet is an originating system without a port, at which Ada has signed in,
// with her cookie and a session key of hers.
func quiet(f *testing.F) (o *Origin, cookie *http.Cookie, key string) {
	f.Helper()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	o, err := New(Config{BaseURL: "http://origin.localhost", PortalURL: portal, ResendLimit: 1 << 30, Now: func() time.Time { return now },
		Record: func(Event) {}, People: []Person{{Login: "ada@example.com", Password: "lovelace", FirstName: "Ada"}}})
	if err != nil {
		f.Fatal(err)
	}
	if key, err = o.Issue("ada@example.com"); err != nil {
		f.Fatal(err)
	}
	p, _ := o.person("ada@example.com")
	recorder := httptest.NewRecorder()
	o.setCookie(recorder, o.begin(p).cookie)
	return o, recorder.Result().Cookies()[0], key
}

// FuzzService looks for a call of the Authentication Web Service that breaks
// it, or to which it says yes without Ada's address and key being in it.
func FuzzService(f *testing.F) {
	o, _, key := quiet(f)
	yes := func(email, key string) string {
		return envelope(`<Authenticate xmlns="urn:ssoproof:authentication-service"><email>` + email + `</email><session>` + key + `</session></Authenticate>`)
	}
	names := o.cfg.Names
	f.Add("POST", "", soapAction, yes("ada@example.com", key))
	f.Add("POST", "", `"`+soapAction+`"`, yes("ada@example.com", "x"))
	f.Add("POST", "", soapAction, "<!DOCTYPE a>")
	f.Add("GET", names.Email+"=ada%40example.com&"+names.Session+"="+key, "application/xml", "")
	f.Add("GET", names.Email+"=a&"+names.Email+"=b&%zz", "application/json", "")
	f.Fuzz(func(t *testing.T, method, query, header, body string) {
		if method != http.MethodPost {
			method = http.MethodGet
		}
		request := httptest.NewRequest(method, o.ServiceURL(), strings.NewReader(body))
		request.URL.RawQuery = query
		request.Header.Set("Content-Type", "text/xml")
		request.Header.Set("SOAPAction", header)
		request.Header.Set("Accept", header)
		recorder := httptest.NewRecorder()
		o.ServeHTTP(recorder, request)
		if recorder.Code != http.StatusOK && (method != http.MethodPost || recorder.Code != http.StatusInternalServerError) {
			t.Fatalf("status %d: %s", recorder.Code, recorder.Body)
		}
		said := strings.Contains(recorder.Body.String(), "true")
		if told := query + body; said && recorder.Code == http.StatusOK && !strings.Contains(unescaped(told), key) {
			t.Fatalf("yes to %q", told)
		}
	})
}

// unescaped undoes every escape that a query or an element may have.
func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		text += plain
	}
	return text
}

// FuzzJump looks for a link to the jump page that leads whoever has signed in,
// and the session key with them, anywhere but to the portal.
func FuzzJump(f *testing.F) {
	o, cookie, _ := quiet(f)
	target := o.cfg.Names.Target
	for _, to := range []string{portal + "/page?a=b#c", "//evil.example", portal + "@evil.example/", portal + ".evil.example/", "http:evil.example", portal + "/\\evil", "%0d%0a", ""} {
		f.Add(target + "=" + url.QueryEscape(to))
		f.Add(o.cfg.Names.Reason + "=3&" + target + "=" + url.QueryEscape(to))
	}
	portalURL, err := url.Parse(portal)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query string) {
		request := httptest.NewRequest(http.MethodGet, o.JumpURL(), nil)
		request.URL.RawQuery = query
		request.AddCookie(cookie)
		recorder := httptest.NewRecorder()
		o.ServeHTTP(recorder, request)
		location := recorder.Header().Get("Location")
		if location == "" {
			return
		}
		u, err := url.Parse(location)
		if err != nil || strings.ContainsAny(location, "\r\n\t\\") {
			t.Fatalf("leads to %q: %v", location, err)
		}
		inside := u.Host == "" && strings.HasPrefix(u.Path, "/") || u.Host == "origin.localhost"
		if !inside && (hostPort(u) != hostPort(portalURL) || u.User != nil) {
			t.Fatalf("%q leads to %q", query, location)
		}
		if !inside && u.Query().Get(o.cfg.Names.Session) == "" {
			t.Fatalf("%q leads to %q without a session key", query, location)
		}
	})
}
