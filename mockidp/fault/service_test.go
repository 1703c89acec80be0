package fault_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// served wraps a handler that answers 200 with a page.
func served(t *testing.T, name string, args fault.Args) http.Handler {
	t.Helper()
	f, _ := fault.Find(name)
	full, errs := args.Check(f.Params)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return f.Service(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte("page"))
	}), full)
}

func TestServiceFaultsAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, contentType, body string
		args                    fault.Args
		status                  int
	}{
		{"slow", "text/html", "page", fault.Args{"delay": "1ms"}, 200},
		{"http-status", "text/plain; charset=utf-8", "Service Unavailable\n", nil, 503},
		{"content-type", "text/plain", "page", nil, 200},
		{"content-encoding", "text/html", "page", nil, 200},
		{"content-security-policy", "text/html", "page", nil, 200},
		{"sent-back", "", "", fault.Args{"to": "https://sp.example/"}, 302},
	} {
		w := httptest.NewRecorder()
		served(t, c.name, c.args).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Content-Type") != c.contentType {
			t.Errorf("%s: got %d, %s, %q", c.name, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
	}
}

func TestConnectionResetGivesNoAnswer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(served(t, "connection-reset", nil))
	defer server.Close()
	if resp, err := server.Client().Get(server.URL); err == nil {
		resp.Body.Close()
		t.Errorf("got %s", resp.Status)
	}
}

// Whoever waits lets go as soon as the visitor has gone.
func TestWaitingEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]fault.Args{"slow": {"delay": "10h"}, "silent": nil} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		done := make(chan any, 1)
		go func() {
			defer func() { done <- recover() }()
			w := httptest.NewRecorder()
			served(t, name, args).ServeHTTP(w, httptest.NewRequest("GET", "/", nil).WithContext(ctx))
			if w.Body.Len() > 0 {
				t.Errorf("%s: an answer after the visitor has gone: %q", name, w.Body)
			}
		}()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Errorf("%s: still waiting", name)
		}
	}
}

// Time passes as whoever runs the identity provider lets it.
func TestWaitingInAnotherTime(t *testing.T) {
	t.Parallel()
	var slept time.Duration
	r := fault.WithSleep(httptest.NewRequest("GET", "/", nil), func(_ *http.Request, d time.Duration) bool { slept = d; return true })
	w := httptest.NewRecorder()
	served(t, "slow", fault.Args{"delay": "45s"}).ServeHTTP(w, r)
	if slept != 45*time.Second || w.Body.String() != "page" {
		t.Errorf("slept %s, then %q", slept, w.Body)
	}
}

func TestServiceFaultsSetHeaders(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]string{
		"content-encoding": {"Content-Encoding", "gzip"}, "content-security-policy": {"Content-Security-Policy", "script-src 'none'"},
		"sent-back": {"Location", "https://sp.example/"},
	} {
		w := httptest.NewRecorder()
		args := fault.Args{}
		if name == "sent-back" {
			args["to"] = want[1]
		}
		served(t, name, args).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if got := w.Header().Get(want[0]); got != want[1] {
			t.Errorf("%s: %s is %q", name, want[0], got)
		}
	}
}

// Half of the page arrives, and then the connection ends.
func TestPageTruncated(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(served(t, "page-truncated", nil))
	defer server.Close()
	resp, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); string(body) != "pa" || err == nil || resp.ContentLength != 4 {
		t.Errorf("got %q of %d octets, error %v", body, resp.ContentLength, err)
	}
}
