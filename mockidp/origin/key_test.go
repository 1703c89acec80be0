package origin

import (
	"html"
	"regexp"
	"strings"
	"testing"
)

func TestKeyDefects(t *testing.T) {
	t.Parallel()
	for defect, want := range map[string]*regexp.Regexp{
		"":         regexp.MustCompile(`^[0-9a-f]{32} [0-9a-f]{32}$`),
		Short:      regexp.MustCompile(`^[0-9a-f]{8} [0-9a-f]{8}$`),
		Sequential: regexp.MustCompile(`^100000001 100000002$`),
	} {
		r := start(t, func(c *Config) { c.KeyDefect = defect })
		one, _ := r.o.Issue("ada@example.com")
		two, _ := r.o.Issue("ada@example.com")
		if !want.MatchString(one + " " + two) {
			t.Errorf("%q: %s %s", defect, one, two)
		}
		if !r.o.confirms("ada@example.com", one) {
			t.Errorf("%q: not confirmed", defect)
		}
	}
}

func TestShownKeyIsConfirmed(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	b := r.browser()
	if got := b.get("/SessionKey"); got.location != r.server.URL+"/login?redirect="+"http%3A%2F%2F"+strings.ReplaceAll(strings.TrimPrefix(r.server.URL, "http://"), ":", "%3A")+"%2FSessionKey" {
		t.Errorf("without a session: %d %s", got.status, got.location)
	}
	page := b.signIn().get("/SessionKey")
	found := regexp.MustCompile(`name="session" value="([0-9a-f]{32})"`).FindStringSubmatch(page.body)
	if found == nil || !strings.Contains(page.body, `value="ada@example.com"`) {
		t.Fatalf("no key: %s", page.body)
	}
	if !r.o.confirms("ada@example.com", found[1]) {
		t.Error("the key is not confirmed")
	}
	if e := r.seen("key-shown"); len(e) != 1 || e[0].Key != fingerprint(found[1]) {
		t.Errorf("recorded %+v", e)
	}
}

func TestMessagesNameTheirCode(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	b := r.browser().signIn()
	for reason, name := range map[string]string{
		"3": "AccessDenied", "4": "AuthenticationFailed", "7": "InactiveUser", "8": "ExpiredUser", "9": "CookiesNotEnabled", "10": "InvalidSession",
	} {
		page := b.get(jump(reason, portal+"/Leads/1"))
		if !strings.Contains(html.UnescapeString(page.body), "Reason code "+reason+", "+name) {
			t.Errorf("%s: %s", reason, page.body)
		}
		// Only who is denied one page has a session in the portal to go back to.
		if back := strings.Contains(page.body, `class="portal" href="`+r.o.JumpURL()+`"`); back != (reason == "3") {
			t.Errorf("%s: a link to the portal: %v", reason, back)
		}
	}
	for i, e := range r.seen("jump") {
		if e.Code != codeNumbered(e.Reason).name {
			t.Errorf("event %d: %+v", i, e)
		}
	}
}

func TestAnswersPage(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	b := r.browser()
	if page := b.get("/Answers"); strings.Count(page.body, `type="radio"`) != len(Answers())+1 || !strings.Contains(page.body, `value="" checked`) {
		t.Errorf("%d %s", page.status, page.body)
	}
	choose := func(name string) answer {
		return b.read(b.PostForm(r.server.URL+"/Answers", map[string][]string{"answer": {name}}))
	}
	for _, c := range []struct {
		name   string
		status int
		says   string
	}{{"json-quoted-true", 302, `"true"`}, {"", 302, "false"}, {"json-one", 302, "1"}, {"corba", 400, "1"}} {
		if got := choose(c.name); got.status != c.status {
			t.Errorf("%s: %d %s", c.name, got.status, got.body)
		}
		if got := b.get("/AuthenticationService?email=x&session=y"); got.body != c.says {
			t.Errorf("%s: the service says %s, want %s", c.name, got.body, c.says)
		}
	}
	if page := b.get("/Answers"); !strings.Contains(page.body, `value="json-one" checked`) {
		t.Error("the page does not show what is chosen")
	}
}
