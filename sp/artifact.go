package sp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/ssoproof/ssoproof/sp/reason"
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
	if len(query["SAMLart"]) != 1 || query.Has("SAMLResponse") || query.Has("SAMLRequest") {
		d.refuse(reason.Malformed, "the query must have exactly one artifact and no message")
		return
	}
	text := query.Get("SAMLart")
	location, err := t.resolver(text)
	if err != nil {
		d.refuse(reason.Artifact, "%v", err)
		return
	}
	id := "_" + token()
	envelope, err := t.resolve(r.Context(), location, id, text)
	var timeout net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		d.refuse(reason.Timeout, "%v", err)
		return
	case err != nil:
		d.refuse(reason.Artifact, "%v", err)
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
func (t *tenant) resolver(text string) (location string, err error) {
	artifact, err := validate.ParseArtifact(text)
	switch {
	case err != nil:
		return "", err
	case t.peer == nil || !artifact.From(t.peer.EntityID):
		return "", fmt.Errorf("nobody known here makes artifacts with the SourceID %x", artifact.SourceID)
	}
	location, ok := t.peer.Artifacts[artifact.EndpointIndex]
	if !ok {
		return "", fmt.Errorf("the metadata has no artifact resolution service %d", artifact.EndpointIndex)
	}
	return location, nil
}

// resolve sends the ArtifactResolve, signed: the identity provider gives the
// message to nobody but the SP that it was made for (core 3.5.1).
func (t *tenant) resolve(ctx context.Context, location, id, artifact string) ([]byte, error) {
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
		return nil, fmt.Errorf("resolving an artifact: %w", err)
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", `"http://www.oasis-open.org/committees/security"`)
	t.record(Event{Kind: "artifact-resolve-sent", XML: written(message), Binding: "soap", Note: "signed"})
	answer, err := t.Client().Do(request)
	if err != nil {
		return nil, fmt.Errorf("resolving an artifact: %w", err)
	}
	defer answer.Body.Close()
	limit := t.settings.MaxBody
	raw, err := io.ReadAll(io.LimitReader(answer.Body, int64(limit)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("resolving an artifact: %w", err)
	case len(raw) > limit:
		return nil, fmt.Errorf("resolving an artifact: the answer has more than %d octets", limit)
	case answer.StatusCode != http.StatusOK && !bytes.Contains(raw, []byte("Fault")):
		return nil, fmt.Errorf("resolving an artifact: %s answered %s", location, answer.Status)
	}
	return raw, nil
}
