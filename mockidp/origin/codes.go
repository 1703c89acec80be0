package origin

import (
	"net/http"
	"strconv"
)

// code is one of the ten reason codes by which the portal says why it sent
// the visitor here, and what the jump page does about it (seed 000, workflow
// 2). The wording and the HTTP statuses are ours; the guide only asks for a
// message.
type code struct {
	name string // the guide's name for it
	step func(*Origin, http.ResponseWriter, *http.Request, *session, ask)

	// withoutSession marks the steps that workflow 1 must not put behind the
	// login page: who presses Logout after the session here is over would sign
	// in only to be signed out, and who refuses cookies could never sign in.
	withoutSession bool
}

// codes returns the ten codes; code n is at n-1.
func codes() []code {
	return []code{
		{name: "NotLoggedIn", step: sendOn},
		{name: "SessionTimeout", step: sendOn},
		{name: "AccessDenied", step: show(http.StatusForbidden, "Access denied", "You do not have permission to open this page of the partner portal.")},
		{name: "AuthenticationFailed", step: show(http.StatusForbidden, "Sign-in failed", "The partner portal could not confirm your session. Please log out here, sign in again, and try once more.")},
		{name: "UserNotFound", step: create},
		{name: "Logout", step: logOut, withoutSession: true},
		{name: "InactiveUser", step: show(http.StatusForbidden, "Account inactive", "Your partner portal account is not active. Please ask your channel manager to activate it.")},
		{name: "ExpiredUser", step: show(http.StatusForbidden, "Account expired", "Your partner portal account has expired. Please ask your channel manager to renew it.")},
		{name: "CookiesNotEnabled", step: show(http.StatusBadRequest, "Cookies are off", "The partner portal needs cookies. Please enable them in your browser and try again."), withoutSession: true},
		{name: "InvalidSession", step: show(http.StatusBadRequest, "Invalid session", "The partner portal could not read your session. Please open it from the intranet's home page again.")},
	}
}

// codeNumbered returns the code that a reason value stands for, nil when it is
// anything but a plain number from 1 to 10.
func codeNumbered(value string) *code {
	for i, c := range codes() {
		if value == strconv.Itoa(i+1) {
			return &c
		}
	}
	return nil
}

func sendOn(o *Origin, w http.ResponseWriter, _ *http.Request, s *session, a ask) { o.send(w, s, a) }

func create(o *Origin, w http.ResponseWriter, r *http.Request, s *session, a ask) {
	if o.cfg.CreateUser == nil {
		o.message(w, a, http.StatusForbidden, "No portal account", "You do not have an account in the partner portal.", "no Data API configured")
		return
	}
	o.createThenSend(w, r, s, a)
}

func logOut(o *Origin, w http.ResponseWriter, r *http.Request, _ *session, _ ask) { o.signOut(w, r) }

func show(status int, title, text string) func(*Origin, http.ResponseWriter, *http.Request, *session, ask) {
	return func(o *Origin, w http.ResponseWriter, _ *http.Request, _ *session, a ask) {
		o.message(w, a, status, title, text, "")
	}
}

type messagePage struct {
	Name, Title, Text string
	Reason            string // the code in words, for whoever asks for help; "" for none
	Portal            string // the way back into the portal, "" for none
}

// message shows a page and sends nobody anywhere.
func (o *Origin) message(w http.ResponseWriter, a ask, status int, title, text, note string) {
	o.record(Event{Kind: "message-shown", Reason: a.reason, Code: a.codeName(), Target: o.cfg.Names.withoutCredentials(a.target), Note: note})
	page := messagePage{Name: "os-error", Title: title, Text: text}
	if a.code != nil {
		page.Reason = a.reason + ", " + a.code.name
	}
	if a.codeName() == "AccessDenied" { // the only one whose portal session lives on
		page.Name, page.Portal = "os-access-denied", o.jumpLink("")
	}
	o.page(w, status, "message.html", page)
}

func (o *Origin) refuse(w http.ResponseWriter, reason, text string) {
	o.record(Event{Kind: "message-shown", Reason: reason, Note: text})
	o.page(w, http.StatusBadRequest, "message.html", messagePage{Name: "os-error", Title: "Broken link", Text: text})
}
