package validate_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

func TestIdentity(t *testing.T) {
	t.Parallel()
	later := strings.NewReplacer("12:00:00Z", "12:00:10Z", "_session", "_newest", `SessionIndex=`, `SessionNotOnOrAfter="2027-01-15T20:00:00Z" SessionIndex=`).Replace(authn)
	doc := signed(t,
		authn, later+authn,
		attributes, attributes+`<saml:AttributeStatement><saml:Attribute Name="Role"><saml:AttributeValue>a</saml:AttributeValue></saml:Attribute>`+
			`<saml:Attribute Name="Role"><saml:AttributeValue>b</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`)
	d := validate.Response([]byte(doc), policy(t), now)
	if !d.Accepted {
		explain(t, d)
		t.Fatal("refused")
	}
	got := d.Identity
	if got.SessionIndex != "_newest" || got.SessionNotOnOrAfter.Hour() != 20 || got.AuthnInstant.Second() != 10 ||
		!slices.Equal(got.Attributes["Role"], []string{"a", "b"}) || got.AssertionID != "_assertion" ||
		got.Issuer != "https://idp.example/metadata" || got.InResponseTo != "_request" {
		t.Errorf("identity %+v", got)
	}
	names := map[string]string{}
	for _, f := range d.Facts.List() {
		names[f.Name] = f.Value
	}
	if names["assertion signature"] != "digest valid, value valid, certificate trusted" || names["name ID"] != "ada@example.com" || names["status"] != "Success" {
		t.Errorf("facts %v", names)
	}
}

func TestConfirmations(t *testing.T) {
	t.Parallel()
	bad := strings.Replace(confirmation, "https://sp.example/acs", "https://other.example/acs", 1)
	worse := strings.Replace(bad, "_request", "_else", 1)
	for name, c := range map[string]struct {
		confirmations string
		rules         []string
	}{
		"second holds":             {bad + confirmation, nil},
		"first holds":              {confirmation + worse, nil},
		"beside another method":    {strings.Replace(bad, "bearer", "holder-of-key", 1) + confirmation, nil},
		"both bad, the nearer one": {worse + bad, []string{"confirmation-recipient"}},
	} {
		d := validate.Response([]byte(signed(t, confirmation, c.confirmations)), policy(t), now)
		var rules []string
		for _, f := range d.Findings {
			rules = append(rules, f.Rule)
		}
		if !slices.Equal(rules, c.rules) {
			t.Errorf("%s: findings %v, want %v", name, rules, c.rules)
		}
	}
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pairs  []string
		policy func(*validate.Policy)
	}{
		"usual":                      {},
		"unsolicited":                {[]string{` InResponseTo="_request">`, `>`, ` InResponseTo="_request"`, ``}, func(p *validate.Policy) { p.AllowUnsolicited = true }},
		"no memory of requests":      {nil, func(p *validate.Policy) { p.Requests = nil }},
		"no destination, unsigned":   {[]string{` Destination="https://sp.example/acs"`, ``}, nil},
		"any issuer":                 {nil, func(p *validate.Policy) { p.Issuer, p.AnyIssuer = "else", true }},
		"no audience where optional": {[]string{audience, ""}, func(p *validate.Policy) { p.AudienceOptional = true }},
		"audiences, ours first":      {[]string{"</saml:Audience>", "</saml:Audience><saml:Audience>urn:x</saml:Audience>"}, nil},
		"audiences, ours last":       {[]string{"<saml:Audience>", "<saml:Audience>urn:x</saml:Audience><saml:Audience>"}, nil},
		"proxy restriction":          {[]string{audience, audience + `<saml:ProxyRestriction Count="0"/>`}, nil},
		"one-time use, first time":   {[]string{audience, audience + `<saml:OneTimeUse/>`}, func(p *validate.Policy) { p.Seen = func(string, time.Time) bool { return false } }},
		"only NotOnOrAfter":          {[]string{`NotBefore="2027-01-15T12:00:00Z" `, ``}, nil},
		"conditions without times":   {[]string{" " + window, ""}, nil},
		"second-level status":        {[]string{`status:Success"/>`, `status:Success"><samlp:StatusCode Value="urn:x"/></samlp:StatusCode>`}, nil},
		"no name ID where unneeded":  {[]string{nameID, ""}, func(p *validate.Policy) { p.NameIDRequired = false }},
		"blank name ID, not needed":  {[]string{">ada@example.com</saml:NameID>", "/>"}, func(p *validate.Policy) { p.NameIDRequired = false }},
		"padded name ID":             {[]string{">ada@example.com</saml:NameID>", "> ada@example.com</saml:NameID>"}, nil},
		"unspecified format by default": {[]string{` Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"`, ``}, func(p *validate.Policy) {
			p.NameIDFormats = []string{"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"}
		}},
		"foreign extensions":     {[]string{status, fmt.Sprintf(extensions, `<x:a xmlns:x="urn:x"><x:b/></x:a>`)}, nil},
		"unknown statement":      {[]string{authn, authn + `<saml:Statement xsi:type="x:Odd" xmlns:x="urn:x"/>`}, nil},
		"xs prefix not declared": {[]string{` xmlns:xs="http://www.w3.org/2001/XMLSchema" ID="_assertion"`, ` ID="_assertion"`}, nil},
		"stronger login": {nil, func(p *validate.Policy) {
			p.AuthnContext, p.StrongerAuthn = []string{"urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"}, true
		}},
		"deny that nobody reads": {[]string{authn, authn + `<saml:AuthzDecisionStatement Resource="r" Decision="Deny"/>`}, nil},
		"permit":                 {[]string{authn, authn + `<saml:AuthzDecisionStatement Resource="r" Decision="Permit"/>`}, func(p *validate.Policy) { p.AuthzDecisions = true }},
		"schema location":        {[]string{` ID="_response"`, ` xsi:schemaLocation="urn:x http://127.0.0.1:1/" ID="_response"`}, nil},
	} {
		p := policy(t)
		if c.policy != nil {
			c.policy(&p)
		}
		if d := validate.Response([]byte(signed(t, c.pairs...)), p, now); !d.Accepted {
			explain(t, d)
			t.Errorf("%s: refused", name)
		}
	}
}

// TestStatus: an error Response needs neither signature nor Assertion to be
// understood, and all its levels are shown.
func TestStatus(t *testing.T) {
	t.Parallel()
	doc := edit(t, envelope(), `status:Success"/>`,
		`status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:RequestDenied"/></samlp:StatusCode><samlp:StatusMessage>not &lt;you&gt;</samlp:StatusMessage>`)
	p := policy(t)
	d := validate.Response([]byte(doc), p, now)
	if d.Reason != reason.Status || len(d.Findings) != 1 || d.Findings[0].Got != `Responder / RequestDenied ("not <you>")` || !strings.Contains(d.Findings[0].Remedy, "assigned") {
		explain(t, d)
		t.Error("status not understood")
	}
	p.Without = []string{"status-success"}
	if d := validate.Response([]byte(doc), p, now); d.Accepted || d.Reason != reason.Malformed {
		t.Errorf("accepted %v without Assertion, reason %q", d.Accepted, d.Reason)
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	doc := []byte(sign(t, edit(t, response, "metadata</saml:Audience>", "else</saml:Audience>"), signing{key: "other"}))
	late := now.Add(time.Hour)
	p := policy(t)
	for _, c := range []struct {
		precedence []reason.Reason
		want       reason.Reason
	}{
		{nil, reason.FingerprintMismatch},
		{[]reason.Reason{reason.Expired}, reason.Expired},
		{[]reason.Reason{reason.Malformed, reason.Audience, reason.Expired}, reason.Audience},
	} {
		p.Precedence = c.precedence
		if d := validate.Response(doc, p, late); d.Reason != c.want || len(d.Findings) != 4 {
			explain(t, d)
			t.Errorf("precedence %v: reason %q, want %q", c.precedence, d.Reason, c.want)
		}
	}
	p.Precedence, p.Tolerated = []reason.Reason{reason.Expired}, []string{"not-on-or-after", "confirmation-not-on-or-after", "audience-matches"}
	if d := validate.Response(doc, p, late); d.Reason != reason.FingerprintMismatch {
		t.Errorf("a tolerated finding decides: %q", d.Reason)
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	var asked []string
	p := policy(t)
	p.Tolerance = time.Minute
	p.Seen = func(id string, until time.Time) bool {
		asked = append(asked, id+" "+until.Format(time.TimeOnly))
		return len(asked) > 1
	}
	doc := []byte(signed(t))
	if d := validate.Response([]byte(edit(t, string(doc), "ada@", "eve@")), p, now); d.Accepted || len(asked) > 0 {
		t.Fatalf("a refused message was remembered: %v", asked)
	}
	if d := validate.Response(doc, p, now); !d.Accepted || !slices.Equal(asked, []string{"_assertion 12:06:00"}) {
		t.Fatalf("accepted %v, asked %v", d.Accepted, asked)
	}
	if d := validate.Response(doc, p, now); d.Reason != reason.Replayed || len(asked) != 2 {
		t.Errorf("reason %q, asked %v", d.Reason, asked)
	}
}

// TestRemembered: an Assertion is remembered for as long as it could be used.
func TestRemembered(t *testing.T) {
	t.Parallel()
	endless := []string{" " + window, "", ` NotOnOrAfter="2027-01-15T12:05:00Z"`, ""}
	unlimited := []string{"confirmation-limited"}
	for name, c := range map[string]struct {
		pairs     []string
		tolerated []string
		age       time.Duration
		want      string
	}{
		"both end":                            {nil, nil, 0, "2027-01-15 12:06:00"},
		"the later end counts":                {[]string{"12:05:00Z", "12:09:00Z"}, nil, 0, "2027-01-15 12:10:00"},
		"another confirmation ends later":     {[]string{" " + window, "", confirmation, confirmation + strings.Replace(confirmation, "12:05", "12:20", 1)}, nil, 0, "2027-01-15 12:21:00"},
		"no end at all":                       {endless, unlimited, 0, "9999-01-01 00:01:00"},
		"no end, but an age":                  {endless, unlimited, time.Hour, "2027-01-15 13:02:30"},
		"no end, and an age that is let pass": {endless, append(unlimited, "issue-instant-recent"), time.Hour, "9999-01-01 00:01:00"},
		"ends that nobody heeds":              {nil, []string{"not-on-or-after", "confirmation-not-on-or-after"}, 0, "9999-01-01 00:01:00"},
		"an end beyond all":                   {[]string{`NotOnOrAfter="2027-01-15T12:05:00Z">`, `NotOnOrAfter="20270-01-15T12:05:00Z">`}, nil, 0, "2027-01-15 12:06:00"},
	} {
		p := policy(t)
		p.Tolerance, p.Tolerated, p.MaxIssueAge = time.Minute, c.tolerated, c.age
		got := ""
		p.Seen = func(_ string, until time.Time) bool { got = until.Format(time.DateTime); return false }
		if d := validate.Response([]byte(signed(t, c.pairs...)), p, now); !d.Accepted || got != c.want {
			explain(t, d)
			t.Errorf("%s: accepted %v, remembered until %s, want %s", name, d.Accepted, got, c.want)
		}
	}
}

// TestPanic: a panic, here in the SP's own memory, refuses and is named.
func TestPanic(t *testing.T) {
	t.Parallel()
	p := policy(t)
	p.Requests = func(string) validate.RequestState { panic("out of order") }
	d := validate.Response([]byte(signed(t)), p, now)
	if d.Accepted || d.Reason != reason.Malformed || d.Findings[0].Rule != validate.Broken || d.Findings[0].Got != "the SP's own check failed: out of order, in the rule request-outstanding" {
		explain(t, d)
		t.Error("not a finding")
	}
	p.Tolerated = []string{"request-outstanding", validate.Broken}
	if d := validate.Response([]byte(signed(t)), p, now); d.Accepted || d.Findings[0].Tolerated {
		explain(t, d)
		t.Error("tolerated")
	}
	p = policy(t) // here in a rule that only warns
	p.Sent = func(string) (validate.Sent, bool) { panic("out of order") }
	if d := validate.Response([]byte(signed(t)), p, now); d.Accepted || d.Findings[0].Rule != validate.Broken {
		explain(t, d)
		t.Error("accepted")
	}
	p = policy(t)
	p.Certificates = append(p.Certificates, nil)
	if d := validate.Response([]byte(sign(t, response, signing{key: "other"})), p, now); d.Accepted || d.Reason != reason.Malformed {
		explain(t, d)
		t.Errorf("reason %q", d.Reason)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	known := reason.All()
	for _, r := range validate.Rules() {
		if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(r.ID) || ids[r.ID] {
			t.Errorf("rule ID %q", r.ID)
		}
		ids[r.ID] = true
		if r.Title == "" || strings.HasSuffix(r.Title, ".") || r.Ref == "" || r.Check == nil || r.Level != validate.Must && r.Level != validate.Should {
			t.Errorf("rule %s is incomplete", r.ID)
		}
		if !slices.ContainsFunc(known, func(e reason.Entry) bool { return e.Reason == r.Reason }) {
			t.Errorf("rule %s: reason %q", r.ID, r.Reason)
		}
	}
}

func TestPolicyCheck(t *testing.T) {
	t.Parallel()
	p := validate.Policy{Tolerated: []string{"shoes"}, Precedence: []reason.Reason{"hats"}, SignatureOn: "paper"}
	if problems := p.Check(); len(problems) != 3 {
		t.Errorf("problems %v", problems)
	}
	if problems := policy(t).Check(); len(problems) != 0 {
		t.Errorf("problems %v", problems)
	}
	if d := validate.Response([]byte(signed(t)), validate.Policy{}, now); d.Accepted {
		t.Error("the zero policy accepts")
	}
}

// TestBounded: messages made to cost time or memory are refused, and quickly:
// the bound is generous, since each of them would take minutes without limits.
func TestBounded(t *testing.T) {
	t.Parallel()
	signature := between(signed(t), "<ds:Signature ", "</ds:Signature>")
	encrypted := `<saml:EncryptedAssertion>` + encrypt(t, "text", encryption{recipients: strings.Fields("idp other sp idp other sp")}) + `</saml:EncryptedAssertion>`
	for name, markup := range map[string]string{
		"elements":         strings.Repeat("<a/>", 100_000),
		"IDs":              strings.Repeat(`<a ID="a"/>`, 19_000),
		"empty signatures": strings.Repeat(`<ds:Signature xmlns:ds="`+ds+`"/>`, 2000),
		"signatures":       strings.Repeat(signature, 350),
		"encryption":       strings.Repeat(encrypted, 200),
		"assertions":       strings.Repeat(assertionStart+"</saml:Assertion>", 1500),
		"attributes":       "<a" + flood(10_000) + "/>",
		"declarations":     strings.Repeat(`<a xmlns:b="urn:b" xmlns:c="urn:c" xmlns:d="urn:d">`, 99) + strings.Repeat("</a>", 99),
		"text":             strings.Repeat("<![CDATA[a]]>", 50_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := []byte(responseStart + issuer + markup + status + assertion + `</samlp:Response>`)
			p := policy(t)
			p.MaxBytes = 4 << 20
			start := time.Now()
			d := validate.Response(doc, p, now)
			if d.Accepted || len(d.Findings) > 200 {
				t.Errorf("accepted %v, %d findings", d.Accepted, len(d.Findings))
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %s", took)
			} else {
				t.Log(took)
			}
		})
	}
	confirmations := signed(t, confirmation, strings.Repeat(strings.Replace(confirmation, "sp.example", "x.example", 1), 100))
	if d := validate.Response([]byte(confirmations), policy(t), now); d.Reason != reason.Recipient {
		t.Errorf("reason %q", d.Reason)
	}
}
