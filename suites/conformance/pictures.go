package conformance

import (
	"sync"

	"github.com/ssoproof/ssoproof/suites/plan"
)

// pictures decides which cases are photographed. A picture costs about as much
// as a navigation, the page's text and source next to nothing; so the report
// shows one picture of each kind, and every failure.
type pictures struct {
	when Screenshots
	mu   sync.Mutex
	seen map[string]bool
}

func newPictures(when Screenshots) *pictures {
	return &pictures{when: when, seen: map[string]bool{}}
}

// wanted tells whether the case's final page is to be photographed: always, or
// when it failed, or for the first case of its family on its profile and layout.
func (p *pictures) wanted(c *plan.Case, failed bool) bool {
	if p.when != ScreenshotsSome {
		return p.when == ScreenshotsAll
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	kind := c.Scenario.Family + "@" + c.Profile.Name + "/" + c.Layout
	first := !p.seen[kind]
	p.seen[kind] = true
	return first || failed
}
