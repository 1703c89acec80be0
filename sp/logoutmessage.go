package sp

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/session"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// logoutMessage is a message of single logout as the browser brought it.
type logoutMessage struct {
	field               string // SAMLRequest or SAMLResponse
	binding, relayState string
	xml                 []byte
	query               *validate.Query // with the Redirect binding, when signed
}

// receiveLogout reads a message by the binding that the method implies.
func (t *tenant) receiveLogout(w http.ResponseWriter, r *http.Request) (logoutMessage, *unfit) {
	if r.Method == http.MethodGet {
		return receiveQuery(r.URL.RawQuery, t.settings.MaxBody)
	}
	m := logoutMessage{binding: "post"}
	var refused *unfit
	if m.field, refused = readForm(w, r, t.settings.MaxBody, "SAMLRequest", "SAMLResponse"); refused != nil {
		return m, refused
	}
	m.relayState = r.PostForm.Get("RelayState")
	xml, err := validate.Decode(r.PostForm.Get(m.field), t.settings.MaxBody)
	if err != nil {
		return m, undecoded("form field", m.field, err)
	}
	m.xml = xml
	return m, nil
}

// pair is one parameter of a query: raw is its value as it stands there, which
// is what a signature covers (bindings 3.4.4.1).
type pair struct{ raw, value string }

// receiveQuery reads a message of the Redirect binding. No parameter may stand
// twice, and there may be one message only: who verifies and who reads could
// otherwise look at different ones (CVE-2025-27773).
func receiveQuery(raw string, limit int) (logoutMessage, *unfit) {
	m := logoutMessage{binding: "redirect"}
	pairs, refused := splitQuery(raw)
	if refused != nil {
		return m, refused
	}
	plain := url.Values{}
	for name, p := range pairs {
		plain.Set(name, p.value)
	}
	if m.field, refused = oneMessage(plain, "SAMLRequest", "SAMLResponse"); refused != nil {
		return m, refused
	}
	if encoding, there := pairs["SAMLEncoding"]; there && encoding.value != "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE" {
		return m, unfitf("field-base64", "SAMLEncoding %.100q", encoding.value)
	}
	m.relayState = pairs["RelayState"].value
	compressed, err := validate.Decode(pairs[m.field].value, limit)
	if err != nil {
		return m, undecoded("query parameter", m.field, err)
	}
	if m.xml, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(compressed)), int64(limit)+1)); err != nil {
		return m, unfitf("field-base64", "%s that is not compressed: %v", m.field, err)
	}
	if len(m.xml) > limit {
		return m, unfitFor(reason.TooLarge, "%s has more than %d octets", m.field, limit)
	}
	m.query, refused = querySignature(m.field, pairs)
	return m, refused
}

func splitQuery(raw string) (map[string]pair, *unfit) {
	known := []string{"SAMLRequest", "SAMLResponse", "SAMLEncoding", "RelayState", "SigAlg", "Signature"}
	pairs := map[string]pair{}
	for part := range strings.SplitSeq(raw, "&") {
		name, text, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(name)
		if err != nil || !slices.Contains(known, name) {
			continue
		}
		value, err := url.QueryUnescape(text)
		if err != nil {
			return nil, unfitf("field-base64", "%s with a broken escape", name)
		}
		if _, twice := pairs[name]; twice {
			return nil, unfitf("one-message", "%s twice", name)
		}
		pairs[name] = pair{text, value}
	}
	return pairs, nil
}

func querySignature(field string, pairs map[string]pair) (*validate.Query, *unfit) {
	algorithm, named := pairs["SigAlg"]
	signature, signed := pairs["Signature"]
	if !named && !signed {
		return nil, nil
	}
	if !named || !signed {
		return nil, unfitf("query-signature-complete", "SigAlg %.100q, and a Signature of %d characters", algorithm.value, len(signature.value))
	}
	value, err := base64.StdEncoding.DecodeString(signature.value)
	if err != nil {
		return nil, unfitf("query-signature-complete", "a Signature that is not base64")
	}
	octets := field + "=" + pairs[field].raw
	if relay, there := pairs["RelayState"]; there {
		octets += "&RelayState=" + relay.raw
	}
	return &validate.Query{Octets: octets + "&SigAlg=" + algorithm.raw, Algorithm: algorithm.value, Value: value}, nil
}

// newMessage begins a message of the SP's own beside the AuthnRequest.
func (t *tenant) newMessage(name, id, destination string) *etree.Element {
	e := etree.NewElement("samlp:" + name)
	e.CreateAttr("xmlns:samlp", "urn:oasis:names:tc:SAML:2.0:protocol")
	e.CreateAttr("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion")
	e.CreateAttr("ID", id)
	e.CreateAttr("Version", "2.0")
	e.CreateAttr("IssueInstant", t.stamp(0))
	if destination != "" {
		e.CreateAttr("Destination", destination)
	}
	e.CreateElement("saml:Issuer").SetText(t.entityID)
	return e
}

func (t *tenant) stamp(later time.Duration) string {
	return t.Now().Add(later).UTC().Format("2006-01-02T15:04:05.000Z")
}

// logoutRequest names the session as the assertion did (core 3.7.1).
func (t *tenant) logoutRequest(id string, s *session.Session) *etree.Element {
	location, _ := t.logoutAt("SAMLRequest")
	e := t.newMessage("LogoutRequest", id, location)
	e.CreateAttr("NotOnOrAfter", t.stamp(5*time.Minute))
	name := e.CreateElement("saml:NameID")
	name.SetText(s.NameID)
	for _, attr := range [][2]string{{"Format", s.NameIDFormat}, {"NameQualifier", s.NameQualifier}, {"SPNameQualifier", s.SPNameQualifier}} {
		if attr[1] != "" {
			name.CreateAttr(attr[0], attr[1])
		}
	}
	if s.Index != "" {
		e.CreateElement("samlp:SessionIndex").SetText(s.Index)
	}
	return e
}

// logoutResponse says Success, also when no session was left to end: nobody is
// signed in here, which is what was asked for.
func (t *tenant) logoutResponse(inResponseTo string) *etree.Element {
	location, _ := t.logoutAt("SAMLResponse")
	e := t.newMessage("LogoutResponse", "_"+token(), location)
	e.CreateAttr("InResponseTo", inResponseTo)
	e.CreateElement("samlp:Status").CreateElement("samlp:StatusCode").CreateAttr("Value", saml.StatusSuccess)
	return e
}

// logoutAt chooses where messages of single logout go, Redirect before POST; ""
// is nowhere, without metadata or where it has no service for browsers.
func (t *tenant) logoutAt(field string) (location, binding string) {
	if t.peer == nil {
		return "", ""
	}
	locations := t.peer.Logout
	if field == "SAMLResponse" {
		locations = t.peer.LogoutAnswer
	}
	if location = locations[saml.HTTPRedirectBinding]; location != "" {
		return location, "redirect"
	}
	return locations[saml.HTTPPostBinding], "post"
}

// sendLogout takes the browser to the identity provider with a message, signed.
func (t *tenant) sendLogout(w http.ResponseWriter, r *http.Request, field string, e *etree.Element, relayState string) {
	_, binding := t.logoutAt(field)
	m := outgoing{field: field, location: e.SelectAttrValue("Destination", ""), relayState: relayState}
	if binding == "post" {
		if err := signRequest(e, t.key); err != nil {
			panic(err) // the key was checked when the tenant was added
		}
	}
	m.xml = written(e)
	t.record(Event{Kind: map[string]string{"SAMLRequest": "logout-request-sent", "SAMLResponse": "logout-response-sent"}[field],
		XML: m.xml, Binding: binding, RelayState: relayState, Note: "signed"})
	noStore(w)
	if binding == "redirect" {
		u, err := m.redirectURL(t.key)
		if err != nil {
			panic(err)
		}
		http.Redirect(w, r, u, http.StatusFound)
		return
	}
	t.posting(w, logoutPage, map[string]any{
		"Location": m.location, "Field": field, "Message": base64.StdEncoding.EncodeToString(m.xml), "RelayState": relayState, "Product": t.Profile().Product,
	})
}

var logoutPage = template.Must(template.ParseFS(templateFiles, "templates/logout.html"))

// written writes an element as it was signed.
func written(e *etree.Element) []byte {
	var b bytes.Buffer
	e.WriteTo(&b, &canonical)
	return b.Bytes()
}

func writeSOAP(w http.ResponseWriter, status int, message *etree.Element) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(enveloped(message)) // the caller has left; nobody to tell
}

func enveloped(message *etree.Element) []byte {
	return []byte(`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>` + string(written(message)) + `</S:Body></S:Envelope>`)
}
