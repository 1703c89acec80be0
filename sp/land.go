package sp

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// land decides where somebody who has just signed in ends up. What was asked
// for here is known and wins; a RelayState is somebody else's word and can
// only ever choose among the pages of this site.
func (t *tenant) land(a feature.Arrival) (string, reason.Reason) {
	for _, h := range t.hooks {
		if h.Land == nil {
			continue
		}
		if target, why, done := h.Land(a); done {
			return target, why
		}
	}
	if a.Target != "" {
		return a.Target, ""
	}
	if target, ok := t.Local(a.RelayState); ok && !a.Solicited && t.Exists(target) {
		return target, ""
	}
	return t.settings.Paths.Home, ""
}

// Local implements feature.Site. Browsers take "//host", "/\host" and control
// characters inside either for another site, so none of these is local.
func (t *tenant) Local(target string) (string, bool) {
	if rest, ok := strings.CutPrefix(target, t.config.BaseURL); ok && strings.HasPrefix(rest, "/") {
		target = rest
	}
	if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") || len(target) > 2048 {
		return "", false
	}
	if strings.ContainsFunc(target, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }) {
		return "", false
	}
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || strings.Contains(u.Path, "//") || strings.Contains(u.Path, `\`) {
		return "", false
	}
	return u.RequestURI(), true
}

// Exists implements feature.Site.
func (t *tenant) Exists(target string) bool {
	u, err := url.Parse(target)
	if err != nil {
		return false
	}
	for _, page := range t.config.Profile.Pages {
		if _, ok := match(page, u.Path); ok {
			return true
		}
	}
	return u.Path == accountPath
}

func (t *tenant) homeOr(target string) string {
	if target == "" {
		return t.settings.Paths.Home
	}
	return target
}

// redirect sends the browser to another page of this site with 303, so that a
// POST is not repeated there.
func (t *tenant) redirect(w http.ResponseWriter, r *http.Request, target string) {
	noStore(w)
	http.Redirect(w, r, target, http.StatusSeeOther)
}
