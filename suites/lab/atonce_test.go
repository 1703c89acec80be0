package lab

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// Nobody is let in while somebody is missing, and then everybody is.
func TestGathering(t *testing.T) {
	t.Parallel()
	const expected = 3
	var inside atomic.Int32
	g := &gathering{expected: expected, complete: make(chan struct{}), next: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside.Add(1) })}
	come := func() { g.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", nil)) }
	var visitors sync.WaitGroup
	for range expected - 1 {
		visitors.Go(come)
	}
	select {
	case <-g.complete:
		t.Error("complete before the last has come")
	default:
	}
	if inside.Load() != 0 {
		t.Error("somebody got in before the last had come")
	}
	come()
	visitors.Wait()
	if got := inside.Load(); got != expected {
		t.Errorf("%d got in, want %d", got, expected)
	}
}
