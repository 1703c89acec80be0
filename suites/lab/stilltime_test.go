package lab

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A timer is due once, when its time has passed, however it is cut up.
func TestTimersAreDueOnce(t *testing.T) {
	t.Parallel()
	s := &stillTime{}
	for _, wait := range []string{"30000", "90000"} {
		w := httptest.NewRecorder()
		s.set(w, httptest.NewRequest(http.MethodPost, timersPath+"?wait="+wait, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
	}
	for i, step := range []struct {
		passes time.Duration
		due    bool
	}{{29 * time.Second, false}, {time.Second, true}, {time.Minute - time.Second, false}, {time.Second, true}, {time.Hour, false}} {
		if due := s.pass(step.passes); due != step.due {
			t.Errorf("step %d: due %v", i, due)
		}
	}
	for timer, want := range map[string]int{"0": http.StatusNoContent, "1": http.StatusNoContent, "2": http.StatusNotFound, "x": http.StatusNotFound} {
		w := httptest.NewRecorder()
		s.wait(w, httptest.NewRequest(http.MethodGet, timersPath+"?timer="+timer, nil))
		if w.Code != want {
			t.Errorf("timer %s: status %d, want %d", timer, w.Code, want)
		}
	}
	w := httptest.NewRecorder()
	s.set(w, httptest.NewRequest(http.MethodPost, timersPath+"?wait=1000", nil))
	left, leave := context.WithCancel(context.Background())
	leave()
	s.wait(w, httptest.NewRequest(http.MethodGet, timersPath+"?timer=2", nil).WithContext(left))
	if s.pass(time.Hour) {
		t.Error("a timer outlives its page")
	}
	w = httptest.NewRecorder()
	s.set(w, httptest.NewRequest(http.MethodPost, timersPath+"?wait=soon", nil))
	if w.Code != http.StatusBadRequest {
		t.Errorf("status %d", w.Code)
	}
}
