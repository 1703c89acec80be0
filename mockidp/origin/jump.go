package origin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The jump page: the single point of entry into the portal (seed 000,
// "Recommended Jump Page Functionality"). Its workflow:
//
//	1 no session          → login page, with this very URL to come back to
//	2 reason code         → the code's own step, see codes
//	3 unknown to portal   → created through its Data API
//	4 on                  → the target, or the portal's home, with credentials

// ask is what a jump page URL asks for.
type ask struct {
	reason string // as it came
	code   *code  // nil when there was no reason
	target string // a URL of the portal, never empty
}

func (a ask) codeName() string {
	if a.code == nil {
		return ""
	}
	return a.code.name
}

func (o *Origin) jump(w http.ResponseWriter, r *http.Request) {
	a, err := o.readAsk(r.URL.RawQuery)
	if err != nil {
		o.refuse(w, a.reason, "This link is broken: "+err.Error()+".")
		return
	}
	s := o.sessionOf(r)
	o.record(Event{Kind: "jump", Reason: a.reason, Code: a.codeName(), Target: o.cfg.Names.withoutCredentials(a.target), Person: login(s)})
	switch {
	case s == nil && (a.code == nil || !a.code.withoutSession):
		redirect(w, o.loginURL(o.cfg.BaseURL+r.URL.RequestURI()))
	case s != nil && o.cfg.Stubborn:
		o.send(w, s, a)
	case a.code != nil:
		a.code.step(o, w, r, s, a)
	default:
		o.createThenSend(w, r, s, a)
	}
}

func login(s *session) string {
	if s == nil {
		return ""
	}
	return s.person.Login
}

// readAsk reads the jump page's variables. What cannot be told with certainty
// is an error: a wrong page, or credentials in a wrong place, would be worse.
func (o *Origin) readAsk(rawQuery string) (ask, error) {
	q, err := url.ParseQuery(rawQuery)
	if err != nil {
		return ask{}, errors.New("its variables are not URL-encoded")
	}
	reasons, targets := q[o.cfg.Names.Reason], q[o.cfg.Names.Target]
	if len(reasons) > 1 || len(targets) > 1 {
		return ask{}, errors.New("a variable is given twice")
	}
	a := ask{target: o.cfg.PortalURL + "/"}
	if len(reasons) == 1 {
		a.reason = reasons[0]
		if a.code = codeNumbered(a.reason); a.code == nil {
			return a, errors.New("its reason code is none of 1 to 10")
		}
	}
	if len(targets) == 0 || targets[0] == "" {
		return a, nil
	}
	if o.cutOff(rawQuery, q) {
		return a, errors.New("the target page is not URL-encoded")
	}
	u, err := within(o.portal, targets[0])
	if err != nil {
		return a, fmt.Errorf("the target page cannot be opened, %w", err)
	}
	// Sent to the logout page, a person who has just signed in would be out again.
	if !strings.EqualFold(strings.TrimRight(u.Path, "/"), o.cfg.PortalLogout) {
		a.target = targets[0]
	}
	return a, nil
}

// cutOff reports whether a target that was not encoded may have lost what
// came after its first ampersand: it is bare, and there are other variables.
func (o *Origin) cutOff(rawQuery string, q url.Values) bool {
	others := false
	for name := range q {
		others = others || name != o.cfg.Names.Reason && name != o.cfg.Names.Target
	}
	for _, pair := range strings.Split(rawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if n, err := url.QueryUnescape(name); err == nil && n == o.cfg.Names.Target {
			return others && strings.ContainsAny(value, ":/?")
		}
	}
	return false
}

// createThenSend is workflow 3 and 4.
func (o *Origin) createThenSend(w http.ResponseWriter, r *http.Request, s *session, a ask) {
	if o.cfg.CreateUser != nil {
		if err := o.provision(r, s.person); err != nil {
			o.message(w, a, http.StatusBadGateway, "Portal account", "Your portal account could not be prepared. Please try again later.", err.Error())
			return
		}
	}
	o.send(w, s, a)
}

// provision creates the person in the portal unless she is there already.
func (o *Origin) provision(r *http.Request, p Person) error {
	exists, err := o.cfg.UserExists(r.Context(), p.Login)
	if err != nil {
		return fmt.Errorf("asking whether the user exists: %w", err)
	}
	if exists {
		return nil
	}
	p.Password = ""
	if err := o.cfg.CreateUser(r.Context(), p); err != nil {
		return fmt.Errorf("creating the user: %w", err)
	}
	o.record(Event{Kind: "user-created", Person: p.Login})
	return nil
}

// send is workflow 4, unless it has sent the same target too often.
func (o *Origin) send(w http.ResponseWriter, s *session, a ask) {
	clean := o.cfg.Names.withoutCredentials(a.target)
	if o.tooOften(s, clean) && !o.cfg.Stubborn {
		o.message(w, a, http.StatusLoopDetected, "Too many redirects",
			"The partner portal keeps sending you back. Please contact your help desk.", "loop guard")
		return
	}
	key := o.newKey(s)
	o.record(Event{Kind: "sent-to-portal", Person: s.person.Login, Reason: a.reason, Target: clean, Key: fingerprint(key)})
	redirect(w, o.cfg.Names.withCredentials(a.target, s.person.Login, key))
}

// tooOften counts the target and reports whether it passed the limit: more
// than ResendLimit times running, none of them later than a minute after the
// first.
func (o *Origin) tooOften(s *session, target string) bool {
	now := o.cfg.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	if s.resent.target != target || now.Sub(s.resent.since) > time.Minute {
		s.resent = resends{target: target, since: now}
	}
	s.resent.count++
	return s.resent.count > o.cfg.ResendLimit
}
