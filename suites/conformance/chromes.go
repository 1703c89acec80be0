package conformance

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ssoproof/ssoproof/suites/browser"
)

// chromes keeps one Chrome running and replaces it when it dies. A Chrome that
// keeps dying is a broken lab, not a flaky subject.
type chromes struct {
	options browser.Options

	mu       sync.Mutex
	current  *browser.Chrome
	restarts int
}

const mostRestarts = 3

func startChrome(ctx context.Context, options browser.Options) (*chromes, error) {
	chrome, err := browser.Start(ctx, options)
	if err != nil {
		return nil, err
	}
	return &chromes{options: options, current: chrome}, nil
}

// seat is a worker's place in a Chrome.
type seat struct {
	chrome *browser.Chrome
	worker *browser.Worker
}

func (s *seat) leave() {
	if s != nil {
		s.worker.Close()
	}
}

// seat returns old when its Chrome still lives, else a new seat, in a new
// Chrome if need be.
func (c *chromes) seat(ctx context.Context, old *seat) (*seat, error) {
	if old != nil && alive(old.chrome) {
		return old, nil
	}
	old.leave()
	chrome, err := c.living(ctx)
	if err != nil {
		return nil, err
	}
	worker, err := chrome.Worker(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening a browser context: %w", err)
	}
	return &seat{chrome, worker}, nil
}

func (c *chromes) living(ctx context.Context) (*browser.Chrome, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if alive(c.current) {
		return c.current, nil
	}
	if c.restarts == mostRestarts {
		return nil, fmt.Errorf("chrome died %d times", c.restarts+1)
	}
	c.restarts++
	gone := c.current.Close()
	chrome, err := browser.Start(ctx, c.options)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("restarting chrome: %w", err), gone)
	}
	c.current = chrome
	return chrome, nil
}

func alive(chrome *browser.Chrome) bool {
	select {
	case <-chrome.Done():
		return false
	default:
		return true
	}
}

func (c *chromes) notes() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.restarts == 0 {
		return nil
	}
	return []string{fmt.Sprintf("chrome died and was restarted %d time(s); the cases under way were played again", c.restarts)}
}

func (c *chromes) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current.Close()
}
