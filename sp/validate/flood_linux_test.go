//go:build !race

// The race detector multiplies what a message costs: the bound is measured
// without it.

package validate_test

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// What no message up to the size limit may cost.
const (
	bound  = 50 * time.Millisecond
	memory = 64 << 20 // octets allocated, over all of it
)

// TestNoMessageIsExpensive measures processor time, not what the clock on the
// wall shows: other tests run meanwhile. The fastest of some runs says what
// the message costs, the others what the garbage collector took.
func TestNoMessageIsExpensive(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for _, r := range readings(t) {
		for _, h := range r.docs {
			best, raw := time.Hour, []byte(h.doc)
			allocated := allocations()
			runs := 0
			for ; runs < 5 || best > bound && runs < 40; runs++ {
				began := processorTime(t)
				r.read(raw)
				best = min(best, processorTime(t)-began)
			}
			allocated = (allocations() - allocated) / uint64(runs)
			t.Logf("%s %s, %d octets: %s, %d KB", r.name, h.name, len(raw), best, allocated>>10)
			if best > bound || allocated > memory {
				t.Errorf("%s %s costs %s and %d octets of memory, at most %s and %d are allowed", r.name, h.name, best, allocated, bound, memory)
			}
		}
	}
}

// allocations is what the process has allocated so far: no parallel test runs
// beside one that is not.
func allocations() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
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
