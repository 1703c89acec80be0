package mockidp

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// served serves a request that nobody may be able to break: no panic, no answer
// that blames the identity provider itself. It returns what was recorded.
func served(t *testing.T, idp *IdP, request *http.Request) []Event {
	t.Helper()
	idp.events = newRing(eventLimit)
	idp.ServeHTTP(httptest.NewRecorder(), request)
	events := idp.events.last(eventLimit)
	for _, e := range events {
		if e.Kind == Broken {
			t.Fatalf("%s %s: %s", request.Method, request.URL.Path, e.Note)
		}
	}
	return events
}

// believed tells whether anything came of a request but a refusal.
func believed(events []Event) bool {
	return slices.ContainsFunc(events, func(e Event) bool { return e.Kind != Refused })
}

// leaver is a LogoutRequest of the SP that inert knows.
func leaver(attrs, content string) string {
	return fmt.Sprintf(`<p:LogoutRequest xmlns:p="%s" xmlns:a="%s" ID="x" Version="2.0" IssueInstant="%s" Destination="http://idp.localhost%s"%s><a:Issuer>urn:sp</a:Issuer>%s</p:LogoutRequest>`,
		protocolNS, assertionNS, time.Now().UTC().Format(time.RFC3339), logoutServicePath, attrs, content)
}

func logoutSeeds(f *testing.F) []string {
	f.Helper()
	signed := string((&farewellSP{}).signed(leaver("", "<a:NameID>ada</a:NameID>")))
	return []string{
		signed, leaver("", "<a:NameID>ada</a:NameID>"), leaver(` NotOnOrAfter="x"`, "<a:NameID/><p:SessionIndex> </p:SessionIndex>"),
		strings.ReplaceAll(leaver(` InResponseTo="_x"`, `<p:Status><p:StatusCode Value="x"><p:StatusCode/></p:StatusCode></p:Status>`), "LogoutRequest", "LogoutResponse"),
		strings.Replace(signed, "ada", "eve", 1), strings.Replace(signed, `URI="#x"`, `URI=""`, 1),
		leaver("", `<s:Signature xmlns:s="`+signatureNS+`"><s:SignedInfo><s:Reference URI="#x"/></s:SignedInfo><s:SignatureValue/></s:Signature>`),
		"", "<a", "<!DOCTYPE a>", `<p:LogoutRequest xmlns:p="` + protocolNS + `"/>`,
	}
}

// FuzzLogout looks for a message of single logout that breaks the identity
// provider, or that is believed without the signature of its SP.
func FuzzLogout(f *testing.F) {
	for _, seed := range logoutSeeds(f) {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	idp, genuine := inert(f), []byte(">ada</a:NameID>")
	f.Fuzz(func(t *testing.T, raw []byte, answer bool) {
		field := requestField
		if answer {
			field = responseField
		}
		body := url.Values{field: {base64.StdEncoding.EncodeToString(raw)}}.Encode()
		request := httptest.NewRequest(http.MethodPost, "http://idp.localhost"+logoutServicePath, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if events := served(t, idp, request); believed(events) && !bytes.Contains(raw, genuine) {
			t.Fatalf("believed: %+v", events)
		}
	})
}

// FuzzQuery looks for a query of the Redirect binding that breaks the identity
// provider: as it is, and with the message in it compressed as it ought to be
// and signed with the SP's own key, so that what is behind is reached.
func FuzzQuery(f *testing.F) {
	for _, seed := range append(logoutSeeds(f), authnRequest(""), authnRequest(`<p:NameIDPolicy Format=""/>`)) {
		f.Add("SAMLRequest=fZ&RelayState=%2f", []byte(seed))
	}
	f.Add("SAMLRequest=a&SAMLRequest=b&SAMLResponse=c", []byte("<a/>"))
	f.Add("SAMLEncoding=x&SAMLResponse=%zz&SigAlg=&Signature=", []byte("<a/>"))
	idp := inert(f)
	f.Fuzz(func(t *testing.T, query string, raw []byte) {
		for _, path := range []string{ssoPath, logoutServicePath} {
			request := httptest.NewRequest(http.MethodGet, "http://idp.localhost"+path, nil)
			request.URL.RawQuery = query
			served(t, idp, request)
			request.URL.RawQuery = signedQuery(t, spKey(), redirectQuery(t, string(raw), ""))
			served(t, idp, request)
		}
	})
}

// FuzzSOAP looks for an envelope that breaks the back channel, or that is
// believed without the signature of its SP.
func FuzzSOAP(f *testing.F) {
	resolve := `<p:ArtifactResolve xmlns:p="` + protocolNS + `" xmlns:a="` + assertionNS + `" ID="x"><a:Issuer>urn:sp</a:Issuer><p:Artifact>` +
		response.NewArtifact("http://idp.localhost/saml/metadata") + `</p:Artifact></p:ArtifactResolve>`
	for _, seed := range append(logoutSeeds(f), resolve, string((&farewellSP{}).signed(resolve))) {
		f.Add(envelope([]byte(seed)))
	}
	f.Add([]byte(`<S:Envelope xmlns:S="` + soapNS + `"><S:Body/><S:Body/></S:Envelope>`))
	idp := inert(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, path := range []string{artifactPath, logoutSOAPPath} {
			request := httptest.NewRequest(http.MethodPost, "http://idp.localhost"+path, bytes.NewReader(raw))
			if events := served(t, idp, request); believed(events) && !bytes.Contains(raw, []byte("SignatureValue")) {
				t.Fatalf("%s: believed: %+v", path, events)
			}
		}
	})
}

// FuzzMetadata looks for SP metadata that breaks its reader, or that is taken
// and cannot be used then.
func FuzzMetadata(f *testing.F) {
	keys := keyDescriptor(`use="signing"`, spKey().Certificate.Raw, "") + keyDescriptor("", spKey().Certificate.Raw, `<m:EncryptionMethod xmlns:m="`+metadataNS+`" Algorithm="x"/>`)
	f.Add(spMetadata("urn:sp", keys, acs(0, "https://sp/acs", `isDefault="true"`)+acs(1, "http://sp:1/b", "")))
	f.Add(spMetadata("", "", ""))
	f.Add(spMetadata("urn:sp", keyDescriptor(`use="x"`, []byte{1}, ""), acs(0, ":", "")))
	f.Add(bytes.Replace(spMetadata("urn:sp", keys, acs(0, "https://sp/acs", "")), []byte("entityID"), []byte(`validUntil="x" cacheDuration="P1Y" entityID`), 1))
	f.Add([]byte(`<html/>`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		entry, err := newRegistration(ServiceProvider{Metadata: raw}, time.Now())
		if err != nil {
			return
		}
		location, errURL := url.Parse(entry.defaultACS().Location)
		if entry.entityID() == "" || errURL != nil || location.Host == "" {
			t.Fatalf("taken: entityID %q, assertion consumer service %q", entry.entityID(), entry.defaultACS().Location)
		}
		entry.logoutEndpoint()
		entry.logoutAnswerEndpoint()
	})
}

// FuzzControl looks for a body that breaks the API by which a test directs the
// identity provider, or one that arms a fault it should not know.
func FuzzControl(f *testing.F) {
	for _, seed := range []string{
		`{"name": "conditions-window", "args": {"not-on-or-after": "-1s"}, "always": true}`, `{"name": "delay", "args": {"for": "1h"}}`,
		`{"code": "urn:oasis:names:tc:SAML:2.0:status:Responder"}`, `{"offset": "-5m"}`, `[]`, `{"args": null}`, `{"a":`,
	} {
		f.Add("faults", seed)
		f.Add("status", seed)
		f.Add("clock", seed)
	}
	known := map[string]bool{}
	for _, one := range fault.Catalogue() {
		known[one.Name] = true
	}
	f.Fuzz(func(t *testing.T, what, body string) {
		if !slices.Contains([]string{"faults", "status", "clock"}, what) {
			return
		}
		idp := inert(t)
		control := NewControl()
		control.Add("acme", idp, func(time.Duration) {})
		method := http.MethodPut
		if what == "faults" {
			method = http.MethodPost
		}
		recorder := httptest.NewRecorder()
		request := httptest.NewRequest(method, "http://control.localhost/tenants/acme/"+what, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		control.ServeHTTP(recorder, request)
		if recorder.Code >= 500 {
			t.Fatalf("%d: %s", recorder.Code, recorder.Body)
		}
		for _, one := range slices.Concat(idp.orders.once, idp.orders.always) {
			if _, errs := one.Fault.Check(one.Args); !known[one.Fault.Name] || len(errs) > 0 {
				t.Fatalf("armed %q %v: %v", one.Fault.Name, one.Args, errs)
			}
		}
	})
}
