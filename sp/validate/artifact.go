package validate

import (
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
)

// Artifact is an artifact of type 4 taken apart (bindings 3.6.4).
type Artifact struct {
	EndpointIndex int
	SourceID      [sha1.Size]byte
}

// ParseArtifact reads an artifact as it stands in the field SAMLart.
func ParseArtifact(text string) (Artifact, error) {
	const size = 2 + 2 + sha1.Size + 20
	if len(text) > 2*size {
		return Artifact{}, fmt.Errorf("an artifact of %d characters", len(text))
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	switch {
	case err != nil:
		return Artifact{}, errors.New("the artifact is not base64")
	case len(raw) < 2 || raw[0] != 0 || raw[1] != 4:
		return Artifact{}, errors.New("the artifact is not of type 4")
	case len(raw) != size:
		return Artifact{}, fmt.Errorf("an artifact of %d octets, not %d", len(raw), size)
	}
	return Artifact{EndpointIndex: int(raw[2])<<8 | int(raw[3]), SourceID: [sha1.Size]byte(raw[4:24])}, nil
}

// From tells whether the artifact was made by the entity of that name.
func (a Artifact) From(entityID string) bool { return a.SourceID == sha1.Sum([]byte(entityID)) }

// ArtifactResponse judges what came back over SOAP for an ArtifactResolve, whose
// ID Policy.Requests knows. When it is accepted, response is the Response that
// was in it, to be judged next with the policy that is returned: one that needs
// no signature inside when the envelope has a good one.
func ArtifactResponse(raw []byte, p Policy, now time.Time) (d Decision, response []byte, inside Policy) {
	m := &Message{now: now}
	d = m.decide(&p, ArtifactRules(), func() { m.readEnvelope(raw, &p) }, reason.Artifact, func(*Decision) bool {
		response = m.response.First(protocolNS, "Response").Detach()
		return response != nil
	})
	inside = p
	inside.Others = nil // the artifact says whose it is
	if d.Accepted && m.signed(m.response) {
		inside.Tolerated = append(slices.Clone(p.Tolerated), "signature-present")
	}
	return d, response, inside
}

// readEnvelope reads the ArtifactResponse in the envelope; the signatures of
// what is inside are looked at when that is judged.
func (m *Message) readEnvelope(raw []byte, p *Policy) {
	m.raw = raw
	m.root, m.problems = m.parse(raw, p, nil)
	m.envelope = m.root
	m.response = m.root.First(soapNS, "Body").First(protocolNS, "ArtifactResponse")
	m.readSignatures(p)
}

// ArtifactRules returns the rules of an ArtifactResponse, in their order.
func ArtifactRules() []Rule {
	return slices.Concat(documentRules(), []Rule{
		envelopeRule("ArtifactResponse", reason.Artifact),
		{ID: "artifact-status", Title: "the ArtifactResponse reports Success", Ref: "SAML core 3.2.2.2",
			Level: Must, Reason: reason.Artifact, Check: checkArtifactStatus},
		{ID: "artifact-message", Title: "the ArtifactResponse holds one Response", Ref: "SAML core 3.5.3",
			Level: Must, Reason: reason.Artifact, Check: checkArtifactMessage},
		{ID: "artifact-in-response-to", Title: "the ArtifactResponse answers this ArtifactResolve", Ref: "SAML core 3.2.2",
			Level: Must, Reason: reason.InResponseTo, Check: checkArtifactAnswers},
		{ID: "artifact-issuer", Title: "the ArtifactResponse comes from the issuer of the artifact", Ref: "SAML profiles 4.1.4.5",
			Level: Must, Reason: reason.Issuer, Check: func(m *Message, p *Policy) []Finding { return checkExactIssuer(m.response, p) }},
		{ID: "artifact-message-issuer", Title: "the Response behind an artifact is of the issuer of the artifact", Ref: "CVE-2026-49283",
			Level: Must, Reason: reason.Issuer, Check: checkArtifactMessageIssuer},
	}, presentSignatureRules(), trustRules())
}

func checkArtifactStatus(m *Message, _ *Policy) []Finding {
	if m.response == nil || m.succeeded() {
		return nil
	}
	return found(m.response, "status "+m.status(), "Success", "Look into the log of the artifact resolution service.")
}

func checkArtifactMessage(m *Message, _ *Policy) []Finding {
	if n := len(m.response.All(protocolNS, "Response")); m.response != nil && n != 1 {
		return found(m.response, fmt.Sprintf("%d Responses", n), "one",
			"An artifact is good for one exchange, by the SP that it was made for, soon after it was made.")
	}
	return nil
}

func checkArtifactAnswers(m *Message, p *Policy) []Finding {
	id, present := m.response.Attr("InResponseTo")
	if m.response == nil || p.Requests == nil || p.Requests(id) == RequestOutstanding {
		return nil
	}
	return foundAttr(m.response, "InResponseTo", quoted(id, present), "the ID of the ArtifactResolve", "Repeat the ID of the ArtifactResolve in InResponseTo.")
}

// checkArtifactMessageIssuer holds what is inside to the artifact, also where
// the policy takes any issuer: the artifact says who it is.
func checkArtifactMessageIssuer(m *Message, p *Policy) []Finding {
	response := m.response.First(protocolNS, "Response")
	for _, e := range append(response.All(assertionNS, "Assertion"), response) {
		issuer := e.First(assertionNS, "Issuer")
		if issuer != nil && issuer.Text() != p.Issuer {
			return found(issuer, quoted(issuer.Text(), true), quoted(p.Issuer, true), wrapped)
		}
	}
	return nil
}
