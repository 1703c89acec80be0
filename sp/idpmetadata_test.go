package sp_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// refusals are the reasons for which visitors were turned away outside the
// assertion consumer service.
func (s *site) refusals() []reason.Reason {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []reason.Reason
	for _, e := range s.events {
		if e.Kind == "refused" {
			all = append(all, e.Reason)
		}
	}
	return all
}

func (s *site) judged() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, e := range s.events {
		if e.Kind == "metadata-decision" {
			n++
		}
	}
	return n
}

// login goes through a login with an answer of that authority and returns the reason.
func (s *site) login(by authority) reason.Reason {
	s.Helper()
	v := s.visitor()
	a := s.identity(people[0])
	a.by, a.inResponseTo = by, v.request(v.get(s.settings.StartPath())).id
	v.post(a, "")
	all := s.decisions()
	return all[len(all)-1]
}

func TestImportWhileInService(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "")
	if err := s.sp.Import(s.host, []byte("<html/>")); err == nil || !strings.Contains(err.Error(), "metadata-root") {
		t.Errorf("error %v", err)
	}
	if why := s.login(known()); why != "" {
		t.Errorf("after an update that was refused: %q", why)
	}
	if err := s.sp.Import(s.host, stranger().metadata()); err != nil {
		t.Fatal(err)
	}
	if why := s.login(known()); why != reason.FingerprintMismatch {
		t.Errorf("the old key: %q", why)
	}
	if why := s.login(stranger()); why != "" {
		t.Errorf("the new key: %q", why)
	}
	if err := s.sp.Import("nobody.localhost", known().metadata()); err == nil {
		t.Error("imported for nobody")
	}
}

func TestMetadataThatEnds(t *testing.T) {
	t.Parallel()
	s := open(t, "successpro", "", "")
	bounded := strings.Replace(string(known().metadata()), "entityID=", `validUntil="`+start.Add(time.Hour).Format(time.RFC3339)+`" entityID=`, 1)
	if err := s.sp.Import(s.host, []byte(bounded)); err != nil {
		t.Fatal(err)
	}
	v := s.visitor()
	a := s.identity(people[0])
	a.inResponseTo = v.request(v.get(s.settings.StartPath())).id
	s.advance(time.Hour)
	v.post(a, "")
	s.decided(reason.Metadata)
	v.get(s.settings.StartPath())
	if all := s.refusals(); len(all) != 1 || all[0] != reason.Metadata {
		t.Errorf("refused for %v", all)
	}
}

// A tenant that fetches does so once, then daily, and after a failure only when
// some time has passed.
func TestMetadataIsFetched(t *testing.T) {
	t.Parallel()
	var published atomic.Pointer[[]byte]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw := published.Load()
		if raw == nil {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
			return
		}
		w.Write(*raw)
	}))
	defer server.Close()
	s := open(t, "successpro", "", "")
	if err := s.sp.Refresh(s.host); err == nil {
		t.Error("fetched from nowhere")
	}
	if err := s.sp.Add(sp.Tenant{
		Host: s.host, BaseURL: "http://" + s.host, Profile: builtin()["successpro"], Settings: &s.settings,
		MetadataURL: server.URL, Accounts: people, Key: ownKey(),
	}); err != nil {
		t.Fatal(err)
	}
	visit := func(after time.Duration, fetches int, refused bool) {
		t.Helper()
		s.advance(after)
		before := len(s.refusals())
		s.visitor().get(s.settings.StartPath())
		if s.judged() != fetches || (len(s.refusals()) > before) != refused {
			t.Errorf("after %s: fetched %d times, refused %v", after, s.judged(), s.refusals())
		}
	}
	visit(0, 1, true)
	visit(time.Minute, 1, true)
	raw := known().metadata()
	published.Store(&raw)
	visit(4*time.Minute, 2, false)
	visit(23*time.Hour, 2, false)
	next := stranger().metadata()
	published.Store(&next)
	if why := s.login(known()); why != "" {
		t.Errorf("within the day: %q", why)
	}
	visit(time.Hour, 3, false)
	if why := s.login(stranger()); why != "" {
		t.Errorf("after the day: %q", why)
	}
	published.Store(nil)
	visit(24*time.Hour, 4, false)
	if why := s.login(stranger()); why != "" {
		t.Errorf("after a failure: %q", why)
	}
	s.advance(24 * time.Hour)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { s.visitor().get(s.settings.StartPath()) })
	}
	all.Wait()
	if s.judged() != 5 {
		t.Errorf("fetched %d times, want once for all who came at the same time", s.judged())
	}
}

// Nobody but who fetches waits for metadata while there is some to go by.
func TestMetadataIsFetchedBehindTheOthers(t *testing.T) {
	t.Parallel()
	asked, answer := make(chan struct{}, 1), make(chan struct{})
	var slow atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if slow.Load() {
			asked <- struct{}{}
			<-answer
		}
		w.Write(known().metadata())
	}))
	defer server.Close()
	s := open(t, "successpro", "", "")
	if err := s.sp.Add(sp.Tenant{
		Host: s.host, BaseURL: "http://" + s.host, Profile: builtin()["successpro"], Settings: &s.settings,
		MetadataURL: server.URL, Accounts: people, Key: ownKey(),
	}); err != nil {
		t.Fatal(err)
	}
	s.visitor().get(s.settings.StartPath())
	s.advance(24 * time.Hour)
	slow.Store(true)
	var first sync.WaitGroup
	first.Go(func() { s.visitor().get(s.settings.StartPath()) })
	<-asked
	if why := s.login(known()); why != "" || s.judged() != 1 {
		t.Errorf("meanwhile: %q, %d documents judged", why, s.judged())
	}
	close(answer)
	first.Wait()
	if s.judged() != 2 || len(s.refusals()) != 0 {
		t.Errorf("%d documents judged, refused %v", s.judged(), s.refusals())
	}
}

func TestBrowsersInCirclesAreStopped(t *testing.T) {
	t.Parallel()
	s := open(t, "eft", "other", "")
	v, other := s.visitor(), s.visitor()
	for range 8 {
		if p := v.get("/sp/samlv2/sso"); p.status != http.StatusOK || !strings.Contains(p.body, "SAMLRequest") {
			t.Fatalf("status %d: %s", p.status, p.body)
		}
	}
	v.get("/sp/samlv2/sso")
	if all := s.refusals(); len(all) != 1 || all[0] != reason.Loop {
		t.Fatalf("refused for %v", all)
	}
	other.get("/sp/samlv2/sso")
	s.advance(time.Minute)
	v.get("/sp/samlv2/sso")
	if all := s.refusals(); len(all) != 1 {
		t.Errorf("another browser, or the same one later: %v", all)
	}
}

func TestRequestsTooLongForAURLArePosted(t *testing.T) {
	t.Parallel()
	noise := strings.Builder{} // which no compression makes short
	for i := range 200 {
		fmt.Fprintf(&noise, "%x", sha256.Sum256([]byte{byte(i)}))
	}
	for overlay, posted := range map[string]bool{"": false, "authn-context: ['urn:" + noise.String() + "']": true} {
		s := open(t, "successpro", "", overlay)
		p := s.visitor().get("/auth/sso")
		if got := p.status == http.StatusOK && strings.Contains(p.body, `method="post" action="`+idpLogin+`"`); got != posted {
			t.Errorf("posted %v, want %v: status %d, a URL of %d bytes", got, posted, p.status, len(p.header.Get("Location")))
		}
	}
}
