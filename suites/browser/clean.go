package browser

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/target"
)

// stored is what a site can keep in the browser besides cookies. It leaves out
// the shader cache, which takes ten times as long as all the rest, and storage
// buckets, which only go with it; the flags switch those off.
const stored = "file_systems,indexeddb,local_storage,service_workers,cache_storage,shared_storage"

// clean gives a new tab in the emptied context. A new page is what rids us of
// the session storage, the history and the timers of the last case for sure.
func (w *Worker) clean(ctx context.Context, last *Tab) (*Tab, error) {
	if err := w.leave(ctx, last); err != nil {
		return nil, err
	}
	if err := w.sweep(ctx); err != nil {
		return nil, err
	}
	tab := w.chrome.newTab(ctx, w.context, Settings{})
	tab.release = func() error {
		tab.discard()
		go w.prepare(tab)
		return nil
	}
	return tab, nil
}

// renewAfter is how many tabs a context gives. Renderers that live long grow
// slow: after 800 logins one takes half as long again as at first. A new context
// has new ones, for the price of a login or two.
const renewAfter = 100

// leave sees the last case's tabs off, so that none of their scripts writes
// anything after the sweep. When they opened windows or hang, the whole context
// goes with them.
func (w *Worker) leave(ctx context.Context, last *Tab) error {
	if w.context == "" {
		return w.furnish(ctx)
	}
	if last == nil {
		return nil
	}
	if w.given++; w.given%renewAfter == 0 {
		return w.renew(ctx)
	}
	for _, tab := range append(last.beside, last) {
		for _, origin := range tab.motion.origins() {
			w.visited[origin] = true
		}
		if tab.stuck || len(tab.windows()) > 0 || !tab.leaves(ctx) {
			return w.renew(ctx)
		}
	}
	return nil
}

// discard closes the page of the tab, if it has come to one.
func (t *Tab) discard() {
	if t.session != nil {
		post(t.session.conn.browser(), target.CloseTarget, target.CloseTargetParams{TargetID: t.target})
	}
}

// leaves reports whether the page of a discarded tab has gone in time.
func (t *Tab) leaves(ctx context.Context) bool {
	if t.session == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, closeLimit)
	defer cancel()
	select {
	case <-t.session.gone:
		return true
	case <-t.session.conn.gone:
	case <-ctx.Done():
	}
	return false
}

// furnish makes the worker's browser context, with the page that keeps its
// renderer alive.
func (w *Worker) furnish(ctx context.Context) (err error) {
	if w.context, err = w.chrome.newContext(ctx); err != nil {
		return err
	}
	if _, w.keeper, err = w.chrome.newPage(ctx, blank, w.context, func(*cdproto.Message) {}); err != nil {
		return fmt.Errorf("opening an empty page: %w", err)
	}
	w.keeper.run()
	return nil
}

// renew replaces the worker's context by a fresh one.
func (w *Worker) renew(ctx context.Context) error {
	if err := w.drop(); err != nil {
		return err
	}
	return w.furnish(ctx)
}

// drop takes the worker's context away, with all that is in it.
func (w *Worker) drop() error {
	id := w.context
	w.context = ""
	clear(w.visited)
	if id == "" {
		return nil
	}
	return w.chrome.dropContext(id)
}

// sweep empties the worker's context.
func (w *Worker) sweep(ctx context.Context) error {
	if len(w.visited) == 0 {
		return nil
	}
	jobs := []pending[cdp.Empty]{
		post(w.chrome.conn.browser(), storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: w.context}),
	}
	for _, origin := range slices.Sorted(maps.Keys(w.visited)) {
		jobs = append(jobs, post(w.keeper, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: origin, StorageTypes: stored}))
	}
	for _, job := range jobs {
		if _, err := job.wait(ctx); err != nil {
			return fmt.Errorf("clearing what the last case left: %w", err)
		}
	}
	clear(w.visited)
	return nil
}
