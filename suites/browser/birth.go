package browser

import (
	"context"
	"errors"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
)

// Chrome holds every new page for us before it asks for anything. So a page can
// be made at the address that a case begins with and yet be set up first; one
// that is made empty and then sent there costs a page more.

// holdNewPages asks Chrome for that.
func (c *conn) holdNewPages(ctx context.Context) error {
	yes := true
	_, err := call(ctx, c.browser(), target.SetAutoAttach, target.SetAutoAttachParams{
		AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: &yes, Filter: target.Filter{{Type: "page"}},
	})
	return err
}

// bear makes a page, which waits for run.
func (c *conn) bear(ctx context.Context, params target.CreateTargetParams, event func(*cdproto.Message)) (target.ID, *session, error) {
	c.mu.Lock()
	c.births++
	c.mu.Unlock()
	made, err := call(ctx, c.browser(), target.CreateTarget, params)
	id, held := c.claim(made.TargetID)
	switch {
	case err != nil:
		return "", nil, err
	case !held:
		return "", nil, errors.New("Chrome did not hold the page that it made")
	}
	return made.TargetID, c.attach(id, event), nil
}

// run lets a page go on that was held.
func (s *session) run() { post(s, runtime.RunIfWaitingForDebugger, cdp.Empty{}) }

// attached takes in that Chrome holds a page. Unless it may be one of ours, the
// page of somebody else, as a window that a page has opened, goes on.
func (c *conn) attached(message *cdproto.Message) {
	var event target.EventAttachedToTarget
	if decode(message.Params, &event) != nil || !event.WaitingForDebugger {
		return
	}
	c.mu.Lock()
	c.newborn[event.TargetInfo.TargetID] = event.SessionID
	c.mu.Unlock()
	c.letGo()
}

// claim ends one birth and returns the session of the page that was born.
func (c *conn) claim(page target.ID) (id target.SessionID, held bool) {
	c.mu.Lock()
	c.births--
	id, held = c.newborn[page]
	delete(c.newborn, page)
	c.mu.Unlock()
	c.letGo()
	return id, held
}

// letGo lets all held pages go on that cannot be ours.
func (c *conn) letGo() {
	c.mu.Lock()
	if c.births > 0 {
		c.mu.Unlock()
		return
	}
	others := c.newborn
	c.newborn = map[target.ID]target.SessionID{}
	c.mu.Unlock()
	for _, id := range others {
		(&session{conn: c, id: id}).run()
	}
}
