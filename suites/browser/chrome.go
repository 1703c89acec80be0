// Package browser is Chrome in a person's verbs: open an address, fill a
// field, press a button, read the page. A verb returns when the page has come
// to rest, however many redirects and self-submitting forms lie on the way.
//
// It must not know what the pages mean: no SAML, no party of a lab, no case.
// It is the only importer of chromedp.
//
// Start at Start; a Worker gives clean tabs, a Tab has the verbs.
package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
)

const (
	startLimit = 30 * time.Second // for Chrome to answer, on a busy machine
	closeLimit = 3 * time.Second  // for Chrome to leave by itself before it is killed
)

// Options say which Chrome to use. The zero value starts the fastest headless
// one that is installed.
type Options struct {
	Path string    // the program to start; "" searches the usual places
	Show bool      // a full Chrome with a window
	URL  string    // use a running Chrome instead: ws://.../devtools/browser/... or http://host:port
	Host string    // where names under .localhost and .test lead; "" is loopback
	Log  io.Writer // receives what Chrome prints; nil drops it
}

// Chrome is one running browser, shared by all workers of a run. It is safe
// for use by several goroutines.
type Chrome struct {
	conn  *conn
	show  bool
	still bool       // pages are drawn only for pictures
	brush sync.Mutex // held while a page is drawn
	pid   int        // of the process that we started; else 0
	stop  func()     // ends that process and removes its directory; waits for both
	once  sync.Once
}

// Start starts Chrome, or attaches to the one at o.URL. ctx bounds the start
// only; Close ends what was started. The error wraps ErrNotFound when there is
// no Chrome, and carries what Chrome printed when it would not start.
func Start(ctx context.Context, o Options) (*Chrome, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, fmt.Errorf("no answer within %s", startLimit))
	defer cancel()
	if o.URL != "" {
		address, err := endpoint(ctx, o.URL)
		if err != nil {
			return nil, fmt.Errorf("asking Chrome at %s for its address: %w", o.URL, err)
		}
		return connect(ctx, address, &Chrome{show: o.Show, stop: func() {}})
	}
	path, err := find(o)
	if err != nil {
		return nil, err
	}
	chrome := &Chrome{show: o.Show, still: canStandStill(path, o)}
	address, err := chrome.launch(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return connect(ctx, address, chrome)
}

// connect gives c the connection that its pages use.
func connect(ctx context.Context, address string, c *Chrome) (*Chrome, error) {
	transport, err := remote.DialContext(ctx, address)
	if err != nil {
		c.stop()
		return nil, fmt.Errorf("connecting to Chrome at %s: %w", address, err)
	}
	c.conn = dial(transport)
	if err := c.conn.holdNewPages(ctx); err != nil {
		c.Close()
		return nil, fmt.Errorf("asking Chrome at %s to hold new pages: %w", address, err)
	}
	return c, nil
}

// launch starts a Chrome of our own and returns its websocket address.
// chromedp looks after the process over a pipe: it dies with us, its directory
// with it, and what it printed is in the error when it does not start.
func (c *Chrome) launch(ctx context.Context, path string, o Options) (address string, err error) {
	printed := &output{log: o.Log, address: make(chan string, 1)}
	life, end := chromedp.NewExecAllocator(context.WithoutCancel(ctx), append(options(path, o), chromedp.CombinedOutput(printed))...)
	browser, endBrowser := chromedp.NewContext(life, chromedp.WithLogf(quiet), chromedp.WithErrorf(quiet))
	c.stop = func() {
		endBrowser()
		end()
	}
	// The first command binds Chrome's life to its context, which must
	// therefore outlive ours.
	started := context.AfterFunc(ctx, end)
	_, err = chromedp.CallBrowser(browser, cdpbrowser.GetVersion, cdp.Empty{})
	if err == nil {
		select {
		case address = <-printed.address:
		case <-ctx.Done():
		}
	}
	if !started() {
		err = errors.Join(context.Cause(ctx), err)
	}
	if err != nil {
		c.stop()
		return "", err
	}
	c.pid = chromedp.FromContext(browser).Browser.Process().Pid
	return address, nil
}

// output takes what Chrome prints, and finds its websocket address in it.
type output struct {
	log     io.Writer
	address chan string // receives the address once
	found   bool
	line    []byte
}

// Write never fails, so that Chrome never waits for a reader.
func (o *output) Write(p []byte) (int, error) {
	if !o.found {
		o.line = append(o.line, p...)
		if _, rest, ok := bytes.Cut(o.line, []byte("DevTools listening on ")); ok {
			if address, _, whole := bytes.Cut(rest, []byte("\n")); whole {
				o.address <- strings.TrimSpace(string(address))
				o.found, o.line = true, nil
			}
		}
	}
	if o.log != nil {
		o.log.Write(p)
	}
	return len(p), nil
}

func quiet(string, ...any) {}

// endpoint returns the websocket address of a running Chrome; an http address
// is asked for it.
func endpoint(ctx context.Context, url string) (string, error) {
	if !strings.HasPrefix(url, "http") {
		return url, nil
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(url, "/")+"/json/version", nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var version struct{ WebSocketDebuggerURL string }
	if err := json.NewDecoder(response.Body).Decode(&version); err != nil {
		return "", err
	}
	if version.WebSocketDebuggerURL == "" {
		return "", errors.New("the answer names none")
	}
	return version.WebSocketDebuggerURL, nil
}

// PID is the process that Start started; 0 for a Chrome that ran before.
func (c *Chrome) PID() int { return c.pid }

// Done is closed when Chrome has died or was closed.
func (c *Chrome) Done() <-chan struct{} { return c.conn.gone }

// Close ends the Chrome that Start started: it leaves no process and no
// directory. From a Chrome that ran before, it takes away the workers and
// leaves the rest. It may be called more than once.
func (c *Chrome) Close() error {
	c.once.Do(func() {
		if c.pid != 0 {
			post(c.conn.browser(), cdpbrowser.Close, cdp.Empty{})
			select {
			case <-c.conn.gone:
			case <-time.After(closeLimit):
			}
		}
		c.conn.close()
		c.stop()
	})
	return nil
}
