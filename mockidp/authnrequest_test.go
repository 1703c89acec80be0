package mockidp

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/crewjam/saml"
)

// change replaces one piece of a request and fails when it is not there.
func change(old, new string) func(*testing.T, string) string {
	return func(t *testing.T, text string) string {
		t.Helper()
		if !strings.Contains(text, old) {
			t.Fatalf("no %s in %s", old, text)
		}
		return strings.Replace(text, old, new, 1)
	}
}

// addAttribute puts an attribute on the AuthnRequest.
func addAttribute(attribute string) func(*testing.T, string) string {
	return change("<samlp:AuthnRequest ", "<samlp:AuthnRequest "+attribute+" ")
}

// addElement puts an element at the end of the AuthnRequest.
func addElement(element string) func(*testing.T, string) string {
	return change("</samlp:AuthnRequest>", element+"</samlp:AuthnRequest>")
}

func requestOf(t *testing.T, s *scene, sp *saml.ServiceProvider) string {
	req := s.request(sp)
	req.NameIDPolicy = nil
	return requestXML(t, req)
}

const acsAttribute = `AssertionConsumerServiceURL="https://sp.example.com/acs"`

// A request that nobody can answer ends on a page, with nothing sent to any
// assertion consumer service.
func TestRefusedRequests(t *testing.T) {
	t.Parallel()
	ago := func(d time.Duration) string { return time.Now().Add(-d).UTC().Format(time.RFC3339) }
	for name, tc := range map[string]struct {
		edit func(*testing.T, string) string
		code int
		says string
	}{
		"issuer missing":       {change(`<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">https://sp.example.com</saml:Issuer>`, ""), 404, "is registered here"},
		"issuer unknown":       {change("https://sp.example.com</saml:Issuer>", "https://other.example.com</saml:Issuer>"), 404, "other.example.com"},
		"issuer near miss":     {change("https://sp.example.com</saml:Issuer>", "https://sp.example.com/</saml:Issuer>"), 404, "is registered here"},
		"id missing":           {change(` ID="`, ` NoID="`), 400, "no ID"},
		"id not an NCName":     {change(` ID="id-`, ` ID="1-`), 400, "XML does not allow"},
		"issued long ago":      {withInstant(ago(25 * time.Hour)), 400, "25h0m"},
		"issued in future":     {withInstant(ago(-25 * time.Hour)), 400, "from the clock"},
		"issued at an offset":  {withInstant("2026-01-01T00:00:00+02:00"), 400, "no time in UTC"},
		"issued at garbage":    {withInstant("yesterdayZ"), 400, "schema"},
		"issued never":         {change("IssueInstant=", "Issued="), 400, "no time in UTC"},
		"destination wrong":    {change("/saml/sso", "/saml/slo"), 400, "Destination"},
		"ACS not registered":   {change("https://sp.example.com/acs", "https://evil.example.com/acs"), 403, "evil.example.com"},
		"ACS near miss":        {change("sp.example.com/acs", "sp.example.com/acs?x"), 403, "no HTTP-POST assertion consumer"},
		"ACS script":           {change("https://sp.example.com/acs", "javascript:alert(1)"), 403, "no HTTP-POST assertion consumer"},
		"ACS index unknown":    {change(acsAttribute, `AssertionConsumerServiceIndex="99"`), 403, "99"},
		"ACS index no number":  {change(acsAttribute, `AssertionConsumerServiceIndex="abc"`), 403, "abc"},
		"ACS index of no POST": {change(acsAttribute, `AssertionConsumerServiceIndex="2"`), 403, "no HTTP-POST"},
		"ACS named twice":      {addAttribute(`AssertionConsumerServiceIndex="1"`), 400, "twice"},
		"another message":      {func(_ *testing.T, s string) string { return strings.ReplaceAll(s, "AuthnRequest", "LogoutRequest") }, 400, "LogoutRequest"},
		"another namespace":    {change("SAML:2.0:protocol", "SAML:9.9:protocol"), 400, "not an AuthnRequest"},
		"ForceAuthn garbage":   {addAttribute(`ForceAuthn="maybe"`), 400, "schema"},
		"doctype":              {func(_ *testing.T, s string) string { return `<!DOCTYPE a [<!ENTITY b "c">]>` + s }, 400, "document type"},
		"two roots":            {func(_ *testing.T, s string) string { return s + "<a/>" }, 400, "more than one root"},
		"text after the root":  {func(_ *testing.T, s string) string { return s + "tail" }, 400, "text outside"},
		"attribute twice":      {addAttribute(`Version="2.0"`), 400, "stands twice"},
		"truncated":            {func(_ *testing.T, s string) string { return s[:len(s)-9] }, 400, "not well-formed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, nil)
			sp := s.register(nil, ServiceProvider{})
			text := tc.edit(t, requestOf(t, s, sp))
			v := s.visitor()
			v.signIn(v.get("/login"), ada)
			for _, p := range []page{v.redirect(text, ""), v.post(ssoPath, url.Values{"SAMLRequest": {base64Text(text)}})} {
				if p.status != tc.code || p.name != "refused" || len(p.forms) > 0 {
					t.Errorf("%d %q with %d forms, want %d: %s", p.status, p.name, len(p.forms), tc.code, p.text)
				}
			}
			if event := s.last(Refused); !strings.Contains(event.Note, tc.says) {
				t.Errorf("says %q, want %q in it", event.Note, tc.says)
			}
			if strings.Contains(s.kinds(), ResponseSent) || strings.Contains(s.kinds(), Broken) {
				t.Errorf("events %s", s.kinds())
			}
		})
	}
}

func withInstant(instant string) func(*testing.T, string) string {
	return func(t *testing.T, text string) string {
		_, rest, ok := strings.Cut(text, `IssueInstant="`)
		if !ok {
			t.Fatal("no IssueInstant")
		}
		old, _, _ := strings.Cut(rest, `"`)
		return change(old, instant)(t, text)
	}
}

func contextOf(comparison string, classes ...string) func(*testing.T, string) string {
	element := `<samlp:RequestedAuthnContext Comparison="` + comparison + `">`
	for _, class := range classes {
		if !strings.Contains(class, ":") {
			class = "urn:oasis:names:tc:SAML:2.0:ac:classes:" + class
		}
		element += `<saml:AuthnContextClassRef>` + class + `</saml:AuthnContextClassRef>`
	}
	return addElement(element + `</samlp:RequestedAuthnContext>`)
}

func policyOf(attributes string) func(*testing.T, string) string {
	return addElement("<samlp:NameIDPolicy " + attributes + "/>")
}

func subjectOf(inner string) func(*testing.T, string) string {
	return addElement("<saml:Subject>" + inner + "</saml:Subject>")
}

// A request that is understood but cannot be met gets an error Response; one
// that can be met gets what it asks for.
func TestAnsweredRequests(t *testing.T) {
	t.Parallel()
	const format = `Format="urn:oasis:names:tc:SAML:`
	for name, tc := range map[string]struct {
		edit     func(*testing.T, string) string
		status   string
		contains string // in the Response
	}{
		"version 1.1":               {change(`Version="2.0"`, `Version="1.1"`), "VersionMismatch/RequestVersionTooLow", ""},
		"version 3.0":               {change(`Version="2.0"`, `Version="3.0"`), "VersionMismatch/RequestVersionTooHigh", ""},
		"binding redirect":          {change("bindings:HTTP-POST", "bindings:HTTP-Redirect"), "Responder/UnsupportedBinding", ""},
		"binding PAOS":              {change("bindings:HTTP-POST", "bindings:PAOS"), "Responder/UnsupportedBinding", ""},
		"policy made up":            {policyOf(`Format="urn:example:made-up"`), "Requester/InvalidNameIDPolicy", ""},
		"policy encrypted":          {policyOf(format + `2.0:nameid-format:encrypted"`), "Requester/InvalidNameIDPolicy", ""},
		"policy of others":          {policyOf(`SPNameQualifier="urn:others"`), "Requester/InvalidNameIDPolicy", ""},
		"policy email":              {policyOf(format + `1.1:nameid-format:emailAddress"`), "Success", ">ada@example.com</saml:NameID>"},
		"policy unspecified":        {policyOf(format + `1.1:nameid-format:unspecified"`), "Success", ">ada@example.com</saml:NameID>"},
		"policy persistent":         {policyOf(format + `2.0:nameid-format:persistent" AllowCreate="false"`), "Success", `nameid-format:persistent"`},
		"policy transient":          {policyOf(format + `2.0:nameid-format:transient"`), "Success", `nameid-format:transient"`},
		"context exact":             {contextOf("exact", "Password"), "Success", "classes:Password<"},
		"context several":           {contextOf("exact", "Kerberos", "Password"), "Success", "classes:Password<"},
		"context unmet":             {contextOf("exact", "Kerberos"), "Responder/NoAuthnContext", ""},
		"context unknown":           {contextOf("exact", "urn:example:made-up"), "Responder/NoAuthnContext", ""},
		"context empty":             {contextOf("exact"), "Responder/NoAuthnContext", ""},
		"context minimum":           {contextOf("minimum", "Password"), "Success", "PasswordProtectedTransport<"},
		"context minimum, the best": {contextOf("minimum", "PasswordProtectedTransport"), "Success", "PasswordProtectedTransport<"},
		"context maximum":           {contextOf("maximum", "Password"), "Success", "classes:Password<"},
		"context better":            {contextOf("better", "Password"), "Success", "PasswordProtectedTransport<"},
		"context better than best":  {contextOf("better", "PasswordProtectedTransport"), "Responder/NoAuthnContext", ""},
		"context garbled":           {contextOf("nicer", "Password"), "Responder/NoAuthnContext", ""},
		"context not asked":         {addElement(""), "Success", "PasswordProtectedTransport<"},
		"subject the same":          {subjectOf(`<saml:NameID>ada@example.com</saml:NameID>`), "Success", ">ada@example.com</saml:NameID>"},
		"subject another":           {subjectOf(`<saml:NameID>bob@example.com</saml:NameID>`), "Requester/UnknownPrincipal", ""},
		"subject with confirmation": {subjectOf(`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/>`), "Requester/RequestUnsupported", ""},
		"ACS by index":              {change(acsAttribute, `AssertionConsumerServiceIndex="1"`), "Success", `Destination="https://sp.example.com/acs"`},
		"ACS by default":            {change(acsAttribute, ""), "Success", `Destination="https://sp.example.com/acs"`},
		"destination not named":     {change(`Destination=`, `NoDestination=`), "Success", ""},
		"extensions unknown":        {addElement(`<samlp:Extensions><x:y xmlns:x="urn:x"/></samlp:Extensions>`), "Success", ""},
		"provider name with markup": {addAttribute(`ProviderName="&lt;script&gt;"`), "Success", ""},
		"eleven hours old":          {withInstant(time.Now().Add(-11 * time.Hour).UTC().Format(time.RFC3339)), "Success", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, nil)
			sp := s.register(nil, ServiceProvider{})
			v := s.visitor()
			v.signIn(v.get("/login"), ada)
			text := tc.edit(t, requestOf(t, s, sp))
			p := v.redirect(text, "state")
			if got := p.statusOf(t); got != tc.status {
				t.Errorf("status %s, want %s", got, tc.status)
			}
			posted, raw := p.response(t)
			if !strings.Contains(string(raw), tc.contains) {
				t.Errorf("no %s in %s", tc.contains, raw)
			}
			if posted.action != "https://sp.example.com/acs" || posted.fields.Get("RelayState") != "state" {
				t.Errorf("form %+v", posted)
			}
		})
	}
}

func TestNameIDs(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	nameID := func(sp *saml.ServiceProvider, person Person) string {
		v := s.visitor()
		req := s.request(sp)
		_, raw := v.signIn(v.redirect(requestXML(t, req), ""), person).response(t)
		assertion, err := sp.ParseXMLResponse(raw, []string{req.ID}, sp.AcsURL)
		if err != nil {
			t.Fatal(err)
		}
		return assertion.Subject.NameID.Value
	}
	as := func(entityID string, format saml.NameIDFormat) *saml.ServiceProvider {
		return s.register(func(sp *saml.ServiceProvider) { sp.EntityID, sp.AuthnNameIDFormat = entityID, format }, ServiceProvider{})
	}
	one, two := as("urn:one", saml.PersistentNameIDFormat), as("urn:two", saml.PersistentNameIDFormat)
	first, again := nameID(one, ada), nameID(one, ada)
	if first != again || first == nameID(one, bob) || first == nameID(two, ada) {
		t.Error("a persistent NameID must be stable, per person and per SP")
	}
	if id := nameID(one, ada); strings.Contains(id, "ada") {
		t.Errorf("persistent NameID %q is not opaque", id)
	}
	three := as("urn:three", saml.TransientNameIDFormat)
	if first, again := nameID(three, ada), nameID(three, ada); first == again {
		t.Error("a transient NameID must be fresh")
	}
}

// What an SP needs and a person lacks ends the sign-on before anything is sent.
func TestPersonLacksAttribute(t *testing.T) {
	t.Parallel()
	for name, registration := range map[string]ServiceProvider{
		"NameID": {NameID: NameIDRule{Format: "unspecified", From: "user-id"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, nil)
			s.register(nil, registration)
			v := s.visitor()
			p := v.signIn(v.get("/launch?sp=https://sp.example.com"), ada)
			if p.status != http.StatusForbidden || strings.Contains(s.kinds(), ResponseSent) {
				t.Errorf("%d %s", p.status, p.text)
			}
		})
	}
}

func TestParameters(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(nil, ServiceProvider{})
	query := redirectQuery(t, requestOf(t, s, sp), "state")
	deflate := "&SAMLEncoding=" + url.QueryEscape(deflateEncoding)
	for name, tc := range map[string]struct {
		query string
		code  int
	}{
		"good":                  {query, 200},
		"deflate named":         {query + deflate, 200},
		"other parameters":      {query + "&x=%zz&x=2", 200},
		"another encoding":      {query + "&SAMLEncoding=urn:x", 400},
		"SAMLRequest twice":     {query + "&" + query, 400},
		"RelayState twice":      {query + "&RelayState=2", 400},
		"escaped name":          {query + "&SAML%52equest=x", 400},
		"SAMLResponse too":      {query + "&SAMLResponse=x", 400},
		"broken escape":         {"SAMLRequest=%zz", 400},
		"SigAlg only":           {query + "&SigAlg=x", 400},
		"Signature only":        {query + "&Signature=x", 400},
		"unknown SigAlg":        {query + "&SigAlg=x&Signature=eA", 400},
		"nothing":               {"", 400},
		"empty":                 {"SAMLRequest=", 400},
		"not base64":            {"SAMLRequest=" + url.QueryEscape("<xml>"), 400},
		"not deflated":          {"SAMLRequest=" + url.QueryEscape(base64Text("<xml/>")), 400},
		"zlib header":           {"SAMLRequest=" + url.QueryEscape("eJwDAAAAAAE="), 400},
		"cut":                   {query[:len(query)/2], 400},
		"longer than any query": {query + "&x=" + strings.Repeat("x", queryLimit), 414},
	} {
		if p := s.visitor().get(ssoPath + "?" + tc.query); p.status != tc.code {
			t.Errorf("%s: %d, want %d: %s", name, p.status, tc.code, p.text)
		}
	}
	for _, method := range []string{"PUT", "HEAD", "OPTIONS", "DELETE"} {
		req, _ := http.NewRequest(method, s.url+ssoPath+"?"+query, nil)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 405 || resp.Header.Get("Allow") != "GET, POST" {
			t.Errorf("%s: %d, Allow %q", method, resp.StatusCode, resp.Header.Get("Allow"))
		}
	}
}
