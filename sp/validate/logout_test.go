package validate_test

import (
	"crypto"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

const (
	logoutURL   = "https://sp.example/slo"
	logoutStart = ` xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"` +
		` ID="_logout" Version="2.0" IssueInstant="2027-01-15T12:00:00Z" Destination="` + logoutURL + `"`
	logoutRequest = `<samlp:LogoutRequest` + logoutStart + ` NotOnOrAfter="2027-01-15T12:05:00Z">` + issuer + nameID +
		`<samlp:SessionIndex>_session</samlp:SessionIndex></samlp:LogoutRequest>`
	logoutResponse = `<samlp:LogoutResponse` + logoutStart + ` InResponseTo="_request">` + issuer + status + `</samlp:LogoutResponse>`
)

func logoutPolicy(t testing.TB) validate.Policy {
	p := policy(t)
	p.ACS = logoutURL
	return p
}

// signedLogout is a message of single logout after some edits, signed inside.
func signedLogout(t testing.TB, doc string, pairs ...string) string {
	t.Helper()
	return sign(t, edit(t, doc, pairs...), signing{on: "_logout"})
}

// signedQuery signs a query as bindings 3.4.4.1 says.
func signedQuery(t testing.TB, field string, hash crypto.Hash, method string) *validate.Query {
	t.Helper()
	q := &validate.Query{Octets: field + "=fZ&SigAlg=" + url.QueryEscape(method), Algorithm: method}
	var err error
	if q.Value, err = key(t, "idp").Sign(rand.Reader, sum(hash, []byte(q.Octets)), hash); err != nil {
		t.Fatal(err)
	}
	return q
}

const (
	rsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	rsaSHA1   = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
)

// farewell is a message of single logout in which one rule alone is broken.
type farewell struct {
	rule    string
	message string
	query   *validate.Query
	answer  bool // a LogoutResponse
	policy  func(*validate.Policy)
}

func farewells(t *testing.T) []farewell {
	request := func(pairs ...string) string { return signedLogout(t, logoutRequest, pairs...) }
	answer := func(pairs ...string) string { return signedLogout(t, logoutResponse, pairs...) }
	tampered := signedQuery(t, "SAMLRequest", crypto.SHA256, rsaSHA256)
	tampered.Octets += "0"
	return []farewell{
		{rule: "logout-root", message: request("<samlp:LogoutRequest", "<samlp:ManageNameIDRequest", "</samlp:LogoutRequest", "</samlp:ManageNameIDRequest")},
		{rule: "logout-root", message: answer("<samlp:LogoutResponse", "<samlp:ManageNameIDResponse", "</samlp:LogoutResponse", "</samlp:ManageNameIDResponse"), answer: true},
		{rule: "logout-version", message: request(`Version="2.0"`, `Version="1.1"`)},
		{rule: "logout-id", message: edit(t, logoutRequest, ` ID="_logout"`, ""), query: signedQuery(t, "SAMLRequest", crypto.SHA256, rsaSHA256)},
		{rule: "logout-signed", message: logoutRequest},
		{rule: "logout-signed", message: logoutResponse, answer: true},
		{rule: "logout-query-signature", message: logoutRequest, query: tampered},
		{rule: "logout-query-algorithm", message: logoutRequest, query: signedQuery(t, "SAMLRequest", crypto.SHA1, rsaSHA1)},
		{rule: "logout-destination", message: request(logoutURL, "https://other.example/slo")},
		{rule: "logout-destination", message: request(` Destination="`+logoutURL+`"`, "")},
		{rule: "logout-issuer", message: request("https://idp.example/metadata", "https://other.example")},
		{rule: "logout-issuer", message: answer(issuer, ""), answer: true, policy: func(p *validate.Policy) { p.AnyIssuer = true }},
		{rule: "logout-issue-instant", message: request("12:00:00Z", "13:00:00Z", `NotOnOrAfter="2027-01-15T12:05:00Z"`, "")},
		{rule: "logout-issue-instant", message: request("12:00:00Z", "10:59:59Z")},
		{rule: "logout-issue-instant", message: request("2027-01-15T12:00:00Z", "noon")},
		{rule: "logout-name-id", message: request(nameID, "")},
		{rule: "logout-name-id", message: request(nameID, nameID+nameID)},
		{rule: "logout-not-on-or-after", message: request("12:05:00Z", "12:00:00Z")},
		{rule: "logout-not-on-or-after", message: request("2027-01-15T12:05:00Z", "later")},
		{rule: "logout-not-replayed", message: request(), policy: func(p *validate.Policy) { p.Seen = func(string, time.Time) bool { return true } }},
		{rule: "logout-status-present", message: answer(status, ""), answer: true},
		{rule: "logout-in-response-to", message: answer(`"_request"`, `"_other"`), answer: true},
		{rule: "logout-in-response-to", message: answer(` InResponseTo="_request"`, ""), answer: true},
	}
}

func (f farewell) judge(p validate.Policy) validate.Decision {
	if f.answer {
		return validate.LogoutResponse([]byte(f.message), f.query, p, now)
	}
	return validate.LogoutRequest([]byte(f.message), f.query, p, now)
}

// TestEveryLogoutRuleCounts proves for each rule of these messages that it
// alone refuses one, and that it is accepted once the rule is switched off.
func TestEveryLogoutRuleCounts(t *testing.T) {
	t.Parallel()
	cases := farewells(t)
	own := slices.DeleteFunc(slices.Concat(validate.LogoutRequestRules(), validate.LogoutResponseRules()), ofResponse)
	for _, r := range own {
		if !slices.ContainsFunc(cases, func(f farewell) bool { return f.rule == r.ID }) {
			t.Errorf("rule %s must have a message of its own", r.ID)
		}
	}
	for i, c := range cases {
		rule := own[slices.IndexFunc(own, func(r validate.Rule) bool { return r.ID == c.rule })]
		p := logoutPolicy(t)
		if c.policy != nil {
			c.policy(&p)
		}
		killed(t, fmt.Sprintf("%s-%d", c.rule, i), rule, p, c.judge)
	}
}

// ofResponse tells whether a rule is one of those that a Response has.
func ofResponse(r validate.Rule) bool {
	return slices.ContainsFunc(validate.Rules(), func(known validate.Rule) bool { return known.ID == r.ID })
}

// killed judges a message with a rule on and off.
func killed(t *testing.T, name string, rule validate.Rule, p validate.Policy, judge func(validate.Policy) validate.Decision) {
	t.Helper()
	d := judge(p)
	only := len(d.Findings) > 0
	for _, f := range d.Findings {
		only = only && f.Rule == rule.ID
		if f.Got == "" || f.Want == "" || f.Where == "" || f.Remedy == "" || f.Ref == "" {
			t.Errorf("%s: incomplete finding %+v", name, f)
		}
	}
	if d.Accepted || d.Reason != rule.Reason || !only {
		explain(t, d)
		t.Errorf("%s: want a refusal for %s by %s alone", name, rule.Reason, rule.ID)
	}
	p.Without = []string{rule.ID}
	if errs := p.Check(); len(errs) > 0 {
		t.Errorf("%s: %v", name, errs)
	}
	if d := judge(p); !d.Accepted {
		explain(t, d)
		t.Errorf("%s: not accepted although the rule is off", name)
	}
}

func TestLogoutAccepted(t *testing.T) {
	t.Parallel()
	p := logoutPolicy(t)
	seen := map[string]bool{}
	p.Seen = func(id string, _ time.Time) bool { old := seen[id]; seen[id] = true; return old }
	two := `<samlp:SessionIndex>_session</samlp:SessionIndex>`
	d := validate.LogoutRequest([]byte(signedLogout(t, logoutRequest, two, two+`<samlp:SessionIndex>_second</samlp:SessionIndex>`)), nil, p, now)
	if l := d.Logout; !d.Accepted || l.ID != "_logout" || l.NameID != "ada@example.com" || !slices.Equal(l.SessionIndexes, []string{"_session", "_second"}) {
		explain(t, d)
		t.Errorf("logout %+v", d.Logout)
	}
	if d = validate.LogoutRequest([]byte(signedLogout(t, logoutRequest)), nil, p, now); d.Reason != reason.Replayed {
		t.Errorf("the second of the same ID: %q", d.Reason)
	}
	q := signedQuery(t, "SAMLResponse", crypto.SHA256, rsaSHA256)
	partial := edit(t, logoutResponse, `status:Success"/>`,
		`status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:PartialLogout"/></samlp:StatusCode>`)
	d = validate.LogoutResponse([]byte(partial), q, p, now)
	if l := d.Logout; !d.Accepted || l.Status != "Responder" || l.SubStatus != "PartialLogout" || l.InResponseTo != "_request" {
		explain(t, d)
		t.Errorf("logout %+v", d.Logout)
	}
}

// Of what comes over SOAP only the message in the one Body counts.
func TestLogoutOverSOAP(t *testing.T) {
	t.Parallel()
	genuine := signedLogout(t, logoutRequest)
	envelope := func(content string) string {
		return `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">` + content + `</S:Envelope>`
	}
	for name, c := range map[string]struct {
		doc  string
		rule string
	}{
		"good":              {envelope("<S:Body>" + genuine + "</S:Body>"), ""},
		"with a header":     {envelope("<S:Header><x/></S:Header><S:Body>\n" + genuine + "</S:Body>"), ""},
		"a second message":  {envelope("<S:Body>" + genuine + logoutRequest + "</S:Body>"), "soap-envelope"},
		"a second body":     {envelope("<S:Body>" + genuine + "</S:Body><S:Body>" + logoutRequest + "</S:Body>"), "soap-envelope"},
		"after the body":    {envelope("<S:Body>" + genuine + "</S:Body><S:Header>" + logoutRequest + "</S:Header>"), "soap-envelope"},
		"another wrapper":   {"<a><b>" + genuine + "</b></a>", "soap-envelope"},
		"no wrapper at all": {genuine, "soap-envelope"},
		"no message":        {envelope("<S:Body/>"), "soap-envelope"},
		"no body":           {envelope(""), "soap-envelope"},
		"not signed":        {envelope("<S:Body>" + logoutRequest + "</S:Body>"), "logout-signed"},
		"nothing":           {"", "xml-well-formed"},
	} {
		d, message := validate.LogoutRequestOverSOAP([]byte(c.doc), logoutPolicy(t), now)
		if d.Accepted != (c.rule == "") || !slices.Equal(brokenRules(d, false), strings.Fields(c.rule)) || d.Accepted && string(message) != genuine {
			explain(t, d)
			t.Errorf("%s: accepted %v, message %s", name, d.Accepted, message)
		}
	}
}

// An unsigned LogoutRequest around something that is signed is not signed.
func TestLogoutWrapped(t *testing.T) {
	t.Parallel()
	inside := sign(t, assertion, signing{})
	doc := edit(t, logoutRequest, issuer, issuer+`<samlp:Extensions>`+inside+`</samlp:Extensions>`)
	d := validate.LogoutRequest([]byte(doc), nil, logoutPolicy(t), now)
	if d.Accepted || !slices.ContainsFunc(d.Findings, func(f validate.Finding) bool { return f.Rule == "logout-signed" }) {
		explain(t, d)
		t.Error("a forged request was not seen through")
	}
}

func artifactOf(t testing.TB, inside string, pairs ...string) string {
	t.Helper()
	doc := `<samlp:ArtifactResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"` +
		` ID="_artifact" Version="2.0" IssueInstant="2027-01-15T12:00:00Z" InResponseTo="_request">` + issuer + status + inside + `</samlp:ArtifactResponse>`
	return `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>` + sign(t, edit(t, doc, pairs...), signing{on: "_artifact"}) + `</S:Body></S:Envelope>`
}

func TestEveryArtifactRuleCounts(t *testing.T) {
	t.Parallel()
	inside := signed(t)
	own := slices.DeleteFunc(validate.ArtifactRules(), ofResponse)
	cases := map[string]string{
		"soap-envelope":           edit(t, artifactOf(t, inside), "</S:Body>", "<S:Fault/></S:Body>"),
		"artifact-status":         artifactOf(t, inside, "status:Success", "status:Responder"),
		"artifact-message":        artifactOf(t, inside+edit(t, inside, "_response", "_second", "_assertion", "_third")),
		"artifact-in-response-to": artifactOf(t, inside, `InResponseTo="_request">`+issuer, `InResponseTo="_other">`+issuer),
		"artifact-issuer":         artifactOf(t, inside, issuer, `<saml:Issuer>https://other.example</saml:Issuer>`),
		"artifact-message-issuer": artifactOf(t, signed(t, issuer+status, `<saml:Issuer>https://other.example</saml:Issuer>`+status)),
	}
	for _, r := range own {
		doc, there := cases[r.ID]
		if !there {
			t.Errorf("rule %s must have a message of its own", r.ID)
			continue
		}
		killed(t, r.ID, r, policy(t), func(p validate.Policy) validate.Decision {
			d, _, _ := validate.ArtifactResponse([]byte(doc), p, now)
			return d
		})
	}
}

// What is behind an artifact needs a signature: its own, or that of the
// ArtifactResponse around it.
func TestArtifactSignatures(t *testing.T) {
	t.Parallel()
	bare := func(doc string) string {
		return `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><samlp:ArtifactResponse` + declarations +
			` ID="_artifact" InResponseTo="_request">` + issuer + status + doc + `</samlp:ArtifactResponse></S:Body></S:Envelope>`
	}
	borrowed := edit(t, response, declarations, "") // its prefixes are declared outside
	// A genuine ArtifactResponse with something else after the Body that holds it.
	victim := func(after string) string {
		return edit(t, artifactOf(t, response), "</S:Envelope>", after+"</S:Envelope>")
	}
	for name, c := range map[string]struct {
		envelope string
		want     reason.Reason
	}{
		"outside":                      {artifactOf(t, response), ""},
		"inside":                       {bare(signed(t)), ""},
		"both":                         {artifactOf(t, signedResponse(t)), ""},
		"neither":                      {bare(response), reason.SignatureMissing},
		"neither, prefixes from above": {bare(borrowed), reason.SignatureMissing},
		"outside, but broken":          {edit(t, artifactOf(t, response), "ada@example.com", "eve@example.com"), reason.SignatureInvalid},
		"a second one in the header":   {victim("<S:Header><x>" + response + "</x></S:Header>"), reason.Artifact},
		"a second one after the body":  {victim("<x><x>" + response + "</x></x>"), reason.Artifact},
		"a header before the body":     {edit(t, artifactOf(t, response), "<S:Body>", "<S:Header><x><y>"+edit(t, response, "ada@", "eve@")+"</y></x></S:Header><S:Body>"), ""},
		"a second body":                {victim("<S:Body>" + bare(response) + "</S:Body>"), reason.Artifact},
		"no envelope":                  {edit(t, artifactOf(t, response), "<S:Envelope", "<S:Letter", "</S:Envelope", "</S:Letter"), reason.Artifact},
		"a SOAP fault":                 {`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault/></S:Body></S:Envelope>`, reason.Artifact},
	} {
		d, inside, p := validate.ArtifactResponse([]byte(c.envelope), policy(t), now)
		if d.Accepted {
			d = validate.Response(inside, p, now)
		}
		if d.Reason != c.want {
			explain(t, d)
			t.Errorf("%s: reason %q, want %q", name, d.Reason, c.want)
		}
	}
}

func TestParseArtifact(t *testing.T) {
	t.Parallel()
	source := sha1.Sum([]byte("https://idp.example"))
	octets := slices.Concat([]byte{0, 4, 1, 2}, source[:], make([]byte, 20))
	a, err := validate.ParseArtifact(base64.StdEncoding.EncodeToString(octets))
	if err != nil || a.EndpointIndex != 258 || !a.From("https://idp.example") || a.From("https://other.example") {
		t.Errorf("artifact %+v, error %v", a, err)
	}
	for _, bad := range []string{"", "AAQ", "*" + base64.StdEncoding.EncodeToString(octets)[1:], base64.StdEncoding.EncodeToString(octets[:43]),
		base64.StdEncoding.EncodeToString(append([]byte{0, 3}, octets[2:]...))} {
		if _, err := validate.ParseArtifact(bad); err == nil {
			t.Errorf("%q is an artifact", bad)
		}
	}
}

// FuzzLogout looks for a message of single logout, or an envelope, that panics
// or says something that nobody has signed.
func FuzzLogout(f *testing.F) {
	p := logoutPolicy(f)
	for _, doc := range []string{logoutRequest, logoutResponse, signedLogout(f, logoutRequest), signedLogout(f, logoutResponse), artifactOf(f, response), "", "<a",
		`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>` + signedLogout(f, logoutRequest) + `</S:Body></S:Envelope>`} {
		f.Add([]byte(doc), "AAQAAA==")
	}
	f.Fuzz(func(t *testing.T, raw []byte, text string) {
		_, _ = validate.ParseArtifact(text)
		if d := validate.LogoutRequest(raw, nil, p, now); d.Accepted && d.Logout.NameID != "ada@example.com" || !d.Accepted && d.Logout.NameID != "" {
			t.Fatalf("accepted %v: %+v", d.Accepted, d.Logout)
		}
		if d := validate.LogoutResponse(raw, nil, p, now); d.Accepted && d.Logout.InResponseTo != "_request" {
			t.Fatalf("accepted %+v", d.Logout)
		}
		if d, message := validate.LogoutRequestOverSOAP(raw, p, now); d.Accepted {
			if d := validate.LogoutRequest(message, nil, p, now); !d.Accepted || d.Logout.NameID != "ada@example.com" {
				t.Fatalf("accepted in its envelope, but not alone: %+v", d)
			}
		}
		p := p
		p.ACS = "https://sp.example/acs"
		if d, inside, policy := validate.ArtifactResponse(raw, p, now); d.Accepted {
			if d := validate.Response(inside, policy, now); d.Accepted && d.Identity.NameID != "ada@example.com" {
				t.Fatalf("accepted %+v", d.Identity)
			}
		}
	})
}
