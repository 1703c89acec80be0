package sp_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"io"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// enter signs somebody in at the identity provider's say, in that session.
func (s *site) enter(who account.Account, index string) *visitor {
	s.Helper()
	v, a := s.visitor(), s.identity(who)
	a.index = index
	v.post(a, "")
	if v.who() != who.ID {
		s.Fatalf("%s is not signed in", who.Login)
	}
	return v
}

// logoutMessage is a message of the identity provider about a logout.
func (s *site) logoutMessage(name, path, attrs, content string) string {
	return fmt.Sprintf(`<samlp:%[1]s xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="%[2]s" Version="2.0" IssueInstant="%[3]s" Destination="http://%[4]s%[5]s"%[6]s>`+
		`<saml:Issuer>%[7]s</saml:Issuer>%[8]s</samlp:%[1]s>`, name, nextID(), s.clock().Format(time.RFC3339), s.host, path, attrs, idpName, content)
}

func leaver(who account.Account, indexes ...string) string {
	content := "<saml:NameID>" + who.Login + "</saml:NameID>"
	for _, index := range indexes {
		content += "<samlp:SessionIndex>" + index + "</samlp:SessionIndex>"
	}
	return content
}

// named is leaver with more said about the name.
func named(who account.Account, attrs string) string {
	return strings.Replace(leaver(who), "<saml:NameID>", "<saml:NameID"+attrs+">", 1)
}

const sloPath = "/saml/slo"

func (v *visitor) postLogout(field, xml string) page {
	v.Helper()
	return v.send("POST", sloPath, url.Values{field: {known().sign(v.T, xml, false)}, "RelayState": {"a b"}})
}

// lastLogout is what the SP concluded about the last message of single logout.
func (s *site) lastLogout() (why reason.Reason, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.Kind == "logout-decision" {
			why, found = e.Reason, true
		}
	}
	return why, found
}

// queried decodes what a redirect carries to the identity provider.
func queried(t *testing.T, p page, field string) (*etree.Element, url.Values) {
	t.Helper()
	u, err := url.Parse(p.header.Get("Location"))
	if err != nil || !strings.HasPrefix(u.String(), idpLeave+"?") {
		t.Fatalf("%d %s goes to %q", p.status, p.name(), p.header.Get("Location"))
	}
	compressed, err := base64.StdEncoding.DecodeString(u.Query().Get(field))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(compressed)))
	if err != nil {
		t.Fatal(err)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		t.Fatal(err)
	}
	return doc.Root(), u.Query()
}

// Exactly the sessions that are meant end: those of the NameID, the named ones
// only if any is named.
func TestLogoutRequestEndsItsSessions(t *testing.T) {
	t.Parallel()
	ada := people[0]
	eve := account.Account{ID: "60", Login: "eve", Email: "eve@acme.example", UserID: "A-9006"}
	for name, c := range map[string]struct {
		content string
		left    string // of ada's first and second session and eve's
	}{
		"one of two":                   {leaver(ada, "_one"), " 1 60"},
		"both by name":                 {leaver(ada, "_two", "_one"), "  60"},
		"all":                          {leaver(ada), "  60"},
		"of nobody here":               {leaver(ada, "_three"), "1 1 60"},
		"of another":                   {leaver(eve), "1 1 "},
		"of another format":            {named(ada, ` Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"`), "1 1 60"},
		"of another identity provider": {named(ada, ` NameQualifier="https://other.example"`), "1 1 60"},
		"of another SP":                {named(ada, ` SPNameQualifier="https://other.example"`), "1 1 60"},
		"with what is meant anyway":    {named(ada, ` NameQualifier="`+idpName+`"`), "  60"},
	} {
		s := open(t, "successpro", "", "slo: true")
		if store, ok := s.sp.Accounts(s.host); ok {
			if _, err := store.Add(eve); err != nil {
				t.Fatal(err)
			}
		}
		one, two, other := s.enter(ada, "_one"), s.enter(ada, "_two"), s.enter(eve, "_eve")
		answer, query := queried(t, s.visitor().postLogout("SAMLRequest", s.logoutMessage("LogoutRequest", sloPath, "", c.content)), "SAMLResponse")
		if code := answer.FindElement("Status/StatusCode").SelectAttrValue("Value", ""); !strings.HasSuffix(code, ":Success") || query.Get("RelayState") != "a b" || query.Get("Signature") == "" {
			t.Errorf("%s: status %s, query %v", name, code, query)
		}
		if got := strings.Join([]string{one.who(), two.who(), other.who()}, " "); got != c.left {
			t.Errorf("%s: left %q, want %q", name, got, c.left)
		}
	}
}

func TestLogoutRequestOverSOAP(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "slo: true")
	v := s.enter(people[0], "_one")
	call := func(xml string) string {
		r := httptest.NewRequest("POST", sloPath+"/soap", strings.NewReader(
			`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>`+xml+`</S:Body></S:Envelope>`))
		r.Host = s.host
		return s.visitor().deliver(r).body
	}
	request := s.logoutMessage("LogoutRequest", sloPath+"/soap", "", leaver(people[0]))
	if answer := call(request); !strings.Contains(answer, "<S:Fault>") || v.who() == "" {
		t.Errorf("an unsigned request: %s", answer)
	}
	signed, err := base64.StdEncoding.DecodeString(known().sign(t, request, false))
	if err != nil {
		t.Fatal(err)
	}
	if answer := call(string(signed)); !strings.Contains(answer, "status:Success") || !strings.Contains(answer, "SignatureValue") || v.who() != "" {
		t.Errorf("a signed request: %s", answer)
	}
}

// Where nobody has said where an answer goes, the visitor is signed out here and
// sees so; signing out here asks nobody.
func TestLogoutWithoutAnAddress(t *testing.T) {
	t.Parallel()
	trust := "slo: true\ntrust: certificates\nissuer: " + idpName + "\ncertificates: [\"" + base64.StdEncoding.EncodeToString(known().certificate.Raw) + "\"]"
	s := open(t, "successpro", "", trust)
	v, browser := s.enter(people[0], "_one"), s.enter(people[0], "_two")
	p := browser.postLogout("SAMLRequest", s.logoutMessage("LogoutRequest", sloPath, "", leaver(people[0], "_one")))
	if v.who() != "" || p.status != 302 || p.header.Get("Location") != s.settings.Paths.Login {
		t.Errorf("%d to %q, signed in %q", p.status, p.header.Get("Location"), v.who())
	}
	if p := browser.get(s.settings.Paths.Logout); browser.who() != "" || p.header.Get("Location") != s.settings.Paths.Login {
		t.Errorf("signing out leads to %q", p.header.Get("Location"))
	}
}

// Signing out ends the session here first, whatever the answer.
func TestLogoutStartedHere(t *testing.T) {
	t.Parallel()
	status := func(codes string) string { return "<samlp:Status>" + codes + "</samlp:Status>" }
	const code = `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:`
	for name, c := range map[string]struct {
		content, text string
		why           reason.Reason
	}{
		"success": {content: status(code + `Success"/>`)},
		"partial": {content: status(code + `Success">` + code + `PartialLogout"/></samlp:StatusCode>`), text: "not sign you out of every application"},
		"error":   {content: status(code + `Responder"/>`), text: "could not end its own session"},
		"nothing": {why: reason.Malformed},
	} {
		s := open(t, "successpro", "", "slo: true")
		v := s.enter(people[0], "_one")
		request, query := queried(t, v.get(s.settings.Paths.Logout), "SAMLRequest")
		if v.who() != "" {
			t.Errorf("%s: signed in while the identity provider is asked", name)
		}
		if request.SelectElement("NameID").Text() != people[0].Login || request.SelectElement("SessionIndex").Text() != "_one" || query.Get("Signature") == "" {
			t.Errorf("%s: request %v", name, query)
		}
		answer := s.logoutMessage("LogoutResponse", sloPath, fmt.Sprintf(` InResponseTo="%s"`, request.SelectAttrValue("ID", "")), c.content)
		p := v.postLogout("SAMLResponse", answer)
		if why, _ := s.lastLogout(); why != c.why || c.text != "" && !strings.Contains(p.body, c.text) || c.text == "" && c.why == "" && p.header.Get("Location") != s.settings.Paths.Login {
			t.Errorf("%s: reason %q, %d to %q: %s", name, why, p.status, p.header.Get("Location"), p.body)
		}
		v.postLogout("SAMLResponse", answer)
		if why, _ := s.lastLogout(); c.why == "" && why != reason.InResponseTo {
			t.Errorf("%s: the second answer: %q", name, why)
		}
	}
}

// What is not plainly one message is refused before anything is judged.
func TestLogoutQueries(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "slo: true")
	v := s.enter(people[0], "_one")
	for query, want := range map[string]reason.Reason{
		"":                              reason.Malformed,
		"SAMLRequest=":                  reason.Malformed,
		"SAMLRequest=%zz":               reason.Malformed,
		"SAMLRequest=PGE%2B":            reason.Malformed,
		"SAMLRequest=a&SAMLRequest=a":   reason.Malformed,
		"SAMLRequest=a&SAMLResponse=a":  reason.Malformed,
		"SAMLRequest=a&SAMLEncoding=no": reason.Malformed,
	} {
		v.get(sloPath + "?" + query)
		if why, found := s.lastLogout(); !found || why != want {
			t.Errorf("%q: reason %q, want %q", query, why, want)
		}
	}
	if v.who() == "" {
		t.Error("the session is over")
	}
	if p := open(t, "successpro", "", "").visitor().get(sloPath); p.status != 404 {
		t.Errorf("without single logout the path answers %d", p.status)
	}
}

// An artifact is never sent to anybody but who made it.
func TestArtifactsThatAreNotSent(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "response-binding: artifact")
	for _, text := range []string{"", "x", "AAQ=", base64.StdEncoding.EncodeToString(append([]byte{0, 4, 0, 7}, make([]byte, 40)...))} {
		s.visitor().get(s.settings.ACSPath() + "?" + url.Values{"SAMLart": {text}}.Encode())
	}
	s.visitor().get(s.settings.ACSPath() + "?SAMLart=a&SAMLResponse=b")
	if got, want := fmt.Sprint(s.decisions()), fmt.Sprint([]reason.Reason{reason.Artifact, reason.Artifact, reason.Artifact, reason.Artifact, reason.Malformed}); got != want {
		t.Errorf("decisions %s, want %s", got, want)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.Kind == "artifact-resolve-sent" {
			t.Errorf("sent %s", e.XML)
		}
	}
	if raw, err := s.sp.Metadata(s.host); err != nil || !bytes.Contains(raw, []byte("HTTP-Artifact")) || !bytes.Contains(raw, []byte(`use="signing"`)) {
		t.Errorf("metadata %s, error %v", raw, err)
	}
}

// A message of 64 KiB that would grow to 64 MiB costs little more than the
// limit. Not parallel: other tests would be counted.
func TestLogoutBombIsNotInflated(t *testing.T) {
	s := open(t, "successpro", "", "slo: true")
	v := s.enter(people[0], "_one")
	var bomb bytes.Buffer
	z, err := flate.NewWriter(&bomb, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	for range 64 {
		if _, err := z.Write(blanks); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	query := url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString(bomb.Bytes())}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	v.get(sloPath + "?" + query.Encode())
	runtime.ReadMemStats(&after)
	if why, _ := s.lastLogout(); why != reason.TooLarge {
		t.Errorf("the SP concluded %q", why)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20 {
		t.Errorf("%d octets were allocated", took)
	}
	if v.who() != people[0].ID {
		t.Error("the session has ended")
	}
}
