package validate

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

const soapNS = "http://schemas.xmlsoap.org/soap/envelope/"

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
	broken := barrier(Rule{ID: ruleWellFormed}, func() []Finding {
		m := &Message{now: now}
		findings := m.examine(&p, ArtifactRules(), func() { m.readEnvelope(raw, &p) })
		d = Decision{Findings: findings, Facts: m.facts(), Reason: p.first(findings)}
		if d.Reason == "" {
			response = elementAt(raw, 3)
		}
		if d.Reason == "" && response == nil {
			d.Reason = reason.Artifact // only when rules were switched off
		}
		d.Accepted, inside = d.Reason == "", p
		inside.Others = nil // the artifact says whose it is
		if m.signed(m.response) {
			inside.Tolerated = append(slices.Clone(p.Tolerated), "signature-present")
		}
		return nil
	})
	if len(broken) > 0 {
		return Decision{Reason: reason.Malformed, Findings: broken}, nil, p
	}
	return d, response, inside
}

// readEnvelope reads the ArtifactResponse in the envelope; the signatures of
// what is inside are looked at when that is judged.
func (m *Message) readEnvelope(raw []byte, p *Policy) {
	m.raw = raw
	m.root, m.problems = xmltree.Parse(raw, p.limits())
	if m.root.Is(soapNS, "Envelope") {
		m.response = m.root.First(soapNS, "Body").First(protocolNS, "ArtifactResponse")
	}
	m.readSignatures(p)
}

// ArtifactRules returns the rules of an ArtifactResponse, in their order.
func ArtifactRules() []Rule {
	return slices.Concat(documentRules(), []Rule{
		{ID: "artifact-envelope", Title: "the answer is a SOAP envelope with one ArtifactResponse", Ref: "SAML bindings 3.2.2; SAML core 3.5.2",
			Level: Must, Reason: reason.Artifact, Check: checkEnvelope},
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

func checkEnvelope(m *Message, _ *Policy) []Finding {
	body := m.root.First(soapNS, "Body")
	if m.root == nil || m.response != nil && len(body.Elements()) == 1 {
		return nil
	}
	got := m.root.Name() + " with " + fmt.Sprint(len(body.Elements())) + " messages"
	if fault := body.First(soapNS, "Fault"); fault != nil {
		got = "a SOAP fault: " + shortened(fault.First("", "faultstring").Text())
	}
	return found(m.root, got, "a SOAP envelope with an ArtifactResponse", "Look into the log of the artifact resolution service.")
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

// Unwrap returns the message in a SOAP envelope, nil when there is none.
func Unwrap(envelope []byte) []byte { return elementAt(envelope, 2) }

// elementAt cuts the last element at that depth out of an envelope, octet by
// octet, so that it can be judged alone; in an envelope that is as it should be
// that is the message. Prefixes that it uses and the envelope declares go along.
func elementAt(raw []byte, wanted int) (element []byte) {
	decoder := xml.NewDecoder(bytes.NewReader(raw))
	var scope []xml.Attr
	for depth := 0; ; {
		before := decoder.InputOffset()
		token, err := decoder.RawToken()
		if err != nil {
			return element
		}
		switch t := token.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			if depth == wanted {
				t = t.Copy()
				element = cut(raw, decoder, before, t, scope)
				continue
			}
			depth++
			scope = append(scope, t.Copy().Attr...)
		}
	}
}

// cut returns the element that starts there, with the declarations it needs.
func cut(raw []byte, decoder *xml.Decoder, from int64, start xml.StartElement, scope []xml.Attr) []byte {
	for depth := 1; depth > 0; {
		token, err := decoder.RawToken()
		if err != nil {
			return nil
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	element := string(raw[from:decoder.InputOffset()])
	name := len("<") + len(start.Name.Local)
	if start.Name.Space != "" {
		name += len(start.Name.Space + ":")
	}
	declarations, declared := "", map[xml.Name]bool{}
	for _, a := range start.Attr {
		declared[a.Name] = true
	}
	for _, a := range slices.Backward(scope) { // the innermost counts
		prefix := a.Name.Local + ":"
		used := a.Name.Space == "xmlns" && (strings.Contains(element, "<"+prefix) || strings.Contains(element, " "+prefix) || strings.Contains(element, `"`+prefix)) ||
			a.Name.Space == "" && a.Name.Local == "xmlns" && start.Name.Space == ""
		if !used || declared[a.Name] {
			continue
		}
		declared[a.Name] = true
		full := "xmlns"
		if a.Name.Space != "" {
			full += ":" + a.Name.Local
		}
		var value strings.Builder
		_ = xml.EscapeText(&value, []byte(a.Value)) // into memory
		declarations += " " + full + `="` + value.String() + `"`
	}
	return []byte(element[:name] + declarations + element[name:])
}
