package mockidp

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
	"golang.org/x/net/html"
)

// Making RSA keys is slow, so the tests share them.
var (
	idpKey = sync.OnceValue(func() Key { return mustKey(KeyOptions{CommonName: "idp"}) })
	spKey  = sync.OnceValue(func() Key { return mustKey(KeyOptions{CommonName: "sp"}) })
)

func mustKey(options KeyOptions) Key {
	key, err := NewKey(options)
	if err != nil {
		panic(err)
	}
	return key
}

var ada = Person{Login: "ada", Password: "lovelace", Attributes: map[string][]string{
	"email": {"ada@example.com"}, "first-name": {"Ada"}, "groups": {"staff", "admins"},
}}

var bob = Person{Login: "bob", Password: "builder", Attributes: map[string][]string{"email": {"bob@example.com"}}}

// scene is an identity provider on a port, with what it recorded.
type scene struct {
	t   *testing.T
	idp *IdP
	url string

	mu     sync.Mutex
	events []Event
}

func newScene(t *testing.T, edit func(*Config)) *scene {
	t.Helper()
	s := &scene{t: t}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.idp.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	s.url = server.URL
	config := Config{
		BaseURL: server.URL, Keys: []Key{idpKey()}, People: []Person{ada, bob},
		Record: func(e Event) { s.mu.Lock(); s.events = append(s.events, e); s.mu.Unlock() },
	}
	if edit != nil {
		edit(&config)
	}
	idp, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	s.idp = idp
	return s
}

// kinds are the kinds of all events so far.
func (s *scene) kinds() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var kinds []string
	for _, e := range s.events {
		kinds = append(kinds, e.Kind)
	}
	return strings.Join(kinds, " ")
}

func (s *scene) last(kind Kind) Event {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.events) - 1; i >= 0; i-- {
		if s.events[i].Kind == kind {
			return s.events[i]
		}
	}
	s.t.Fatalf("no %s event", kind)
	return Event{}
}

// register makes a stock crewjam SP and registers it: the independent reader
// of what the identity provider sends.
func (s *scene) register(edit func(*saml.ServiceProvider), registration ServiceProvider) *saml.ServiceProvider {
	s.t.Helper()
	sp := s.stock()
	if edit != nil {
		edit(sp)
	}
	metadata, err := xml.Marshal(sp.Metadata())
	if err != nil {
		s.t.Fatal(err)
	}
	registration.Metadata = metadata
	if registration.Name == "" {
		registration.Name = "Example SP"
	}
	if err := s.idp.Register(registration); err != nil {
		s.t.Fatal(err)
	}
	return sp
}

func (s *scene) stock() *saml.ServiceProvider {
	s.t.Helper()
	var metadata saml.EntityDescriptor
	if err := xml.Unmarshal(s.idp.Metadata(), &metadata); err != nil {
		s.t.Fatal(err)
	}
	key := spKey()
	return &saml.ServiceProvider{
		EntityID: "https://sp.example.com", Key: key.Signer, Certificate: key.Certificate,
		MetadataURL: mustURL("https://sp.example.com/metadata"), AcsURL: mustURL("https://sp.example.com/acs"),
		IDPMetadata: &metadata, AuthnNameIDFormat: saml.EmailAddressNameIDFormat,
	}
}

func signing(sp *saml.ServiceProvider) { sp.SignatureMethod = dsig.RSASHA256SignatureMethod }

func mustURL(text string) url.URL {
	u, err := url.Parse(text)
	if err != nil {
		panic(err)
	}
	return *u
}

// request makes the AuthnRequest of an SP, unsigned.
func (s *scene) request(sp *saml.ServiceProvider) *saml.AuthnRequest {
	s.t.Helper()
	req, err := sp.MakeAuthenticationRequest(s.url+ssoPath, saml.HTTPRedirectBinding, saml.HTTPPostBinding)
	if err != nil {
		s.t.Fatal(err)
	}
	return req
}

func requestXML(t *testing.T, req *saml.AuthnRequest) string {
	t.Helper()
	doc := etree.NewDocumentWithRoot(req.Element())
	text, err := doc.WriteToString()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// visitor is a browser without scripts: it keeps cookies and follows
// redirects within the identity provider.
type visitor struct {
	t      *testing.T
	client *http.Client
	url    string
}

func (s *scene) visitor() *visitor {
	jar, _ := cookiejar.New(nil)
	return &visitor{t: s.t, client: &http.Client{Jar: jar, Timeout: 20 * time.Second}, url: s.url}
}

// page is what a visitor sees.
type page struct {
	status int
	header http.Header
	url    string
	text   string
	name   string // body data-page
	forms  []form
}

type form struct {
	id, method, action string
	fields             url.Values
}

func (p page) address() *url.URL {
	u := mustURL(p.url)
	return &u
}

func (v *visitor) get(path string) page {
	v.t.Helper()
	resp, err := v.client.Get(v.url + path)
	return v.read(resp, err)
}

func (v *visitor) post(path string, fields url.Values) page {
	v.t.Helper()
	resp, err := v.client.PostForm(v.url+path, fields)
	return v.read(resp, err)
}

func (v *visitor) read(resp *http.Response, err error) page {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	p := page{status: resp.StatusCode, header: resp.Header, url: resp.Request.URL.String(), text: string(body)}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	p.walk(root)
	return p
}

func (p *page) walk(node *html.Node) {
	attr := func(name string) string {
		for _, a := range node.Attr {
			if a.Key == name {
				return a.Val
			}
		}
		return ""
	}
	if node.Type == html.ElementNode {
		switch node.Data {
		case "body":
			p.name = attr("data-page")
		case "form":
			p.forms = append(p.forms, form{id: attr("id"), method: attr("method"), action: attr("action"), fields: url.Values{}})
		case "input":
			p.forms[len(p.forms)-1].fields.Add(attr("name"), attr("value"))
		}
	}
	for child := node.FirstChild; child != nil; child = child.NextSibling {
		p.walk(child)
	}
}

// redirect sends a request by HTTP-Redirect.
func (v *visitor) redirect(xmlText, relayState string) page {
	v.t.Helper()
	return v.get(ssoPath + "?" + redirectQuery(v.t, xmlText, relayState))
}

// signIn fills in the login form that a page shows.
func (v *visitor) signIn(p page, person Person) page {
	v.t.Helper()
	if p.name != "login" {
		v.t.Fatalf("want the login page, got %d %q: %s", p.status, p.name, p.text)
	}
	fields := p.forms[0].fields
	fields.Set("login", person.Login)
	fields.Set("password", person.Password)
	return v.post(p.forms[0].action, fields)
}

// response decodes the Response that a page posts.
func (p page) response(t *testing.T) (form, []byte) {
	t.Helper()
	if p.name != "deliver" || len(p.forms) != 1 || p.forms[0].id != "saml-response" {
		t.Fatalf("want the form with the Response, got %d %q: %s", p.status, p.name, p.text)
	}
	raw, err := base64.StdEncoding.DecodeString(p.forms[0].fields.Get("SAMLResponse"))
	if err != nil {
		t.Fatal(err)
	}
	return p.forms[0], raw
}

// statusOf returns the last parts of the status codes of an error Response.
func (p page) statusOf(t *testing.T) string {
	t.Helper()
	_, raw := p.response(t)
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		t.Fatal(err)
	}
	if doc.FindElement("//Assertion") != nil || doc.FindElement("//EncryptedAssertion") != nil {
		return "Success"
	}
	var codes []string
	for _, code := range doc.FindElements("//StatusCode") {
		value := code.SelectAttrValue("Value", "")
		codes = append(codes, value[strings.LastIndex(value, ":")+1:])
	}
	return strings.Join(codes, "/")
}
