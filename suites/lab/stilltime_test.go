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
	const page, other = "http://sp.localhost:1", "http://sp.localhost:2"
	setOn := func(page, wait string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, timersPath+"?wait="+wait, nil)
		r.Header.Set("Origin", page)
		s.set(w, r)
		return w
	}
	for _, one := range []struct{ page, wait string }{{page, "1000"}, {other, "30000"}, {page, "90000"}} {
		if w := setOn(one.page, one.wait); w.Code != http.StatusOK {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
	}
	for i, step := range []struct {
		passes time.Duration
		page   string
		due    bool
	}{
		{time.Second, page, false}, // that page has given way to another of its origin
		{28 * time.Second, other, false},
		{time.Second, other, true},
		{time.Minute - time.Second, page, false},
		{time.Second, page, true},
		{time.Hour, page, false},
	} {
		if due := s.pass(step.passes, step.page); due != step.due {
			t.Errorf("step %d: due %v", i, due)
		}
	}
	for timer, want := range map[string]int{"0": http.StatusNoContent, "1": http.StatusNoContent, "2": http.StatusNoContent, "3": http.StatusNotFound, "x": http.StatusNotFound} {
		w := httptest.NewRecorder()
		s.wait(w, httptest.NewRequest(http.MethodGet, timersPath+"?timer="+timer, nil))
		if w.Code != want {
			t.Errorf("timer %s: status %d, want %d", timer, w.Code, want)
		}
	}
	w := setOn(page, "1000")
	left, leave := context.WithCancel(context.Background())
	leave()
	s.wait(w, httptest.NewRequest(http.MethodGet, timersPath+"?timer=3", nil).WithContext(left))
	if s.pass(time.Hour, page) {
		t.Error("a timer outlives its page")
	}
	if w = setOn(page, "soon"); w.Code != http.StatusBadRequest {
		t.Errorf("status %d", w.Code)
	}
}
