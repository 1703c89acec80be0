package browser

import (
	"context"
	"errors"
	"fmt"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
)

// A Worker is the place of one goroutine in Chrome: a browser context that
// plays one case after the other. An empty page keeps its renderer alive, which
// saves each case the start of one. While a case is wound up, the context is
// made clean for the next one.
type Worker struct {
	chrome  *Chrome
	life    context.Context // ends with Close
	end     context.CancelFunc
	context cdp.BrowserContextID
	keeper  *session        // the empty page
	open    *Tab            // the one given out
	visited map[string]bool // origins that may have stored something
	given   int             // tabs that were used up so far
	next    chan ready      // holds the clean tab, or why there is none
}

type ready struct {
	tab *Tab
	err error
}

// Worker opens a browser context of its own.
func (c *Chrome) Worker(ctx context.Context) (*Worker, error) {
	w := &Worker{chrome: c, visited: map[string]bool{}, next: make(chan ready, 1)}
	if err := w.furnish(ctx); err != nil {
		return nil, fmt.Errorf("opening a worker: %w", err)
	}
	w.life, w.end = context.WithCancel(context.Background())
	go w.prepare(nil)
	return w, nil
}

// Tab gives a clean tab: no cookie, no stored data, no cached answer and no
// history of an earlier case. ctx bounds the tab and all its verbs. The zero
// Settings give the worker's own context, which holds one tab at a time; any
// other a fresh one that goes with the tab.
func (w *Worker) Tab(ctx context.Context, settings Settings) (*Tab, error) {
	if settings != (Settings{}) {
		return w.ownTab(ctx, settings)
	}
	if w.open != nil && !w.open.closed {
		return nil, errors.New("opening a tab: the worker's tab is still open; close it, or set Settings.Alone")
	}
	select {
	case next := <-w.next:
		if next.err != nil {
			go w.prepare(nil)
			return nil, fmt.Errorf("opening a tab: %w", next.err)
		}
		next.tab.ctx, w.open = ctx, next.tab
		return next.tab, nil
	case <-w.chrome.conn.gone:
		return nil, fmt.Errorf("opening a tab: %w", ErrGone)
	case <-ctx.Done():
		return nil, fmt.Errorf("opening a tab: %w", context.Cause(ctx))
	}
}

// prepare makes the next tab ready after last. After a failure it starts over
// with a fresh context the next time.
func (w *Worker) prepare(last *Tab) {
	ctx, cancel := context.WithTimeoutCause(w.life, startLimit, fmt.Errorf("no answer within %s", startLimit))
	defer cancel()
	tab, err := w.clean(ctx, last)
	if err != nil {
		err = errors.Join(err, w.drop())
	}
	w.next <- ready{tab, err}
}

// ownTab gives a tab in a browser context that lives and dies with it.
func (w *Worker) ownTab(ctx context.Context, settings Settings) (*Tab, error) {
	id, err := w.chrome.newContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening a tab: %w", err)
	}
	tab := w.chrome.newTab(ctx, id, settings)
	tab.release = func() error { return w.chrome.dropContext(id) }
	return tab, nil
}

// Close takes the worker's browser context away, with whatever is open in it.
// It may be called more than once.
func (w *Worker) Close() error {
	if w.life.Err() != nil {
		return nil
	}
	if w.open != nil {
		w.open.Close()
	}
	w.end()
	<-w.next
	if err := w.drop(); err != nil {
		return fmt.Errorf("closing a worker: %w", err)
	}
	return nil
}

// newContext makes a browser context that shares nothing with any other and
// ends with our connection at the latest.
func (c *Chrome) newContext(ctx context.Context) (cdp.BrowserContextID, error) {
	yes := true
	made, err := call(ctx, c.conn.browser(), target.CreateBrowserContext, target.CreateBrowserContextParams{DisposeOnDetach: &yes})
	if err != nil {
		return "", err
	}
	_, err = call(ctx, c.conn.browser(), browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorDeny, BrowserContextID: made.BrowserContextID,
	})
	return made.BrowserContextID, err
}

func (c *Chrome) dropContext(id cdp.BrowserContextID) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	_, err := call(ctx, c.conn.browser(), target.DisposeBrowserContext, target.DisposeBrowserContextParams{BrowserContextID: id})
	return err
}

// newPage makes a page in a browser context, which waits for run.
func (c *Chrome) newPage(ctx context.Context, url string, id cdp.BrowserContextID, event func(*cdproto.Message)) (target.ID, *session, error) {
	return c.conn.bear(ctx, target.CreateTargetParams{URL: url, BrowserContextID: id, NewWindow: &c.show, EnableBeginFrameControl: &c.still}, event)
}
