package fault

import (
	"errors"
	"net/http"
	"slices"
)

// logoutMessageFaults spoil what a LogoutRequest and a LogoutResponse have in
// common, and what each of them must have. All but those of the query are made
// before the message is signed, so that nothing else is wrong with it.
func logoutMessageFaults() []Fault {
	return slices.Concat(
		eitherLogoutFaults(LogoutRequest, "logout-request", "ManageNameIDRequest"),
		eitherLogoutFaults(LogoutResponse, "logout-response", "ManageNameIDResponse"),
		[]Fault{
			{Name: "logout-request-name-id-removed", Of: LogoutRequest, Summary: "the LogoutRequest says not whom it is about",
				Refs: []string{"SAML core 3.7.1"}, Assertion: removing("Response/NameID")},
			{Name: "logout-request-name-id-duplicated", Of: LogoutRequest, Summary: "the LogoutRequest holds its NameID twice",
				Refs: []string{"SAML core 3.7.1"}, Assertion: doubling("Response/NameID")},
			{Name: "logout-response-destination", Of: LogoutResponse, Summary: "the LogoutResponse is addressed to another URL",
				Refs:      []string{"SAML core 3.2.2"},
				Params:    []Param{{Name: "value", Kind: String, Default: "https://other.example/slo", Doc: "the Destination"}},
				Assertion: settingRoot("Destination", "value")},
			{Name: "logout-response-status-removed", Of: LogoutResponse, Summary: "the LogoutResponse says not how it went",
				Refs: []string{"SAML core 3.2.2"}, Assertion: removing("Response/Status")},
			{Name: "logout-query-tampered", Of: LogoutRequest, Summary: "something in the signed query was changed on the way",
				Refs: []string{"SAML bindings 3.4.4.1"},
				Params: []Param{{Name: "how", Kind: Choice, Default: "relay-state", Choices: []string{"relay-state", "base64"},
					Doc: "a RelayState that was not there, or the message in base64 with line breaks"}},
				Delivery: tamperQuery},
			{Name: "logout-query-algorithm", Of: LogoutRequest, Summary: "the query is signed with another algorithm",
				Refs: []string{"SAML bindings 3.4.4.1", "RFC 6931"},
				Params: []Param{{Name: "signature", Kind: Choice, Default: "rsa-sha1", Choices: SignatureChoices(),
					Doc: "the SigAlg; hmac is keyed with the PEM text of the public certificate; unknown is a made-up URI"}},
				Signature: func(s *Signing, a Args) error { s.Algorithm = algorithmOr(a.String("signature")); return nil }},
		})
}

// eitherLogoutFaults are those that either of the two messages can have.
func eitherLogoutFaults(of MessageName, prefix, otherName string) []Fault {
	say := func(what string) string { return "the " + string(of) + " " + what }
	return []Fault{
		{Name: prefix + "-root", Of: of, Summary: say("is a " + otherName + " by its name"),
			Refs: []string{"SAML profiles 4.4.3"}, Assertion: func(m *Message, _ Args) error { m.Response.Tag = otherName; return nil }},
		{Name: prefix + "-version", Of: of, Summary: say("says another Version"),
			Refs:      []string{"SAML core 3.2.1"},
			Params:    []Param{{Name: "value", Kind: String, Default: "1.1", Doc: "the Version"}},
			Assertion: settingRoot("Version", "value")},
		{Name: prefix + "-id-removed", Of: of, Summary: say("has no ID, so that only a signed query can vouch for it"),
			Refs: []string{"SAML core 3.2.1"}, Assertion: func(m *Message, _ Args) error { m.Response.RemoveAttr("ID"); return nil }},
		{Name: prefix + "-issuer", Of: of, Summary: say("names another Issuer, although this IdP signs it"),
			Refs:      []string{"SAML profiles 4.4.4.1", "SAML profiles 4.4.4.2"},
			Params:    []Param{{Name: "value", Kind: String, Default: "https://other-idp.example/metadata", Doc: "the Issuer"}},
			Assertion: editingText("Response/Issuer", "value")},
		{Name: prefix + "-issuer-removed", Of: of, Summary: say("names no Issuer"),
			Refs: []string{"SAML profiles 4.4.4.1", "SAML profiles 4.4.4.2"}, Assertion: removing("Response/Issuer")},
		{Name: prefix + "-issue-instant", Of: of, Summary: say("was issued at another time"),
			Refs:   []string{"SAML core 3.2.1"},
			Params: []Param{{Name: "offset", Kind: Duration, Default: "-2h", Doc: "relative to the IdP's clock"}},
			Assertion: func(m *Message, a Args) error {
				m.Response.CreateAttr("IssueInstant", Instant(m.Now.Add(a.Duration("offset"))))
				return nil
			}},
	}
}

// settingRoot is a hook that writes an argument into an attribute of the root.
func settingRoot(attr, param string) func(*Message, Args) error {
	return func(m *Message, a Args) error {
		m.Response.CreateAttr(attr, a.String(param))
		return nil
	}
}

// tamperQuery changes what the signature covers without a reader noticing: the
// message says the same.
func tamperQuery(d *Delivery, a Args) error {
	at, err := d.message()
	if err != nil {
		return err
	}
	if a.String("how") == "relay-state" {
		d.drop(relayField)
		d.Fields = slices.Insert(d.Fields, at+1, Field{Name: relayField, Value: "tampered"})
		return nil
	}
	d.Fields[at].Value = wrapped64(d.Fields[at].Value)
	return nil
}

// message returns where the message of a query stands among its parameters.
func (d *Delivery) message() (int, error) {
	at := slices.IndexFunc(d.Fields, func(f Field) bool { return f.Name == "SAMLRequest" })
	if at < 0 || d.Method != http.MethodGet {
		return 0, errors.New("the message has no query")
	}
	return at, nil
}
