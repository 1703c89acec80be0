package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
)

// Settings are what a person may have changed in the browser. A tab with any
// of them has a browser context of its own, made when it is asked for and
// without anchors, so that a login takes about twice as long; the zero value
// shares the worker's.
type Settings struct {
	Alone          bool // a fresh browser, as on somebody else's machine
	JavaScriptOff  bool
	CookiesBlocked bool // nothing is kept: every request leaves without a cookie
	Width, Height  int  // of the page in pixels; 0 is Chrome's default
}

// blank is the empty page of no site.
const blank = "about:blank"

// newTab opens a tab on the empty page at url, ready for its first verb.
func (c *Chrome) newTab(ctx context.Context, url string, id cdp.BrowserContextID, settings Settings) (*Tab, error) {
	page, err := c.newTarget(ctx, url, id)
	if err != nil {
		return nil, err
	}
	yes := true
	attached, err := call(ctx, c.conn.browser(), target.AttachToTarget, target.AttachToTargetParams{TargetID: page, Flatten: &yes})
	if err != nil {
		return nil, err
	}
	t := &Tab{
		ctx:     ctx,
		target:  page,
		context: id,
		scripts: !settings.JavaScriptOff,
		motion:  newMotion(page),
		page:    &Page{URL: url},
	}
	if c.still {
		t.brush = &c.brush
	}
	t.session = c.conn.attach(attached.SessionID, t.event)
	t.another = func() (*Tab, error) { return c.newTab(t.ctx, url, id, settings) }
	t.release = func() error {
		t.discard()
		return nil
	}
	for _, job := range settings.apply(t.session) {
		if _, err := job.wait(ctx); err != nil {
			t.Close()
			return nil, err
		}
	}
	if err := t.arrive(url); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// apply posts the commands that set up a page.
func (s Settings) apply(to *session) []pending[cdp.Empty] {
	jobs := []pending[cdp.Empty]{
		post(to, page.Enable, page.EnableParams{}),
		post(to, inspector.Enable, cdp.Empty{}),
		post(to, network.Enable, network.EnableParams{}), // or the next has no effect
		post(to, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}),
	}
	if s.JavaScriptOff {
		jobs = append(jobs, post(to, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	}
	if s.CookiesBlocked {
		jobs = append(jobs,
			post(to, fetch.Enable, fetch.EnableParams{}),
			post(to, emulation.SetDocumentCookieDisabled, emulation.SetDocumentCookieDisabledParams{Disabled: true}))
	}
	if s.Width > 0 || s.Height > 0 {
		jobs = append(jobs, post(to, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(s.Width), Height: int64(s.Height), DeviceScaleFactor: 1,
		}))
	}
	return jobs
}
