package browser

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/target"
)

// A Field is one entry that a person makes: the field's selector and the text.
// A select takes an option's value or label; a checkbox anything but "" and
// "false" to be ticked.
type Field struct{ CSS, Text string }

// aborted is Chrome's word for a navigation that leaves the old page standing:
// a download, or an answer without content.
const aborted = "net::ERR_ABORTED"

// A Tab is one clean page with a person's verbs. A verb that can navigate
// returns when the page has come to rest. Before the first one is opened, the
// page is empty. The context that the tab was made with bounds every verb. A
// tab belongs to one goroutine.
//
// The verbs' errors wrap ErrElement when the page offers no such element to a
// person, ErrGone when Chrome died, and ErrRestless with the context's cause
// when the page did not settle in time. A page that could not be fetched is no error: Page.Err
// says so.
type Tab struct {
	ctx      context.Context
	chrome   *Chrome
	context  cdp.BrowserContextID
	settings Settings
	session  *session // of its page; nil before there is one
	target   target.ID
	motion   *motion
	release  func() error
	beside   []*Tab
	page     *Page
	closed   bool
	stuck    bool // a verb got no answer in time: the page may be hung

	mu      sync.Mutex
	dialogs []string
	popups  []string
}

// Open enters an address and follows wherever it leads.
func (t *Tab) Open(url string) error {
	// A page would be parsed before it is told that scripts are off.
	if t.session == nil && !t.settings.JavaScriptOff {
		return t.move("open "+url, func() error { return t.begin(url) })
	}
	return t.act("open "+url, func() error { return t.navigate(url) })
}

func (t *Tab) navigate(url string) error {
	t.motion.ask()
	result, err := call(t.ctx, t.session, page.Navigate, page.NavigateParams{URL: url})
	if err != nil || result.ErrorText == aborted {
		t.motion.refused(string(result.LoaderID))
	}
	return err
}

// Fill enters text into a field.
func (t *Tab) Fill(css, text string) error {
	return t.fault("fill", t.touch("fill", css, text))
}

// Press presses a button or follows a link.
func (t *Tab) Press(css string) error {
	return t.act("press", func() error { return t.touch("press", css) })
}

// Submit fills the fields in order and presses the button, in one go.
func (t *Tab) Submit(fields []Field, button string) error {
	return t.act("submit", func() error { return t.touch("submit", fields, button) })
}

// Back goes one page back, as the browser's arrow does.
func (t *Tab) Back() error {
	return t.act("back", func() error {
		history, err := call(t.ctx, t.session, page.GetNavigationHistory, cdp.Empty{})
		if err != nil {
			return err
		}
		if history.CurrentIndex < 1 {
			return fmt.Errorf("%w: there is no page before this one", ErrElement)
		}
		entry := history.Entries[history.CurrentIndex-1]
		_, err = call(t.ctx, t.session, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: entry.ID})
		return err
	})
}

// Reload fetches the page once more, sending a form again without asking.
func (t *Tab) Reload() error {
	return t.act("reload", func() error {
		_, err := call(t.ctx, t.session, page.Reload, page.ReloadParams{})
		return err
	})
}

// Page is the page as it was when the last verb settled. It costs nothing.
func (t *Tab) Page() *Page { return t.page }

// Fetch asks for an address of the page's own origin as the page would, with
// its cookies, and leaves the page where it is. A redirect is not followed:
// Page.Err says "redirected", and there is nothing else. Scripts must not be
// switched off.
func (t *Tab) Fetch(url string) (*Page, error) {
	page := new(Page)
	if err := t.ask(page, "fetch", url); err != nil {
		return nil, fmt.Errorf("fetch %s: %w", url, err)
	}
	return page, nil
}

// Exists reports whether the page has such an element, visible or not.
func (t *Tab) Exists(css string) bool {
	var yes bool
	err := t.ask(&yes, "exists", css)
	return err == nil && yes
}

// Text is the visible text of the first element that matches.
func (t *Tab) Text(css string) (string, error) {
	var answer struct {
		refusal
		Text string
	}
	err := t.ask(&answer, "text", css)
	if err == nil {
		err = t.refuse(answer.refusal)
	}
	return answer.Text, t.fault("text", err)
}

// Remember puts a cookie of the origin into the tab's browser, as an earlier
// visit would have.
func (t *Tab) Remember(origin string, c *http.Cookie) error {
	t.motion.leftBehind(origin)
	_, err := call(t.ctx, t.chrome.conn.browser(), storage.SetCookies, storage.SetCookiesParams{
		BrowserContextID: t.context,
		Cookies: []*network.CookieParam{{
			URL: origin, Name: c.Name, Value: c.Value, Path: c.Path, HTTPOnly: c.HttpOnly, Secure: c.Secure, SameSite: sameSite[c.SameSite],
		}},
	})
	return t.fault("remembering a cookie", err)
}

var sameSite = map[http.SameSite]network.CookieSameSite{
	http.SameSiteLaxMode: network.CookieSameSiteLax, http.SameSiteStrictMode: network.CookieSameSiteStrict, http.SameSiteNoneMode: network.CookieSameSiteNone,
}

// AcceptAnyCertificate lets the tab, and those that are opened beside it from
// now on, go to hosts behind TLS whoever vouches for them.
func (t *Tab) AcceptAnyCertificate() error {
	t.settings.anyCertificate = true
	if t.session == nil {
		return nil
	}
	_, err := call(t.ctx, t.session, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true})
	return t.fault("accepting certificates", err)
}

// Beside opens a second tab beside this one: the same person's, with the same
// cookies. It goes with this one at the latest.
func (t *Tab) Beside() *Tab {
	second := t.chrome.newTab(t.ctx, t.context, t.settings)
	t.beside = append(t.beside, second)
	return second
}

// Close gives the tab back; its verbs answer ErrClosed from then on. It may be
// called more than once.
func (t *Tab) Close() error {
	if t.closed {
		return nil
	}
	t.closed = true
	for _, second := range t.beside {
		second.Close()
	}
	return t.release()
}
