package validate_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// room is what a message may have to stay under the size limit.
const room = 1<<20 - 8000

func filled(unit string, most int) string { return strings.Repeat(unit, most/len(unit)) }

// numbered repeats a format for the numbers from 0.
func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "%d", fmt.Sprint(i)))
	}
	return b.String()
}

// hostileSignatures cost most where a signature is verified, which is before
// anybody is trusted.
func hostileSignatures(t testing.TB) []hostile {
	const inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	const last = `Algorithm="` + exc + `"></ds:Transform>`
	listing := func(prefixes string) string {
		return `Algorithm="` + exc + `"><ec:InclusiveNamespaces xmlns:ec="` + exc + `" PrefixList="` + prefixes + `"/></ds:Transform>`
	}
	extended := func(s signing, markup string, pairs ...string) string {
		return edit(t, sign(t, response, s), append([]string{status, fmt.Sprintf(extensions, markup)}, pairs...)...)
	}
	whole := signing{on: "_response"}
	deep := signing{on: "_response", uri: "#_deep", target: "_response", transforms: []string{ds + "enveloped-signature", inclusive}}
	full := between(sign(t, response, signing{on: "_response", repeat: 1}), "<ds:Signature ", "</ds:Signature>")
	stranger := func(certificates ...*x509.Certificate) string {
		return between(sign(t, response, signing{certificates: certificates}), "<ds:Signature ", "</ds:Signature>")
	}
	return []hostile{
		{"prefix-list-flood", extended(whole, strings.Repeat("<a/>", 7_000), last, listing(filled("p ", 800_000)))},
		{"prefix-list-allowed", extended(whole, "<a"+numbered(` xmlns:n%d="urn:n"`, 55)+">"+strings.Repeat("<a/>", 7_000)+"</a>", last, listing(numbered("q%d ", 32)))},
		{"prefix-list-declared", extended(whole, strings.Repeat("<a"+numbered(` xmlns:q%d="urn:n"`, 3)+"/>", 7_000), last, listing(numbered("q%d ", 32)))},
		{"xml-attributes-inherited", extended(deep, strings.Repeat("<a"+numbered(` xml:a%d=""`, 250)+">", 90)+`<b ID="_deep"/>`+strings.Repeat("</a>", 90))},
		{"namespaces-repeated", extended(whole, `<a xmlns:p="urn:`+strings.Repeat("p", 900_000)+`">`+strings.Repeat("<p:b/>", 7_000)+"</a>")},
		{"prefixed-attributes", extended(whole, "<a"+numbered(` xmlns:n%d="urn:%d"`, 55)+">"+strings.Repeat("<a"+numbered(` n%d:a=""`, 55)+"/>", 500)+"</a>")},
		{"signatures-complete", extended(whole, filled("x", room-16*len(full)-20_000), status, strings.Repeat(full, 15)+status)},
		{"certificates-rsa", edit(t, response, issuer+subject, issuer+strings.Repeat(stranger(manyOf(outsized(t))...), 16)+subject)},
		{"certificates-ecdsa", edit(t, response, issuer+subject, issuer+strings.Repeat(edit(t, stranger(manyOf(curved(t))...), "#rsa-sha256", "#ecdsa-sha512"), 16)+subject)},
		{"certificate-large", edit(t, signed(t), "<ds:X509Certificate>", "<ds:X509Certificate>"+base64.StdEncoding.EncodeToString(named(t))+"</ds:X509Certificate><ds:X509Certificate>")},
	}
}

func manyOf(c *x509.Certificate) []*x509.Certificate {
	var all []*x509.Certificate
	for range 8 {
		all = append(all, c)
	}
	return all
}

// outsized is a certificate of the longest key that is computed.
func outsized(t testing.TB) *x509.Certificate {
	n := new(big.Int).Lsh(big.NewInt(1), 8191)
	return certified(t, &rsa.PublicKey{N: n.SetBit(n, 0, 1), E: 1<<31 - 1}, nil)
}

func curved(t testing.TB) *x509.Certificate {
	signer, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return certified(t, signer.Public(), nil)
}

// named is a certificate with as many names as there is room for.
func named(t testing.TB) []byte {
	return certified(t, key(t, "idp").Public(), strings.Split(strings.TrimSpace(filled("a.a ", 500_000)), " ")).Raw
}

func certified(t testing.TB, public crypto.PublicKey, names []string) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(3), DNSNames: names}
	raw, err := x509.CreateCertificate(rand.Reader, template, certificate(t, "idp"), public, key(t, "idp"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// hostileCiphertexts cost most where something is decrypted: everybody can
// encrypt for an SP.
func hostileCiphertexts(t testing.TB) []hostile {
	eight := strings.Fields("sp sp sp sp sp sp sp sp")
	spoilt := func(octets []byte) []byte { octets[len(octets)-1] ^= 1; return octets }
	box := func(plain string, e encryption) string {
		return `<saml:EncryptedAssertion>` + encrypt(t, plain, e) + `</saml:EncryptedAssertion>`
	}
	with := func(boxes string) string { return responseStart + issuer + status + boxes + `</samlp:Response>` }
	crowd := assertionStart + strings.Repeat("<a/>", 7_000) + `</saml:Assertion>`
	return []hostile{
		{"encryption-flood", with(strings.Repeat(box("a", encryption{recipients: eight, spoil: spoilt}), 16))},
		{"encryption-large", with(box(filled("a", 700_000), encryption{recipients: eight, spoil: spoilt}))},
		{"encryption-large-cbc", with(box(filled("a", 700_000), encryption{block: xe + "aes128-cbc", recipients: eight, spoil: spoilt}))},
		{"encrypted-elements", with(strings.Repeat(box(crowd, encryption{}), 16))},
		{"encrypted-attributes", signed(t, email, email+strings.Repeat(`<saml:EncryptedAttribute>`+encrypt(t, email, encryption{recipients: eight[:4], spoil: spoilt})+`</saml:EncryptedAttribute>`, 16))},
	}
}

// hostileContents cost most where the rules look.
func hostileContents(t testing.TB) []hostile {
	extended := func(markup string) string { return edit(t, response, status, fmt.Sprintf(extensions, markup)) }
	statement := func(old, markup string) string { return edit(t, response, old, markup) }
	return []hostile{
		{"strays", extended(strings.Repeat(`<saml:Assertion ID="_assertion"/>`, 7_900))},
		{"look-alikes", extended(strings.Repeat(`<Signature ID="a" id="b"/>`, 7_900))},
		{"prefixed-own", extended(strings.Repeat("<a"+numbered(` saml:a%d=""`, 60)+"/>", 500))},
		{"attributes-named", statement(email, email+numbered(`<saml:Attribute Name="%d"/>`, 7_900))},
		{"audiences", statement(audience, audience+strings.Repeat(`<saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction>`, 3_900))},
		{"confirmations", statement(confirmation, strings.Repeat(confirmation, 2_500))},
		{"authn-statements", statement(authn, strings.Repeat(`<saml:AuthnStatement AuthnInstant="x" SessionNotOnOrAfter="2000-01-01T00:00:00Z"/>`, 7_900))},
		{"comments", edit(t, response, "ada@example.com</saml:NameID>", strings.Repeat("<!---->a", 7_900)+"</saml:NameID>")},
		{"comment-flood", edit(t, response, "ada@example.com</saml:NameID>", filled("<!---->a", room-1000)+"</saml:NameID>")},
		{"entities", edit(t, response, "ada@example.com</saml:NameID>", filled("&#x61;", room-1000)+"</saml:NameID>")},
	}
}

// hostileLogouts, hostileEnvelopes and hostileMetadata are for other readers.
func hostileLogouts(t testing.TB) []hostile {
	const index = `<samlp:SessionIndex>_session</samlp:SessionIndex>`
	eight := strings.Fields("sp sp sp sp sp sp sp sp")
	encrypted := `<saml:EncryptedID>` + encrypt(t, nameID, encryption{recipients: eight, spoil: func(o []byte) []byte { o[0] ^= 1; return o }}) + `</saml:EncryptedID>`
	return []hostile{
		{"indexes", edit(t, signedLogout(t, logoutRequest), index, strings.Repeat(index, 7_900))},
		{"identifiers", edit(t, signedLogout(t, logoutRequest), nameID, strings.Repeat(nameID, 7_000))},
		{"identifiers-encrypted", edit(t, signedLogout(t, logoutRequest), nameID, strings.Repeat(encrypted, 16))},
		{"value", edit(t, signedLogout(t, logoutRequest), "ada@example.com", filled("&amp;", room))},
	}
}

func hostileEnvelopes(t testing.TB) []hostile {
	genuine := artifactOf(t, signed(t))
	wide := func(old, inserted string) string { return edit(t, genuine, old, inserted) }
	return []hostile{
		{"children-and-declarations", edit(t, wide("<S:Envelope", "<S:Envelope"+numbered(` xmlns:n%d="urn:n"`, 50)), "<S:Body>", "<S:Header>"+strings.Repeat("<a/>", 7_000)+"</S:Header><S:Body>")},
		{"messages", wide("</S:Body>", strings.Repeat("<samlp:ArtifactResponse xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol'/>", 7_000)+"</S:Body>")},
		{"prefixes-spoken-of", edit(t, edit(t, artifactOf(t, signed(t)), "ada@example.com</saml:NameID>", filled("xn1:xn2:xn3:", 900_000)+"</saml:NameID>"), "<S:Envelope", "<S:Envelope"+numbered(` xmlns:n%d="urn:n"`, 50))},
		{"value", artifactOf(t, edit(t, signed(t), "ada@example.com</saml:NameID>", filled("&gt;", 900_000)+"</saml:NameID>"))},
	}
}

func hostileMetadata(t testing.TB) []hostile {
	good := strings.Replace(idpMetadata(t), " entityID", ` ID="_md" entityID`, 1)
	genuine := sign(t, good, signing{on: "_md"})
	keys := between(good, "<md:KeyDescriptor", "</md:KeyDescriptor>")
	many := func(n int) string {
		return `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_md">` +
			numbered(`<md:EntityDescriptor entityID="urn:%d"/>`, n) + `</md:EntitiesDescriptor>`
	}
	return []hostile{
		{"keys", edit(t, genuine, keys, strings.Repeat(keys, 750))},
		{"entities", edit(t, sign(t, many(1), signing{on: "_md"}), "</md:EntitiesDescriptor>", numbered(`<md:EntityDescriptor entityID="urn:x:%d"/>`, 7_900)+"</md:EntitiesDescriptor>")},
		{"entities-unsigned", many(7_900)},
		{"comment", sign(t, edit(t, good, "<md:SingleSignOn", "<!--"+filled("x", room-20_000)+"--><md:SingleSignOn"), signing{on: "_md"})},
		{"value", sign(t, edit(t, good, "<md:SingleSignOn", "<md:Extensions>"+filled("&gt;", room-20_000)+"</md:Extensions><md:SingleSignOn"), signing{on: "_md"})},
		{"services", edit(t, genuine, "<md:SingleSignOn", strings.Repeat(`<md:SingleLogoutService Binding="x" Location="javascript:1"/>`, 7_900)+"<md:SingleSignOn")},
	}
}

// reading is everything that is done with a document of one kind.
type reading struct {
	name string
	docs []hostile
	read func(raw []byte)
}

func readings(t testing.TB) []reading {
	p, l, m := policy(t), logoutPolicy(t), policy(t)
	p.DecryptionKeys = append(p.DecryptionKeys, p.DecryptionKeys...) // the current one and that before
	l.DecryptionKeys = p.DecryptionKeys
	m.Issuer = ""
	var responses []hostile
	for _, list := range [][]hostile{hostileMessages(t), hostileSignatures(t), hostileCiphertexts(t), hostileContents(t)} {
		responses = append(responses, list...)
	}
	envelopes := hostileEnvelopes(t)
	for _, h := range hostileLogouts(t) {
		envelopes = append(envelopes, hostile{"logout-" + h.name, `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>` + h.doc + `</S:Body></S:Envelope>`})
	}
	return []reading{
		{"response", responses, func(raw []byte) { validate.Response(raw, p, now) }},
		{"logout", append(hostileLogouts(t), hostileMessages(t)...), func(raw []byte) { validate.LogoutRequest(raw, nil, l, now) }},
		{"logout over SOAP", envelopes, func(raw []byte) { validate.LogoutRequestOverSOAP(raw, l, now) }},
		{"artifact", envelopes, func(raw []byte) { validate.ArtifactResponse(raw, p, now) }},
		{"metadata", hostileMetadata(t), func(raw []byte) { validate.Metadata(raw, nil, m, now) }},
	}
}
