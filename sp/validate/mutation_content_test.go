package validate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

func lonelyAddresses() []lonely {
	requests := func(state validate.RequestState) func(*validate.Policy) {
		return func(p *validate.Policy) { p.Requests = func(string) validate.RequestState { return state } }
	}
	sent := func(to string, at time.Time) func(*validate.Policy) {
		return func(p *validate.Policy) {
			p.Sent = func(string) (validate.Sent, bool) { return validate.Sent{To: to, At: at}, true }
		}
	}
	const first = `NotBefore="2027-01-15T12:00:00Z"`
	return []lonely{
		{rule: "destination-present", message: func(t *testing.T) string { return signedResponse(t, ` Destination="https://sp.example/acs"`, ``) }},
		{rule: "destination-matches", message: with(`Destination="https://sp.example/acs"`, `Destination="http://sp.example/acs"`)},
		{rule: "destination-matches", message: with(`Destination="https://sp.example/acs"`, `Destination=""`)},
		{rule: "solicited", message: with(` InResponseTo="_request">`, `>`, ` InResponseTo="_request"`, ``)},
		{rule: "request-outstanding", message: with(), policy: requests(validate.RequestUnknown)},
		{rule: "request-outstanding", message: with(), policy: requests(validate.RequestAnswered)},
		{rule: "request-outstanding", message: with(), policy: requests(validate.RequestOtherBrowser)},
		{rule: "request-outstanding", message: with(), policy: requests(validate.RequestExpired), reason: reason.RequestExpired},
		{rule: "response-issuer-present", message: func(t *testing.T) string { return signedResponse(t, issuer+status, status) }},
		{rule: "response-issuer", message: with(issuer+status, `<saml:Issuer>https://idp.example/metadata/</saml:Issuer>`+status)},
		{rule: "assertion-issuer-present", message: with(issuer+subject, subject)},
		{rule: "assertion-issuer", message: with(issuer+subject, `<saml:Issuer>https://IDP.example/metadata</saml:Issuer>`+subject)},
		{rule: "issuer-asked", message: with(), policy: sent("https://other-idp.example/metadata", now)},
		{rule: "issuer-format", message: with(`<saml:Issuer>`, `<saml:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">`)},
		{rule: "times-readable", message: with(first, `NotBefore="yesterday"`)},
		{rule: "times-utc", message: with(first, `NotBefore="2027-01-15T14:00:00+02:00"`)},
		{rule: "times-utc", message: with(first, `NotBefore="2027-01-15T12:00:00"`)},
		{rule: "issue-instant-present", message: with(` IssueInstant="2027-01-15T12:00:00Z" Destination`, ` Destination`)},
		{rule: "issue-instant-not-future", message: with(`IssueInstant="2027-01-15T12:00:00Z"`, `IssueInstant="2027-01-15T13:00:00Z"`)},
		{rule: "issue-instant-recent", message: with(), policy: func(p *validate.Policy) { p.MaxIssueAge = 30 * time.Second }},
		{rule: "issued-after-request", message: with(`IssueInstant="2027-01-15T12:00:00Z" Destination`, `IssueInstant="2027-01-15T11:59:59Z" Destination`), policy: sent("https://idp.example/metadata", now)},
		{rule: "not-before", message: with(first, `NotBefore="2027-01-15T12:00:31Z"`)},
		{rule: "not-on-or-after", message: with(`NotOnOrAfter="2027-01-15T12:05:00Z">`, `NotOnOrAfter="2027-01-15T12:00:30Z">`)},
		{rule: "window-ordered", message: with(window, `NotBefore="2027-01-15T12:00:30Z" NotOnOrAfter="2027-01-15T12:00:30Z"`), policy: tolerance(time.Minute)},
		{rule: "window-ordered", message: with(window, `NotBefore="2027-01-15T12:00:31Z" NotOnOrAfter="2027-01-15T12:00:30Z"`), policy: tolerance(time.Minute), reason: reason.NotYetValid},
		{rule: "session-not-over", message: with(`SessionIndex="_session"`, `SessionNotOnOrAfter="2027-01-15T12:00:30Z"`)},
		{rule: "authn-instant-not-future", message: with(`AuthnInstant="2027-01-15T12:00:00Z"`, `AuthnInstant="2027-01-16T12:00:00Z"`)},
		{rule: "authn-recent", message: with(`AuthnInstant="2027-01-15T12:00:00Z"`, `AuthnInstant="2027-01-15T10:00:00Z"`), policy: func(p *validate.Policy) { p.MaxAuthnAge = time.Hour }},
		{rule: "conditions-present", message: with(conditions, "")},
		{rule: "one-conditions", message: with(conditions, conditions+conditions)},
		{rule: "condition-understood", message: with(audience, audience+`<saml:Condition xsi:type="x:Odd" xmlns:x="urn:x"/>`)},
		{rule: "audience-present", message: with(audience, "")},
		{rule: "audience-matches", message: with(audience, audience+strings.ReplaceAll(audience, "sp.example", "other.example"))},
		{rule: "audience-matches", message: with("<saml:Audience>https://sp.example/metadata</saml:Audience>", "")},
	}
}

func tolerance(d time.Duration) func(*validate.Policy) {
	return func(p *validate.Policy) { p.Tolerance = d }
}

func lonelyStatements() []lonely {
	seen := func(p *validate.Policy) { p.Seen = func(string, time.Time) bool { return true } }
	authz := func(p *validate.Policy) { p.AuthzDecisions = true }
	decision := func(attributes string) func(*testing.T) string {
		return with(authn, authn+`<saml:AuthzDecisionStatement `+attributes+`><saml:Action Namespace="urn:a">b</saml:Action></saml:AuthzDecisionStatement>`)
	}
	return []lonely{
		{rule: "subject-present", message: with(subject, "")},
		{rule: "confirmation-bearer", message: with("cm:bearer", "cm:sender-vouches")},
		{rule: "confirmation-bearer", message: with(` Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"`, "")},
		{rule: "confirmation-bearer", message: with(confirmation, "")},
		{rule: "confirmation-data", message: with(data, "")},
		{rule: "confirmation-recipient", message: with(`Recipient="https://sp.example/acs"`, `Recipient="https://sp.example/ACS"`)},
		{rule: "confirmation-recipient", message: with(` Recipient="https://sp.example/acs"`, ``)},
		{rule: "confirmation-in-response-to", message: with(` InResponseTo="_request"/>`, `/>`)},
		{rule: "confirmation-in-response-to", message: with(` InResponseTo="_request"/>`, ` InResponseTo="_else"/>`)},
		{rule: "confirmation-limited", message: with(` NotOnOrAfter="2027-01-15T12:05:00Z" Recipient`, ` Recipient`)},
		{rule: "confirmation-not-on-or-after", message: with(`NotOnOrAfter="2027-01-15T12:05:00Z" Recipient`, `NotOnOrAfter="2027-01-15T12:00:30Z" Recipient`)},
		{rule: "confirmation-not-before", message: with(`NotOnOrAfter="2027-01-15T12:05:00Z" Recipient`, `NotBefore="2027-01-15T12:01:00Z" NotOnOrAfter="2027-01-15T12:05:00Z" Recipient`)},
		{rule: "confirmation-without-not-before", message: with(`NotOnOrAfter="2027-01-15T12:05:00Z" Recipient`, `NotBefore="2027-01-15T12:00:00Z" NotOnOrAfter="2027-01-15T12:05:00Z" Recipient`)},
		{rule: "name-id-present", message: with(nameID, "")},
		{rule: "name-id-present", message: with(nameID, "<saml:BaseID/>")},
		{rule: "one-name-id", message: with(nameID, nameID+nameID)},
		{rule: "name-id-not-blank", message: with(">ada@example.com</saml:NameID>", "> \n</saml:NameID>")},
		{rule: "name-id-trimmed", message: with(">ada@example.com</saml:NameID>", ">\n ada@example.com</saml:NameID>")},
		{rule: "name-id-format", message: with(), policy: func(p *validate.Policy) {
			p.NameIDFormats = []string{"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"}
		}},
		{rule: "name-id-not-entity", message: with("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", "urn:oasis:names:tc:SAML:2.0:nameid-format:entity")},
		{rule: "name-id-length", message: with(">ada@example.com<", ">"+strings.Repeat("ä", 257)+"<")},
		{rule: "name-id-for-this-sp", message: with("<saml:NameID ", `<saml:NameID SPNameQualifier="https://other.example" `)},
		{rule: "attribute-present", message: with(attributes, "")},
		{rule: "attribute-present", message: with(`Name="Email"`, `Name="email"`)},
		{rule: "attribute-present", message: with(`Name="Email"`, `Name="urn:oid:1" FriendlyName="Email"`)},
		{rule: "attribute-once", message: with(email, email+`<saml:Attribute Name="Email"/>`)},
		{rule: "attribute-value", message: with(emailValue, valueOpen+"  </saml:AttributeValue>")},
		{rule: "attribute-value", message: with(emailValue, `<saml:AttributeValue xsi:nil="true"/>`)},
		{rule: "attribute-value", message: with(emailValue, `<saml:AttributeValue>ada<b/>@example.com</saml:AttributeValue>`)},
		{rule: "attribute-value", message: with(emailValue, ``)},
		{rule: "attribute-single-valued", message: with(emailValue, emailValue+emailValue)},
		{rule: "authn-statement", message: with(authn, "")},
		{rule: "authn-instant", message: with(` AuthnInstant="2027-01-15T12:00:00Z"`, "")},
		{rule: "authn-context", message: with(context, "")},
		{rule: "authn-context-class", message: with(), policy: func(p *validate.Policy) {
			p.AuthnContext = []string{"urn:oasis:names:tc:SAML:2.0:ac:classes:X509"}
		}},
		{rule: "authn-context-class", message: with(), policy: func(p *validate.Policy) {
			p.AuthnContext, p.StrongerAuthn = []string{"urn:oasis:names:tc:SAML:2.0:ac:classes:X509"}, true
		}},
		{rule: "authn-context-class", message: with("classes:Password", "classes:telepathy"), policy: func(p *validate.Policy) {
			p.AuthnContext, p.StrongerAuthn = []string{"urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"}, true
		}},
		{rule: "authz-permits", message: decision(`Resource="urn:r" Decision="Deny"`), policy: authz},
		{rule: "authz-permits", message: decision(`Resource="urn:r" Decision="Indeterminate"`), policy: authz},
		{rule: "authz-permits", message: decision(`Resource="urn:r" Decision="Maybe"`), policy: authz},
		{rule: "authz-permits", message: decision(`Resource="urn:r"`), policy: authz},
		{rule: "authz-resource", message: decision(`Decision="Permit"`), policy: authz},
		{rule: "one-time-use", message: with(audience, audience+`<saml:OneTimeUse/>`), policy: seen},
		{rule: "not-replayed", message: with(), policy: seen},
	}
}
