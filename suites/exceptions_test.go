package suites_test

// exceptions are what no scenario does, and the scenarios that no topic of the
// catalogue asks for, by the reason why. An entry that is not needed any more
// is an error.
type exceptions map[string]string

var unusedFaults = exceptions{
	"no scenario yet; only a unit test of the identity provider uses it": "signed",
}

var unusedFlows = exceptions{}

var unusedChecks = exceptions{}

var unreachedReasons = exceptions{
	"played, but seen from outside only: the portal's redirect names the reason":   "session-timeout@channeltivity",
	"the product does not come to it: it leads an unknown relay state to its home": "relay-state-not-found@eft relay-state-not-found@influitive",
	"the product does not come to it: whoever it does not know gets an account":    "user-not-found@influitive",
	"the product does not come to it: it reads no authorization decisions":         "authz-denied@influitive authz-denied@successpro",
	"the product does not come to it: it publishes no key to encrypt to":           "encryption-required@influitive",
}

// The catalogue has one topic for what a product's document says in a
// sentence, and for a family of answers; these scenarios go further.
var besideTheCatalogue = exceptions{
	"each form of an answer, one by one: what a topic's name sums up": `
		authws/always-false authws/honest authws/bad-gateway authws/forbidden authws/html-page authws/json-202 authws/json-forbidden-with-true authws/json-type-html
		authws/not-found authws/too-many-requests authws/unavailable
		authws/soap-bare-result authws/soap-doctype authws/soap-error-with-true authws/soap-malformed authws/soap-result-empty
		authws/soap-result-twice authws/soap-type-12
		authws/xml-capital authws/xml-entity-bomb authws/xml-error-with-true authws/xml-external-entity authws/xml-honest
		authws/xml-namespace-missing authws/xml-nested authws/xml-not-well-formed authws/xml-two-roots authws/xml-type-json`,
	"a state of the account that the document's codes 3, 7 and 8 imply": "account/becomes-expired account/groups account/locked",
	"a setting of the product, changed on its own page":                 "channeltivity-sso/portal-settings-admins-only influitive/settings-fingerprint-algorithm influitive/suffix-saved influitive/registration-path-saved eft/reserved-path-saved eft/reserved-path-saved-root successpro/message-set-by-administrator",
	"one rule each about a message of single logout or an answer for an artifact, of which the catalogue names only some": `
		art/response-issuer-missing art/response-status
		slo/redirect-algorithm-hmac slo/redirect-algorithm-sha1 slo/redirect-signature-relay-state slo/redirect-signature-rewritten
		slo/request-id-missing slo/request-issued-in-the-future slo/request-issued-long-ago slo/request-issuer-missing slo/request-issuer-wrong
		slo/request-name-id-missing slo/request-name-id-twice slo/request-other-message slo/request-version
		slo/response-destination-wrong slo/response-id-missing slo/response-issued-long-ago slo/response-issuer-missing slo/response-issuer-wrong
		slo/response-other-message slo/response-status-missing slo/response-version`,
	"what a logout comes to when nothing is wrong with it, which the catalogue takes for granted": `
		slo/idp-initiated-post slo/idp-initiated-redirect slo/idp-initiated-soap slo/idp-initiated-told
		slo/sp-initiated-post slo/sp-initiated-redirect slo/sp-initiated-told slo/request-session-index`,
	"the counterpart that must succeed, beside a topic that must fail": "http/acs-over-https influitive/audience-among-others jump/invalid-session-url-own jump/no-sso-false sig/algorithm-rsa-sha384 sig/algorithm-sha1-digest-allowed relay/known-path",
	"one more form of what the topic beside it sends":                  "param/session-not-encoded param/session-unknown relay/open-redirect-backslash relay/open-redirect-backslash-home sig/algorithm-digest-unknown",
}
