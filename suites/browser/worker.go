package browser

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/target"
)

// stored is what a site can keep in the browser besides cookies. It leaves out
// the shader cache, which takes ten times as long as all the rest, and storage
// buckets, which only go with it; the flags switch those off.
const stored = "file_systems,indexeddb,local_storage,service_workers,cache_storage,shared_storage"

// A Worker is the place of one goroutine in Chrome: a browser context that
// plays one case after the other. Its anchors, one empty page per site, keep
// the renderers of the sites alive, which halves the cost of a login. While a
// case is wound up, the clean tab for the next one is made ready.
type Worker struct {
	chrome  *Chrome
	anchors []string
	life    context.Context // ends with Close
	end     context.CancelFunc
	context cdp.BrowserContextID
	last    *Tab            // the one given out
	visited map[string]bool // origins that may have stored something
	next    chan ready      // holds the clean tab, or why there is none
}

type ready struct {
	tab *Tab
	err error
}

// Worker opens a browser context of its own. anchors are addresses of empty
// pages, one per site that the cases visit; other sites work too, but slower.
func (c *Chrome) Worker(ctx context.Context, anchors []string) (*Worker, error) {
	w := &Worker{chrome: c, anchors: anchors, visited: map[string]bool{}, next: make(chan ready, 1)}
	if err := w.furnish(ctx); err != nil {
		return nil, fmt.Errorf("opening a worker: %w", err)
	}
	w.life, w.end = context.WithCancel(context.Background())
	go w.prepare()
	return w, nil
}

// furnish makes the worker's browser context and drops its anchors.
func (w *Worker) furnish(ctx context.Context) (err error) {
	if w.context, err = w.chrome.newContext(ctx); err != nil {
		return err
	}
	for _, url := range w.anchors {
		if _, err := w.chrome.newTarget(ctx, url, w.context); err != nil {
			return fmt.Errorf("anchor %s: %w", url, err)
		}
	}
	return nil
}

// Tab gives a clean tab: no cookie, no stored data, no cached answer and no
// history of an earlier case. ctx bounds the tab and all its verbs. The zero
// Settings give the worker's own context, which holds one tab at a time; any
// other a fresh one that goes with the tab.
func (w *Worker) Tab(ctx context.Context, settings Settings) (*Tab, error) {
	if settings != (Settings{}) {
		return w.ownTab(ctx, settings)
	}
	if w.last != nil && !w.last.closed {
		return nil, errors.New("opening a tab: the worker's tab is still open; close it, or set Settings.Alone")
	}
	select {
	case next := <-w.next:
		if next.err != nil {
			go w.prepare()
			return nil, fmt.Errorf("opening a tab: %w", next.err)
		}
		next.tab.ctx, w.last = ctx, next.tab
		return next.tab, nil
	case <-w.chrome.conn.gone:
		return nil, fmt.Errorf("opening a tab: %w", ErrGone)
	case <-ctx.Done():
		return nil, fmt.Errorf("opening a tab: %w", context.Cause(ctx))
	}
}

// prepare makes the next tab ready, once the last one has gone.
func (w *Worker) prepare() {
	ctx, cancel := context.WithTimeoutCause(w.life, startLimit, fmt.Errorf("no answer within %s", startLimit))
	defer cancel()
	tab, err := w.clean(ctx)
	w.next <- ready{tab, err}
}

// clean gives a tab in an empty context.
func (w *Worker) clean(ctx context.Context) (*Tab, error) {
	if err := w.leave(ctx); err != nil {
		return nil, err
	}
	start := blank
	if len(w.anchors) > 0 {
		start = w.anchors[0] // an empty page of no site would need a renderer of its own
	}
	tab, err := w.chrome.newTab(ctx, start, w.context, Settings{})
	if err != nil {
		return nil, err
	}
	if err := w.sweep(ctx, tab.session); err != nil {
		tab.Close()
		return nil, err
	}
	release := tab.release
	tab.release = func() error {
		err := release()
		go w.prepare()
		return err
	}
	return tab, nil
}

// ownTab gives a tab in a browser context that lives and dies with it.
func (w *Worker) ownTab(ctx context.Context, settings Settings) (*Tab, error) {
	id, err := w.chrome.newContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening a tab: %w", err)
	}
	tab, err := w.chrome.newTab(ctx, blank, id, settings)
	if err != nil {
		w.chrome.dropContext(id)
		return nil, fmt.Errorf("opening a tab: %w", err)
	}
	tab.release = func() error { return w.chrome.dropContext(id) }
	return tab, nil
}

// leave sees the last tab off, so that no unload handler of its pages writes
// anything after the cleaning. A tab that opened windows, or that will not
// close, takes the whole context with it.
func (w *Worker) leave(ctx context.Context) error {
	last := w.last
	if w.context == "" {
		return w.furnish(ctx)
	}
	if last == nil {
		return nil
	}
	for _, tab := range append(last.beside, last) {
		for _, origin := range tab.motion.origins() {
			w.visited[origin] = true
		}
		if tab.stuck || len(tab.windows()) > 0 {
			return w.renew(ctx)
		}
		select {
		case <-tab.session.gone:
		case <-time.After(closeLimit):
			return w.renew(ctx)
		case <-w.chrome.conn.gone:
			return ErrGone
		case <-ctx.Done():
			return fmt.Errorf("waiting for the last tab to close: %w", context.Cause(ctx))
		}
	}
	return nil
}

// renew replaces the worker's context by a fresh one.
func (w *Worker) renew(ctx context.Context) error {
	clear(w.visited)
	old := w.context
	w.context = ""
	if err := w.chrome.dropContext(old); err != nil {
		return err
	}
	return w.furnish(ctx)
}

// sweep empties the worker's context through one of its pages.
func (w *Worker) sweep(ctx context.Context, page *session) error {
	if len(w.visited) == 0 {
		return nil
	}
	jobs := []pending[cdp.Empty]{
		post(w.chrome.conn.browser(), storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: w.context}),
	}
	for _, origin := range slices.Sorted(maps.Keys(w.visited)) {
		jobs = append(jobs, post(page, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: origin, StorageTypes: stored}))
	}
	for _, job := range jobs {
		if _, err := job.wait(ctx); err != nil {
			return fmt.Errorf("clearing what the last case left: %w", err)
		}
	}
	clear(w.visited)
	return nil
}

// Close takes the worker's browser context away, with whatever is open in it.
func (w *Worker) Close() error {
	if w.last != nil {
		w.last.Close()
	}
	w.end()
	<-w.next
	if w.context == "" {
		return nil
	}
	if err := w.chrome.dropContext(w.context); err != nil {
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

func (c *Chrome) newTarget(ctx context.Context, url string, id cdp.BrowserContextID) (target.ID, error) {
	made, err := call(ctx, c.conn.browser(), target.CreateTarget, target.CreateTargetParams{
		URL: url, BrowserContextID: id, NewWindow: &c.show,
	})
	return made.TargetID, err
}
