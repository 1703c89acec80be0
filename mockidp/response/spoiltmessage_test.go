package response_test

import (
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// spoilt is one fault in a message beside the Response, and what then stands
// at a place: an attribute of the root after @, else how many elements.
type spoilt struct {
	name, place, want string
	unverifiable      bool // xmlsec1 does not find what is signed
}

var spoilts = []spoilt{
	{name: "logout-request-root", place: "", want: "ManageNameIDRequest", unverifiable: true},
	{name: "logout-request-version", place: "@Version", want: "1.1"},
	{name: "logout-request-id-removed", place: "@ID", want: "", unverifiable: true},
	{name: "logout-request-issuer", place: "Issuer", want: "https://other-idp.example/metadata"},
	{name: "logout-request-issuer-removed", place: "Issuer", want: ""},
	{name: "logout-request-issue-instant", place: "@IssueInstant", want: fault.Instant(now.Add(-2 * time.Hour))},
	{name: "logout-request-name-id-removed", place: "NameID", want: ""},
	{name: "logout-request-name-id-duplicated", place: "NameID", want: "ada@example.com ada@example.com"},
	{name: "logout-response-root", place: "", want: "ManageNameIDResponse", unverifiable: true},
	{name: "logout-response-version", place: "@Version", want: "1.1"},
	{name: "logout-response-id-removed", place: "@ID", want: "", unverifiable: true},
	{name: "logout-response-issuer", place: "Issuer", want: "https://other-idp.example/metadata"},
	{name: "logout-response-issuer-removed", place: "Issuer", want: ""},
	{name: "logout-response-issue-instant", place: "@IssueInstant", want: fault.Instant(now.Add(-2 * time.Hour))},
	{name: "logout-response-destination", place: "@Destination", want: "https://other.example/slo"},
	{name: "logout-response-status-removed", place: "Status", want: ""},
	{name: "artifact-response-status", place: "Status/StatusCode@Value", want: "urn:oasis:names:tc:SAML:2.0:status:Responder"},
	{name: "artifact-response-issuer", place: "Issuer", want: "https://other-idp.example/metadata"},
	{name: "artifact-response-issuer-removed", place: "Issuer", want: ""},
}

// Each of these faults does what it says before the message is signed, so that
// xmlsec1 finds nothing wrong with the signature.
func TestSpoiltMessagesAreSignedAllTheSame(t *testing.T) {
	t.Parallel()
	var all []signed
	for _, c := range spoilts {
		xml := spoiltMessage(t, c.name)
		root := parsed(t, xml)
		if got := standing(root, c.place); got != c.want {
			t.Errorf("%s: %q stands at %q, want %q", c.name, got, c.place, c.want)
		}
		if root.SelectElement("Signature") == nil {
			t.Errorf("%s is not signed", c.name)
		}
		if !c.unverifiable {
			all = append(all, signed{name: c.name, xml: xml, on: onResponse})
		}
	}
	verify(t, madeKeys().idp.Certificate, all)
}

func spoiltMessage(t *testing.T, name string) []byte {
	t.Helper()
	l := leaving(t, response.Post, name)
	switch l.Faults[0].Fault.Of {
	case fault.LogoutRequest:
		return builtLogout(t, response.BuildLogoutRequest, l).XML
	case fault.LogoutResponse:
		l.InResponseTo = "_request"
		return builtLogout(t, response.BuildLogoutResponse, l).XML
	}
	l.ID = "_artifact"
	built, err := response.BuildArtifactResponse(l.Spec, parsed(t, build(t, standard()).XML))
	if err != nil {
		t.Fatal(err)
	}
	return built.XML
}

// standing is the text of the elements at a place below the root, or of an
// attribute, or the name of the root.
func standing(root *etree.Element, place string) string {
	path, attr, isAttr := strings.Cut(place, "@")
	at := []*etree.Element{root}
	if path != "" {
		at = root.FindElements("./" + path)
	}
	var out []string
	for _, el := range at {
		switch {
		case isAttr:
			out = append(out, el.SelectAttrValue(attr, ""))
		case path == "":
			out = append(out, el.Tag)
		default:
			out = append(out, el.Text())
		}
	}
	return strings.Join(out, " ")
}

// The faults of a query are in the octets that are sent: one algorithm apart
// from the usual, with a good signature; or a good algorithm, over other octets.
func TestSpoiltQueries(t *testing.T) {
	t.Parallel()
	const sha1URI, sha256URI = "http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	for _, c := range []struct {
		name      string
		args      fault.Args
		algorithm string
		hash      crypto.Hash
		verifies  bool
		relay     string
	}{
		{"logout-query-algorithm", nil, sha1URI, crypto.SHA1, true, "here"},
		{"logout-query-algorithm", fault.Args{"signature": "rsa-sha256"}, sha256URI, crypto.SHA256, true, "here"},
		{"logout-query-tampered", nil, sha256URI, crypto.SHA256, false, "tampered"},
		{"logout-query-tampered", fault.Args{"how": "base64"}, sha256URI, crypto.SHA256, false, "here"},
	} {
		plain := builtLogout(t, response.BuildLogoutRequest, leaving(t, response.Redirect))
		l := leaving(t, response.Redirect)
		l.Faults = []fault.Armed{armed(t, c.name, c.args)}
		_, query, _ := strings.Cut(response.RedirectURL(builtLogout(t, response.BuildLogoutRequest, l).Form), "?")
		octets, signature, _ := strings.Cut(query, "&Signature=")
		values, err := url.ParseQuery("Signature=" + signature + "&" + octets)
		if err != nil {
			t.Fatal(err)
		}
		value, err := base64.StdEncoding.DecodeString(values.Get("Signature"))
		if err != nil {
			t.Fatal(err)
		}
		h := c.hash.New()
		h.Write([]byte(octets))
		key := madeKeys().idp.Certificate.PublicKey.(*rsa.PublicKey)
		verifies := rsa.VerifyPKCS1v15(key, c.hash, h.Sum(nil), value) == nil
		if verifies != c.verifies || values.Get("SigAlg") != c.algorithm || values.Get("RelayState") != c.relay {
			t.Errorf("%s %v: verifies %v, algorithm %s, relay state %q", c.name, c.args, verifies, values.Get("SigAlg"), values.Get("RelayState"))
		}
		message := strings.Join(strings.Fields(values.Get("SAMLRequest")), "")
		if len(message) != len(plain.Form.Fields[0].Value) {
			t.Errorf("%s %v: the message itself was changed", c.name, c.args)
		}
	}
}
