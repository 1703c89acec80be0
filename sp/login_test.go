package sp_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// products are the ways in which each product starts a login and where one
// that was not aimed at anything ends.
var products = []struct {
	name, layout, start, home, deep string
	sha1                            bool
}{
	{"influitive", "", "/", "/", "/challenges/7", true},
	{"successpro", "", "/auth/sso", "/reports/aum", "/clients/42", false},
	{"eft", "other", "/sp/samlv2/sso", "/files", "/files/readme.txt", false},
	{"eft", "root", "/", "/files", "/files/readme.txt", false},
}

func TestLoginStartedHere(t *testing.T) {
	t.Parallel()
	for _, p := range products {
		t.Run(p.name+p.layout, func(t *testing.T) {
			t.Parallel()
			s := open(t, p.name, p.layout, "")
			v := s.visitor()
			if who := v.who(); who != "" {
				t.Fatalf("a stranger is taken for account %s", who)
			}
			a := s.identity(people[0])
			a.sha1, a.inResponseTo = p.sha1, v.request(v.get(p.start)).id
			landed := v.post(a, "")
			s.decided("")
			if landed.status != http.StatusSeeOther || landed.header.Get("Location") != p.home {
				t.Errorf("landed with %d at %q, want 303 to %s", landed.status, landed.header.Get("Location"), p.home)
			}
			if final := v.follow(landed); final.status != 200 || final.path != p.home {
				t.Errorf("ends with %d at %s", final.status, final.path)
			}
			if who := v.who(); who != "1" {
				t.Errorf("signed in as %q, want account 1", who)
			}
		})
	}
}

func TestDeepLinkSurvivesTheLogin(t *testing.T) {
	t.Parallel()
	for _, p := range products {
		t.Run(p.name+p.layout, func(t *testing.T) {
			t.Parallel()
			s := open(t, p.name, p.layout, "")
			v := s.visitor()
			first := v.get(p.deep)
			if first.name() == "" && first.header.Get("Location") != "" {
				first = v.follow(first)
			}
			if button := find(first.body, `id="sso" href="([^"]*)"`); button != "" {
				first = v.get(button)
			}
			a := s.identity(people[0])
			a.inResponseTo = v.request(first).id
			if landed := v.post(a, "https://evil.example/"); landed.header.Get("Location") != p.deep {
				t.Errorf("landed at %q, want the page first asked for, %s", landed.header.Get("Location"), p.deep)
			}
			s.decided("")
		})
	}
}

func TestTwoTabs(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "")
	v := s.visitor()
	one, two := v.request(v.get("/challenges/7")), v.request(v.get("/rewards"))
	for _, request := range []asked{two, one} {
		a := s.identity(people[0])
		a.inResponseTo = request.id
		v.post(a, "")
		s.decided("")
	}
}

func TestCorrelation(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		do   func(v, other *visitor, a answer)
		want reason.Reason
	}{
		{"unasked", func(v, _ *visitor, a answer) { a.inResponseTo = ""; v.post(a, "") }, reason.Unsolicited},
		{"unknown request", func(v, _ *visitor, a answer) { a.inResponseTo = "_nobody"; v.post(a, "") }, reason.InResponseTo},
		{"other browser", func(_, other *visitor, a answer) { other.get("/"); other.post(a, "") }, reason.InResponseTo},
		{"no cookies", func(_, other *visitor, a answer) { other.post(a, "") }, reason.CookieMissing},
		{"too late", func(v, _ *visitor, a answer) {
			v.advance(time.Hour)
			a.now = v.clock()
			v.post(a, "")
		}, reason.RequestExpired},
		{"second answer", func(v, _ *visitor, a answer) { v.post(a, ""); v.post(a, "") }, reason.InResponseTo},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "influitive", "", "")
			v := s.visitor()
			a := s.identity(people[0])
			a.inResponseTo = v.request(v.get("/")).id
			test.do(v, s.visitor(), a)
			s.decided(test.want)
		})
	}
}

func TestTheSameFormTwiceIsOneLogin(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "")
	form := map[string][]string{"SAMLResponse": {s.identity(people[0]).sign(t)}}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { s.visitor().send("POST", "/auth/saml/acs", form) })
	}
	all.Wait()
	accepted := 0
	for _, why := range s.decisions() {
		switch why {
		case "":
			accepted++
		case reason.Replayed:
		default:
			t.Errorf("the SP concluded %q", why)
		}
	}
	if accepted != 1 || len(s.decisions()) != 8 {
		t.Errorf("%d of %d deliveries were accepted, want one of 8", accepted, len(s.decisions()))
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "")
	v := s.visitor()
	a := s.identity(people[0])
	a.inResponseTo = v.request(v.get("/")).id
	browser := v.cookies["sso_browser"]
	if browser == nil || !browser.Secure || !browser.HttpOnly || browser.SameSite != http.SameSiteNoneMode {
		t.Errorf("request cookie: %+v, want Secure, HttpOnly and SameSite=None", browser)
	}
	v.cookies["session"] = &http.Cookie{Name: "session", Value: "planted"}
	v.post(a, "")
	session := v.cookies["session"]
	if session == nil || !session.HttpOnly || session.SameSite != http.SameSiteLaxMode || session.Value == "planted" {
		t.Errorf("session cookie: %+v, want a fresh one, HttpOnly and SameSite=Lax", session)
	}
	v.get("/sign_out")
	v.cookies["session"] = session
	if who := v.who(); who != "" {
		t.Errorf("after signing out the old cookie still is account %s", who)
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "session-lifetime: 10m")
	v := s.visitor()
	v.post(s.identity(people[0]), "")
	s.advance(9 * time.Minute)
	if v.who() != "1" {
		t.Error("the session is over before its time")
	}
	s.advance(10 * time.Minute)
	if v.who() != "" {
		t.Error("the session outlives its time")
	}
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	stranger := account.Account{Login: "mallory", Email: "mallory@else.example", UserID: "X"}
	for _, test := range []struct {
		product string
		who     account.Account
		want    reason.Reason
	}{
		{"influitive", people[1], reason.UserInactive},
		{"influitive", people[2], reason.UserExpired},
		{"influitive", people[3], reason.UserAmbiguous},
		{"influitive", stranger, ""},
		{"influitive", account.Account{Email: "ADA@acme.example"}, ""},
		{"influitive", account.Account{Email: "o'new+1@acme.example"}, ""},
		{"influitive", account.Account{Email: "new@acme.example, newer@acme.example"}, reason.AttributeInvalid},
		{"influitive", account.Account{Email: "new;newer@acme.example"}, reason.AttributeInvalid},
		{"influitive", account.Account{Email: " new@acme.example"}, reason.AttributeInvalid},
		{"influitive", account.Account{Email: "new@newer@acme.example"}, reason.AttributeInvalid},
		{"influitive", account.Account{Email: "@acme.example"}, reason.AttributeInvalid},
		{"influitive", account.Account{Email: "new@"}, reason.AttributeInvalid},
		{"influitive", account.Account{Email: "new"}, reason.AttributeInvalid},
		{"successpro", people[1], reason.UserInactive},
		{"successpro", stranger, reason.UserNotFound},
		{"successpro", account.Account{UserID: "a-1001"}, reason.UserNotFound},
		{"eft", people[3], reason.UserAmbiguous},
		{"eft", people[1], reason.UserInactive},
		{"eft", people[5], reason.UserInactive},                          // locked
		{"eft", account.Account{Login: "\u0430da"}, reason.UserNotFound}, // a Cyrillic letter
		{"eft", stranger, reason.UserNotFound},
	} {
		t.Run(test.product+" "+test.who.Login+test.who.UserID+test.who.Email, func(t *testing.T) {
			t.Parallel()
			s := open(t, test.product, "", "allow-unsolicited: true")
			v := s.visitor()
			v.post(s.identity(test.who), "")
			s.decided(test.want)
			if (v.who() != "") != (test.want == "") {
				t.Errorf("signed in as %q", v.who())
			}
		})
	}
}

func TestFirstLoginMakesOneAccount(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "allow-unsolicited: true")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			a := s.identity(account.Account{Email: "new@acme.example"})
			a.attributes["Title"] = "Countess"
			s.visitor().post(a, "")
		})
	}
	all.Wait()
	store, _ := s.sp.Accounts(s.host)
	found := store.Match(account.Matching{Field: "email"}, "new@acme.example")
	if len(found) != 1 || found[0].Title != "Countess" || found[0].Role != "" {
		t.Errorf("accounts made: %+v, want one plain advocate", found)
	}
}

func TestSuffixAndRegistration(t *testing.T) {
	t.Parallel()
	s := open(t, "influitive", "", "{issuer-suffix: -Two, registration-path: 'https://acme.example/join', sign-out-url: 'https://acme.example/bye'}")
	v := s.visitor()
	if s.audience() != "Influitive-AdvocateHub-Two" {
		t.Errorf("entity ID %q", s.audience())
	}
	choice := v.get("/challenges/7")
	if choice.status != 200 || choice.name() != "choice" || find(choice.body, `id="register" href="([^"]*)"`) != "https://acme.example/join" {
		t.Errorf("no choice between signing in and registering: %d %s", choice.status, choice.body)
	}
	request := v.request(v.get(find(choice.body, `id="sso" href="([^"]*)"`)))
	if issuer := request.xml.FindElement("Issuer").Text(); issuer != "Influitive-AdvocateHub-Two" {
		t.Errorf("request's Issuer %q", issuer)
	}
	if out := v.get("/sign_out"); out.header.Get("Location") != "https://acme.example/bye" {
		t.Errorf("signing out leads to %q", out.header.Get("Location"))
	}
}

func TestPasswordLogin(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ product, layout, form, want string }{
		{"successpro", "", "/login", "1"},
		{"eft", "other", "/", "1"},
		{"eft", "root", "/", ""},
		{"influitive", "", "/login", ""},
	} {
		t.Run(test.product+test.layout, func(t *testing.T) {
			t.Parallel()
			s := open(t, test.product, test.layout, "")
			v := s.visitor()
			v.send("POST", test.form, map[string][]string{"login": {"ada"}, "password": {"wrong"}})
			if v.who() != "" {
				t.Error("a wrong password signs in")
			}
			v.send("POST", test.form, map[string][]string{"login": {"grace"}, "password": {""}})
			if v.who() != "" {
				t.Error("an empty password signs in")
			}
			v.send("POST", test.form, map[string][]string{"login": {"ada"}, "password": {"enchantress"}})
			if who := v.who(); who != test.want {
				t.Errorf("signed in as %q, want %q", who, test.want)
			}
		})
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "{sign-requests: true, force-authn: true, is-passive: true, authn-context: ['urn:a', 'urn:b'], authn-comparison: minimum, name-id-policy: '"+emailURN+"'}")
	v := s.visitor()
	target := "/clients/42?x=a%20b&c=d%2B"
	request := v.request(v.get("/auth/sso?target=" + strings.NewReplacer("?", "%3F", "&", "%26", "%", "%25", "+", "%2B").Replace(target)))
	if request.relayState != target {
		t.Errorf("RelayState %q, want %q", request.relayState, target)
	}
	verifyQuery(t, s, request.query)
	for path, want := range map[string]string{
		"@ForceAuthn": "true", "@AssertionConsumerServiceURL": "http://" + s.host + "/auth/saml/acs", "@Destination": idpLogin,
		"@IsPassive": "true", "RequestedAuthnContext/@Comparison": "minimum",
		"NameIDPolicy/@Format": emailURN,
	} {
		element, attribute, _ := strings.Cut(path, "@")
		at := request.xml
		if element != "" {
			at = at.FindElement(strings.TrimSuffix(element, "/"))
		}
		if got := at.SelectAttrValue(attribute, ""); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if refs := request.xml.FindElements("RequestedAuthnContext/AuthnContextClassRef"); len(refs) != 2 {
		t.Errorf("%d authentication context classes, want 2", len(refs))
	}
}
