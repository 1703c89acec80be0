package validate

import (
	"slices"

	"github.com/ssoproof/ssoproof/sp/reason"
)

// delivery is a rule about how a message comes, which an SP that knows of HTTP
// applies by itself: what breaks it leaves nothing to judge.
type delivery struct {
	Rule
	want, where, remedy string
}

const (
	ruleField  = "field-base64"
	resolution = "the artifact resolution service"
)

func deliveries() []delivery {
	artifact := func(id, title, ref, want, remedy string) delivery {
		return delivery{Rule{ID: id, Title: title, Ref: ref, Level: Must, Reason: reason.Artifact}, want, "query parameter SAMLart", remedy}
	}
	malformed := func(id, title, ref, want, remedy string) delivery {
		return delivery{Rule{ID: id, Title: title, Ref: ref, Level: Must, Reason: reason.Malformed}, want, "what the browser has sent", remedy}
	}
	at := func(where string, d delivery) delivery {
		d.where = where
		return d
	}
	late := artifact("artifact-in-time", "the artifact resolution service answers as long as the SP waits", "SAML bindings 3.6",
		"an answer in time", "Look why the artifact resolution service is slow; the SP does not wait for ever.")
	late.Reason, late.where = reason.Timeout, resolution
	incomplete := malformed("query-signature-complete", "SigAlg and Signature stand in the query together", "SAML bindings 3.4.4.1",
		"SigAlg and a Signature in base64, or neither", "Name the algorithm in SigAlg, and sign it with the message.")
	incomplete.Reason = reason.SignatureInvalid
	return []delivery{
		malformed("form-encoding", "the form comes as application/x-www-form-urlencoded", "SAML bindings 3.5.4; HTML 4.01 17.13.4",
			"a form of application/x-www-form-urlencoded", "Leave enctype out of the form that the browser posts."),
		malformed("message-present", "the message stands in the field that its binding names", "SAML bindings 3.4.4, 3.5.4, 3.6.3",
			"the field of this binding", "Write the name of the field as the binding does, letter case included."),
		malformed("one-message", "there is one message, and with the Redirect binding nothing stands twice", "SAML bindings 3.4.4, 3.5.4; CVE-2025-27773",
			"one message, and with the Redirect binding each field once", "Send one message at a time: SPs disagree about which of two counts."),
		malformed(ruleField, "the field holds the message as its binding encodes it", refField,
			"the message as its binding encodes it", "Encode the message in base64; with the Redirect binding compress it before."),
		incomplete,
		artifact("artifact-form", "the artifact is one of type 4", "SAML bindings 3.6.4",
			"the base64 of 44 octets that begin with 0004", "Make artifacts of type 4."),
		artifact("artifact-source", "the artifact was made by an identity provider that the SP knows", "SAML bindings 3.6.4",
			"the SHA-1 of the identity provider's entity ID as SourceID", "Compute the SourceID from the entity ID that the SP was given."),
		at("the identity provider's metadata", artifact("artifact-endpoint", "the metadata has the endpoint that the artifact names", "SAML bindings 3.6.4",
			"the index of an ArtifactResolutionService in the metadata", "Give the SP metadata with the artifact resolution service.")),
		at(resolution, artifact("artifact-connection", "the artifact resolution service can be reached safely", "SAML bindings 3.1.2.1, 3.6",
			"a connection to the artifact resolution service", "See that the SP can reach the service, and that its certificate is one that the SP trusts.")),
		at(resolution, artifact("artifact-answer", "the artifact resolution service answers the question", "SAML bindings 3.2.3.3",
			"status 200, or a SOAP fault", "Look into the log of the artifact resolution service.")),
		late,
	}
}

// DeliveryRules returns the rules about how a message comes. They have no Check:
// the SP says with Undelivered that one is broken.
func DeliveryRules() []Rule {
	var rules []Rule
	for _, d := range deliveries() {
		rules = append(rules, d.Rule)
	}
	return rules
}

// Undelivered is the Decision on what came without a message that can be judged:
// that of DeliveryRules is broken, by what was got. Switched off it leaves the
// refusal, for want of a message, but no finding.
func Undelivered(rule, got string, p Policy) Decision {
	all := deliveries()
	d := all[slices.IndexFunc(all, func(d delivery) bool { return d.ID == rule })]
	return p.undelivered(Finding{Rule: d.ID, Ref: d.Ref, Reason: d.Reason, Got: got, Want: d.want, Where: d.where, Remedy: d.remedy})
}

func (p Policy) undelivered(f Finding) Decision {
	d := Decision{Reason: f.Reason}
	if !slices.Contains(p.Without, f.Rule) {
		d.Findings = []Finding{f}
	}
	return d
}
