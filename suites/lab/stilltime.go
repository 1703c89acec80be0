package lab

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// stillTime is time that passes when somebody waits, and costs nothing: a fault
// of the IdP that holds a request lets it pass on every clock, and for the timers
// of the page in the browser.
type stillTime struct {
	mu     sync.Mutex
	on     bool
	passed time.Duration
	timers []*timer
}

type timer struct {
	page string // origin of the page that has set it
	due  time.Duration
	run  chan struct{} // closed when it is due
	gone bool          // with its page
}

const timersPath = "/timers"

// StopTime makes waiting cost nothing from now on.
func (l *Lab) StopTime() error {
	l.still.mu.Lock()
	l.still.on = true
	l.still.mu.Unlock()
	mux := http.NewServeMux()
	mux.Handle("/", &l.mails)
	mux.Handle("POST "+timersPath, http.HandlerFunc(l.still.set))
	mux.Handle("GET "+timersPath, http.HandlerFunc(l.still.wait))
	l.admit(trace.Lab, mux)
	return l.Tab.HoldTimers(l.URLs[trace.Lab] + timersPath)
}

// set takes a page's timer over, before the page does anything else.
func (s *stillTime) set(w http.ResponseWriter, r *http.Request) {
	wait, err := strconv.ParseFloat(r.URL.Query().Get("wait"), 64)
	if err != nil {
		http.Error(w, "wait is a number of milliseconds", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timers = append(s.timers, &timer{page: r.Header.Get("Origin"), due: s.passed + time.Duration(wait*float64(time.Millisecond)), run: make(chan struct{})})
	w.Header().Set("Access-Control-Allow-Origin", "*")
	fmt.Fprint(w, len(s.timers)-1)
}

// wait answers when the timer is due, unless the page has gone before.
func (s *stillTime) wait(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	n, err := strconv.Atoi(r.URL.Query().Get("timer"))
	if err != nil || n < 0 || n >= len(s.timers) {
		s.mu.Unlock()
		http.NotFound(w, r)
		return
	}
	asked := s.timers[n]
	s.mu.Unlock()
	select {
	case <-asked.run:
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.WriteHeader(http.StatusNoContent)
	case <-r.Context().Done():
		s.mu.Lock()
		asked.gone = true
		s.mu.Unlock()
	}
}

// pass lets the time pass, and tells whether the timer was due in it of the page
// of that origin. Of several pages it is the last: a browser is slow to tell that
// the others are gone, and their timers are nobody's.
func (s *stillTime) pass(d time.Duration, page string) (due bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.passed
	s.passed += d
	for _, t := range s.timers {
		if before < t.due && t.due <= s.passed && !t.gone {
			close(t.run)
		}
		if t.page == page {
			due = before < t.due && t.due <= s.passed && !t.gone
		}
	}
	return due
}

// sleep lets time pass while the IdP holds a request. When the page that waits
// in the browser loses patience in that time, it goes elsewhere, and the
// request ends.
func (l *Lab) sleep(r *http.Request, d time.Duration) bool {
	l.still.mu.Lock()
	on := l.still.on
	l.still.mu.Unlock()
	if !on || r.Header.Get(partyHeader) != "" {
		return fault.Sleep(r, d)
	}
	l.Pause(d)
	if l.still.pass(d, refererOrigin(r)) {
		<-r.Context().Done()
	}
	return r.Context().Err() == nil
}

// refererOrigin is the origin of the page that the browser was on when it sent
// the request, "" for none.
func refererOrigin(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host == "" {
		return ""
	}
	return from.Scheme + "://" + from.Host
}
