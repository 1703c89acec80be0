package incomingsso_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
)

func TestCookiesOff(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	b := r.browser(false)
	b.sentAway(b.get("/Leads/123"), "1", "/Leads/123", reason.NotLoggedIn)

	probe := b.get("/Leads/123" + pair("", "ada@example.com", key))
	if !strings.HasPrefix(probe.location, r.base+"/Leads/123?") || !strings.Contains(probe.location, "cookie-check=1") {
		t.Fatalf("no probe: %d %s", probe.status, probe.location)
	}
	away := b.get(probe.location)
	target := r.base + "/Leads/123?cookie-check=2"
	if want := jumpPage + "?reason=9&target=" + url.QueryEscape(target); away.location != want {
		t.Fatalf("%d %s, want %s", away.status, away.location, want)
	}
	if e := r.last("refused"); e.Reason != reason.CookiesNotEnabled {
		t.Errorf("recorded %q", e.Reason)
	}
	// A jump page that sends the visitor back all the same.
	b.shows(b.get(target+pair("?", "ada@example.com", key)), 403, "message")
	b.shows(b.get(target), 403, "message")
	if len(r.calls) != 0 {
		t.Error("the web service was asked")
	}
}

func TestCookieProbeLeavesNoTrace(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	b := r.browser(true)
	probe := b.get("/Leads/123?a=b" + pair("?", "ada@example.com", key))
	if got := b.get(probe.location); got.location != r.base+"/Leads/123?a=b" {
		t.Errorf("%d %s", got.status, got.location)
	}
	if got := b.get("/Leads/123?cookie-check=2"); got.location != r.base+"/Leads/123" {
		t.Errorf("with cookies again: %d %s", got.status, got.location)
	}
	if len(r.calls) != 1 {
		t.Errorf("asked %d times", len(r.calls))
	}
}

func TestCookieProbeFirst(t *testing.T) {
	t.Parallel()
	first := func(s *profile.Settings) { s.Incoming.CookieProbe = "first" }
	r := start(t, first)
	on, off := r.browser(true), r.browser(false)
	probe := on.get("/Leads/123")
	if probe.location != r.base+"/Leads/123?cookie-check=1" {
		t.Fatalf("no probe: %d %s", probe.status, probe.location)
	}
	if clean := on.get(probe.location); clean.location != r.base+"/Leads/123" {
		t.Fatalf("%d %s", clean.status, clean.location)
	}
	on.sentAway(on.get("/Leads/123"), "1", "/Leads/123", reason.NotLoggedIn)
	off.sentAway(off.get(off.get("/Leads/123").location), "9", "/Leads/123?cookie-check=2", reason.CookiesNotEnabled)
}

func TestLoopLimit(t *testing.T) {
	t.Parallel()
	r := start(t, func(s *profile.Settings) { s.Incoming.LoopLimit = 3 })
	r.answer = say("false")
	b := r.browser(true)
	bad := func() answer { return b.arrive("/Leads/123", "ada@example.com", key) }
	for range 3 {
		b.sentAway(bad(), "4", "/Leads/123", reason.AuthenticationFailed)
	}
	b.shows(bad(), http.StatusForbidden, "message")
	if e := r.last("loop-stopped"); !strings.HasSuffix(e.Note, "/Leads/123") {
		t.Errorf("recorded %+v", e)
	}
	b.sentAway(b.get("/Leads/124"), "1", "/Leads/124", reason.NotLoggedIn)
	for range 3 {
		bad()
	}
	b.shows(bad(), http.StatusForbidden, "message")
	r.advance(time.Minute + time.Second)
	b.sentAway(bad(), "4", "/Leads/123", reason.AuthenticationFailed)
}

func TestForgedVisitCookie(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	for _, value := range []string{"", "x", "1.2", "a.b.c", "99999999999999999999.0.x", "5.-9999999999999.x"} {
		req, err := http.NewRequest(http.MethodGet, r.base+"/Leads/123", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.AddCookie(&http.Cookie{Name: "portal_visit", Value: value})
		b := r.browser(false)
		b.sentAway(b.read(b.Do(req)), "1", "/Leads/123", reason.NotLoggedIn)
	}
}
