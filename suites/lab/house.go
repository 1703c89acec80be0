// Package lab brings the parties together: it starts a mock identity provider,
// a reference service provider and, for the legacy road, an originating system
// for one case, gives them their clocks and a clean browser tab, and collects
// what all of them observe in one trace.
//
// It is the only place where the parties meet. It knows nothing of scenarios'
// expectations, checks or verdicts. Start at House and Lab.
package lab

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/ssoproof/ssoproof/sp"
)

// House is what all cases of a run share: the listener, the keys, and the
// hour at which every clock starts.
type House struct {
	Front *Front
	// Live makes the clocks of labs that are opened from now on run with this
	// machine's, for people to click through.
	Live bool
	// Mail sends what the products write to their users; nil puts it into a
	// mailbox for each lab, with a page to read it.
	Mail  func(sp.Mail) error
	start time.Time
	keys  keys

	secure    secureFront
	authority authority
	deaf      deaf
	noise     string
	cases     atomic.Int64
}

// NewHouse listens on addr ("127.0.0.1:0" for a random port). Every clock of
// every case shows start at first, plus the offset the case asks for.
func NewHouse(addr string, start time.Time) (*House, error) {
	k, err := newKeys(start)
	if err != nil {
		return nil, fmt.Errorf("making keys: %w", err)
	}
	front, err := NewFront(addr)
	if err != nil {
		return nil, err
	}
	d, err := newDeaf()
	if err != nil {
		return nil, errors.Join(err, front.Close(context.Background()))
	}
	return &House{Front: front, start: start, keys: k, deaf: d, noise: newNoise()}, nil
}

// Close shuts the front once the requests under way are answered.
func (h *House) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return errors.Join(h.secure.close(), h.deaf.close(), h.Front.Close(ctx))
}

func (h *House) clock(offset time.Duration) *Clock {
	if h.Live {
		return NewRunningClock(offset)
	}
	return NewClock(h.start.Add(offset))
}

// The sites other than the products'. A product's site is its profile's name.
const (
	idpSite    = "idp.localhost"
	originSite = "origin.localhost"
	mailSite   = "mail.localhost"
)

func spSite(profile string) string { return profile + ".localhost" }
