package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/security"
)

// Settings are what a person may have changed in the browser. A tab with any
// of them has a browser context of its own, made when it is asked for, with a
// renderer to be started; the zero value shares the worker's.
type Settings struct {
	Alone          bool // a fresh browser, as on somebody else's machine
	JavaScriptOff  bool
	CookiesBlocked bool // nothing is kept: every request leaves without a cookie
	Width, Height  int  // of the page in pixels; 0 is Chrome's default

	script         string // run first in every document
	anyCertificate bool   // see AcceptAnyCertificate
}

// blank is the empty page of no site.
const blank = "about:blank"

// newTab gives a tab in a browser context. Its page comes with its first verb.
func (c *Chrome) newTab(ctx context.Context, id cdp.BrowserContextID, settings Settings) *Tab {
	t := &Tab{ctx: ctx, chrome: c, context: id, settings: settings, motion: newMotion(), page: &Page{URL: blank}}
	t.release = func() error {
		t.discard()
		return nil
	}
	return t
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
	if s.anyCertificate {
		jobs = append(jobs, post(to, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true}))
	}
	if s.script != "" {
		post(to, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: s.script})
	}
	if s.Width > 0 || s.Height > 0 {
		jobs = append(jobs, post(to, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(s.Width), Height: int64(s.Height), DeviceScaleFactor: 1,
		}))
	}
	return jobs
}
