package incomingsso

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// The longest e-mail address (RFC 5321, 4.5.3.1.3) and session key that are
// taken, in bytes.
const (
	maxEmail   = 254
	maxSession = 1024
)

// checkName is the query variable by which the cookie probe recognises a
// request that it has sent round itself.
const checkName = "cookie-check"

// query is what a request's query holds of ours.
type query struct {
	emails, sessions []string
	broken           bool   // a value of ours is not URL-encoded
	check            string // where the cookie probe stands; see probe
	rest             string // path and query without any of it, otherwise untouched
}

func (q query) ours() bool        { return q.credentials() || q.check != "" }
func (q query) credentials() bool { return q.broken || len(q.emails)+len(q.sessions) > 0 }

// wellFormed reports whether there is one usable value of each; if not, the
// web service need not be asked (reason code 10).
func (q query) wellFormed() bool {
	return !q.broken && len(q.emails) == 1 && len(q.sessions) == 1 &&
		clean(q.emails[0], maxEmail) && clean(q.sessions[0], maxSession)
}

func clean(value string, limit int) bool {
	return value != "" && len(value) <= limit && utf8.ValidString(value) &&
		!strings.ContainsFunc(value, unicode.IsControl)
}

// read takes the query apart by hand: what is not ours must come out exactly
// as it came in, because the visitor ends up at rest.
func (f *incoming) read(r *http.Request) query {
	var q query
	path, raw, has := strings.Cut(requestURI(r), "?")
	var kept []string
	for _, pair := range strings.Split(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, _ = url.QueryUnescape(name)
		decoded, err := url.QueryUnescape(value)
		switch name {
		case f.set.EmailParameter:
			q.emails = append(q.emails, decoded)
			q.broken = q.broken || err != nil
		case f.set.SessionParameter:
			q.sessions = append(q.sessions, decoded)
			q.broken = q.broken || err != nil
		case checkName:
			q.check = decoded
		default:
			kept = append(kept, pair)
		}
	}
	q.rest = path
	if has && len(kept) > 0 {
		q.rest += "?" + strings.Join(kept, "&")
	}
	return q
}

// requestURI is the path and query as the browser sent them, which net/url
// would not always print alike.
func requestURI(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}

// arrive follows seed 001, "How Incoming SSO works", step 3. The credentials
// leave the address bar by a redirect, so that they neither stay in the
// history nor travel in a Referer.
func (f *incoming) arrive(w http.ResponseWriter, r *http.Request, q query) {
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case q.credentials() && !q.wellFormed():
		f.site.Refuse(w, r, reason.InvalidSession, "e-mail address or session key missing, repeated or malformed; the web service was not asked")
	case f.probe(w, r, q):
	case !q.credentials():
		redirect(w, f.site.BaseURL()+q.rest)
	default:
		f.signIn(w, r, q)
	}
}

func (f *incoming) signIn(w http.ResponseWriter, r *http.Request, q query) {
	if inClear(f.site.BaseURL()) {
		f.site.Record("credentials-in-clear", account.Account{}, "e-mail address and session key came over plain http")
	}
	c := f.ask(r.Context(), q.emails[0], q.sessions[0])
	f.site.Record("service-called", account.Account{}, c.Said)
	if !c.Valid {
		f.site.Refuse(w, r, reason.AuthenticationFailed, c.Said)
		return
	}
	a, why := f.find(q.emails[0])
	if why != "" {
		f.site.Refuse(w, r, why, "")
		return
	}
	f.site.SignIn(w, r, a, Name)
	redirect(w, f.site.BaseURL()+q.rest)
}

// find returns the account with that address. Nobody is ever created here:
// that takes the Data API (seed 001, FAQ).
func (f *incoming) find(email string) (account.Account, reason.Reason) {
	rule := f.site.Settings().Accounts
	found := f.site.Accounts().Match(account.Matching{Field: "email", Fold: rule.IgnoreCase}, email)
	switch len(found) {
	case 0:
		return account.Account{}, reason.UserNotFound
	case 1:
		return found[0], f.usable(found[0])
	}
	return account.Account{}, reason.UserAmbiguous
}

func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusFound)
}
