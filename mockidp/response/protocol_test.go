package response_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// leaving is a LogoutRequest as an IdP sends it, with faults by name.
func leaving(t *testing.T, binding response.Binding, faults ...string) response.Logout {
	t.Helper()
	l := response.Logout{Spec: standard(), Binding: binding, SessionIndexes: []string{"_session"}, NotOnOrAfter: time.Minute}
	l.Destination, l.InResponseTo = "https://sp.example/slo", ""
	told := parsed(t, build(t, standard()).XML)
	l.Genuine = told.SelectElement("Assertion").Copy()
	for _, a := range told.Attr {
		if a.Space == "xmlns" {
			l.Genuine.CreateAttr(a.FullKey(), a.Value)
		}
	}
	for _, name := range faults {
		l.Faults = append(l.Faults, armed(t, name, nil))
	}
	return l
}

func builtLogout(t *testing.T, build func(response.Logout) (*response.Built, error), l response.Logout) *response.Built {
	t.Helper()
	built, err := build(l)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

// xmlsec1 verifies what is signed inside, and finds what a fault has broken.
func TestProtocolMessagesAreSigned(t *testing.T) {
	t.Parallel()
	var all []signed
	for _, binding := range []response.Binding{response.Post, response.SOAP} {
		request := builtLogout(t, response.BuildLogoutRequest, leaving(t, binding))
		answer := builtLogout(t, response.BuildLogoutResponse, leaving(t, binding))
		all = append(all, signed{name: "request", xml: request.XML, on: onResponse}, signed{name: "answer", xml: answer.XML, on: onResponse})
	}
	tampered := builtLogout(t, response.BuildLogoutRequest, leaving(t, response.Post, "logout-request-signature-tampered"))
	forged := builtLogout(t, response.BuildLogoutRequest, leaving(t, response.Post, "logout-request-wrapped"))
	all = append(all, signed{name: "tampered", xml: tampered.XML, on: onResponse, bad: true},
		signed{name: "the Assertion in a forged request", xml: forged.XML, on: "/*/*[local-name()='Extensions']/*/*[local-name()='Signature']"})
	if parsed(t, forged.XML).SelectElement("Signature") != nil {
		t.Error("the forged request is signed itself")
	}
	inside := parsed(t, build(t, standard()).XML)
	spec := standard()
	spec.ID = "_artifact"
	artifact, err := response.BuildArtifactResponse(spec, inside)
	if err != nil {
		t.Fatal(err)
	}
	envelope := []byte(`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>` + string(artifact.XML) + `</S:Body></S:Envelope>`)
	all = append(all, signed{name: "ArtifactResponse", xml: envelope, on: "/*/*/*/*[local-name()='Signature']"},
		signed{name: "what is inside", xml: envelope, on: "/*/*/*/*[local-name()='Response']/*[local-name()='Signature']"})
	verify(t, madeKeys().idp.Certificate, all)
}

// The signature of a query covers the very octets that are sent, whichever
// way they are spelled.
func TestQueryIsSigned(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"": true, "logout-query-lower-case": true, "logout-request-signature-tampered": false} {
		l := leaving(t, response.Redirect)
		l.RelayState, l.HasRelayState = "a b&c/ü", true
		if name != "" {
			l.Faults = append(l.Faults, armed(t, name, nil))
		}
		built := builtLogout(t, response.BuildLogoutRequest, l)
		if bytes.Contains(built.XML, []byte("Signature")) {
			t.Errorf("%s: an XML signature in a query", name)
		}
		_, query, _ := strings.Cut(response.RedirectURL(built.Form), "?")
		octets, signature, _ := strings.Cut(query, "&Signature=")
		if lower := strings.Contains(query, "%2f"); lower != (name == "logout-query-lower-case") {
			t.Errorf("%s: lower-case escapes: %v", name, lower)
		}
		signature, err := url.QueryUnescape(signature)
		if err != nil {
			t.Fatal(err)
		}
		value, err := base64.StdEncoding.DecodeString(signature)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(octets))
		key := madeKeys().idp.Certificate.PublicKey.(*rsa.PublicKey)
		if got := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], value) == nil; got != want {
			t.Errorf("%s: verifies %v, want %v", name, got, want)
		}
	}
}

// Every fault that is for one of these messages changes it.
func TestProtocolFaultsChangeTheMessage(t *testing.T) {
	t.Parallel()
	for _, f := range fault.Catalogue() {
		if f.Of == "" || f.Of == fault.Metadata || f.Service != nil { // package mockidp tries metadata
			continue
		}
		binding := response.Post
		if strings.HasPrefix(f.Name, "logout-query") {
			binding = response.Redirect
		}
		if plain, spoilt := sent(t, f.Of, binding), sent(t, f.Of, binding, f.Name); plain == spoilt {
			t.Errorf("%s leaves the message as it is: %s", f.Name, plain)
		}
	}
}

// sent is what goes over the wire, without what is random in it.
func sent(t *testing.T, of fault.MessageName, binding response.Binding, faults ...string) string {
	t.Helper()
	l := leaving(t, binding, faults...)
	switch of {
	case fault.LogoutRequest:
		built := builtLogout(t, response.BuildLogoutRequest, l)
		return fmt.Sprint(string(built.XML), built.Form.Fields)
	case fault.LogoutResponse:
		return string(builtLogout(t, response.BuildLogoutResponse, l).XML)
	case fault.ArtifactResponse:
		built, err := response.BuildArtifactResponse(l.Spec, etree.NewElement("samlp:Response"))
		if err != nil {
			t.Fatal(err)
		}
		return string(built.XML)
	}
	artifact := base64.StdEncoding.EncodeToString(append([]byte{0, 4, 0, 0}, make([]byte, 40)...))
	form, err := response.DeliverArtifact(l.Spec, artifact, l.Faults)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(form.Fields)
}

func TestNewArtifact(t *testing.T) {
	t.Parallel()
	one, two := response.NewArtifact("https://idp.example"), response.NewArtifact("https://idp.example")
	raw, err := base64.StdEncoding.DecodeString(one)
	source := sha1.Sum([]byte("https://idp.example"))
	if err != nil || len(raw) != 44 || !bytes.Equal(raw[:4], []byte{0, 4, 0, 0}) || !bytes.Equal(raw[4:24], source[:]) {
		t.Errorf("artifact %x, error %v", raw, err)
	}
	if one == two {
		t.Error("two artifacts are the same")
	}
}
