package incomingsso

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// visitCookie proves that cookies work, and counts how often running the
// visitor has been sent away from one page.
const visitCookie = "portal_visit"

// loopWindow is how long a count lasts.
const loopWindow = time.Minute

// The states of the cookie probe, in the query: the portal has sent the
// request round once, or the jump page has been told already.
const (
	probed = "1"
	told   = "2"
)

// enter is the hook: without Incoming SSO the product receives visitors itself.
func (f *incoming) enter(w http.ResponseWriter, r *http.Request, why reason.Reason) bool {
	if f.running {
		f.entrance(w, r, why)
	}
	return f.running
}

// entrance receives somebody without a session (reason codes 1 and 2).
func (f *incoming) entrance(w http.ResponseWriter, r *http.Request, why reason.Reason) {
	if f.set.CookieProbe == "first" && r.Method == http.MethodGet && f.probe(w, r, f.read(r)) {
		return
	}
	f.site.Refuse(w, r, why, "")
}

// probe answers a browser that brings no cookie at all: the first time by
// sending it round once with one, and when it comes back without, by reason
// code 9.
func (f *incoming) probe(w http.ResponseWriter, r *http.Request, q query) bool {
	if len(r.Cookies()) > 0 {
		return false
	}
	if q.check != "" {
		f.site.Refuse(w, r, reason.CookiesNotEnabled, "the browser did not bring back the portal's cookie")
		return true
	}
	f.setVisit(w, visit{since: f.site.Now()})
	redirect(w, f.site.BaseURL()+with(requestURI(r), checkName, probed))
	return true
}

// react sends the visitor to the jump page with the reaction's code. It leaves
// the portal's own page to be shown when there is no code, on the local login
// form, and when the visitor would only be sent round in circles.
func (f *incoming) react(w http.ResponseWriter, r *http.Request, to profile.Reaction, why reason.Reason) bool {
	if !f.running || to.Code == "" || r.Method == http.MethodPost && r.URL.Path == f.site.Settings().Paths.Login {
		return false
	}
	if why == reason.Logout {
		redirect(w, f.jumpURL(to.Code, ""))
		return true
	}
	q := f.read(r)
	target := f.site.BaseURL() + f.askedFor(r, q)
	if why == reason.CookiesNotEnabled {
		if q.check == told {
			return false
		}
		target = with(target, checkName, told)
	} else if f.inCircles(w, r, target) {
		f.site.Record("loop-stopped", account.Account{}, target)
		return false
	}
	redirect(w, f.jumpURL(to.Code, target))
	return true
}

// signedOut is single sign-out (reason code 6).
func (f *incoming) signedOut(w http.ResponseWriter, r *http.Request) bool {
	if f.running {
		f.site.Refuse(w, r, reason.Logout, "")
	}
	return f.running
}

// askedFor is the local page to come back to, without credentials.
func (f *incoming) askedFor(r *http.Request, q query) string {
	if paths := f.site.Settings().Paths; r.URL.Path == paths.Login || r.URL.Path == paths.Logout {
		return paths.Home
	}
	return q.rest
}

// jumpURL is the Invalid Session URL with reason code and target, each only
// when its variable has a name in the settings.
func (f *incoming) jumpURL(code, target string) string {
	to := f.set.InvalidSessionURL
	if f.set.ReasonParameter != "" {
		to = with(to, f.set.ReasonParameter, code)
	}
	if f.set.TargetParameter != "" && target != "" {
		to = with(to, f.set.TargetParameter, target)
	}
	return to
}

// with adds a variable to a URL that has no fragment.
func with(to, name, value string) string {
	separator := "?"
	if strings.Contains(to, "?") {
		separator = "&"
	}
	return to + separator + url.QueryEscape(name) + "=" + url.QueryEscape(value)
}

// visit is the content of the visit cookie. It is no secret, and whoever
// forges it deceives nobody but himself.
type visit struct {
	page  string // which page it counts, as a short digest
	count int
	since time.Time
}

func (f *incoming) setVisit(w http.ResponseWriter, v visit) {
	http.SetCookie(w, &http.Cookie{
		Name: visitCookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(f.site.BaseURL(), "https:"),
		Value:  fmt.Sprintf("%d.%d.%s", v.count, v.since.Unix(), v.page),
	})
}

// readVisit returns the zero visit for a cookie that is missing or nonsense.
func readVisit(r *http.Request) visit {
	c, err := r.Cookie(visitCookie)
	if err != nil {
		return visit{}
	}
	parts := strings.SplitN(c.Value, ".", 3)
	if len(parts) != 3 {
		return visit{}
	}
	count, err1 := strconv.Atoi(parts[0])
	since, err2 := strconv.ParseInt(parts[1], 10, 64)
	if err1 != nil || err2 != nil {
		return visit{}
	}
	return visit{page: parts[2], count: count, since: time.Unix(since, 0)}
}

// inCircles counts one more redirect away from the page and tells whether
// that is too many.
func (f *incoming) inCircles(w http.ResponseWriter, r *http.Request, target string) bool {
	sum := sha256.Sum256([]byte(target))
	page, now := hex.EncodeToString(sum[:4]), f.site.Now()
	v := readVisit(r)
	if v.page != page || now.Sub(v.since) > loopWindow || now.Before(v.since.Add(-loopWindow)) {
		v = visit{page: page, since: now}
	}
	v.count++
	f.setVisit(w, v)
	return v.count > f.set.LoopLimit
}
