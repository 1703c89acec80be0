package mockidp

import (
	"encoding/xml"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// A stock crewjam SP signs on by either binding, signed or not, encrypted or
// not, and takes the Response.
func TestSignOn(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		edit         func(*saml.ServiceProvider)
		registration ServiceProvider
		post         bool
	}{
		"redirect":          {},
		"redirect, signed":  {edit: signing},
		"post":              {post: true},
		"post, signed":      {post: true, edit: signing},
		"encrypted":         {registration: ServiceProvider{Shape: response.Shape{Encrypt: true}}},
		"assertion signed":  {registration: ServiceProvider{Shape: response.Shape{Sign: "assertion"}}},
		"released":          {registration: ServiceProvider{Release: []Release{{Name: "FirstName", From: "first-name", Format: "basic", Type: "xs:string"}}}},
		"persistent NameID": {edit: func(sp *saml.ServiceProvider) { sp.AuthnNameIDFormat = saml.PersistentNameIDFormat }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, nil)
			sp := s.register(tc.edit, tc.registration)
			v := s.visitor()
			var shown page
			var id string
			if tc.post {
				req, err := sp.MakeAuthenticationRequest(s.url+ssoPath, saml.HTTPPostBinding, saml.HTTPPostBinding)
				if err != nil {
					t.Fatal(err)
				}
				id = req.ID
				shown = v.post(ssoPath, v.read(htmlPage(req.Post("state"))).forms[0].fields)
			} else {
				req := s.request(sp)
				id = req.ID
				location, err := req.Redirect("state", sp)
				if err != nil {
					t.Fatal(err)
				}
				shown = v.get(ssoPath + "?" + location.RawQuery)
			}
			posted, raw := v.signIn(shown, ada).response(t)
			if posted.action != "https://sp.example.com/acs" || posted.method != "POST" || posted.fields.Get("RelayState") != "state" {
				t.Errorf("form %+v", posted)
			}
			assertion, err := sp.ParseXMLResponse(raw, []string{id}, sp.AcsURL)
			if err != nil {
				t.Fatalf("the SP refuses: %v\n%s", err.(*saml.InvalidResponseError).PrivateErr, raw)
			}
			if format := saml.NameIDFormat(assertion.Subject.NameID.Format); format != sp.AuthnNameIDFormat {
				t.Errorf("NameID format %s", format)
			}
			if tc.registration.Release != nil {
				got := assertion.AttributeStatements[0].Attributes
				if len(got) != 1 || got[0].Name != "FirstName" || got[0].Values[0].Value != "Ada" {
					t.Errorf("attributes %+v", got)
				}
			}
			if want := "request-received login-shown signed-in response-sent"; s.kinds() != want {
				t.Errorf("events %q, want %q", s.kinds(), want)
			}
			if event := s.last(ResponseSent); event.Person != "ada" || string(event.XML) != string(raw) {
				t.Errorf("recorded %+v", event)
			}
		})
	}
}

// The relay state comes back byte for byte, also with an error Response.
func TestRelayStateIsEchoed(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(nil, ServiceProvider{})
	v := s.visitor()
	v.signIn(v.get("/login"), ada)
	passive := true
	for _, relayState := range []string{
		"", "plain", strings.Repeat("x", 80), strings.Repeat("x", 3000), `a b&c=d+e%2F#"<é>'`,
		"https://sp.example.com/deep?x=1&y=2", "<script>alert(1)</script>", " leading and trailing ",
	} {
		text := requestXML(t, s.request(sp))
		posted, _ := v.redirect(text, relayState).response(t)
		if got := posted.fields.Get("RelayState"); got != relayState || posted.fields.Has("RelayState") != (relayState != "") {
			t.Errorf("sent %q, got %q", relayState, got)
		}
		byPost := v.post(ssoPath, url.Values{"SAMLRequest": {base64Text(text)}, "RelayState": {relayState}})
		if posted, _ := byPost.response(t); posted.fields.Get("RelayState") != relayState {
			t.Errorf("by POST: sent %q, got %q", relayState, posted.fields.Get("RelayState"))
		}
		req := s.request(sp)
		req.IsPassive = &passive
		posted, _ = s.visitor().redirect(requestXML(t, req), relayState).response(t)
		if got := posted.fields.Get("RelayState"); got != relayState {
			t.Errorf("with an error: sent %q, got %q", relayState, got)
		}
	}
}

func TestDeliveryPage(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.register(nil, ServiceProvider{})
	v := s.visitor()
	p := v.signIn(v.redirect(requestXML(t, s.request(sp)), ""), ada)
	p.response(t)
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache, no-store", "Pragma": "no-cache",
	} {
		if got := p.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{"</form>\n<script>document.forms[0].submit()</script>", "<noscript>"} {
		if !strings.Contains(p.text, want) {
			t.Errorf("no %q in\n%s", want, p.text)
		}
	}
}

// The IdP's clock is Config.Now, wherever it stands.
func TestClockIsTheConfigured(t *testing.T) {
	t.Parallel()
	now := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
	s := newScene(t, func(c *Config) {
		c.Now = func() time.Time { return now }
		c.RequestTolerance = 200 * 365 * 24 * time.Hour
	})
	metadata := `<md:EntityDescriptor xmlns:md="` + metadataNS + `" entityID="urn:sp"><md:SPSSODescriptor protocolSupportEnumeration="` + protocolNS + `">
		<md:AssertionConsumerService Binding="` + saml.HTTPPostBinding + `" Location="http://sp.localhost/acs" index="0"/></md:SPSSODescriptor></md:EntityDescriptor>`
	if err := s.idp.Register(ServiceProvider{Metadata: []byte(metadata), NotBefore: -time.Minute, Lifetime: 2 * time.Minute}); err != nil {
		t.Fatal(err)
	}
	v := s.visitor()
	_, raw := v.signIn(v.get("/launch?sp=urn:sp"), ada).response(t)
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/Response@IssueInstant": "2031-02-03T04:05:06Z", "//Conditions@NotBefore": "2031-02-03T04:04:06Z",
		"//Conditions@NotOnOrAfter": "2031-02-03T04:07:06Z", "//AuthnStatement@AuthnInstant": "2031-02-03T04:05:06Z",
	} {
		element, attribute, _ := strings.Cut(path, "@")
		if got := doc.FindElement(element).SelectAttrValue(attribute, ""); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	second := mustKey(KeyOptions{Algorithm: "ecdsa-p256"})
	s := newScene(t, func(c *Config) { c.Keys = append(c.Keys, second); c.WantSignedRequests = true })
	p := s.visitor().get(metadataPath)
	if got := p.header.Get("Content-Type"); got != "application/samlmetadata+xml" || p.text != string(s.idp.Metadata()) {
		t.Errorf("content type %q", got)
	}
	var entity saml.EntityDescriptor
	if err := xml.Unmarshal([]byte(p.text), &entity); err != nil {
		t.Fatal(err)
	}
	role := entity.IDPSSODescriptors[0]
	if entity.EntityID != s.idp.EntityID() || !entity.ValidUntil.IsZero() || strings.Contains(p.text, "validUntil") {
		t.Errorf("entity %q valid until %v", entity.EntityID, entity.ValidUntil)
	}
	if len(role.KeyDescriptors) != 2 || role.KeyDescriptors[1].Use != "signing" || !*role.WantAuthnRequestsSigned {
		t.Errorf("keys %+v, wants signed %v", role.KeyDescriptors, role.WantAuthnRequestsSigned)
	}
	bindings := map[string]string{}
	for _, service := range role.SingleSignOnServices {
		bindings[service.Binding] = service.Location
	}
	if len(bindings) != 2 || bindings[saml.HTTPPostBinding] != s.url+ssoPath || bindings[saml.HTTPRedirectBinding] != s.url+ssoPath {
		t.Errorf("services %v", bindings)
	}
	if len(role.NameIDFormats) != 4 {
		t.Errorf("NameID formats %v", role.NameIDFormats)
	}
}
