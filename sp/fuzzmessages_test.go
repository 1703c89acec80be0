package sp_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/sp"
)

const fuzzedHost = "acme.successpro.localhost"

// fuzzed is a service provider with everything that takes a message, and what
// it records. Whoever asks serves one request at a time.
func fuzzed(f *testing.F) (http.Handler, *[]sp.Event) {
	f.Helper()
	var overlay yaml.Node
	if err := yaml.Unmarshal([]byte("{slo: true, response-binding: artifact, artifact-timeout: 50ms}"), &overlay); err != nil {
		f.Fatal(err)
	}
	p := builtin()["successpro"]
	settings, errs := p.With(p.Layouts[0].Name, overlay.Content[0])
	if len(errs) > 0 {
		f.Fatal(errs)
	}
	events := &[]sp.Event{}
	served, err := sp.New(sp.Config{Now: func() time.Time { return start }, Record: func(e sp.Event) { *events = append(*events, e) }, Mail: func(sp.Mail) error { return nil }})
	if err != nil {
		f.Fatal(err)
	}
	err = served.Add(sp.Tenant{Host: fuzzedHost, BaseURL: "http://" + fuzzedHost, Profile: p, Layout: p.Layouts[0].Name, Settings: &settings,
		IdPMetadata: known().metadata(), Accounts: people, Key: ownKey()})
	if err != nil {
		f.Fatal(err)
	}
	return served, events
}

// FuzzMessages brings a message to every place of a service provider that takes
// one, and looks for what breaks it, or signs in or out somebody about whom
// nobody has signed anything.
func FuzzMessages(f *testing.F) {
	home := "http://" + fuzzedHost
	response := answer{acs: home + "/auth/saml/acs", audience: home + "/auth/saml/metadata", nameID: "ada", now: start}.xml()
	leave := `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_x" Version="2.0" IssueInstant="2026-03-01T12:00:00Z" ` +
		`Destination="` + home + sloPath + `"><saml:Issuer>` + idpName + `</saml:Issuer><saml:NameID>ada</saml:NameID></samlp:LogoutRequest>`
	for _, seed := range []string{response, leave, strings.ReplaceAll(leave, "LogoutRequest", "LogoutResponse"),
		`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>` + leave + `</S:Body></S:Envelope>`, "", "<a", "<!DOCTYPE a>"} {
		f.Add([]byte(seed), "/", "SAMLRequest=fZ")
		f.Add([]byte(seed), "//evil.example", "SAMLart=AAQAAA==")
	}
	handler, events := fuzzed(f)
	f.Fuzz(func(t *testing.T, raw []byte, relayState, query string) {
		*events = nil
		text := base64.StdEncoding.EncodeToString(raw)
		for _, place := range []struct {
			method, path, kind, body string
		}{
			{"POST", "/auth/saml/acs", "application/x-www-form-urlencoded", url.Values{"SAMLResponse": {text}, "RelayState": {relayState}}.Encode()},
			{"GET", "/auth/saml/acs?" + query, "", ""},
			{"POST", sloPath, "application/x-www-form-urlencoded", url.Values{"SAMLRequest": {text}, "RelayState": {relayState}}.Encode()},
			{"POST", sloPath, "application/x-www-form-urlencoded", url.Values{"SAMLResponse": {text}, "RelayState": {relayState}}.Encode()},
			{"GET", sloPath + "?" + query, "", ""},
			{"POST", sloPath + "/soap", "text/xml", string(raw)},
		} {
			path, query, _ := strings.Cut(place.path, "?")
			request := httptest.NewRequest(place.method, home+path, io.NopCloser(bytes.NewReader([]byte(place.body))))
			request.URL.RawQuery = query
			request.Header.Set("Content-Type", place.kind)
			handler.ServeHTTP(httptest.NewRecorder(), request)
		}
		for _, e := range *events {
			decided := e.Kind == "decision" || e.Kind == "logout-decision"
			if e.Kind == "broken" || e.Kind == "session-started" || e.Kind == "session-ended" || decided && e.Reason == "" {
				t.Fatalf("%+v", e)
			}
		}
	})
}
