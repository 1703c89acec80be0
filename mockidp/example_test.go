package mockidp_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// The metadata of the SP under test, as it serves it.
const metadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://app.example.com">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:AssertionConsumerService index="0" Location="https://app.example.com/acs"
      Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>`

// A Go test mounts the identity provider on an httptest.Server, registers the
// SP under test, arms a fault, and signs on. What comes back is what a browser
// would post to the SP.
func Example_armAFault() {
	var idp *mockidp.IdP
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { idp.ServeHTTP(w, r) }))
	defer server.Close()

	key, err := mockidp.NewKey(mockidp.KeyOptions{})
	must(err)
	idp, err = mockidp.New(mockidp.Config{
		BaseURL: server.URL,
		Keys:    []mockidp.Key{key},
		People: []mockidp.Person{{
			Login: "ada", Password: "lovelace", Attributes: map[string][]string{"email": {"ada@example.com"}},
		}},
	})
	must(err)
	must(idp.Register(mockidp.ServiceProvider{Name: "App", Metadata: []byte(metadata)}))

	expired, _ := fault.Find("conditions-window")
	idp.Arm(fault.Armed{Fault: expired, Args: fault.Args{"not-on-or-after": "-1s"}})

	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	_, err = browser.PostForm(server.URL+"/login", url.Values{"login": {"ada"}, "password": {"lovelace"}})
	must(err)
	resp, err := browser.Get(server.URL + "/launch?sp=https://app.example.com&relay-state=/reports")
	must(err)
	page, err := io.ReadAll(resp.Body)
	must(err)

	response := samlResponse(string(page))
	fmt.Println("posts to:   ", attribute(string(page), "action"))
	fmt.Println("for:        ", between(response, "emailAddress\">", "<") == "ada@example.com")
	fmt.Println("expired:    ", attribute(between(response, "<saml:Conditions", ">"), "NotOnOrAfter") < attribute(response, "IssueInstant"))
	// Output:
	// posts to:    https://app.example.com/acs
	// for:         true
	// expired:     true
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func attribute(text, name string) string {
	return regexp.MustCompile(name + `="([^"]*)"`).FindStringSubmatch(text)[1]
}

func between(text, from, to string) string {
	_, rest, _ := strings.Cut(text, from)
	inside, _, _ := strings.Cut(rest, to)
	return inside
}

func samlResponse(page string) string {
	raw, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(attribute(page, `name="SAMLResponse" value`), "&#43;", "+"))
	must(err)
	return string(raw)
}
