//go:build !race

// The race detector multiplies what a message costs: the bound is measured
// without it.

package validate_test

import (
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// bound is what no message up to the size limit may cost.
const bound = 50 * time.Millisecond

// TestNoMessageIsExpensive measures processor time, not what the clock on the
// wall shows: other tests run meanwhile. The fastest of some runs says what
// the message costs, the others what the garbage collector took.
func TestNoMessageIsExpensive(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	p := policy(t)
	for _, h := range hostileMessages(t) {
		best := time.Hour
		for range 5 {
			began := processorTime(t)
			validate.Response([]byte(h.doc), p, now)
			best = min(best, processorTime(t)-began)
		}
		t.Logf("%s: %s", h.name, best)
		if best > bound {
			t.Errorf("%s costs %s, at most %s are allowed", h.name, best, bound)
		}
	}
}

// processorTime is what this thread has used so far.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	const thisThread = 1 // RUSAGE_THREAD
	var usage syscall.Rusage
	if err := syscall.Getrusage(thisThread, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
