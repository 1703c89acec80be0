package report

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	imagedraw "image/draw"
	"image/png"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

const (
	spURL     = "http://acme.influitive.localhost:41873"
	idpURL    = "http://idp.localhost:41873"
	originURL = "http://origin.localhost:41873"
)

// sample is a run with one case of every verdict and every kind of evidence.
func sample() *Run {
	return &Run{
		Tool:     "ssoproof 0.3.0",
		Command:  "ssoproof certify acme-idp.yaml --profile influitive --out acme-report",
		Started:  time.Date(2026, 3, 2, 9, 14, 5, 0, time.UTC),
		Duration: 41*time.Second + 300*time.Millisecond,
		Partial:  true,
		Notes:    []string{"Narrowed by --profile influitive: the other products were not tried."},
		Subject:  &Subject{Role: "identity provider", Product: "Acme Identity", Version: "4.2", Organization: "Acme Software GmbH", Contact: "sso@acme.example"},
		Cases: []Case{
			passing(), expired(), fingerprint(), wrongACS(), broken(), skipped(), knownFailure(), unexpectedPass(), legacy(),
		},
	}
}

func newCase(family, name, profile, title string) Case {
	c := Case{
		ID: family + "/" + name + "@" + profile, Scenario: family + "/" + name, Family: family, Profile: profile, Title: title,
		Source: "fixtures/scenarios/" + family + ".yaml:12", Flow: "sp-initiated", Duration: 812 * time.Millisecond, Verdict: Pass,
	}
	c.Command = "ssoproof run '" + c.ID + "'"
	return c
}

func passing() Case {
	c := newCase("login", "sp-initiated", "influitive", "an advocate who asks for a page is signed in and lands on it")
	c.Ref = "SAML profiles 4.1; Influitive, Configuring SAML Single Sign On"
	c.Checks = []CheckResult{
		{Name: "signed-in-as", Summary: "the account page names the account", Expected: "ada", Seen: "ada", OK: true},
		{Name: "lands-on", Summary: "the flow ends on the page that was asked for", Expected: "/challenges/7", Seen: "/challenges/7", OK: true},
	}
	c.Events = login(0, nil, accepted(), trace.Page{Label: trace.Final, Name: "challenge", URL: spURL + "/challenges/7", Status: 200,
		Title: "Challenge 7 – Acme Advocates", Text: "Challenge 7\nTell us a story\nSigned in as Ada Lovelace",
		HTML: `<!doctype html><html><head><title>Challenge 7</title><style>body{font:16px sans-serif;margin:2em;color:#223}h1{color:#084}</style></head><body data-page="challenge"><h1>Challenge 7</h1><p>Tell us a story.</p><p>Signed in as <b>Ada Lovelace</b>.</p><form method="post"><button id="log-out">Log out</button></form></body></html>`})
	return c
}

func expired() Case {
	c := newCase("time", "not-on-or-after-past", "influitive", "an assertion is refused after the instant its NotOnOrAfter names")
	c.Ref, c.Faults = "SAML core 2.5.1.2", []string{"conditions-window: {not-on-or-after: -61s}"}
	c.Checks = []CheckResult{{Name: "refused", Summary: "the SP refuses, and for this reason", Expected: "expired", Seen: "expired", OK: true}}
	c.Control = "passes without the fault"
	c.Events = login(-5*time.Minute, c.Faults, &trace.Decision{Reason: "expired", Findings: []trace.Finding{{
		Rule: "conditions-not-on-or-after", Ref: "SAML core 2.5.1.2", Reason: "expired", Where: "/Response/Assertion/Conditions/@NotOnOrAfter",
		Want: "later than the SP's clock, 2026-03-02T12:00:00Z", Got: "2026-03-02T11:53:59Z",
		Remedy: "Set the IdP's clock by NTP, or give the assertion a longer life.",
	}}, Facts: facts()}, errorPage("Current time is on or after NotOnOrAfter condition"))
	return c
}

func fingerprint() Case {
	c := newCase("certificate", "fingerprint", "influitive", "the Response is signed with the certificate whose fingerprint the hub was given")
	c.Ref = "Influitive, Common Issues & Errors: fingerprint mismatch"
	c.Checks = []CheckResult{
		{Name: "signed-in-as", Summary: "the account page names the account", Expected: "ada", Seen: ""},
		{Name: "accepted", Summary: "the SP accepts the message", Expected: "accepted", Seen: "refused: fingerprint-mismatch"},
	}
	c.Verdict, c.Cause = Judge(c.Checks, false, nil, "")
	decision := &trace.Decision{Reason: "fingerprint-mismatch", Findings: []trace.Finding{
		{Rule: "certificate-fingerprint", Ref: "Influitive, SSO Fingerprint/Thumbprint", Reason: "fingerprint-mismatch", Where: "/Response/Signature/KeyInfo/X509Data",
			Want: "8D:64:1E:7B:5C:0A:93:1F:AA:31:70:4B:C2:5D:9E:06:44:F1:BB:20", Got: "8D:64:1E:7B:5C:0A:94:77:02:E4:16:A5:39:8B:60:DD:F3:05:C8:61",
			Remedy: "Upload the certificate that the IdP signs with now, or enter its SHA-1 or SHA-256 fingerprint in the hub. After a rotation both sides must be changed together."},
		{Rule: "signature-algorithm", Ref: "RFC 9231 2.3.2", Reason: "algorithm-refused", Tolerated: true, Got: "http://www.w3.org/2000/09/xmldsig#rsa-sha1", Want: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
			Where: "/Response/Signature/SignedInfo/SignatureMethod", Remedy: "Sign with SHA-256."},
	}, Facts: facts()}
	page := errorPage("Fingerprint mismatch: the certificate used to sign didn't match")
	page.Screenshot, page.HTML = screenshot(), ""
	c.Events = login(0, nil, decision, page)
	c.Replayed = true
	c.SecondOpinion = &SecondOpinion{Library: "crewjam/saml", Accepted: true, As: "ada@example.com"}
	return c
}

func wrongACS() Case {
	c := newCase("addressing", "destination", "influitive", "the Response names the address that it is sent to")
	c.Ref = "SAML bindings 3.5.5.2"
	c.Checks = []CheckResult{{Name: "accepted", Summary: "the SP accepts the message", Expected: "accepted", Seen: "refused: destination"}}
	c.Verdict, c.Cause = Judge(c.Checks, false, nil, "")
	c.Events = login(0, nil, &trace.Decision{Reason: "destination", Findings: []trace.Finding{
		{Rule: "destination", Ref: "SAML bindings 3.5.5.2", Reason: "destination", Where: "/Response/@Destination", Want: spURL + "/saml/consume", Got: "https://acme.influitive.localhost:41873/saml/consume/",
			Remedy: "Send to the AssertionConsumerServiceURL exactly as the SP's metadata writes it: the scheme, the port and the last slash count."},
	}, Facts: facts()}, errorPage("The response was not meant for this hub"))
	return c
}

func broken() Case {
	c := newCase("certificate", "rotation", "influitive", "a second published certificate is trusted at once")
	c.Verdict, c.Cause = Judge(nil, false, fmt.Errorf("opening %s/challenges/7: Chrome gave up after 10s", spURL), "")
	return c
}

func skipped() Case {
	c := newCase("encryption", "aes256-gcm", "influitive", "an assertion encrypted with AES-256-GCM is read")
	c.Verdict, c.Cause = Judge(nil, false, nil, "the subject declares no encryption")
	c.Duration = 0
	return c
}

func knownFailure() Case {
	c := newCase("time", "not-before-future", "eft", "an assertion that is not valid yet is refused")
	c.Checks = []CheckResult{{Name: "refused", Summary: "the SP refuses, and for this reason", Expected: "not-yet-valid", Seen: "not-on-or-after"}}
	c.Verdict, c.Cause = Judge(c.Checks, true, nil, "")
	return c
}

func unexpectedPass() Case {
	c := newCase("addressing", "relay-state", "eft", "the RelayState comes back unchanged")
	c.Checks = []CheckResult{{Name: "relay-state", Expected: "/files", Seen: "/files", OK: true}}
	c.Verdict, c.Cause = Judge(c.Checks, true, nil, "")
	return c
}

func legacy() Case {
	c := newCase("jump", "session-timeout", "channeltivity", "after a timeout the jump page brings the visitor back to the lead")
	c.Flow, c.Ref = "jump-page", "Channeltivity, Seamless Invalid Session Handling"
	c.Checks = []CheckResult{{Name: "lands-on", Summary: "the flow ends on the page that was asked for", Expected: "/Leads/123", Seen: "/Leads/123", OK: true}}
	portal := "http://portal.channeltivity.localhost:41873"
	t := newTrace(0)
	t.server(trace.SP, trace.Event{Kind: trace.KindRefused, Decision: &trace.Decision{Reason: "session-timeout"}})
	t.exchange(trace.Browser, trace.SP, "GET", portal+"/Leads/123", 302, originURL+"/SSO?reason=SessionTimeout&target=%2FLeads%2F123")
	t.exchange(trace.Browser, trace.Origin, "GET", originURL+"/SSO?reason=SessionTimeout&target=%2FLeads%2F123", 302, portal+"/Leads/123?email=ada%40acme.example&session=hunter2")
	t.server(trace.Origin, trace.Event{Kind: "session-checked", Note: "the session is good"})
	t.exchange(trace.SP, trace.Origin, "POST", originURL+"/AuthenticationService", 200, "")
	t.server(trace.SP, trace.Event{Kind: trace.KindServiceCalled, Message: &trace.Message{Name: "AuthenticationCall", From: trace.SP, To: trace.Origin, Binding: "REST JSON", XML: `{"email":"ada@acme.example","session":"hunter2"}`}})
	t.server(trace.SP, trace.Event{Kind: trace.KindSessionStarted, Session: &trace.Session{Started: true, Account: "a-1", Login: "ada"}})
	t.exchange(trace.Browser, trace.SP, "GET", portal+"/Leads/123?email=ada%40acme.example&session=hunter2", 200, "")
	t.Add(trace.Event{Party: trace.Browser, Kind: trace.KindPage, Page: &trace.Page{Label: trace.Final, URL: portal + "/Leads/123", Status: 200, Title: "Lead 123", Text: "Lead 123\nOpen since 2 March", HTML: "<h1>Lead 123</h1>"}})
	c.Events = t.Events()
	return c
}

// recorder writes a trace as the lab does: a server's events come before the
// exchange in which they happen.
type recorder struct {
	*trace.Trace
	skew time.Duration // of everybody but the SP
	moved,
	elapsed time.Duration
}

func newTrace(skew time.Duration) *recorder { return &recorder{Trace: trace.New(), skew: skew} }

func (r *recorder) server(p trace.Party, e trace.Event) {
	r.elapsed += 9 * time.Millisecond
	e.Party, e.At, e.Elapsed = p, noon.Add(r.moved), r.elapsed
	if p != trace.SP {
		e.At = e.At.Add(r.skew)
	}
	r.Add(e)
}

func (r *recorder) exchange(from, to trace.Party, method, url string, status int, location string) {
	r.server(to, trace.Event{Kind: trace.KindExchange, Exchange: &trace.Exchange{From: from, To: to, Method: method, URL: url, Status: status, Location: location, ContentType: "text/html; charset=utf-8"}})
}

// login is the whole SP-initiated journey up to the decision and the page it leads to.
func login(skew time.Duration, faults []string, d *trace.Decision, final trace.Page) []trace.Event {
	r := newTrace(skew)
	request := trace.Message{Name: "AuthnRequest", From: trace.SP, To: trace.IdP, Binding: "redirect", RelayState: "rs-41", XML: authnRequest}
	r.server(trace.SP, trace.Event{Kind: trace.KindRequestSent, Message: &request})
	sso := idpURL + "/saml/sso?SAMLRequest=fZJNT8MwDIbv%2FIoq97Zp98GItk7TJsQkEBMtHLi&RelayState=rs-41"
	r.exchange(trace.Browser, trace.SP, "GET", spURL+"/challenges/7", 302, sso)
	r.server(trace.IdP, trace.Event{Kind: "request-received", Message: &request})
	r.exchange(trace.Browser, trace.IdP, "GET", sso, 200, "")
	r.Add(trace.Event{Party: trace.Browser, Kind: trace.KindFormFilled, Note: "signs in as ada"})
	if skew != 0 {
		r.moved = time.Minute
		r.Add(trace.Event{Party: trace.Lab, Kind: trace.KindClock, Note: "both clocks are moved on by 60 s"})
	}
	r.server(trace.IdP, trace.Event{Kind: trace.KindResponseSent, Message: &trace.Message{Name: "Response", From: trace.IdP, To: trace.SP, Binding: "post", RelayState: "rs-41", XML: response, Signed: true, Faults: faults}})
	r.exchange(trace.Browser, trace.IdP, "POST", idpURL+"/login", 200, "")
	r.server(trace.SP, trace.Event{Kind: trace.KindDecision, Decision: d})
	if d.Accepted {
		r.server(trace.SP, trace.Event{Kind: trace.KindSessionStarted, Session: &trace.Session{Started: true, Account: "a-1", Login: "ada"}})
		r.exchange(trace.Browser, trace.SP, "POST", spURL+"/saml/consume", 303, final.URL)
		r.exchange(trace.Browser, trace.SP, "GET", final.URL, final.Status, "")
	} else {
		r.exchange(trace.Browser, trace.SP, "POST", spURL+"/saml/consume", final.Status, "")
	}
	r.Add(trace.Event{Party: trace.Browser, Kind: trace.KindPage, Page: &final})
	return r.Events()
}

func accepted() *trace.Decision {
	return &trace.Decision{Accepted: true, Facts: facts(), Identity: map[string][]string{
		"name-id": {"ada@acme.example"}, "name-id-format": {"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"}, "email": {"ada@acme.example"}, "groups": {"advocates", "beta"}}}
}

func facts() []trace.Fact {
	return []trace.Fact{
		{Name: "signing-certificate-sha1", Value: "8D:64:1E:7B:5C:0A:94:77:02:E4:16:A5:39:8B:60:DD:F3:05:C8:61"},
		{Name: "signing-certificate-sha256", Value: "3A:0C:77:41:98:D2:5E:BB:10:6F:84:C9:22:AD:E3:57:0B:91:4C:F6:68:DA:35:8E:72:01:BC:49:F0:27:96:13"},
		{Name: "not-before", Value: "2026-03-02T11:59:00Z"}, {Name: "not-on-or-after", Value: "2026-03-02T12:05:00Z"}, {Name: "clock", Value: "2026-03-02T12:00:00Z"},
	}
}

func errorPage(text string) trace.Page {
	return trace.Page{Label: trace.Final, Name: "error", URL: spURL + "/saml/consume", Status: 403, Title: "Sign-in failed", Text: "We could not sign you in\n" + text,
		HTML: `<!doctype html><html><head><title>Sign-in failed</title><style>body{font:16px sans-serif;margin:3em;color:#223}h1{color:#a21}</style></head><body data-page="error"><h1>We could not sign you in</h1><p>` + text + `</p></body></html>`}
}

// screenshot draws something that looks like a page.
func screenshot() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 800, 320))
	fill := func(c color.Color, x, y, w, h int) {
		imagedraw.Draw(img, image.Rect(x, y, x+w, y+h), image.NewUniform(c), image.Point{}, imagedraw.Src)
	}
	fill(color.White, 0, 0, 800, 320)
	fill(color.RGBA{0x12, 0x3a, 0x6b, 255}, 0, 0, 800, 56)
	fill(color.RGBA{0xc0, 0x23, 0x2c, 255}, 60, 100, 360, 26)
	for i := range 4 {
		fill(color.RGBA{0xd5, 0xdb, 0xe4, 255}, 60, 156+i*30, 620-i*80, 14)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

var base64Text = strings.Repeat("MIIDdzCCAl+gAwIBAgIEbGk5vTANBgkqhkiG9w0BAQsFADBsMRAwDgYDVQQGEwdV\n", 22)

const authnRequest = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_7f1c" Version="2.0" IssueInstant="2026-03-02T12:00:00Z" Destination="http://idp.localhost:41873/saml/sso" AssertionConsumerServiceURL="http://acme.influitive.localhost:41873/saml/consume" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"><saml:Issuer>influitive</saml:Issuer><samlp:NameIDPolicy AllowCreate="true" Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"/></samlp:AuthnRequest>`

var response = `<?xml version="1.0" encoding="UTF-8"?><samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="2026-03-02T12:00:00Z" Destination="http://acme.influitive.localhost:41873/saml/consume" InResponseTo="_7f1c"><saml:Issuer>http://idp.localhost:41873/saml/metadata</saml:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#_r1"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>Yl7k2m0m2mUIn4E2tq1gVg6d8fK0VqJ3l5sJqzTqk3A=</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>` + base64Text + `</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + base64Text + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion ID="_a1" Version="2.0" IssueInstant="2026-03-02T12:00:00Z"><saml:Issuer>http://idp.localhost:41873/saml/metadata</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">ada@acme.example<!-- a comment -->.evil</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="_7f1c" NotOnOrAfter="2026-03-02T12:05:00Z" Recipient="http://acme.influitive.localhost:41873/saml/consume"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="2026-03-02T11:59:00Z" NotOnOrAfter="2026-03-02T12:05:00Z"><saml:AudienceRestriction><saml:Audience>influitive</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="2026-03-02T12:00:00Z" SessionIndex="_s1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>ada@acme.example</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`
