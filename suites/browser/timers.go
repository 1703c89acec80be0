package browser

import (
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/page"
)

// holding is a script that hands timers of a second or more over to a clock on
// the net. It asks at once and waits for the reply, so that the clock knows of
// the timer before the page does anything else; DevTools could not reach the
// page while it navigates. Shorter timers belong to how a page is built.
const holding = `(() => {
  const real = window.setTimeout, clock = CLOCK;
  window.setTimeout = (run, wait, ...args) => {
    if (typeof run !== "function" || !(wait >= 1000)) return real(run, wait, ...args);
    const asked = new XMLHttpRequest();
    asked.open("POST", clock + "?wait=" + wait, false);
    asked.send();
    fetch(clock + "?timer=" + asked.responseText).then((reply) => reply.ok && run(...args), () => {});
    return 0;
  };
})()`

// HoldTimers takes the clock of the pages that are opened from now on out of
// Chrome's hands. For a timer of a second or more they POST clock?wait=ms, whose
// reply names the timer, then GET clock?timer=name, and the timer runs when that
// is answered with a status of 200 to 299. Both come from other origins.
func (t *Tab) HoldTimers(clock string) error {
	script := strings.Replace(holding, "CLOCK", strconv.Quote(clock), 1)
	if t.session == nil {
		t.settings.script = script
		return nil
	}
	_, err := call(t.ctx, t.session, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	return t.fault("holding timers", err)
}
