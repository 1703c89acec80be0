package sp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// takesArtifacts tells whether Responses are asked for by artifact.
func (t *tenant) takesArtifacts() bool { return t.settings.ResponseBinding == "artifact" }

// takeArtifact is the assertion consumer service for artifacts, which come as a
// redirect (bindings 3.6.3.1).
func (t *tenant) takeArtifact(w http.ResponseWriter, r *http.Request) {
	if !r.URL.Query().Has("SAMLart") {
		t.misplaced(w, r)
		return
	}
	t.consume(w, r)
}

// exchange gives an artifact to the identity provider that made it and gets
// the Response for it.
func (t *tenant) exchange(d *delivery, r *http.Request) {
	d.binding = "artifact"
	query := r.URL.Query()
	if relay, ok := query["RelayState"]; ok {
		d.relayState, d.hasRelay = relay[0], true
	}
	if _, refused := oneMessage(query, "SAMLart"); refused != nil {
		t.undelivered(d, refused)
		return
	}
	text := query.Get("SAMLart")
	location, refused := t.resolver(text)
	if refused != nil {
		t.undelivered(d, refused)
		return
	}
	id := "_" + token()
	envelope, refused := t.resolve(r.Context(), location, id, text)
	if refused != nil {
		t.undelivered(d, refused)
		return
	}
	d.xml = envelope
	policy := t.policy
	policy.Requests = func(answered string) validate.RequestState {
		if answered == id {
			return validate.RequestOutstanding
		}
		return validate.RequestUnknown
	}
	decision, response, inside := validate.ArtifactResponse(envelope, policy, t.Now())
	d.decision = &decision
	if !decision.Accepted {
		d.reason = decision.Reason
		return
	}
	d.xml, d.inside = response, &inside
}

// resolver finds who made the artifact and where it is resolved.
func (t *tenant) resolver(text string) (location string, refused *unfit) {
	artifact, err := validate.ParseArtifact(text)
	switch {
	case err != nil:
		return "", unfitf("artifact-form", "%v", err)
	case t.peer == nil || !artifact.From(t.peer.EntityID):
		return "", unfitf("artifact-source", "the SourceID %x, which is nobody's here", artifact.SourceID)
	}
	location, ok := t.peer.Artifacts[artifact.EndpointIndex]
	if !ok {
		return "", unfitf("artifact-endpoint", "the artifact resolution service %d, which is not in the metadata", artifact.EndpointIndex)
	}
	return location, nil
}

// resolve sends the ArtifactResolve, signed: the identity provider gives the
// message to nobody but the SP that it was made for (core 3.5.1).
func (t *tenant) resolve(ctx context.Context, location, id, artifact string) ([]byte, *unfit) {
	message := t.newMessage("ArtifactResolve", id, location)
	message.CreateElement("samlp:Artifact").SetText(artifact)
	if err := signRequest(message, t.key); err != nil {
		panic(err) // the key was checked when the tenant was added
	}
	if limit := t.settings.ArtifactTimeout; limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, location, bytes.NewReader(enveloped(message)))
	if err != nil {
		return nil, unresolved(err)
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", `"http://www.oasis-open.org/committees/security"`)
	t.record(Event{Kind: "artifact-resolve-sent", XML: written(message), Binding: "soap", Note: "signed"})
	answer, err := t.Client().Do(request)
	if err != nil {
		return nil, unresolved(err)
	}
	defer answer.Body.Close()
	limit := t.settings.MaxBody
	raw, err := io.ReadAll(io.LimitReader(answer.Body, int64(limit)+1))
	switch {
	case err != nil:
		return nil, unresolved(err)
	case len(raw) > limit:
		return nil, unfitf("artifact-answer", "an answer of more than %d octets", limit)
	case answer.StatusCode != http.StatusOK && !bytes.Contains(raw, []byte("Fault")):
		return nil, unfitf("artifact-answer", "%s answered %s", location, answer.Status)
	}
	return raw, nil
}

// unresolved says why there was no answer.
func unresolved(err error) *unfit {
	var timeout net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return unfitf("artifact-in-time", "%v", err)
	}
	return unfitf("artifact-connection", "%v", err)
}
