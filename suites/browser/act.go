package browser

import (
	"errors"
	"fmt"
	"slices"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
)

// refusal is the script's answer when an element cannot be used.
type refusal struct {
	Problem, CSS string
	Near         []string
}

// act does something that may navigate, waits for rest and reads the page.
func (t *Tab) act(verb string, do func() error) error {
	err := do()
	if err == nil {
		err = t.settle()
	}
	return t.fault(verb, err)
}

// fault says which verb failed, and notes when the page itself is at fault.
func (t *Tab) fault(verb string, err error) error {
	switch {
	case err == nil:
		return nil
	case t.closed:
		return fmt.Errorf("%s: %w", verb, ErrClosed)
	case t.ctx.Err() != nil || errors.Is(err, ErrGone):
		t.stuck = true
	}
	return fmt.Errorf("%s: %w", verb, err)
}

// settle waits for rest and reads the page. A read that the page did not
// outlast is repeated.
func (t *Tab) settle() error {
	verb := "rest"
	if !t.scripts {
		verb = "read"
	}
	for {
		steps, err := t.motion.wait(t.ctx, t.session)
		if err != nil {
			return err
		}
		read := new(Page)
		err = evaluate(t.ctx, t.session, read, verb)
		if err != nil && !navigatedAway(err) {
			return err
		}
		if err == nil && t.motion.stayed(steps) {
			t.page = t.complete(read)
			return nil
		}
	}
}

// complete adds to a page what Chrome told besides.
func (t *Tab) complete(p *Page) *Page {
	var missing string
	if p.Err, missing = t.motion.outcome(); missing != "" {
		p.URL = missing
	}
	p.Popups = t.windows()
	t.mu.Lock()
	defer t.mu.Unlock()
	p.Dialogs = slices.Clone(t.dialogs)
	return p
}

// arrive waits for the page that a new tab starts on. Its load may be over
// already, so that no event would tell.
func (t *Tab) arrive(url string) error {
	for url != blank {
		err := evaluate(t.ctx, t.session, nil, "arrive")
		if err == nil {
			break
		}
		if !navigatedAway(err) {
			return err
		}
	}
	_, err := t.motion.wait(t.ctx, t.session)
	return err
}

// ask evaluates a verb that changes nothing, again if the page gave way.
func (t *Tab) ask(into any, verb string, args ...any) error {
	for {
		if _, err := t.motion.wait(t.ctx, t.session); err != nil {
			return err
		}
		if err := evaluate(t.ctx, t.session, into, verb, args...); !navigatedAway(err) {
			return err
		}
	}
}

// touch evaluates a verb that changes the page, once. That the page gives way
// under it is its effect.
func (t *Tab) touch(verb string, args ...any) error {
	if _, err := t.motion.wait(t.ctx, t.session); err != nil {
		return err
	}
	var refused refusal
	if err := evaluate(t.ctx, t.session, &refused, verb, args...); err != nil && !navigatedAway(err) {
		return err
	}
	return t.refuse(refused)
}

func (t *Tab) refuse(r refusal) error {
	if r.Problem == "" {
		return nil
	}
	return &ElementError{CSS: r.CSS, Problem: r.Problem, URL: t.page.URL, Near: r.Near}
}

// event takes in what Chrome tells about the page. It runs on the connection's
// goroutine and only posts.
func (t *Tab) event(message *cdproto.Message) {
	method := string(message.Method)
	if moves[method] != nil {
		var e moved
		if decode(message.Params, &e) == nil {
			t.motion.event(method, e)
		}
		return
	}
	if does := asides[method]; does != nil {
		does(t, message)
	}
}

// asides are the events that are not the main frame's motion.
var asides = map[string]func(*Tab, *cdproto.Message){
	cdproto.EventPageJavascriptDialogOpening: (*Tab).dialog,
	cdproto.EventPageWindowOpen:              (*Tab).popup,
	cdproto.EventNetworkLoadingFailed:        (*Tab).fail,
	cdproto.EventFetchRequestPaused:          (*Tab).forget,
	cdproto.EventInspectorTargetCrashed:      (*Tab).crash,
}

// fail notes why a document could not be fetched; its request has the name of
// its loader.
func (t *Tab) fail(message *cdproto.Message) {
	var e network.EventLoadingFailed
	if decode(message.Params, &e) == nil {
		t.motion.fail(string(e.RequestID), e.ErrorText)
	}
}

// dialog says yes to whatever the page asks.
func (t *Tab) dialog(message *cdproto.Message) {
	var e page.EventJavascriptDialogOpening
	if decode(message.Params, &e) != nil {
		return
	}
	if e.Type != page.DialogTypeBeforeunload {
		t.mu.Lock()
		t.dialogs = append(t.dialogs, e.Message)
		t.mu.Unlock()
	}
	post(t.session, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true, PromptText: e.DefaultPrompt})
}

// popup notes a window the page opened; it goes with the tab.
func (t *Tab) popup(message *cdproto.Message) {
	var e page.EventWindowOpen
	if decode(message.Params, &e) != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.popups = append(t.popups, e.URL)
}

// windows are the addresses of the popups so far.
func (t *Tab) windows() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.popups)
}

// crash ends the session: nothing will answer on it any more.
func (t *Tab) crash(*cdproto.Message) { t.session.end() }

// forget lets a request go out without a cookie.
func (t *Tab) forget(message *cdproto.Message) {
	var e fetch.EventRequestPaused
	if decode(message.Params, &e) != nil {
		return
	}
	go func() {
		call(t.ctx, t.session.conn.browser(), storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: t.context})
		post(t.session, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: e.RequestID})
	}()
}
