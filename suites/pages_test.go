package suites_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/suites/plan"
)

// pageWords are the words of testdata/pages.txt, by product and reaction; the
// reactions that are not here are those that the product's document has no
// words for.
var pageWords = map[string]map[string]string{
	"successpro": {"sso-system-error": "SSE", "user-not-found": "UNF", "resource-not-found": "RNF"},
	"influitive": {"not-on-or-after": "NOOA", "not-before": "NB", "fingerprint": "FP", "": "GEN"},
	"eft": {
		"prompt-authorization": "authz", "prompt-status": "status", "prompt-condition": "cond",
		"prompt-timeout": "timeout", "prompt-signature": "sig", "prompt-account": "acct", "": "gen",
	},
}

// otherPages are the topics whose scenario expects another page than the
// catalogue, by product and the reason why.
var otherPages = map[string]exceptions{
	"successpro": {
		"the document names no algorithm: SHA-1 is refused, as OWASP and NIST SP 800-131A ask, unless `allow-sha1` is set": "sig/algorithm-rsa-sha1 sig/algorithm-sha1-digest-sha256-signature",
		"an identifier of nothing but blanks is no string of SAML (core 1.3.1), so the assertion cannot be consumed":       "attr/value-whitespace",
		"what is encrypted to the key in the metadata is decrypted":                                                        "attr/encrypted enc/attribute-and-name-id",
		"what would have to be fetched is not fetched, and the message is good without it":                                 "sig/keyinfo-remote xml/xinclude",
		"taken, with a finding in the report: the document asks for no length of a key and no form of an ID":               "sig/certificate-weak-key xml/id-not-ncname",
		"loading the page again that the login ended on asks for that page only":                                           "http/acs-refresh",
	},
	"influitive": {
		"the document identifies the user by the attribute Email: the NameID is not read, and the NameIDFormat of the metadata is a wish": `nameid/missing nameid/empty
			nameid/whitespace-only nameid/whitespace-padded nameid/format-windows nameid/format-x509 nameid/format-kerberos nameid/format-entity nameid/base-id`,
		"the document identifies the user by an Email Address, and nothing with a line end in it is one":                            "nameid/line-breaks",
		"the document's own explanation of Fingerprint Mismatch: the certificate used to sign the assertion is another":             "sig/good-response-foreign-assertion",
		"where no thumbprint is set, none matches":                                                                                  "sig/no-certificate-configured",
		"the same key is found in the metadata; where the thumbprint is typed it is `sig/certificate-renewed-same-key-fingerprint`": "sig/certificate-renewed-same-key",
		"the metadata of the document has no key to encrypt to":                                                                     "enc/key-sibling enc/key-two-recipients",
		"the audience is optional in the document, and nothing else is missing":                                                     "time/conditions-empty",
		"a year to come is a NotBefore that has not come":                                                                           "time/format-extreme-year",
		"played with `allow-unsolicited` set, which is what it is about; without it is `proto/unsolicited-forbidden`":               "proto/unsolicited-allowed",
		"what would have to be fetched is not fetched, and the message is good without it":                                          "sig/keyinfo-remote xml/xinclude",
		"taken, with a finding in the report: the document asks for no length of a key and no form of an ID":                        "sig/certificate-weak-key xml/id-not-ncname",
		"loading the page again that the login ended on asks for that page only":                                                    "http/acs-refresh",
	},
	"eft": {
		"the limits of a subject confirmation are no Condition elements, which is what the document speaks of": `time/subject-confirmation-expired time/subject-confirmation-exact
			time/subject-confirmation-no-limit time/subject-confirmation-not-before-present time/subject-confirmation-not-before-future`,
		"a message that cannot be read, or is too much, is given up before any signature is looked at": `sig/processing-instruction-in-name-id sig/two-in-one-parent
			sig/charset-transcoded xsw/attribute-pollution xml/assertion-id-missing xml/signature-flood`,
		"a year to come is a NotBefore that has not come, so a condition":                                                  "time/format-extreme-year",
		"a signature that is missing is a signature that cannot be verified":                                               "art/response-unsigned",
		"any signature will do unless `signature-on: assertion` is set, as the vendor's later help has it":                 "sig/response-only",
		"the document names no algorithm: SHA-1 is refused, as OWASP and NIST SP 800-131A ask, unless `allow-sha1` is set": "sig/algorithm-sha1-digest-sha256-signature",
		"played with `allow-unsolicited` set, which is what it is about; without it is `proto/unsolicited-forbidden`":      "proto/unsolicited-allowed",
		"any format of an identifier is taken unless `name-id-formats` is set":                                             "nameid/format-unknown",
		"what is encrypted to the key in the metadata is decrypted":                                                        "attr/encrypted enc/attribute-and-name-id",
		"what would have to be fetched is not fetched, and the message is good without it":                                 "sig/keyinfo-remote xml/xinclude",
		"taken, with a finding in the report: the document asks for no length of a key and no form of an ID":               "sig/certificate-weak-key xml/id-not-ncname",
		"loading the page again that the login ended on asks for that page only":                                           "http/acs-refresh",
		"going back leads to the identity provider, which says that this sign-on is finished":                              "proto/replay-back-button",
	},
}

// TestPagesAreThoseOfTheCatalogue compares the page that the scenario of a
// topic expects, on each product, with what the catalogue has. It runs alone,
// because with -update it writes into the same files as the sentences' test.
func TestPagesAreThoseOfTheCatalogue(t *testing.T) {
	h := openHouse(t)
	wanted := readPages(t)
	for product, excuses := range otherPages {
		var ids []string
		right := map[string]bool{}
		for _, c := range h.cases {
			word, topic := shownBy(c), wanted[c.Scenario.ID()]
			if c.Profile.Name != product || c.Layout == "root" || word == "" || topic == nil || topic[product] == "-" {
				continue
			}
			id := c.Scenario.ID()
			ids = append(ids, id)
			right[id] = slices.Contains(strings.Split(topic[product], "/"), word)
			if !right[id] {
				t.Logf("%s on %s shows %s, not %s", id, product, word, topic[product])
			}
		}
		compare(t, "page of the catalogue on "+product+" in", ids, excuses, right)
		compareTable(t, filepath.Join(profilesFolder, product, "README.md"), "other pages", excuses.table())
	}
}

// readPages reads testdata/pages.txt: by topic and product, the words that are right.
func readPages(t *testing.T) map[string]map[string]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/pages.txt")
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]map[string]string{}
	for line := range strings.Lines(string(raw)) {
		if words := strings.Fields(line); words[0] != "#" {
			pages[words[0]] = map[string]string{"successpro": words[1], "influitive": words[2], "eft": words[3]}
		}
	}
	return pages
}

// shownBy returns the word for the page that the case expects, "ok" where the
// visitor gets in, and "" where nothing of the product is expected to be seen.
func shownBy(c *plan.Case) string {
	in := ""
	for _, b := range c.Checks {
		if why := b.Args.String("reason"); why != "" {
			words := pageWords[c.Profile.Name]
			if word, ok := words[c.Profile.Reaction(c.Layout, reason.Reason(why)).Name]; ok {
				return word
			}
			return words[""]
		}
		if b.Check.Name == "signed-in" || b.Check.Name == "account-created" {
			in = "ok"
		}
	}
	return in
}

// table writes the exceptions as a Markdown table.
func (e exceptions) table() string {
	var b strings.Builder
	fmt.Fprint(&b, "| scenarios | why |\n|---|---|\n")
	for _, why := range slices.Sorted(maps.Keys(e)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.Join(strings.Fields(e[why]), "` `"), why)
	}
	return b.String()
}
