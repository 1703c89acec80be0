package validate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// wrapping cuts a signed message into the parts that attackers rearrange.
type wrapping struct {
	response  string // signed Response without its end tag's surroundings
	assertion string // signed Assertion
	bare      string // the same without its Signature
	signature string // of the Assertion
	forged    string // another Assertion, about eve, unsigned
}

func wrappings(t *testing.T) wrapping {
	var w wrapping
	doc := signed(t)
	w.assertion = between(doc, "<saml:Assertion", "</saml:Assertion>")
	w.signature = between(doc, "<ds:Signature ", "</ds:Signature>")
	w.bare = strings.Replace(w.assertion, w.signature, "", 1)
	w.forged = edit(t, assertion, "_assertion", "_forged", ">ada@example.com</saml:NameID>", ">eve@example.com</saml:NameID>")
	w.response = signedResponse(t)
	return w
}

func between(doc, from, to string) string {
	start := strings.Index(doc, from)
	return doc[start : start+strings.Index(doc[start:], to)+len(to)]
}

func envelope(parts ...string) string {
	return responseStart + issuer + status + strings.Join(parts, "") + `</samlp:Response>`
}

// inside puts markup in before the end tag of doc's last element of that name.
func inside(doc, name, markup string) string {
	end := "</" + name + ">"
	at := strings.LastIndex(doc, end)
	return doc[:at] + markup + doc[at:]
}

// attacks are the variants of USENIX 2012, numbered as there, and later ones.
func attacks(t *testing.T) map[string]string {
	w := wrappings(t)
	evil := func(doc string) string {
		return strings.NewReplacer("_response", "_forged", "_assertion", "_forged2", ">ada@example.com</saml:NameID>", ">eve@example.com</saml:NameID>").Replace(doc)
	}
	responseSignature := between(w.response, "<ds:Signature ", "</ds:Signature>")
	original := strings.Replace(w.response, responseSignature, "", 1)
	extended := func(markup string) string {
		return responseStart + issuer + `<samlp:Extensions>` + markup + `</samlp:Extensions>` + status
	}
	signatureAround := func(markup string) string {
		return strings.Replace(responseSignature, "</ds:Signature>", markup+"</ds:Signature>", 1)
	}
	object := func(signature, markup string) string {
		return strings.Replace(signature, "</ds:Signature>", "<ds:Object>"+markup+"</ds:Object></ds:Signature>", 1)
	}
	into := func(assertion, markup string) string {
		return strings.Replace(assertion, issuer, issuer+markup, 1)
	}
	return map[string]string{
		"1":  strings.Replace(evil(original), issuer, issuer+signatureAround(original), 1),
		"2":  strings.Replace(evil(original), issuer, issuer+original+responseSignature, 1),
		"3":  envelope(w.forged, w.assertion),
		"3b": envelope(w.assertion, w.forged),
		"4":  envelope(inside(w.forged, "saml:Assertion", w.assertion)),
		"5":  envelope(into(w.forged, w.signature), w.bare),
		"5b": envelope(w.bare, into(w.forged, w.signature)),
		"6":  envelope(into(w.forged, strings.Replace(w.signature, "</ds:Signature>", w.bare+"</ds:Signature>", 1))),
		"7":  extended(w.forged) + w.assertion + `</samlp:Response>`,
		"7b": extended(w.assertion) + w.forged + `</samlp:Response>`,
		"8":  envelope(into(w.forged, object(w.signature, w.bare))),

		"genuine-in-advice":        envelope(strings.Replace(w.forged, authn, "<saml:Advice>"+w.assertion+"</saml:Advice>"+authn, 1)),
		"genuine-in-status-detail": responseStart + issuer + strings.Replace(status, "</samlp:Status>", "<samlp:StatusDetail>"+w.assertion+"</samlp:StatusDetail></samlp:Status>", 1) + w.forged + `</samlp:Response>`,
		"genuine-in-attribute":     envelope(strings.Replace(w.forged, emailValue, "<saml:AttributeValue>"+w.assertion+"</saml:AttributeValue>", 1)),
		"forged-in-object":         envelope(strings.Replace(w.assertion, w.signature, object(w.signature, w.forged), 1)),
		"same-id-twin":             envelope(strings.Replace(w.forged, "_forged", "_assertion", 1), w.assertion),
		"same-id-twin-last":        envelope(w.assertion, strings.Replace(w.forged, "_forged", "_assertion", 1)),
		"signature-of-twin":        envelope(into(strings.Replace(w.forged, "_forged", "_assertion", 1), w.signature), w.bare),
		"attribute-pollution":      envelope(into(strings.Replace(w.forged, ` ID="_forged"`, ` ID="_forged" saml:ID="_assertion"`, 1), w.signature), w.bare),
		"namespace-confusion":      envelope(strings.NewReplacer("<saml:Assertion ", `<evil:Assertion xmlns:evil="urn:evil" `, "</saml:Assertion>", "</evil:Assertion>").Replace(w.forged), w.assertion),
		"encrypted-decoy":          envelope("<saml:EncryptedAssertion>"+w.forged+"</saml:EncryptedAssertion>", w.assertion),
		"detached-sibling":         envelope(w.signature, w.bare),
		"second-root":              envelope(w.assertion) + envelope(w.forged),
		"doctype-attlist":          `<!DOCTYPE r [<!ATTLIST ds:Signature xmlns:ds CDATA "urn:x">]>` + envelope(w.assertion),
		"entity-in-id":             `<!DOCTYPE r [<!ENTITY e "_forged">]>` + envelope(strings.Replace(w.assertion, `ID="_assertion"`, `ID="&e;"`, 1)),
		"stripped":                 envelope(w.forged),
		"signed-error":             sign(t, edit(t, envelope(w.forged), "status:Success", "status:Responder"), signing{on: "_response"}),
		"forged-in-signed-error":   inside(sign(t, edit(t, envelope(), "status:Success", "status:Responder"), signing{on: "_response"}), "samlp:Response", w.forged),
	}
}

func TestWrapping(t *testing.T) {
	t.Parallel()
	for name, doc := range attacks(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := validate.Response([]byte(doc), policy(t), now)
			if d.Accepted || d.Identity.NameID != "" {
				explain(t, d)
				t.Fatalf("accepted as %q\n%s", d.Identity.NameID, doc)
			}
			want := []reason.Reason{reason.SignatureInvalid, reason.SignatureMissing}
			switch name {
			case "second-root", "doctype-attlist", "entity-in-id":
				want = []reason.Reason{reason.Malformed}
			case "encrypted-decoy":
				want = append(want, reason.Undecryptable)
			case "signed-error", "forged-in-signed-error":
				want = []reason.Reason{reason.Status}
			}
			if !slices.Contains(want, d.Reason) {
				explain(t, d)
				t.Errorf("reason %q, want one of %v", d.Reason, want)
			}
		})
	}
}

// TestGenuineParts makes sure that the parts of the wrapping messages are
// what they are called: otherwise their refusal proves nothing.
func TestGenuineParts(t *testing.T) {
	t.Parallel()
	w := wrappings(t)
	for name, doc := range map[string]string{"assertion": envelope(w.assertion), "response": w.response} {
		if d := validate.Response([]byte(doc), policy(t), now); !d.Accepted {
			explain(t, d)
			t.Errorf("%s: refused", name)
		}
	}
}

// TestComments: a comment must neither break a signature nor cut a value.
func TestComments(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]string{
		"in name ID":          edit(t, signed(t), "ada@example.com</saml:NameID>", "ada@exam<!-- x -->ple.com</saml:NameID>"),
		"in attribute":        edit(t, signed(t), emailValue, strings.Replace(emailValue, "@", "<!-- -->@", 1)),
		"in issuer":           edit(t, signed(t), ">https://idp.example", "><!---->https://idp.<!-- -->example"),
		"in audience":         edit(t, signed(t), ">https://sp.example/metadata", ">https://sp.<!-- -->example/metadata"),
		"in digest":           edit(t, signed(t), "<ds:DigestValue>", "<ds:DigestValue><!--x-->"),
		"CDATA in name ID":    edit(t, signed(t), "ada@example.com</saml:NameID>", "ada@<![CDATA[example.com]]></saml:NameID>"),
		"everywhere, SHA-256": strings.ReplaceAll(signedResponse(t), "><saml:", "><!-- c --><saml:"),
	} {
		d := validate.Response([]byte(doc), policy(t), now)
		if !d.Accepted || d.Identity.NameID != "ada@example.com" || d.Identity.Attributes["Email"][0] != "ada@example.com" {
			explain(t, d)
			t.Errorf("%s: identity %+v", name, d.Identity)
		}
	}
	evil := edit(t, signed(t, "ada@example.com</saml:NameID>", "ada@example.com.evil.example</saml:NameID>"), "ada@example.com.evil", "ada@example.com<!-- -->.evil")
	if d := validate.Response([]byte(evil), policy(t), now); d.Identity.NameID != "ada@example.com.evil.example" {
		t.Errorf("cut to %q", d.Identity.NameID)
	}
}

// TestNestedSignatures: every signature that is there must hold.
func TestNestedSignatures(t *testing.T) {
	t.Parallel()
	both := sign(t, signed(t), signing{on: "_response"})
	foreign := sign(t, sign(t, response, signing{key: "other"}), signing{on: "_response"})
	broken := sign(t, edit(t, signed(t), "ada@example.com", "eve@example.com"), signing{on: "_response"})
	outer := edit(t, both, status, status+" ")
	for name, c := range map[string]struct {
		doc    string
		reason reason.Reason
	}{
		"both good":           {both, ""},
		"assertion by other":  {foreign, reason.FingerprintMismatch},
		"assertion broken":    {broken, reason.SignatureInvalid},
		"response broken":     {outer, reason.SignatureInvalid},
		"pretty-printed":      {strings.ReplaceAll(signed(t), "><saml:", ">\n<saml:"), reason.SignatureInvalid},
		"prefix rewritten":    {strings.NewReplacer("saml:", "s:", "xmlns:saml=", "xmlns:s=").Replace(signed(t)), reason.SignatureInvalid},
		"CRLF line ends":      {strings.ReplaceAll(signed(t, "><saml:Subject", ">\n<saml:Subject"), "\n", "\r\n"), ""},
		"carriage return":     {edit(t, signed(t), ">ada@", ">&#13;ada@"), reason.SignatureInvalid},
		"white in tag":        {strings.ReplaceAll(signed(t), " InResponseTo", "\n\tInResponseTo"), ""},
		"byte-order mark":     {"\xef\xbb\xbf" + signed(t), ""},
		"leading blank lines": {"\n\n" + signed(t), ""},
		"declaration":         {`<?xml version="1.0" encoding="UTF-8" standalone="no"?>` + signed(t), ""},
	} {
		d := validate.Response([]byte(c.doc), policy(t), now)
		if d.Reason != c.reason || d.Accepted != (c.reason == "") {
			explain(t, d)
			t.Errorf("%s: reason %q, want %q", name, d.Reason, c.reason)
		}
	}
}
