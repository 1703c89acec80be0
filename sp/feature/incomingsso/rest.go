package incomingsso

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/profile"
)

// maxJSON and maxXML bound what is read of the web service's answer, in bytes;
// a clean one in JSON has four or five.
const (
	maxJSON = 1 << 10
	maxXML  = 16 << 10
)

func askJSON(set profile.Incoming, email, key string) (*http.Request, error) {
	return get(set, email, key, "application/json")
}

func askXML(set profile.Incoming, email, key string) (*http.Request, error) {
	return get(set, email, key, "application/xml")
}

// get is a REST call: a GET with e-mail and session key in the query.
func get(set profile.Incoming, email, key, accept string) (*http.Request, error) {
	to := with(with(set.ServiceURL, set.EmailParameter, email), set.SessionParameter, key)
	req, err := http.NewRequest(http.MethodGet, to, nil)
	if err == nil {
		req.Header.Set("Accept", accept)
	}
	return req, err
}

// judgeJSON applies seed 001, "How to implement", step 5: just true or false
// in the body, no quotes, and application/json; charset=utf-8. JSON white space
// around it is no part of the value (RFC 8259, 2); another charset is
// remarked, since the five letters are the same in it.
func judgeJSON(a answer) (bool, string) {
	kind, params, err := mime.ParseMediaType(a.kind)
	text := strings.Trim(string(a.body), " \t\r\n")
	switch {
	case a.status != http.StatusOK:
		return false, fmt.Sprintf("the web service answered with status %d", a.status)
	case err != nil || kind != "application/json":
		return false, fmt.Sprintf("the web service answered with Content-Type %q, not application/json", a.kind)
	case text == "false":
		return false, "the web service said false"
	case text != "true":
		return false, fmt.Sprintf("the web service answered %.40q, neither true nor false", a.body)
	case !strings.EqualFold(params["charset"], "utf-8"):
		return true, fmt.Sprintf("the web service said true, but with Content-Type %q in place of application/json; charset=utf-8", a.kind)
	}
	return true, "the web service said true"
}

// judgeXML takes one element: AuthenticateResult of the WSDL's namespace with
// an xs:boolean in it.
func judgeXML(a answer) (bool, string) {
	if a.status != http.StatusOK {
		return false, fmt.Sprintf("the web service answered with status %d", a.status)
	}
	root, wrong := readXML(a, "application/xml", "text/xml")
	if wrong != "" {
		return false, wrong
	}
	if !root.is(serviceNamespace, resultElement) {
		return false, fmt.Sprintf("the web service answered with the element %s, not %s", root.name(), resultName)
	}
	return judgeBoolean(root)
}

// readXML reads the body, or says why it cannot be one.
func readXML(a answer, kinds ...string) (element, string) {
	kind, params, err := mime.ParseMediaType(a.kind)
	if err != nil || !slices.Contains(kinds, kind) {
		return element{}, fmt.Sprintf("the web service answered with Content-Type %q, not %s", a.kind, kinds[0])
	}
	if c := strings.ToLower(params["charset"]); c != "" && c != "utf-8" && c != "us-ascii" {
		return element{}, fmt.Sprintf("the web service answered in the charset %q, not UTF-8", c)
	}
	root, err := parse(a.body)
	if err != nil {
		return element{}, fmt.Sprintf("the web service's answer is no XML that is read here: %v", err)
	}
	return root, ""
}

// judgeBoolean reads an xs:boolean (XML Schema 2, 3.2.2): true, false, 1 or 0
// with white space around it.
func judgeBoolean(e element) (bool, string) {
	text := strings.Trim(e.text, " \t\r\n")
	switch {
	case e.attribute(schemaInstance, "nil") != "" && e.attribute(schemaInstance, "nil") != "false" && e.attribute(schemaInstance, "nil") != "0":
		return false, "the web service's result is nil"
	case len(e.children) > 0:
		return false, fmt.Sprintf("the web service's result holds the element %s, not a boolean", e.children[0].name())
	case text == "true":
		return true, "the web service said true"
	case text == "1":
		return true, "the web service said 1, which is true in XML Schema"
	case text == "false", text == "0":
		return false, "the web service said false"
	}
	return false, fmt.Sprintf("the web service answered %.40q, neither true nor false", e.text)
}
