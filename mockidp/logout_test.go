package mockidp

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
)

// farewellSP is a service provider of this test's own with single logout: the
// stock one has none that could be used.
type farewellSP struct {
	name, url string
	t         *testing.T
	told      []string // what its back channel was told
	refuses   bool
}

func (s *scene) farewell(name, binding string) *farewellSP {
	s.t.Helper()
	sp := &farewellSP{name: "https://" + name + ".example.com", t: s.t}
	server := httptest.NewServer(sp)
	s.t.Cleanup(server.Close)
	sp.url = server.URL
	metadata := fmt.Sprintf(`<md:EntityDescriptor xmlns:md="%s" entityID="%s"><md:SPSSODescriptor protocolSupportEnumeration="%s">
<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="%s"><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleLogoutService Binding="%s" Location="%s/slo"/>
<md:AssertionConsumerService Binding="%s" Location="%s/acs" index="0"/>
<md:AssertionConsumerService Binding="%s" Location="%s/acs" index="1"/>
</md:SPSSODescriptor></md:EntityDescriptor>`, metadataNS, sp.name, protocolNS, signatureNS,
		base64.StdEncoding.EncodeToString(spKey().Certificate.Raw), binding, sp.url, saml.HTTPPostBinding, sp.url, saml.HTTPArtifactBinding, sp.url)
	registration := ServiceProvider{Metadata: []byte(metadata), Name: name, NameID: NameIDRule{Format: string(saml.EmailAddressNameIDFormat), From: "email"}}
	if err := s.idp.Register(registration); err != nil {
		s.t.Fatal(err)
	}
	return sp
}

// ServeHTTP shows the query at the front channel, and answers a LogoutRequest
// of the back channel.
func (sp *farewellSP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		return
	}
	raw, _ := io.ReadAll(r.Body)
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	request := doc.FindElement("//LogoutRequest")
	sp.told = append(sp.told, request.FindElement("NameID").Text())
	status := saml.StatusSuccess
	if sp.refuses {
		status = saml.StatusResponder
	}
	answer := fmt.Sprintf(`<samlp:LogoutResponse xmlns:samlp="%s" xmlns:saml="%s" ID="_answer" Version="2.0" IssueInstant="%s" InResponseTo="%s"><saml:Issuer>%s</saml:Issuer>`+
		`<samlp:Status><samlp:StatusCode Value="%s"/></samlp:Status></samlp:LogoutResponse>`,
		protocolNS, assertionNS, time.Now().UTC().Format(time.RFC3339), request.SelectAttrValue("ID", ""), sp.name, status)
	w.Write(envelope(sp.signed(answer)))
}

// signed signs a message inside, with the stock library.
func (sp *farewellSP) signed(xml string) []byte {
	doc := etree.NewDocument()
	if err := doc.ReadFromString(xml); err != nil {
		sp.t.Error(err)
	}
	context, err := dsig.NewSigningContext(spKey().Signer, [][]byte{spKey().Certificate.Raw})
	if err != nil {
		sp.t.Error(err)
	}
	context.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	out, err := context.SignEnveloped(doc.Root())
	if err != nil {
		sp.t.Error(err)
	}
	return spelled(out)
}

// join signs a visitor in at the SP and returns the SessionIndex.
func (v *visitor) join(sp *farewellSP) string {
	v.t.Helper()
	p := v.get(launchPath + "?" + url.Values{"sp": {sp.name}}.Encode())
	if p.name == "login" {
		p = v.signIn(p, ada)
	}
	_, raw := p.response(v.t)
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		v.t.Fatal(err)
	}
	return doc.FindElement("//AuthnStatement").SelectAttrValue("SessionIndex", "")
}

// request is a LogoutRequest of the SP about ada.
func (sp *farewellSP) request(s *scene, path, more string, edits ...string) string {
	return strings.NewReplacer(edits...).Replace(fmt.Sprintf(`<samlp:LogoutRequest xmlns:samlp="%s" xmlns:saml="%s" ID="_leave" Version="2.0" IssueInstant="%s" Destination="%s">`+
		`<saml:Issuer>%s</saml:Issuer><saml:NameID>ada@example.com</saml:NameID>%s</samlp:LogoutRequest>`,
		protocolNS, assertionNS, time.Now().UTC().Format(time.RFC3339), s.url+path, sp.name, more))
}

// received decodes what a redirect has brought to an SP.
func received(t *testing.T, p page, field string) (url.Values, *etree.Element) {
	t.Helper()
	query := p.address().Query()
	compressed, err := base64.StdEncoding.DecodeString(query.Get(field))
	if err != nil || len(compressed) == 0 {
		t.Fatalf("no %s at %s: %d %s", field, p.url, p.status, p.text)
	}
	raw, err := inflate(field, compressed)
	if err != nil {
		t.Fatal(err)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		t.Fatal(err)
	}
	return query, doc.Root()
}

func TestLogoutOfOneSP(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.farewell("one", saml.HTTPRedirectBinding)
	v := s.visitor()
	index := v.join(sp)
	query := redirectQuery(t, sp.request(s, logoutServicePath, "<samlp:SessionIndex>"+index+"</samlp:SessionIndex>"), "a b&c")
	sent, answer := received(t, v.get(logoutServicePath+"?"+signedQuery(t, spKey(), query)), "SAMLResponse")
	if answer.SelectAttrValue("InResponseTo", "") != "_leave" || !succeeded(answer) || sent.Get("RelayState") != "a b&c" || sent.Get("Signature") == "" {
		t.Errorf("answer %s, query %v", spelled(answer), sent)
	}
	if p := v.get(launchPath + "?" + url.Values{"sp": {sp.name}}.Encode()); p.name != "login" {
		t.Errorf("the session is open still: %s", p.name)
	}
}

// A request that may be forged, or is not for this moment or place, ends on a
// page and changes nothing; one about nobody here is answered and changes nothing.
func TestLogoutThatChangesNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.farewell("one", saml.HTTPRedirectBinding)
	v := s.visitor()
	v.join(sp)
	for name, c := range map[string]struct {
		more, old, edit string
		unsigned        bool
		refused         bool
	}{
		"unsigned":             {unsigned: true, refused: true},
		"another Destination":  {old: logoutServicePath, edit: "/other", refused: true},
		"expired":              {old: "<samlp:LogoutRequest ", edit: `<samlp:LogoutRequest NotOnOrAfter="2020-01-01T00:00:00Z" `, refused: true},
		"no NameID":            {old: "<saml:NameID>ada@example.com</saml:NameID>", refused: true},
		"old version":          {old: `Version="2.0"`, edit: `Version="1.1"`, refused: true},
		"another user":         {old: "ada@", edit: "bob@"},
		"an unknown session":   {more: "<samlp:SessionIndex>_other</samlp:SessionIndex>"},
		"another SP's request": {old: sp.name, edit: "https://unknown.example.com", refused: true},
	} {
		edits := []string{}
		if c.old != "" {
			edits = append(edits, c.old, c.edit)
		}
		query := redirectQuery(t, sp.request(s, logoutServicePath, c.more, edits...), "")
		if !c.unsigned {
			query = signedQuery(t, spKey(), query)
		}
		p := v.get(logoutServicePath + "?" + query)
		if refused := p.name == "refused"; refused != c.refused {
			t.Errorf("%s: %d %s %s", name, p.status, p.name, p.text)
		}
		if !c.refused {
			if _, answer := received(t, p, "SAMLResponse"); succeeded(answer) {
				t.Errorf("%s: Success", name)
			}
		}
		if p := v.get(launchPath + "?" + url.Values{"sp": {sp.name}}.Encode()); p.name != "deliver" {
			t.Fatalf("%s: the session is over", name)
		}
	}
}

// The browser is led to every SP of the session, the back channel is called
// where there is one, and the SP that asked is told whether all have done it.
func TestLogoutReachesEverySP(t *testing.T) {
	t.Parallel()
	for name, partial := range map[string]bool{"all": false, "one refuses": true} {
		s := newScene(t, nil)
		asking, front, back := s.farewell("asking", saml.HTTPRedirectBinding), s.farewell("front", saml.HTTPRedirectBinding), s.farewell("back", saml.SOAPBinding)
		back.refuses = partial
		v := s.visitor()
		for _, sp := range []*farewellSP{asking, front, back} {
			v.join(sp)
		}
		form := url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString(asking.signed(asking.request(s, logoutServicePath, "")))}}
		_, told := received(t, v.post(logoutServicePath, form), "SAMLRequest")
		if told.FindElement("NameID").Text() != "ada@example.com" || told.FindElement("SessionIndex") == nil || told.SelectAttrValue("NotOnOrAfter", "") == "" {
			t.Errorf("%s: LogoutRequest %s", name, spelled(told))
		}
		answer := fmt.Sprintf(`<samlp:LogoutResponse xmlns:samlp="%s" xmlns:saml="%s" ID="_done" Version="2.0" IssueInstant="%s" Destination="%s" InResponseTo="%s"><saml:Issuer>%s</saml:Issuer>`+
			`<samlp:Status><samlp:StatusCode Value="%s"/></samlp:Status></samlp:LogoutResponse>`, protocolNS, assertionNS,
			time.Now().UTC().Format(time.RFC3339), s.url+logoutServicePath, told.SelectAttrValue("ID", ""), front.name, saml.StatusSuccess)
		if p := v.post(logoutServicePath, url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString([]byte(answer))}}); p.name != "refused" {
			t.Errorf("%s: an unsigned LogoutResponse is believed", name)
		}
		done := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString(front.signed(answer))}}
		_, last := received(t, v.post(logoutServicePath, done), "SAMLResponse")
		if last.SelectAttrValue("Destination", "") != asking.url+"/slo" || succeeded(last) == partial || len(back.told) != 1 {
			t.Errorf("%s: last %s, back channel %v", name, spelled(last), back.told)
		}
		if code := last.FindElement("Status/StatusCode/StatusCode"); partial != (code != nil && code.SelectAttrValue("Value", "") == saml.StatusPartialLogout) {
			t.Errorf("%s: second-level code %v", name, code)
		}
		if p := v.post(logoutServicePath, done); p.name != "refused" {
			t.Errorf("%s: the same LogoutResponse is taken twice", name)
		}
	}
}

func TestLogoutOverSOAP(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp := s.farewell("back", saml.SOAPBinding)
	v := s.visitor()
	v.join(sp)
	call := func(path string, message []byte) *etree.Document {
		resp, err := http.Post(s.url+path, "text/xml", bytes.NewReader(envelope(message)))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		doc := etree.NewDocument()
		if _, err := doc.ReadFrom(resp.Body); err != nil {
			t.Fatal(err)
		}
		return doc
	}
	if doc := call(logoutSOAPPath, []byte(sp.request(s, logoutSOAPPath, ""))); doc.FindElement("//Fault") == nil {
		t.Error("an unsigned LogoutRequest is believed")
	}
	answer := call(logoutSOAPPath, sp.signed(sp.request(s, logoutSOAPPath, ""))).FindElement("//LogoutResponse")
	if answer == nil || !succeeded(answer) || answer.SelectElement("Signature") == nil {
		t.Errorf("answer %v", answer)
	}
	if p := v.get(launchPath + "?" + url.Values{"sp": {sp.name}}.Encode()); p.name != "login" {
		t.Error("the session is open still")
	}
}

// An artifact is good once, and for the SP that it was made for.
func TestArtifactIsGoodOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	sp, other := s.farewell("one", saml.SOAPBinding), s.farewell("two", saml.SOAPBinding)
	v := s.visitor()
	v.join(sp)
	req := fmt.Sprintf(`<samlp:AuthnRequest xmlns:samlp="%s" xmlns:saml="%s" ID="_ask" Version="2.0" IssueInstant="%s" ProtocolBinding="%s"><saml:Issuer>%s</saml:Issuer></samlp:AuthnRequest>`,
		protocolNS, assertionNS, time.Now().UTC().Format(time.RFC3339), saml.HTTPArtifactBinding, sp.name)
	artifact := v.redirect(req, "").address().Query().Get("SAMLart")
	resolve := func(sp *farewellSP, signed bool) *etree.Document {
		message := []byte(fmt.Sprintf(`<samlp:ArtifactResolve xmlns:samlp="%s" xmlns:saml="%s" ID="_resolve" Version="2.0" IssueInstant="%s"><saml:Issuer>%s</saml:Issuer><samlp:Artifact>%s</samlp:Artifact></samlp:ArtifactResolve>`,
			protocolNS, assertionNS, time.Now().UTC().Format(time.RFC3339), sp.name, artifact))
		if signed {
			message = sp.signed(string(message))
		}
		resp, err := http.Post(s.url+artifactPath, "text/xml", bytes.NewReader(envelope(message)))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		doc := etree.NewDocument()
		if _, err := doc.ReadFrom(resp.Body); err != nil {
			t.Fatal(err)
		}
		return doc
	}
	if resolve(sp, false).FindElement("//Fault") == nil {
		t.Error("an unsigned ArtifactResolve is believed")
	}
	for i, c := range []struct {
		sp   *farewellSP
		want bool
	}{{other, false}, {sp, true}, {sp, false}} {
		answer := resolve(c.sp, true).FindElement("//ArtifactResponse")
		if answer == nil || answer.SelectAttrValue("InResponseTo", "") != "_resolve" || (answer.SelectElement("Response") != nil) != c.want {
			t.Errorf("%d: want a Response %v, got %v", i, c.want, answer)
		}
	}
	if inside := s.last(ResponseSent); inside.Binding != artifactBinding || inside.SP != sp.name {
		t.Errorf("event %+v", inside)
	}
}
