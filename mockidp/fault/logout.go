package fault

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// logoutFaults spoil the messages of single logout.
func logoutFaults() []Fault {
	return slices.Concat(logoutRequestFaults(), logoutQueryFaults(), logoutResponseFaults(), logoutMessageFaults())
}

func logoutRequestFaults() []Fault {
	return []Fault{
		{Name: "logout-request-unsigned", Of: LogoutRequest, Summary: "the LogoutRequest is not signed",
			Refs: []string{"SAML profiles 4.4.4.1"}, Signature: unsignedMessage},
		{Name: "logout-request-signature-tampered", Of: LogoutRequest, Summary: "one bit of the LogoutRequest's signature is flipped",
			Refs: []string{"SAML profiles 4.4.4.1"}, Signature: tamperedValue},
		{Name: "logout-request-wrapped", Of: LogoutRequest, Summary: "an unsigned LogoutRequest carries a signed Assertion in its Extensions",
			Refs: []string{"samlify issue 634", "SAML core 5.4.1"}, Document: wrapAssertion},
		{Name: "logout-request-name-id", Of: LogoutRequest, Summary: "the LogoutRequest is about somebody else",
			Refs:      []string{"SAML profiles 4.4.4.1"},
			Params:    []Param{{Name: "value", Kind: String, Default: "mallory@example.com", Doc: "the NameID"}},
			Assertion: editingText("Response/NameID", "value")},
		{Name: "logout-request-session-index", Of: LogoutRequest, Summary: "the LogoutRequest names a session that nobody knows",
			Refs:      []string{"SAML core 3.7.3"},
			Params:    []Param{{Name: "value", Kind: String, Default: "_no-such-session", Doc: "the SessionIndex"}},
			Assertion: editingText("Response/SessionIndex", "value")},
		{Name: "logout-request-session-index-removed", Of: LogoutRequest, Summary: "the LogoutRequest names no session, which means all of them",
			Refs: []string{"SAML core 3.7.1"}, Assertion: removing("Response/SessionIndex")},
		{Name: "logout-request-not-on-or-after", Of: LogoutRequest, Summary: "the LogoutRequest has this NotOnOrAfter",
			Refs:   []string{"SAML core 3.7.1"},
			Params: []Param{{Name: "offset", Kind: Duration, Default: "-1h", Doc: "relative to the IdP's clock"}},
			Assertion: func(m *Message, a Args) error {
				m.Response.CreateAttr("NotOnOrAfter", Instant(m.Now.Add(a.Duration("offset"))))
				return nil
			}},
		{Name: "logout-request-destination", Of: LogoutRequest, Summary: "the LogoutRequest is addressed to another URL",
			Refs:      []string{"SAML core 3.2.1"},
			Params:    []Param{{Name: "value", Kind: String, Default: "https://other.example/slo", Doc: "the Destination"}},
			Assertion: settingRoot("Destination", "value")},
		{Name: "logout-request-name-id-encrypted", Of: LogoutRequest, Summary: "the LogoutRequest has an EncryptedID instead of a NameID",
			Refs: []string{"SAML core 3.7.1"}, Encrypt: func(e *Encryption, _ Args) error { e.NameID = true; return nil }},
	}
}

// logoutQueryFaults are those of the Redirect binding.
func logoutQueryFaults() []Fault {
	return []Fault{
		{Name: "logout-query-lower-case", Of: LogoutRequest, Summary: "the signed query spells its escapes in lower case, %2f for %2F",
			Refs:      []string{"SAML bindings 3.4.4.1"},
			Signature: func(s *Signing, _ Args) error { s.Escape = lowerEscape; return nil }},
		{Name: "logout-query-smuggling", Of: LogoutRequest, Summary: "the signed query carries a second, unsigned message",
			Refs: []string{"CVE-2025-27773"},
			Params: []Param{{Name: "how", Kind: Choice, Default: "response", Choices: []string{"response", "before", "after"},
				Doc: "as a SAMLResponse, or as another SAMLRequest before or after the signed one"}},
			Delivery: smuggle},
		{Name: "logout-query-reordered", Of: LogoutRequest, Summary: "the parameters of the query stand in another order than they were signed in",
			Refs:     []string{"SAML bindings 3.4.4.1"},
			Delivery: func(d *Delivery, _ Args) error { slices.Reverse(d.Fields); return nil }},
		{Name: "logout-request-bomb", Of: LogoutRequest, Summary: "the LogoutRequest takes a thousandth of its length in the signed query, and has very many blanks after its end",
			Refs:   []string{"CVE-2025-25293", "CVE-2023-28119", "CWE-409"},
			Params: []Param{{Name: "octets", Kind: Int, Default: "2097152", Doc: "how many blanks, 16 MiB at most"}},
			Wire: func(xml []byte, a Args) ([]byte, error) {
				return append(xml, bytes.Repeat([]byte(" "), max(0, min(a.Int("octets"), 16<<20)))...), nil
			}},
		{Name: "logout-query-algorithm-removed", Of: LogoutRequest, Summary: "the query has a Signature but no SigAlg",
			Refs:     []string{"SAML bindings 3.4.4.1"},
			Delivery: func(d *Delivery, _ Args) error { d.drop("SigAlg"); return nil }},
	}
}

func logoutResponseFaults() []Fault {
	return []Fault{
		{Name: "logout-response-status", Of: LogoutResponse, Summary: "the LogoutResponse reports this status",
			Refs: []string{"SAML core 3.7.3.2"},
			Params: []Param{
				{Name: "code", Kind: Choice, Default: "Responder", Choices: statusCodes(), Doc: "the top-level code"},
				{Name: "sub", Kind: Choice, Choices: statusCodes(), Doc: "the second-level code; none when absent"}},
			Assertion: setStatus},
		{Name: "logout-response-in-response-to", Of: LogoutResponse, Summary: "the LogoutResponse answers a request that nobody sent",
			Refs: []string{"SAML core 3.2.2"}, Assertion: answerNobody},
		{Name: "logout-response-unsigned", Of: LogoutResponse, Summary: "the LogoutResponse is not signed",
			Refs: []string{"SAML profiles 4.4.4.2"}, Signature: unsignedMessage},
		{Name: "logout-response-never", Of: LogoutResponse, Summary: "the identity provider closes the connection instead of answering a LogoutRequest",
			Refs: []string{"SAML profiles 4.4"},
			Service: func(http.Handler, Args) http.Handler {
				return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
			}},
	}
}

func unsignedMessage(s *Signing, _ Args) error {
	s.Sign = false
	return nil
}

func tamperedValue(s *Signing, _ Args) error {
	s.Value = func(value []byte) []byte {
		value[len(value)/2] ^= 1
		return value
	}
	return nil
}

func answerNobody(m *Message, _ Args) error {
	m.Response.CreateAttr("InResponseTo", "_no-such-request")
	return nil
}

// editingText is a hook that writes an argument into the element at path.
func editingText(path, param string) func(*Message, Args) error {
	return func(m *Message, a Args) error {
		el, err := m.element(path)
		if err != nil {
			return err
		}
		el.SetText(a.String(param))
		return nil
	}
}

// wrapAssertion takes the request's own signature away and puts something that
// is signed into it: a reader that asks whether any signature verifies is
// satisfied.
func wrapAssertion(m *Message, _ Args) error {
	signed, err := m.element("Assertion")
	if err != nil {
		return err
	}
	for _, el := range m.Response.SelectElements("Signature") {
		el.Remove()
	}
	issuer, err := m.element("Response/Issuer")
	if err != nil {
		return err
	}
	extensions := &etree.Element{Space: m.Response.Space, Tag: "Extensions"}
	extensions.AddChild(signed.Copy())
	insertAfter(issuer, extensions)
	return nil
}

var escapes = regexp.MustCompile(`%[0-9A-F]{2}`)

func lowerEscape(value string) string {
	return escapes.ReplaceAllStringFunc(url.QueryEscape(value), strings.ToLower)
}

// smuggled is what a careless reader would take for the message: <smuggled/>.
const smuggled = "PHNtdWdnbGVkLz4="

func smuggle(d *Delivery, a Args) error {
	at, err := d.message()
	if err != nil {
		return err
	}
	extra := Field{Name: "SAMLRequest", Value: smuggled}
	switch a.String("how") {
	case "response":
		extra.Name = "SAMLResponse"
	case "after":
		at++
	}
	d.Fields = slices.Insert(d.Fields, at, extra)
	return nil
}
