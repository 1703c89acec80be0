package origin

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestServiceTellsTheTruth(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	const bob = "bob+tag&é@example.com"
	ada, _ := r.o.Issue("ada@example.com")
	other, _ := r.o.Issue(bob)
	for _, c := range []struct {
		query url.Values
		want  string
	}{
		{url.Values{"email": {"ada@example.com"}, "session": {ada}}, "true"},
		{url.Values{"email": {"Ada@Example.com"}, "session": {ada}, "extra": {"x"}}, "true"},
		{url.Values{"email": {bob}, "session": {other}}, "true"},
		{url.Values{"email": {"ada@example.com"}, "session": {other}}, "false"},
		{url.Values{"email": {"ada@example.com"}, "session": {"0123456789abcdef"}}, "false"},
		{url.Values{"email": {"ada@example.com", "ada@example.com"}, "session": {ada}}, "false"},
		{url.Values{"email": {"ada@example.com"}}, "false"},
		{url.Values{"session": {ada}}, "false"},
		{url.Values{}, "false"},
	} {
		got := r.browser().get("/AuthenticationService?" + c.query.Encode())
		if got.status != 200 || got.body != c.want || got.header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%v: %d %q %v, want %s", c.query, got.status, got.body, got.header["Content-Type"], c.want)
		}
	}
}

func TestKeysAreUnique(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	seen := map[string]bool{}
	for range 1000 {
		key, err := r.o.Issue("ada@example.com")
		if err != nil || len(key) != 32 || seen[key] {
			t.Fatalf("key %q, %v", key, err)
		}
		seen[key] = true
	}
}

func TestOneBrowserKeepsFewKeys(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	p, _ := r.o.person("ada@example.com")
	s := r.o.begin(p)
	first := r.o.newKey(s)
	for range keysPerSession - 1 {
		r.o.newKey(s)
	}
	if !r.o.confirms("ada@example.com", first) {
		t.Error("a key went too early")
	}
	r.o.newKey(s)
	if r.o.confirms("ada@example.com", first) || len(r.o.keys) != keysPerSession {
		t.Errorf("%d keys kept", len(r.o.keys))
	}
}

// Every prepared answer arrives as its entry says.
func TestAnswers(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, a := range Answers() {
		if names[a.Name] || a.Summary == "" {
			t.Errorf("%q is there twice, or has no summary", a.Name)
		}
		names[a.Name] = true
		if a.Silent {
			continue
		}
		t.Run(a.Name, func(t *testing.T) {
			t.Parallel()
			r := start(t, nil)
			r.o.AnswerWith(a)
			b := r.browser()
			res, err := b.Get(r.o.ServiceURL())
			if a.Status == 0 {
				if err == nil {
					t.Fatalf("answered %d", res.StatusCode)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if (err != nil) != (a.Claim > 0) {
				t.Errorf("reading the body: %v", err)
			}
			if res.StatusCode != a.Status || res.Header.Get("Content-Type") != a.Type {
				t.Errorf("%d %q", res.StatusCode, res.Header.Get("Content-Type"))
			}
			if !bytes.Equal(body, bytes.Repeat([]byte(a.Body), max(a.Repeat, 1))) {
				t.Errorf("%d bytes: %.40q", len(body), body)
			}
			if a.Gzip && !res.Uncompressed {
				t.Error("was not compressed")
			}
			if got := r.seen("service-called"); len(got) != 1 || got[0].Answer != a.Name {
				t.Errorf("recorded %+v", got)
			}
		})
	}
}

func TestAnswerForSomeCalls(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	key, _ := r.o.Issue("ada@example.com")
	call := func() string {
		return r.browser().get("/AuthenticationService?email=ada%40example.com&session=" + key).body
	}
	no, _ := AnswerNamed("json-false")
	no.Times = 2
	r.o.AnswerWith(no)
	if got := call() + call() + call(); got != "falsefalsetrue" {
		t.Errorf("answered %s", got)
	}
	no.Times = 0
	r.o.AnswerWith(no)
	if got := call() + call(); got != "falsefalse" {
		t.Errorf("answered %s", got)
	}
	r.o.Reset()
	if got := call(); got != "true" {
		t.Errorf("after Reset: %s", got)
	}
	if _, ok := AnswerNamed("json-maybe"); ok {
		t.Error("found an answer that is not there")
	}
}

func TestServiceSpeaksXML(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	key, _ := r.o.Issue("ada@example.com")
	for k, want := range map[string]bool{key: true, "0123456789abcdef": false} {
		req, err := http.NewRequest(http.MethodGet, r.o.ServiceURL()+"?email=ada%40example.com&session="+k, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", "application/xml")
		b := r.browser()
		got := b.read(b.Do(req))
		if got.status != 200 || got.body != xmlAnswer(want) || got.header.Get("Content-Type") != xmlType {
			t.Errorf("%d %q %v, want %v", got.status, got.body, got.header["Content-Type"], want)
		}
	}
}

func TestServiceSpeaksSOAP(t *testing.T) {
	t.Parallel()
	const bob = "bob+tag&é@example.com"
	r := start(t, nil)
	key, _ := r.o.Issue(bob)
	authenticate := func(email, session string) string {
		return envelope(`<Authenticate xmlns="` + serviceNS + `">` + email + session + `</Authenticate>`)
	}
	email, session := "<email>bob+tag&amp;é@example.com</email>", "<session>"+key+"</session>"
	good := authenticate(email, session)
	for name, c := range map[string]struct {
		action, kind, body string
		status             int
		want               string
	}{
		"right":               {`"` + soapAction + `"`, soapType, good, 200, soapAnswer("<AuthenticateResult>true</AuthenticateResult>")},
		"action unquoted":     {soapAction, soapType, good, 200, soapAnswer("<AuthenticateResult>true</AuthenticateResult>")},
		"wrong key":           {soapAction, soapType, authenticate(email, "<session>0123456789abcdef</session>"), 200, soapAnswer("<AuthenticateResult>false</AuthenticateResult>")},
		"no action":           {"", soapType, good, 500, "SOAPAction"},
		"other action":        {`"urn:other"`, soapType, good, 500, "SOAPAction"},
		"form":                {soapAction, "application/x-www-form-urlencoded", "email=a&session=b", 500, "Content-Type"},
		"no envelope":         {soapAction, soapType, "<a/>", 500, "cannot be read"},
		"not XML":             {soapAction, soapType, "true", 500, "cannot be read"},
		"two keys":            {soapAction, soapType, authenticate(email, session+session), 500, "not one"},
		"no key":              {soapAction, soapType, authenticate(email, ""), 500, "not one"},
		"in no namespace":     {soapAction, soapType, envelope("<Authenticate>" + email + session + "</Authenticate>"), 500, "not one"},
		"without end":         {soapAction, soapType, authenticate(email, "<session>"+strings.Repeat("x", maxCall)+"</session>"), 500, "cannot be read"},
		"envelope of SOAP1.2": {soapAction, soapType, strings.Replace(good, envelopeNS, "http://www.w3.org/2003/05/soap-envelope", 1), 500, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequest(http.MethodPost, r.o.ServiceURL(), strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", c.kind)
			if c.action != "" {
				req.Header.Set("SOAPAction", c.action)
			}
			b := r.browser()
			got := b.read(b.Do(req))
			if got.status != c.status || !strings.Contains(got.body, c.want) || got.header.Get("Content-Type") != soapType {
				t.Errorf("%d %s %s", got.status, got.header.Get("Content-Type"), got.body)
			}
			if fault := strings.Contains(got.body, "<soap:Fault><faultcode>soap:Client<"); fault != (c.status == 500) {
				t.Errorf("fault: %v", fault)
			}
		})
	}
}

func TestServiceDefects(t *testing.T) {
	t.Parallel()
	for defect, want := range map[string][4]bool{
		"":            {true, true, false, false},
		AnyEmail:      {true, true, true, false},
		CaseSensitive: {true, false, false, false},
	} {
		r := start(t, func(c *Config) { c.ServiceDefect = defect })
		key, _ := r.o.Issue("ada@example.com")
		got := [4]bool{
			r.o.confirms("ada@example.com", key), r.o.confirms("ADA@example.com", key),
			r.o.confirms("bob@example.com", key), r.o.confirms("ada@example.com", "0123456789abcdef"),
		}
		if got != want {
			t.Errorf("%q: %v, want %v", defect, got, want)
		}
	}
}

func TestStubbornJumpPage(t *testing.T) {
	t.Parallel()
	b := start(t, func(c *Config) { c.Stubborn = true }).browser().signIn()
	for range 20 {
		if got := b.get(jump("4", portal+"/Leads/123")); got.status != http.StatusFound || !strings.HasPrefix(got.location, portal+"/Leads/123?email=") {
			t.Fatalf("%d %s", got.status, got.location)
		}
	}
}
