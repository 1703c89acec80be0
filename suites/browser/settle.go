package browser

import (
	"context"
	"fmt"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
)

// soon is the longest delay in seconds of a meta refresh that counts as part
// of the navigation; a page that stays longer is one to read.
const soon = 1

// motion follows the main frame of a page through Chrome's events and knows
// when it has come to rest: its document has loaded, and neither the document
// nor the browser is about to replace it.
//
// A document's wish to navigate is told as "requested" and "scheduled", in
// either order, then "cleared"; that it is carried out, as "started
// navigating". The first three come from the renderer and the last from the
// browser process, through different pipes: "stopped loading" of the old
// document can arrive after "started navigating" to the new one. That the new
// one brings no page is told by "stopped loading" as well, before "cleared" or
// after it; then "started loading" has come since the wish.
type motion struct {
	frame cdp.FrameID

	mu        sync.Mutex
	scheduled bool              // the document is about to navigate
	asked     bool              // it has asked the browser to and not yet let go
	begun     bool              // loading has started since it asked
	requested bool              // the browser has not yet started on what was asked
	fetching  string            // the address that the browser is navigating to
	loader    string            // its identifier for that navigation
	loading   bool              // the document is still arriving
	steps     int               // how many events have moved the frame
	empty     string            // the address that last answered without a page; else ""
	missing   string            // the address whose error page is shown; else ""
	failed    map[string]string // Chrome's word for each navigation that failed
	document  string            // the loader of the document shown
	visited   map[string]bool   // the origins of all its documents
	rest      chan struct{}     // closed at rest, when somebody waits
}

func newMotion() *motion {
	return &motion{visited: map[string]bool{}, failed: map[string]string{}}
}

// of makes the motion that of a new page, which has the name of its main frame.
// Unless it is an empty one, it is about to navigate.
func (m *motion) of(page target.ID, empty bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.frame, m.requested = cdp.FrameID(page), !empty
}

// moved is what the events of the Page domain have in common.
type moved struct {
	FrameID        cdp.FrameID `json:"frameId"`
	URL            string      `json:"url"`
	Delay          float64     `json:"delay"`
	Disposition    string      `json:"disposition"`
	NavigationType string      `json:"navigationType"`
	LoaderID       string      `json:"loaderId"`
	Type           string      `json:"type"`
	Frame          cdp.Frame   `json:"frame"`
}

// moves says what each event does to the motion.
var moves = map[string]func(*motion, moved){
	"Page.frameScheduledNavigation": func(m *motion, e moved) {
		m.scheduled = e.Delay <= soon
	},
	"Page.frameRequestedNavigation": func(m *motion, e moved) {
		if e.Disposition == "currentTab" {
			m.asked, m.requested, m.begun = true, true, false
		}
	},
	"Page.frameClearedScheduledNavigation": func(m *motion, e moved) {
		m.asked, m.scheduled = false, false
	},
	"Page.frameStartedNavigating": func(m *motion, e moved) {
		if e.NavigationType != "sameDocument" && e.NavigationType != "historySameDocument" {
			m.requested, m.fetching, m.loader = false, e.URL, e.LoaderID
		}
	},
	"Page.frameStartedLoading": func(m *motion, e moved) {
		m.loading, m.begun = true, m.asked
	},
	"Page.frameNavigated": func(m *motion, e moved) {
		if m.fetching == "" || m.loader == string(e.Frame.LoaderID) {
			m.scheduled, m.asked, m.requested, m.fetching = false, false, false, ""
		}
		m.loading = e.Type != "BackForwardCacheRestore"
		m.empty, m.missing, m.document = "", e.Frame.UnreachableURL, string(e.Frame.LoaderID)
	},
	"Page.frameStoppedLoading": func(m *motion, e moved) {
		m.loading = false
		if m.fetching != "" && (!m.asked || m.begun) {
			m.giveUp()
		}
	},
}

// giveUp ends a navigation that brings no page; the old one stays.
func (m *motion) giveUp() {
	m.asked, m.begun, m.fetching, m.empty = false, false, "", m.fetching
}

// event takes in one event of the page's session.
func (m *motion) event(method string, e moved) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if method == "Page.frameNavigated" {
		m.visited[e.Frame.SecurityOrigin] = true
		if e.Frame.ParentID == "" {
			e.FrameID = e.Frame.ID
		}
	}
	if e.FrameID != m.frame {
		return
	}
	moves[method](m, e)
	m.steps++
	if m.rest != nil && m.still() {
		close(m.rest)
		m.rest = nil
	}
}

func (m *motion) still() bool {
	return !m.loading && !m.scheduled && !m.asked && !m.requested && m.fetching == ""
}

// wait returns when the frame is at rest, with the number of steps that led
// there. It ends with ctx, with the page or with Chrome.
func (m *motion) wait(ctx context.Context, s *session) (steps int, err error) {
	m.mu.Lock()
	if m.still() {
		defer m.mu.Unlock()
		return m.steps, nil
	}
	if m.rest == nil {
		m.rest = make(chan struct{})
	}
	rest := m.rest
	m.mu.Unlock()
	select {
	case <-rest:
		return m.wait(ctx, s)
	case <-s.gone:
		return 0, fmt.Errorf("waiting for the page to settle: it was closed: %w", ErrGone)
	case <-s.conn.gone:
		return 0, fmt.Errorf("waiting for the page to settle: %w", ErrGone)
	case <-ctx.Done():
		return 0, fmt.Errorf("%w: %s: %w", ErrRestless, m.describe(), context.Cause(ctx))
	}
}

// describe says what the frame is doing, for an error.
func (m *motion) describe() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.fetching != "":
		return "no answer yet from " + m.fetching
	case m.scheduled || m.asked || m.requested:
		return "the page is about to navigate"
	case m.loading:
		return "the page is still loading"
	}
	return fmt.Sprintf("the page keeps moving, %d steps so far", m.steps)
}

// stayed reports whether nothing has moved the frame since steps.
func (m *motion) stayed(steps int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.steps == steps && m.still()
}

// begin forgets how the last verb ended.
func (m *motion) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.empty = ""
}

// fail takes in why a navigation failed.
func (m *motion) fail(loader, reason string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failed[loader] = reason
}

// outcome returns why the last navigation brought no page, and the address of
// the page that should have stood in the error page's place.
func (m *motion) outcome() (err, missing string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.missing != "":
		reason := m.failed[m.document]
		if reason == "" {
			reason = "no page could be had"
		}
		return reason + " at " + m.missing, m.missing
	case m.empty != "":
		return "no page came from " + m.empty + ": it was a download, an empty answer, or stopped", ""
	case m.failed[m.document] != "":
		return m.failed[m.document] + " after part of the page", ""
	}
	return "", ""
}

// frames returns why other documents than the page's own were refused a place
// on it.
func (m *motion) frames() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var why []string
	for loader, reason := range m.failed {
		if loader != m.document && reason == "net::ERR_BLOCKED_BY_RESPONSE" {
			why = append(why, reason)
		}
	}
	return why
}

// ask says that we are about to navigate ourselves. Until the answer is known,
// events of the old document say nothing about the navigation.
func (m *motion) ask() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = true
}

// refused ends the navigation that ask announced, when it brought no page.
func (m *motion) refused(loader string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fetching != "" && m.loader == loader {
		m.giveUp()
	}
	m.asked = false
}

// leftBehind notes an origin that may have something stored, though no document
// of it was shown.
func (m *motion) leftBehind(origin string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.visited[origin] = true
}

// origins are all that documents of the page came from.
func (m *motion) origins() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []string
	for origin := range m.visited {
		list = append(list, origin)
	}
	return list
}
