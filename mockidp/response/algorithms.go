package response

import (
	"crypto"
	_ "crypto/md5" // for rsa-md5, which only faults ask for
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"

	dsig "github.com/russellhaering/goxmldsig"
)

// The namespaces of a message, and the prefixes it uses for them.
const (
	protocolNS  = "urn:oasis:names:tc:SAML:2.0:protocol"
	assertionNS = "urn:oasis:names:tc:SAML:2.0:assertion"
	signatureNS = "http://www.w3.org/2000/09/xmldsig#"
	xmlencNS    = "http://www.w3.org/2001/04/xmlenc#"
	xmlenc11NS  = "http://www.w3.org/2009/xmlenc11#"
	schemaNS    = "http://www.w3.org/2001/XMLSchema"
	instanceNS  = "http://www.w3.org/2001/XMLSchema-instance"
	moreNS      = "http://www.w3.org/2001/04/xmldsig-more#"
	moreNS2007  = "http://www.w3.org/2007/05/xmldsig-more#"
	excC14NNS   = "http://www.w3.org/2001/10/xml-exc-c14n#"

	envelopedTransform = signatureNS + "enveloped-signature"
	elementType        = xmlencNS + "Element"
)

// algorithm is a row of one of the tables below.
type algorithm interface{ ident() (name, uri string) }

// lookup finds a row by short name or URI.
func lookup[T algorithm](table []T, word string) (T, bool) {
	for _, row := range table {
		if name, uri := row.ident(); word == name || word == uri {
			return row, true
		}
	}
	var none T
	return none, false
}

// uriOf returns the URI for a short name or URI of the table, else "".
func uriOf[T algorithm](table []T, word string) string {
	row, ok := lookup(table, word)
	if !ok {
		return ""
	}
	_, uri := row.ident()
	return uri
}

// written returns what goes into the Algorithm attribute for a word: a word
// that is in no table is written as it is, which is how a fault says "unknown".
func written[T algorithm](table []T, word string) string {
	return defaulted(uriOf(table, word), word)
}

func names[T algorithm](table []T) []string {
	var out []string
	for _, row := range table {
		name, _ := row.ident()
		out = append(out, name)
	}
	return out
}

// family is the kind of key that a signature method needs.
type family string

const (
	rsaFamily   family = "RSA"
	ecdsaFamily family = "ECDSA"
	dsaFamily   family = "DSA" // which only scenarios about it have
	hmacFamily  family = "HMAC"
	pssFamily   family = "RSASSA-PSS" // an RSA key with another padding
)

type signatureMethod struct {
	name, uri string
	family    family
	hash      crypto.Hash
	digest    string // the digest that usually goes with it
}

func (m signatureMethod) ident() (string, string) { return m.name, m.uri }

func signatureMethods() []signatureMethod {
	return []signatureMethod{
		{"rsa-sha1", signatureNS + "rsa-sha1", rsaFamily, crypto.SHA1, "sha1"},
		{"rsa-sha256", moreNS + "rsa-sha256", rsaFamily, crypto.SHA256, "sha256"},
		{"rsa-sha384", moreNS + "rsa-sha384", rsaFamily, crypto.SHA384, "sha384"},
		{"rsa-sha512", moreNS + "rsa-sha512", rsaFamily, crypto.SHA512, "sha512"},
		{"ecdsa-sha1", moreNS + "ecdsa-sha1", ecdsaFamily, crypto.SHA1, "sha1"},
		{"ecdsa-sha256", moreNS + "ecdsa-sha256", ecdsaFamily, crypto.SHA256, "sha256"},
		{"ecdsa-sha384", moreNS + "ecdsa-sha384", ecdsaFamily, crypto.SHA384, "sha384"},
		{"ecdsa-sha512", moreNS + "ecdsa-sha512", ecdsaFamily, crypto.SHA512, "sha512"},
		{"dsa-sha1", signatureNS + "dsa-sha1", dsaFamily, crypto.SHA1, "sha1"},
		{"rsa-md5", moreNS + "rsa-md5", rsaFamily, crypto.MD5, "md5"},
		{"rsa-pss-sha256", moreNS2007 + "sha256-rsa-MGF1", pssFamily, crypto.SHA256, "sha256"},
		{"hmac-sha1", signatureNS + "hmac-sha1", hmacFamily, crypto.SHA1, "sha1"},
		{"hmac-sha256", moreNS + "hmac-sha256", hmacFamily, crypto.SHA256, "sha256"},
	}
}

type digestMethod struct {
	name, uri string
	hash      crypto.Hash
	mgf       string // as mask generation function of xmlenc11
}

func (m digestMethod) ident() (string, string) { return m.name, m.uri }

func digestMethods() []digestMethod {
	return []digestMethod{
		{"sha1", signatureNS + "sha1", crypto.SHA1, xmlenc11NS + "mgf1sha1"},
		{"sha256", xmlencNS + "sha256", crypto.SHA256, xmlenc11NS + "mgf1sha256"},
		{"sha384", moreNS + "sha384", crypto.SHA384, xmlenc11NS + "mgf1sha384"},
		{"sha512", xmlencNS + "sha512", crypto.SHA512, xmlenc11NS + "mgf1sha512"},
		{"md5", moreNS + "md5", crypto.MD5, ""},
	}
}

type canonicalization struct {
	name, uri string
	exclusive bool
	make      func(prefixList string) dsig.Canonicalizer
}

func (c canonicalization) ident() (string, string) { return c.name, c.uri }

func canonicalizations() []canonicalization {
	listless := func(f func() dsig.Canonicalizer) func(string) dsig.Canonicalizer {
		return func(string) dsig.Canonicalizer { return f() }
	}
	return []canonicalization{
		{"exclusive", excC14NNS, true, dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList},
		{"exclusive-with-comments", excC14NNS + "WithComments", true, dsig.MakeC14N10ExclusiveWithCommentsCanonicalizerWithPrefixList},
		{"inclusive-1.0", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", false, listless(dsig.MakeC14N10RecCanonicalizer)},
		{"inclusive-1.0-with-comments", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments", false, listless(dsig.MakeC14N10WithCommentsCanonicalizer)},
		{"inclusive-1.1", "http://www.w3.org/2006/12/xml-c14n11", false, listless(dsig.MakeC14N11Canonicalizer)},
		{"inclusive-1.1-with-comments", "http://www.w3.org/2006/12/xml-c14n11#WithComments", false, listless(dsig.MakeC14N11WithCommentsCanonicalizer)},
	}
}
