package browser

import (
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// flags are the command line of Chrome, in order. A true is a bare switch.
var flags = []struct {
	name  string
	value any
}{
	// All sites of a browser context share one renderer and a page keeps its
	// frame when another site's follows, which saves a login a fifth of what it
	// costs. What a site may see of another, cookies above all, does not depend
	// on it: site isolation is Chrome's guard against a renderer that was taken over.
	{"disable-site-isolation-trials", true},
	{"renderer-process-limit", "1"},
	{"disable-features", "DefaultSiteInstanceGroups,RenderDocument,SpareRendererForSitePerProcess,Translate,HttpsUpgrades"},
	{"enable-features", "NetworkServiceInProcess2"},
	{"disable-blink-features", "StorageBuckets"},

	// Nothing of Chrome's own talks to the network or asks the person.
	{"disable-background-networking", true},
	{"disable-component-update", true},
	{"disable-default-apps", true},
	{"disable-domain-reliability", true},
	{"disable-extensions", true},
	{"disable-sync", true},
	{"metrics-recording-only", true},
	{"no-default-browser-check", true},
	{"no-first-run", true},
	{"no-pings", true},
	{"password-store", "basic"},
	{"use-mock-keychain", true},

	// A page nobody looks at runs like one in front.
	{"disable-background-timer-throttling", true},
	{"disable-backgrounding-occluded-windows", true},
	{"disable-renderer-backgrounding", true},
	{"disable-ipc-flooding-protection", true},
	{"disable-popup-blocking", true},
	{"disable-hang-monitor", true},

	{"disable-breakpad", true},
	{"disable-dev-shm-usage", true},
	{"disable-gpu", true},
	{"disable-quic", true},
	{"force-color-profile", "srgb"},
}

// headless are the flags of a Chrome without a window.
var headless = []string{"headless", "hide-scrollbars", "mute-audio"}

// still are the flags of a headless shell that draws a page only for a picture
// of it: what nobody looks at need not be drawn 60 times a second, which is a
// quarter of a login's cost. A script that waits for an animation frame waits
// for ever.
var still = []string{"enable-begin-frame-control", "run-all-compositor-stages-before-draw"}

// options are the allocator's options for the flags and o. The allocator adds
// a fresh user data directory, and --no-sandbox for root.
func options(path string, o Options) []chromedp.ExecAllocatorOption {
	list := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path)}
	for _, f := range flags {
		list = append(list, chromedp.Flag(f.name, f.value))
	}
	if !o.Show {
		for _, name := range headless {
			list = append(list, chromedp.Flag(name, true))
		}
	}
	if canStandStill(path, o) {
		for _, name := range still {
			list = append(list, chromedp.Flag(name, true))
		}
	}
	rules := "MAP *.test 127.0.0.1"
	if o.Host != "" {
		rules = "MAP *.localhost " + o.Host + ", MAP *.test " + o.Host
	}
	list = append(list, chromedp.Flag("host-resolver-rules", rules))
	// Spelled so that chromedp keeps its own connection to the pipe; ours
	// goes to the port.
	return append(list, chromedp.Flag("remote-debugging-port=0", true))
}

// canStandStill tells whether the Chrome at path draws only when told to, if
// its pages ask for it: of all builds, the headless shell alone does.
func canStandStill(path string, o Options) bool {
	name := filepath.Base(path)
	return !o.Show && strings.Contains(name, "headless") && strings.Contains(name, "shell")
}
