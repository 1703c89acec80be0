package browser

import (
	"slices"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
)

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
