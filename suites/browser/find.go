package browser

import (
	"fmt"
	"os/exec"
	"strings"
)

// shells are the small headless builds, two to three times as fast as a full
// Chrome for the same pages. The Debian programs in /usr/bin are scripts that
// outlive a kill badly, so the real ones come first.
var shells = []string{
	"/usr/lib/chromium/chromium-headless-shell",
	"chromium-headless-shell",
	"chrome-headless-shell",
	"headless-shell",
	"headless_shell",
}

// chromes are the full browsers, which alone can show a window.
var chromes = []string{
	"/usr/lib/chromium/chromium",
	"chromium",
	"chromium-browser",
	"google-chrome",
	"google-chrome-stable",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
}

// find returns the program to run. An explicit path must exist; otherwise the
// first installed one is taken.
func find(o Options) (string, error) {
	candidates := append(append([]string{}, shells...), chromes...)
	hint := "install chromium-headless-shell (Debian, Ubuntu), chromium or google-chrome, or name one with its path"
	switch {
	case o.Path != "":
		candidates = []string{o.Path}
		hint = "check the path, or leave it out to let the usual places be searched"
	case o.Show:
		candidates = chromes
		hint = "install chromium or google-chrome: a headless shell has no window to show"
	}
	for _, name := range candidates {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w (looked for %s): %s", ErrNotFound, strings.Join(candidates, ", "), hint)
}
