package browser

import (
	"net/http"
	"testing"
)

// A timer that is held runs when the clock says so, also while the page waits
// for another one; a short one runs by itself.
func TestTimersAreHeld(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	held, due := make(chan string, 1), make(chan struct{})
	s.HandleFunc("POST /clock", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		held <- r.URL.Query().Get("wait")
		w.Write([]byte("7"))
	})
	s.HandleFunc("GET /clock", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("timer") == "7" {
			<-due
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.WriteHeader(http.StatusNoContent)
	})
	s.HandleFunc("/silent", func(_ http.ResponseWriter, r *http.Request) {
		close(due) // the page waits for this answer now
		<-r.Context().Done()
	})
	s.page("/patient", `<body data-page="patient">`+
		`<script>setTimeout(() => location.replace("/gave-up"), 3600000); setTimeout(() => location.href = "{idp}/silent", 1)</script>`)
	s.page("/gave-up", `<body data-page="gave-up">`)
	tab := newTab(t, newWorker(t, shared), Settings{})
	if err := tab.HoldTimers(s.idp + "/clock"); err != nil {
		t.Fatal(err)
	}
	if err := tab.Open(s.sp + "/patient"); err != nil {
		t.Fatal(err)
	}
	if wait := <-held; wait != "3600000" || tab.Page().Name != "gave-up" {
		t.Errorf("held for %s, ended on %q", wait, tab.Page().Name)
	}
}

// What could not be shown whole says so.
func TestPagesInPart(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.HandleFunc("/half", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		s.write(w, "<title>Half</title><p>one half")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	s.HandleFunc("/framed", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Frame-Options", "DENY")
		s.write(w, "<title>Framed</title>")
	})
	s.page("/around", `<body data-page="around"><iframe src="{idp}/framed"></iframe>`)
	tab := newTab(t, newWorker(t, shared), Settings{})
	if err := tab.Open(s.sp + "/half"); err != nil {
		t.Fatal(err)
	}
	if got := tab.Page().Err; got != "net::ERR_CONTENT_LENGTH_MISMATCH after part of the page" {
		t.Errorf("half a page: %q", got)
	}
	if err := tab.Open(s.sp + "/around"); err != nil {
		t.Fatal(err)
	}
	if p := tab.Page(); p.Err != "" || len(p.Frames) != 1 || p.Frames[0] != "net::ERR_BLOCKED_BY_RESPONSE" {
		t.Errorf("a page around another: error %q, frames %v", p.Err, p.Frames)
	}
}
