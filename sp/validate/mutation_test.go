package validate_test

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// lonely is a message in which one rule alone is broken.
type lonely struct {
	rule    string
	reason  reason.Reason // when it is not the rule's usual one
	message func(*testing.T) string
	policy  func(*validate.Policy)
}

// unkillable are the rules that cannot let a message through on their own.
func unkillable() map[string]string {
	return map[string]string{
		"xml-well-formed":   "what is not XML holds no Assertion that could be accepted",
		"assertion-present": "without an Assertion there is nothing to accept",
	}
}

// TestEveryRuleCounts proves for each rule that it alone refuses some message,
// and that this message is accepted once the rule is switched off: so every
// rule works, and removing any of them would be noticed.
func TestEveryRuleCounts(t *testing.T) {
	t.Parallel()
	cases := slices.Concat(lonelyDocuments(), lonelySignatures(), lonelyAddresses(), lonelyStatements())
	for _, r := range validate.Rules() {
		_, excepted := unkillable()[r.ID]
		if excepted == slices.ContainsFunc(cases, func(c lonely) bool { return c.rule == r.ID }) {
			t.Errorf("rule %s must have a message of its own, or a reason why not", r.ID)
		}
	}
	for i, c := range cases {
		t.Run(fmt.Sprintf("%s-%d", c.rule, i), func(t *testing.T) {
			t.Parallel()
			c.run(t)
		})
	}
}

func (c lonely) run(t *testing.T) {
	rules := validate.Rules()
	at := slices.IndexFunc(rules, func(r validate.Rule) bool { return r.ID == c.rule })
	if at < 0 {
		t.Fatalf("no rule %q", c.rule)
	}
	rule := rules[at]
	p := policy(t)
	if c.policy != nil {
		c.policy(&p)
	}
	if rule.Level == validate.Should {
		p.Enforced = []string{c.rule}
	}
	raw := []byte(c.message(t))
	d := validate.Response(raw, p, now)
	want := rule.Reason
	if c.reason != "" {
		want = c.reason
	}
	only := slices.ContainsFunc(d.Findings, func(f validate.Finding) bool { return f.Rule == c.rule && !f.Tolerated }) &&
		!slices.ContainsFunc(d.Findings, func(f validate.Finding) bool { return f.Rule != c.rule && !f.Tolerated })
	if d.Accepted || d.Reason != want || !only {
		explain(t, d)
		t.Fatalf("want a refusal for %s by %s alone", want, c.rule)
	}
	for _, f := range d.Findings {
		if f.Got == "" || f.Want == "" || f.Where == "" || f.Remedy == "" || f.Ref == "" {
			t.Errorf("incomplete finding %+v", f)
		}
	}
	tolerant := p
	tolerant.Tolerated = []string{c.rule}
	if d := validate.Response(raw, tolerant, now); !d.Accepted || !slices.ContainsFunc(d.Findings, func(f validate.Finding) bool { return f.Rule == c.rule && f.Tolerated }) {
		explain(t, d)
		t.Error("not accepted with a finding although the rule is tolerated")
	}
	p.Without = []string{c.rule}
	if d := validate.Response(raw, p, now); !d.Accepted {
		explain(t, d)
		t.Error("not accepted although the rule is off")
	}
}

// with makes a message from the usual one by edits before signing.
func with(pairs ...string) func(*testing.T) string {
	return func(t *testing.T) string { return signed(t, pairs...) }
}

// after makes a message from the usual one by edits after signing.
func after(pairs ...string) func(*testing.T) string {
	return func(t *testing.T) string { return edit(t, signed(t), pairs...) }
}

func by(s signing) func(*testing.T) string {
	return func(t *testing.T) string { return sign(t, response, s) }
}

const (
	extensions = `<samlp:Extensions>%s</samlp:Extensions>` + status
	valueOpen  = `<saml:AttributeValue xsi:type="xs:string">`
	emailValue = valueOpen + `ada@example.com</saml:AttributeValue>`
)

func lonelyDocuments() []lonely {
	extend := func(markup string) []string { return []string{status, fmt.Sprintf(extensions, markup)} }
	return []lonely{
		{rule: "message-size", message: with(), policy: func(p *validate.Policy) { p.MaxBytes = 2000 }},
		{rule: "no-doctype", message: after("<samlp:Response", "<!DOCTYPE Response><samlp:Response")},
		{rule: "no-processing-instruction", message: after(status, "<?php x?>"+status)},
		{rule: "one-root", message: after("</samlp:Response>", "</samlp:Response><a/>")},
		{rule: "one-root", message: after("</samlp:Response>", "</samlp:Response>garbage")},
		{rule: "attributes-distinct", message: after(`ID="_response"`, `ID="_response" Destination="https://sp.example/acs"`)},
		{rule: "nesting-depth", message: with(extend(strings.Repeat("<a>", 150) + strings.Repeat("</a>", 150))...)},
		{rule: "element-count", message: with(extend(strings.Repeat("<a/>", 25_000))...)},
		{rule: "element-count", message: with(extend("<a" + flood(300) + "/>")...)},
		{rule: "root-is-response", message: after("<samlp:Response", "<samlp:Answer", "</samlp:Response>", "</samlp:Answer>")},
		{rule: "response-version", message: with(`ID="_response" Version="2.0"`, `ID="_response" Version="1.1"`)},
		{rule: "assertion-version", message: with(`ID="_assertion" Version="2.0"`, `ID="_assertion" Version="3.0"`)},
		{rule: "response-id", message: with(` ID="_response"`, ``)},
		{rule: "assertion-id", message: func(t *testing.T) string { return signedResponse(t, ` ID="_assertion"`, ``) }},
		{rule: "id-is-name", message: with(`ID="_response"`, `ID="0response"`)},
		{rule: "known-children", message: with(attributes, attributes+`<saml:Surprise/>`)},
		{rule: "known-children", message: with(`ada@example.com</saml:NameID>`, `ada@exam<b/>ple.com</saml:NameID>`)},
		{rule: "single-children", message: with(issuer+status, issuer+issuer+status)},
		{rule: "schema-order", message: with(conditions+authn, authn+conditions)},
		{rule: "schema-order", message: by(signing{last: true})},
		{rule: "unprefixed-attributes", message: with(window, window+` saml:NotOnOrAfter="2037-01-15T12:05:00Z"`)},
		{rule: "value-size", message: with(emailValue, emailValue+`</saml:Attribute><saml:Attribute Name="Photo"><saml:AttributeValue>`+strings.Repeat("A", 40_000)+`</saml:AttributeValue>`)},
		{rule: "one-assertion", message: func(t *testing.T) string {
			two := edit(t, response, "</samlp:Response>", edit(t, assertion, "_assertion", "_second")+"</samlp:Response>")
			return sign(t, sign(t, two, signing{}), signing{on: "_second"})
		}},
		{rule: "no-stray-assertion", message: with(extend(edit(t0{}, assertion, "_assertion", "_stray"))...)},
		{rule: "no-look-alike", message: with(extend(`<Assertion xmlns="urn:look:alike"/>`)...)},
		{rule: "unique-ids", message: with(extend(`<a Id="_assertion"/>`)...)},
		{rule: "one-id", message: with(`ID="_response"`, `ID="_response" xml:id="_other"`)},
		{rule: "signature-placement", message: with(extend(`<ds:Signature xmlns:ds="` + ds + `"/>`)...)},
		{rule: "signature-without-object", message: by(signing{extra: `<ds:Object><a/></ds:Object>`})},
		{rule: "status-present", message: with(status, "")},
		{rule: "one-status", message: with(status, status+status)},
		{rule: "status-success", message: with("status:Success", "status:Responder")},
	}
}

func flood(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d=""`, i)
	}
	return b.String()
}

func lonelySignatures() []lonely {
	expired := func(t *testing.T) *x509.Certificate {
		return issue(t, "idp", now.AddDate(-2, 0, 0), now.Add(-time.Second))
	}
	renewed := func(t *testing.T) *x509.Certificate {
		return issue(t, "idp", now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
	}
	fingerprints := func(names ...string) func(*validate.Policy) {
		return func(p *validate.Policy) {
			p.Fingerprints = []validate.Fingerprint{validate.FingerprintOf(p.Certificates[0], crypto.SHA1)}
			p.Certificates = nil
		}
	}
	xpath := []string{ds + "enveloped-signature", "http://www.w3.org/TR/1999/REC-xpath-19991116", exc}
	return []lonely{
		{rule: "encryption-algorithm", message: func(t *testing.T) string { return string(file(t, "encrypted", "rsa-1_5.xml")) }},
		{rule: "encryption-algorithm", message: func(t *testing.T) string { return string(file(t, "encrypted", "tripledes.xml")) }},
		{rule: "decrypts", message: with(email, email+`<saml:EncryptedAttribute/>`)},
		{rule: "decrypted-content", message: func(t *testing.T) string {
			return signed(t, email, email+`<saml:EncryptedAttribute>`+encrypt(t, "hello", encryption{})+`</saml:EncryptedAttribute>`)
		}},
		{rule: "assertion-encrypted", message: with(), policy: func(p *validate.Policy) { p.RequireEncryption = true }},
		{rule: "signature-present", message: func(*testing.T) string { return response }},
		{rule: "signature-present", message: with(), policy: func(p *validate.Policy) { p.SignatureOn = "response" }},
		{rule: "signature-present", message: func(t *testing.T) string { return signedResponse(t) }, policy: func(p *validate.Policy) { p.SignatureOn = "assertion" }},
		{rule: "signature-present", message: with(), policy: func(p *validate.Policy) { p.SignatureOn = "both" }},
		{rule: "signature-well-formed", message: by(signing{info: `<ds:SignedInfo/>`})},
		{rule: "signature-well-formed", message: func(t *testing.T) string { return sign(t, response, signing{c14n: "none"}) }},
		{rule: "signature-algorithm", message: by(signing{method: "http://www.w3.org/2001/04/xmldsig-more#rsa-md5", digest: "http://www.w3.org/2001/04/xmldsig-more#md5", hash: crypto.MD5})},
		{rule: "signature-not-sha1", message: by(signing{method: ds + "rsa-sha1", digest: ds + "sha1", hash: crypto.SHA1})},
		{rule: "signature-canonicalization", message: by(signing{c14n: "urn:example:c14n"})},
		{rule: "signature-transforms", message: by(signing{transforms: xpath})},
		{rule: "signature-one-reference", message: by(signing{repeat: 1})},
		{rule: "signature-covers-parent", message: func(t *testing.T) string {
			return sign(t, response, signing{on: "_response", target: "_assertion", uri: "#_assertion"})
		}},
		{rule: "signature-digest", message: after("ada@example.com", "eve@example.com")},
		{rule: "trust-configured", message: with(), policy: func(p *validate.Policy) { p.Certificates = nil }},
		{rule: "certificate-sent", message: by(signing{noKeyInfo: true}), policy: fingerprints()},
		{rule: "certificate-trusted", message: by(signing{key: "other"})},
		{rule: "certificate-trusted", message: func(t *testing.T) string { // a good signature with a stranger's certificate
			return sign(t, response, signing{certificates: []*x509.Certificate{certificate(t, "other")}})
		}},
		{rule: "certificate-trusted", policy: fingerprints(), message: func(t *testing.T) string { // renewed, same key
			return sign(t, response, signing{certificates: []*x509.Certificate{renewed(t)}})
		}},
		{rule: "signature-value", message: func(t *testing.T) string { // a stranger's signature with the good certificate
			return sign(t, response, signing{key: "other", certificates: []*x509.Certificate{certificate(t, "idp")}})
		}},
		{rule: "certificate-valid", message: func(t *testing.T) string {
			return sign(t, response, signing{certificates: []*x509.Certificate{expired(t)}})
		}},
		{rule: "certificate-strength", message: by(signing{key: "weak"}), policy: func(p *validate.Policy) {
			p.Certificates = []*x509.Certificate{certificate(t0{}, "weak")}
		}},
	}
}
