package origin

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
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

func TestServiceIsReadOnly(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	res, err := http.PostForm(r.o.ServiceURL(), url.Values{"email": {"ada@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", res.StatusCode)
	}
}
