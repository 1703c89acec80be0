package sp_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

const wall = "/auth/wall?relayState=client-42"

func formRequest(host, target string, form url.Values) *http.Request {
	r := httptest.NewRequest("POST", target, strings.NewReader(form.Encode()))
	r.Host = host
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// ask asks for a code and returns it as it was mailed, "" if nothing was.
func (v *visitor) ask(email string) (code string, seen page) {
	v.Helper()
	before := len(v.mails)
	seen = v.submit("/auth/wall/code?relayState=client-42", url.Values{"email": {email}})
	if len(v.mails) == before {
		return "", seen
	}
	return find(v.mails[before].Text, `code is ([0-9]{6})\.`), seen
}

func (v *visitor) enter(email, code string) page {
	v.Helper()
	return v.send("POST", "/auth/wall/enter?relayState=client-42", url.Values{"email": {email}, "code": {code}})
}

func TestOneTimeCode(t *testing.T) {
	t.Parallel()
	const ada, other = "ada@acme.example", "boss@acme.example"
	wrong := func(code string) string { return string('0'+('9'-code[0])) + code[1:] }
	for _, test := range []struct {
		name string
		use  func(v *visitor, code string) page
		in   bool
	}{
		{"at once", func(v *visitor, code string) page { return v.enter(ada, code) }, true},
		{"address in capitals", func(v *visitor, code string) page { return v.enter("ADA@acme.example", " "+code) }, true},
		{"in another browser", func(v *visitor, code string) page { v.cookies = v.site.visitor().cookies; return v.enter(ada, code) }, true},
		{"just in time", func(v *visitor, code string) page { v.advance(10*time.Minute - 1); return v.enter(ada, code) }, true},
		{"too late", func(v *visitor, code string) page { v.advance(10 * time.Minute); return v.enter(ada, code) }, false},
		{"twice", func(v *visitor, code string) page { v.enter(ada, code); v.get("/logout"); return v.enter(ada, code) }, false},
		{"another address", func(v *visitor, code string) page { return v.enter(other, code) }, false},
		{"another code", func(v *visitor, code string) page { return v.enter(ada, wrong(code)) }, false},
		{"no code", func(v *visitor, code string) page { return v.enter(ada, "") }, false},
		{"after five wrong ones", func(v *visitor, code string) page {
			for range 5 {
				v.enter(ada, wrong(code))
			}
			return v.enter(ada, code)
		}, false},
		{"after four wrong ones", func(v *visitor, code string) page {
			for range 4 {
				v.enter(ada, wrong(code))
			}
			return v.enter(ada, code)
		}, true},
		{"after a newer one", func(v *visitor, code string) page { v.ask(ada); return v.enter(ada, code) }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "successpro", "", "")
			s.administrator()
			v := s.visitor()
			if p := v.get(wall); p.status != 200 || p.name() != "wall" {
				t.Fatalf("the wall: %d %s", p.status, p.name())
			}
			code, asked := v.ask(ada)
			if len(code) != 6 || v.mails[0].To != ada || !strings.Contains(asked.body, ada) {
				t.Fatalf("mails %+v\n%s", v.mails, asked.body)
			}
			p := test.use(v, code)
			if in := v.who() == "1"; in != test.in || in && p.header.Get("Location") != "/clients/42" || !in && p.status != 401 {
				t.Errorf("in: %v, %d to %q", in, p.status, p.header.Get("Location"))
			}
		})
	}
}

// Nobody learns from the wall whether an address belongs to an account.
func TestOneTimeCodeTellsNobodyWhoIsHere(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "")
	v := s.visitor()
	_, known := v.ask("ada@acme.example")
	for _, email := range []string{"nobody@acme.example", "grace@acme.example", "twin@acme.example"} {
		code, p := v.ask(email)
		if code != "" {
			t.Errorf("%q: a code was sent", email)
		}
		if strings.ReplaceAll(p.body, email, "ada@acme.example") != known.body {
			t.Errorf("%q: another page\n%s", email, p.body)
		}
		if again := v.enter(email, "000000"); again.status != 401 {
			t.Errorf("%q: entering a code: %d", email, again.status)
		}
	}
	if strings.Contains(known.url, "ada") {
		t.Errorf("the address is in the URL: %s", known.url)
	}
}

func TestOneTimeCodesAreFew(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "")
	v := s.visitor()
	for i := range 6 {
		if code, _ := v.ask("ada@acme.example"); (code != "") != (i < 5) {
			t.Errorf("request %d: code %q", i+1, code)
		}
	}
	s.advance(10 * time.Minute)
	if code, _ := v.ask("ada@acme.example"); code == "" {
		t.Error("no code later on either")
	}
}
