package sp

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// refetchAfter is how long a failed import waits for its next try.
const refetchAfter = 5 * time.Minute

// Import gives a tenant in service other metadata of its identity provider.
// The error says what the administrator would be told; the tenant then goes on
// with what it had.
func (s *SP) Import(host string, metadata []byte) error {
	t, ok := s.tenant(host)
	if !ok {
		return fmt.Errorf("importing metadata for %s: no such tenant", host)
	}
	return t.site.take(metadata, nil)
}

// Refresh fetches the metadata from Tenant.MetadataURL at once, whether it is
// time or not. The error is that of Import.
func (s *SP) Refresh(host string) error {
	t, ok := s.tenant(host)
	if !ok || t.config.MetadataURL == "" {
		return fmt.Errorf("fetching metadata for %s: no such tenant, or no address to fetch it from", host)
	}
	return t.site.refetch()
}

// fresh returns the tenant that serves, after it has fetched the metadata anew
// if it is time to: nothing else ever makes an SP notice that keys changed. Who
// comes while it is fetched is served with what there is, and waits only for the
// first metadata.
func (s *site) fresh() *tenant {
	t := s.serving.Load()
	if !t.stale() {
		return t
	}
	if !s.fetching.TryLock() {
		if t.imported != nil {
			return t
		}
		s.fetching.Lock()
	}
	defer s.fetching.Unlock()
	if s.serving.Load().stale() { // nobody else has fetched it meanwhile
		_ = s.refetch() // on record; the tenant goes on with what it has
	}
	return s.serving.Load()
}

// stale tells whether it is time to fetch metadata anew.
func (t *tenant) stale() bool { return t.config.MetadataURL != "" && !t.Now().Before(t.refetch) }

func (s *site) refetch() error {
	raw, f := s.serving.Load().fetchMetadata()
	return s.take(raw, f)
}

// take judges metadata and puts it into service when it is accepted.
func (s *site) take(raw []byte, f *validate.Fetched) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	t := s.serving.Load()
	imported, decision := t.judgeMetadata(raw, f)
	t.record(Event{Kind: "metadata-decision", Reason: decision.Reason, Decision: &decision, Note: t.config.MetadataURL})
	next := *t
	next.refetch = t.Now().Add(refetchAfter)
	if imported != nil {
		next.imported, next.refetch = imported, imported.ReliedOnUntil(t.Now())
	}
	err := next.trust()
	if err == nil {
		err = next.route()
	}
	if err != nil {
		same := *t
		same.refetch = t.Now().Add(refetchAfter)
		s.serving.Store(&same)
		return err
	}
	s.serving.Store(&next)
	if imported == nil {
		return refusal(decision)
	}
	return nil
}

// fetchMetadata asks once, and follows nobody: an address that an administrator
// typed is trusted, one that an answer names is not (CWE-918).
func (t *tenant) fetchMetadata() ([]byte, *validate.Fetched) {
	client := *t.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	ctx := context.Background()
	if limit := t.settings.MetadataTimeout; limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.config.MetadataURL, nil)
	if err != nil {
		return nil, &validate.Fetched{Err: fmt.Errorf("no address to ask: %w", err)}
	}
	res, err := client.Do(request)
	if err != nil {
		return nil, &validate.Fetched{Err: fmt.Errorf("no answer: %w", err)}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, validate.MaxMetadata+1))
	if err != nil {
		err = fmt.Errorf("an answer that breaks off: %w", err)
	}
	return raw, &validate.Fetched{
		Status: res.StatusCode, Location: res.Header.Get("Location"), ContentType: res.Header.Get("Content-Type"), Err: err,
	}
}

// unprovided says why no metadata can be relied on at the moment although the
// tenant depends on it, "" when all is well.
func (t *tenant) unprovided() string {
	s := t.settings
	typed := s.Trust == "certificates" || s.Trust == "nothing" || s.Trust == "fingerprint" && s.Fingerprint != ""
	switch {
	case t.peer == nil && (!typed || s.LoginURL == "") && t.config.MetadataURL != "":
		return "no metadata of the identity provider was accepted so far"
	case t.peer != nil && !t.peer.Valid(t.Now()):
		return "the metadata of the identity provider was valid until " + t.peer.ValidUntil.UTC().Format(time.RFC3339)
	}
	return ""
}
