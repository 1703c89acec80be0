package lab

import (
	"sync"
	"time"
)

// Clock is a party's clock. In a case it stands still until somebody moves it:
// nobody sleeps to make time pass. In a lab that people click through it runs.
type Clock struct {
	mu      sync.Mutex
	shown   time.Time     // what a standing clock shows
	offset  time.Duration // how far a running clock is ahead
	running bool
}

// NewClock returns a clock that stands at t, in UTC and to the second, as SAML
// instants are written.
func NewClock(t time.Time) *Clock {
	return &Clock{shown: t.UTC().Truncate(time.Second)}
}

// NewRunningClock returns a clock that runs with this machine's, that far ahead.
func NewRunningClock(offset time.Duration) *Clock {
	return &Clock{offset: offset, running: true}
}

// Now returns what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running {
		return time.Now().UTC().Add(c.offset)
	}
	return c.shown
}

// Advance moves the clock, forwards or back.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shown, c.offset = c.shown.Add(d), c.offset+d
}

// SetOffset makes a running clock run that far ahead of this machine's.
func (c *Clock) SetOffset(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = d
}
