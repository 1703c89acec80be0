package browser

import (
	"fmt"

	"github.com/chromedp/cdproto/headlessexperimental"
	"github.com/chromedp/cdproto/page"
)

// Screenshot is a PNG of what the window shows. It costs as much as a login.
func (t *Tab) Screenshot() ([]byte, error) {
	if err := t.there(); err != nil {
		return nil, t.fault("screenshot", err)
	}
	capture := t.capture
	if t.chrome.still {
		capture = t.draw
	}
	png, err := capture()
	return png, t.fault("screenshot", err)
}

// capture takes a picture of a page that is drawn all the time.
func (t *Tab) capture() ([]byte, error) {
	yes := true
	shot, err := call(t.ctx, t.session, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format: page.CaptureScreenshotFormatPng, OptimizeForSpeed: &yes,
	})
	return shot.Data, err
}

// drawLimit is how many frames a picture may take. The first after a page has
// come may still be that of the page before, and some bring none.
const drawLimit = 100

// draw draws the page for the picture. Chrome's GPU process dies when two pages
// are drawn so at once.
func (t *Tab) draw() ([]byte, error) {
	t.chrome.brush.Lock()
	defer t.chrome.brush.Unlock()
	frame := headlessexperimental.BeginFrameParams{}
	for range drawLimit {
		drawn, err := call(t.ctx, t.session, headlessexperimental.BeginFrame, frame)
		if err != nil || len(drawn.ScreenshotData) > 0 {
			return drawn.ScreenshotData, err
		}
		frame.Screenshot = &headlessexperimental.ScreenshotParams{Format: headlessexperimental.ScreenshotParamsFormatPng, OptimizeForSpeed: true}
	}
	return nil, fmt.Errorf("Chrome drew nothing in %d frames", drawLimit)
}
