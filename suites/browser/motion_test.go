package browser

import "testing"

// Chrome tells the events of one navigation through two pipes, so that their
// order varies. These are orders that were seen, from a page at rest.
func TestMotion(t *testing.T) {
	t.Parallel()
	const (
		requested  = "Page.frameRequestedNavigation"
		scheduled  = "Page.frameScheduledNavigation"
		navigating = "Page.frameStartedNavigating"
		loading    = "Page.frameStartedLoading"
		cleared    = "Page.frameClearedScheduledNavigation"
		navigated  = "Page.frameNavigated"
		stopped    = "Page.frameStoppedLoading"
	)
	for name, test := range map[string]struct {
		events []string
		still  bool
		empty  string // the address that brought no page
	}{
		"a page came":                    {[]string{requested, scheduled, navigating, loading, cleared, navigated, stopped}, true, ""},
		"a page is under way":            {[]string{requested, scheduled, navigating, loading, cleared}, false, ""},
		"no page came":                   {[]string{requested, scheduled, navigating, loading, cleared, stopped}, true, "http://next/"},
		"no page came, said first":       {[]string{requested, scheduled, navigating, loading, stopped, cleared}, true, "http://next/"},
		"no page came, wish not let go":  {[]string{requested, scheduled, navigating, loading, stopped}, false, "http://next/"},
		"the old page has loaded":        {[]string{loading, requested, scheduled, navigating, stopped, cleared}, false, ""},
		"the old page loaded, told late": {[]string{navigating, loading, requested, scheduled, stopped, cleared}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMotion()
			m.of("page", true)
			for _, method := range test.events {
				e := moved{FrameID: "page", URL: "http://next/", Disposition: "currentTab", LoaderID: "next"}
				e.Frame.ID, e.Frame.LoaderID = "page", "next"
				m.event(method, e)
			}
			if m.still() != test.still || m.empty != test.empty {
				t.Errorf("still %v, no page from %q; want %v, %q", m.still(), m.empty, test.still, test.empty)
			}
		})
	}
}
