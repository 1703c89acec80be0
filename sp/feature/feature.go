// Package feature is the seam between the reference service provider and the
// pieces of product behaviour that a profile switches on by name: relay
// states, an auth wall, Incoming SSO. One feature is one folder below this one.
//
// A feature knows the Site it works for and nothing of package sp, which lists
// the features in one table; it keeps no state outside what its New makes.
// Start at Feature and Site.
package feature

import (
	"net/http"
	"time"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/session"
)

// Feature is one piece of behaviour that a profile can switch on.
type Feature struct {
	Name    string // kebab-case, as profile.yaml spells it
	Summary string // one sentence without a period
	// New is called once per tenant whose profile has the feature, with the
	// tenant's final settings. Bad settings are an error, which names the key.
	New func(Site) (Hooks, error)
}

// Hooks are the places where a feature can step in; those left nil change
// nothing. When several features of one profile have the same hook, Wrap
// nests in the profile's order, outermost first, and of the others the first
// in that order is asked first.
type Hooks struct {
	// Routes adds the feature's own pages. A pattern that the product has
	// already is an error of the profile, reported when the tenant is added.
	Routes func(*http.ServeMux)
	// Wrap stands before every page of the tenant and sees each request first.
	Wrap func(http.Handler) http.Handler
	// Entrance receives somebody who opens a protected page without a live
	// session, in place of the profile's entrance setting, and tells whether it
	// did. The reason is reason.SessionTimeout when there was a session, else
	// reason.NotLoggedIn.
	Entrance func(http.ResponseWriter, *http.Request, reason.Reason) bool
	// Ask picks the RelayState to send with a request for the local path target
	// ("" for none); without it that is the target itself. More than 80 bytes
	// are not sent.
	Ask func(target string) string
	// Land picks the page on which somebody who has just proved who they are
	// is to end up; see Arrival. It tells done=false to leave that to the next
	// feature and finally to the default rule: the page first asked for, or a
	// RelayState that is a path of this product, or the home page. A reason
	// means that the visitor is signed in but sees that reaction.
	Land func(Arrival) (target string, refused reason.Reason, done bool)
	// React shows a refusal in its own way and tells whether it did; the
	// refusal is recorded already. Otherwise the reaction's page is shown.
	React func(http.ResponseWriter, *http.Request, profile.Reaction, reason.Reason) bool
	// SignedOut follows when the visitor pressed the log-out link and the
	// session is over; it tells whether it has answered the request.
	SignedOut func(http.ResponseWriter, *http.Request) bool
}

// Setup is what an administrator can change about a tenant while it serves. How
// long sessions and requests live is settled when the tenant is added.
type Setup struct {
	Layout   string
	Settings profile.Settings
}

// Mail is what a product writes to one of its users.
type Mail struct{ From, To, Subject, Text string }

// Arrival is what is known about where a visitor wants to go.
type Arrival struct {
	Solicited  bool   // the login was started here
	Target     string // local path asked for when it started; "" if none
	RelayState string // as the identity provider sent it, untrusted
	HasRelay   bool   // there was a RelayState field, maybe an empty one
}

// Site is what a tenant offers to the features of its profile. Everything
// that takes a request is safe for concurrent use.
type Site interface {
	Profile() *profile.Profile
	Settings() *profile.Settings
	BaseURL() string // without a trailing slash
	Now() time.Time  // the service provider's clock, the only one to use
	Client() *http.Client
	Accounts() *account.Store

	// Visitor returns the live session of whoever sent r, counting as a visit.
	// A session that has timed out is returned with false.
	Visitor(r *http.Request) (*session.Session, bool)
	// Account returns the account of whoever sent r, if signed in.
	Account(r *http.Request) (account.Account, bool)
	// SignIn starts a session for a, ending the visitor's former one. It must be
	// called before anything is written; how is saml, password, code or a
	// feature's name.
	SignIn(w http.ResponseWriter, r *http.Request, a account.Account, how string)
	// Remember keeps a value in the session of whoever sent r.
	Remember(r *http.Request, name, value string)
	// SignOut ends the session of whoever sent r, if there is one.
	SignOut(w http.ResponseWriter, r *http.Request)
	// Barred tells why an account may not be used; empty when it may.
	Barred(a account.Account) reason.Reason
	// Authenticate checks a login and password typed into the product's own
	// form, and whether the account may be used. The reason is empty when so.
	Authenticate(login, password string) (account.Account, reason.Reason)

	// StartSSO sends the browser to the identity provider and remembers target,
	// a local path ("" for none) to end up at.
	StartSSO(w http.ResponseWriter, r *http.Request, target string)
	// Local returns target as a path of this site, or false when it is anything
	// else: another host, a scheme, a backslash, a control character.
	Local(target string) (string, bool)
	// Exists tells whether a GET of the local path would find a page.
	Exists(path string) bool

	// Guard serves h to signed-in visitors with that role ("" is any role), and
	// forms only when they were sent from a page of this site; everybody else
	// gets what a protected page of the product gives them.
	Guard(role string, h http.HandlerFunc) http.HandlerFunc
	// Change lets an administrator change the tenant: edit gets the present
	// setup, and what it makes of it is in force from the next request on.
	// Elements of lists may be replaced. A setup that cannot work is refused
	// with the mistakes in words for the administrator, and nothing changes.
	Change(edit func(*Setup)) error
	// Mail sends a mail without waiting for its delivery.
	Mail(m Mail) error

	// Refuse records that the visitor was refused and shows the profile's
	// reaction. The note goes into the record, never to the visitor.
	Refuse(w http.ResponseWriter, r *http.Request, why reason.Reason, note string)
	// Render writes a page from the profile's templates; templates see data as
	// .Data beside what every page knows.
	Render(w http.ResponseWriter, r *http.Request, status int, page string, data any)
	// Record notes something that happened, for the trace: kind is kebab-case.
	Record(kind string, a account.Account, note string)
}
