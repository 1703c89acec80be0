package sp

import (
	"fmt"
	"net/http"
	"time"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// delivery is one POST to the assertion consumer service and what has become
// of it: it is filled in step by step and recorded once, at the end.
type delivery struct {
	relayState string
	hasRelay   bool
	xml        []byte
	decision   *validate.Decision
	binding    string           // post or artifact
	inside     *validate.Policy // of a Response that came with an artifact
	policy     *validate.Policy // by which it was judged
	request    pending          // the request it answers, if any
	account    account.Account
	target     string // where the visitor ends up when nothing is wrong

	reason reason.Reason // "" as long as nothing is wrong
	note   string        // for people, when the decision does not say it all
}

func (d *delivery) refuse(why reason.Reason, format string, args ...any) {
	d.reason, d.note = why, fmt.Sprintf(format, args...)
}

// misplaced answers whatever reaches the assertion consumer service by another
// method than POST (profiles 4.1.2 forbids Redirect for Responses).
func (t *tenant) misplaced(w http.ResponseWriter, r *http.Request) {
	t.Refuse(w, r, reason.MethodRefused, r.Method+" to the assertion consumer service")
}

// consume is the assertion consumer service.
func (t *tenant) consume(w http.ResponseWriter, r *http.Request) {
	t = t.site.fresh()
	d := &delivery{binding: "post"}
	for _, step := range []func(*delivery, http.ResponseWriter, *http.Request){
		t.read, t.judge, t.correlate, t.identify, t.admit,
	} {
		if step(d, w, r); d.reason != "" {
			break
		}
	}
	t.record(Event{
		Kind: "decision", Reason: d.reason, Decision: d.decision, Policy: d.policy, XML: d.xml, Binding: d.binding,
		RelayState: d.relayState, Account: d.account.ID, Login: d.account.Login, Note: d.note,
	})
	if d.reason != "" {
		t.react(w, r, d.reason, d.blanks())
		return
	}
	t.redirect(w, r, d.target)
}

// read takes the message out of the form, or gets it for an artifact.
func (t *tenant) read(d *delivery, w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		t.exchange(d, r)
		return
	}
	field, refused := readForm(w, r, t.settings.MaxBody, "SAMLResponse")
	if relay, ok := r.PostForm["RelayState"]; ok {
		d.relayState, d.hasRelay = relay[0], true
	}
	if refused != nil {
		t.undelivered(d, refused)
		return
	}
	raw, err := validate.Decode(r.PostForm.Get(field), t.settings.MaxBody)
	if err != nil {
		t.undelivered(d, undecoded("form field", field, err))
		return
	}
	d.xml = raw
}

// undelivered refuses what came without a message that can be judged.
func (t *tenant) undelivered(d *delivery, u *unfit) {
	decision := u.decide(t.policy)
	d.decision = &decision
	d.refuse(decision.Reason, "%s", u.text)
}

// judge asks the validator.
func (t *tenant) judge(d *delivery, _ http.ResponseWriter, r *http.Request) {
	if why := t.unprovided(); why != "" {
		d.refuse(reason.Metadata, "%s", why)
		return
	}
	policy, browser := t.policy, t.browser(r)
	if d.inside != nil {
		policy = *d.inside
	} else {
		policy.Others = t.reliable()
	}
	known := policy
	policy.Requests = func(id string) validate.RequestState {
		return t.requests.state(id, browser, t.Now())
	}
	policy.Sent = t.requests.sent
	decision := validate.Response(d.xml, policy, t.Now())
	known = known.By(decision.Facts.Issuer)
	known.Requests, known.Sent, known.Seen = nil, nil, nil
	d.policy = &known
	d.decision = &decision
	if !decision.Accepted {
		d.reason = decision.Reason
	}
}

// correlate closes the request that the message answers. Only here does a
// browser without the cookie matter: the message's own faults come first.
func (t *tenant) correlate(d *delivery, _ http.ResponseWriter, r *http.Request) {
	id := d.decision.Identity.InResponseTo
	if id == "" {
		return
	}
	if t.browser(r) == "" && t.breaks(d, "browser-cookie", "", "the browser did not send the cookie %s", browserCookie) {
		return
	}
	request, ok := t.requests.answer(id)
	if !ok {
		d.refuse(reason.Replayed, "request %s was answered at the same time", id)
		return
	}
	d.request = request
}

// admit signs the visitor in and finds where to go.
func (t *tenant) admit(d *delivery, w http.ResponseWriter, r *http.Request) {
	identity := d.decision.Identity
	tie := bond{ends: identity.SessionNotOnOrAfter}
	if d.policy.Issuer == t.policy.Issuer { // single logout is between the tenant and its own identity provider
		tie.nameID, tie.format, tie.index = identity.NameID, identity.NameIDFormat, identity.SessionIndex
		tie.qualifier, tie.spQualifier = identity.NameQualifier, identity.SPNameQualifier
	}
	t.signIn(w, r, d.account, "saml", tie)
	target, why := t.land(feature.Arrival{
		Solicited: identity.InResponseTo != "", Target: d.request.target,
		RelayState: d.relayState, HasRelay: d.hasRelay,
	})
	if why != "" && t.breaks(d, "relay-state-known", why, "relay state %q", d.relayState) {
		return
	}
	d.target = t.homeOr(target)
}

// blanks are what the reaction's text may say about the message.
func (d *delivery) blanks() blanks {
	if d.decision == nil {
		return blanks{}
	}
	facts := d.decision.Facts
	b := blanks{notBefore: spoken(facts.NotBefore), notOnOrAfter: spoken(facts.NotOnOrAfter)}
	if !facts.Now.IsZero() {
		b.now = spoken(facts.Now.Format(time.RFC3339))
	}
	for _, f := range d.decision.Findings {
		if f.Reason == d.reason && !f.Tolerated {
			b.want = f.Want
			break
		}
	}
	return b
}

// spoken writes an instant as people read it, and leaves alone what is none.
func spoken(instant string) string {
	t, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		return instant
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
