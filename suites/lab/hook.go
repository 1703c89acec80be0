package lab

import "sync/atomic"

// hook is what is done once when a party comes to a certain point, on whichever
// goroutine it does.
type hook struct{ do atomic.Pointer[func()] }

func (h *hook) set(do func()) { h.do.Store(&do) }

func (h *hook) run() {
	if do := h.do.Swap(nil); do != nil {
		(*do)()
	}
}
