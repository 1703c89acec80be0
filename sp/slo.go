package sp

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/session"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// The single logout services of a tenant whose setting slo is on.
const (
	logoutPath     = "/saml/slo"
	logoutSOAPPath = "/saml/slo/soap"
)

// singleLogout is the single logout service for browsers: a LogoutRequest of
// the identity provider, or its answer to ours (profiles 4.4).
func (t *tenant) singleLogout(w http.ResponseWriter, r *http.Request) {
	m, refused := t.receiveLogout(w, r)
	if refused != nil {
		decision := refused.decide(t.policy)
		t.refuseLogout(w, r, Event{Reason: decision.Reason, Decision: &decision, Binding: m.binding, XML: m.xml, Note: refused.text})
		return
	}
	policy := t.logoutPolicy(logoutPath)
	if m.field == "SAMLResponse" {
		t.finishLogout(w, r, m, policy)
		return
	}
	decision := validate.LogoutRequest(m.xml, m.query, policy, t.Now())
	event := Event{Reason: decision.Reason, Decision: &decision, Binding: m.binding, RelayState: m.relayState, XML: m.xml}
	if !decision.Accepted {
		t.refuseLogout(w, r, event)
		return
	}
	t.recordLogout(event)
	t.endSessions(decision.Logout)
	if location, _ := t.logoutAt("SAMLResponse"); location == "" {
		t.signedOut(w, r) // nobody has said where the answer goes
		return
	}
	t.sendLogout(w, r, "SAMLResponse", t.logoutResponse(decision.Logout.ID), m.relayState)
}

// refuseLogout shows what the profile shows for the reason. The sessions stay:
// whoever could forge a LogoutRequest could throw people out.
func (t *tenant) refuseLogout(w http.ResponseWriter, r *http.Request, e Event) {
	t.recordLogout(e)
	t.react(w, r, e.Reason, blanks{})
}

func (t *tenant) recordLogout(e Event) {
	e.Kind = "logout-decision"
	t.record(e)
}

// logoutPolicy is the tenant's policy for messages that come to that path.
func (t *tenant) logoutPolicy(path string) validate.Policy {
	p := t.policy
	p.ACS = t.config.BaseURL + path
	p.Requests = func(id string) validate.RequestState { return t.logouts.state(id, "", t.Now()) }
	return p
}

// endSessions ends the sessions that a LogoutRequest means: those of the
// NameID, and only the named ones if it names any (core 3.7.3.1).
func (t *tenant) endSessions(l validate.Logout) {
	var over []session.Session
	t.sessions.EndWhere(func(s session.Session) bool {
		meant := t.named(s, l) && (len(l.SessionIndexes) == 0 || slices.Contains(l.SessionIndexes, s.Index))
		if meant {
			over = append(over, s)
		}
		return meant
	})
	for _, s := range over {
		a, ok := t.accounts.Find(s.Account)
		if !ok {
			a = account.Account{ID: s.Account}
		}
		t.Record("session-ended", a, "single logout")
	}
}

// named tells whether the request speaks of whom the session was started for. A
// value is a name only together with its format and qualifiers (core 2.2.2,
// 3.3.4). Qualifiers that are left out are the identity provider and this SP; a
// request that leaves the format open speaks of that name in any.
func (t *tenant) named(s session.Session, l validate.Logout) bool {
	const unspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
	format := cmp.Or(l.NameIDFormat, unspecified)
	return s.NameID != "" && s.NameID == l.NameID &&
		(format == unspecified || format == s.NameIDFormat) &&
		cmp.Or(s.NameQualifier, t.policy.Issuer) == cmp.Or(l.NameQualifier, t.policy.Issuer) &&
		cmp.Or(s.SPNameQualifier, t.entityID) == cmp.Or(l.SPNameQualifier, t.entityID)
}

// startLogout ends the visitor's session, here first, and takes the visitor to
// the identity provider to end it there (profiles 4.4.3.1). It tells false when
// there is nothing to end there.
func (t *tenant) startLogout(w http.ResponseWriter, r *http.Request) bool {
	s, _ := t.Visitor(r)
	if !t.settings.SLO || s == nil || s.NameID == "" {
		return false
	}
	if location, _ := t.logoutAt("SAMLRequest"); location == "" {
		return false
	}
	t.SignOut(w, r)
	id := "_" + token()
	t.logouts.open(id, "", pending{issued: t.Now()})
	t.sendLogout(w, r, "SAMLRequest", t.logoutRequest(id, s), "")
	return true
}

// finishLogout takes the answer to our LogoutRequest. The visitor has been
// signed out here all along; what is left is to say whether that is all.
func (t *tenant) finishLogout(w http.ResponseWriter, r *http.Request, m logoutMessage, policy validate.Policy) {
	decision := validate.LogoutResponse(m.xml, m.query, policy, t.Now())
	event := Event{Reason: decision.Reason, Decision: &decision, Binding: m.binding, RelayState: m.relayState, XML: m.xml}
	if !decision.Accepted {
		t.refuseLogout(w, r, event)
		return
	}
	t.recordLogout(event)
	t.logouts.answer(decision.Logout.InResponseTo)
	text := ""
	switch l := decision.Logout; {
	case l.SubStatus == "PartialLogout":
		text = "You are signed out here, but your identity provider could not sign you out of every application. Close the browser."
	case l.Status != "Success":
		text = "You are signed out here, but your identity provider could not end its own session. Close the browser."
	default:
		t.signedOut(w, r)
		return
	}
	t.render(w, r, http.StatusOK, "message", view{Title: "Signed out", Text: text})
}

// logoutOverSOAP is the single logout service of the back channel.
func (t *tenant) logoutOverSOAP(w http.ResponseWriter, r *http.Request) {
	limit := int64(t.settings.MaxBody)
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		t.refuseSOAP(w, Event{Reason: reason.TooLarge, Note: "the envelope is too large"})
		return
	case err != nil:
		t.refuseSOAP(w, Event{Reason: reason.Malformed, Note: err.Error()})
		return
	}
	decision, message := validate.LogoutRequestOverSOAP(raw, t.logoutPolicy(logoutSOAPPath), t.Now())
	event := Event{Reason: decision.Reason, Decision: &decision, XML: message}
	if !decision.Accepted {
		t.refuseSOAP(w, event)
		return
	}
	event.Binding = "soap"
	t.recordLogout(event)
	t.endSessions(decision.Logout)
	answer := t.logoutResponse(decision.Logout.ID)
	if err := signRequest(answer, t.key); err != nil {
		panic(err) // the key was checked when the tenant was added
	}
	t.record(Event{Kind: "logout-response-sent", XML: written(answer), Binding: "soap", Note: "signed"})
	writeSOAP(w, http.StatusOK, answer)
}

func (t *tenant) refuseSOAP(w http.ResponseWriter, e Event) {
	e.Binding = "soap"
	t.recordLogout(e)
	fault := etree.NewElement("S:Fault")
	fault.CreateElement("faultcode").SetText("S:Client")
	fault.CreateElement("faultstring").SetText(string(e.Reason))
	writeSOAP(w, http.StatusInternalServerError, fault) // bindings 3.2.3.3
}

// publishedKeys are the uses of the tenant's key that its metadata publishes:
// an SP that signs must say with what.
func (t *tenant) publishedKeys() []string {
	keys := t.settings.Metadata.Keys
	if (t.settings.SLO || t.takesArtifacts()) && !slices.Contains(keys, "signing") {
		keys = append([]string{"signing"}, keys...)
	}
	return keys
}

// describeLogout writes the single logout services. The schema wants them
// between keys and NameID formats (metadata 2.4.2).
func (t *tenant) describeLogout(role *etree.Element) {
	if !t.settings.SLO {
		return
	}
	for _, one := range []struct{ binding, path string }{
		{saml.HTTPRedirectBinding, logoutPath}, {saml.HTTPPostBinding, logoutPath}, {saml.SOAPBinding, logoutSOAPPath},
	} {
		service := role.CreateElement("md:SingleLogoutService")
		service.CreateAttr("Binding", one.binding)
		service.CreateAttr("Location", t.config.BaseURL+one.path)
	}
}
