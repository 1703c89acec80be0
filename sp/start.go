package sp

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// maxRelayState is the longest RelayState that is sent, in bytes (bindings 3.4.3).
const maxRelayState = 80

// start serves the path that starts single sign-on. It is also told there when
// no answer came, and shows failures that are to be shown once.
func (t *tenant) start(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if id := query.Get("timed-out"); id != "" {
		t.timedOut(w, r, id)
		return
	}
	if ticket := query.Get("failed"); ticket != "" {
		t.failed(w, r, ticket)
		return
	}
	if t.takesArtifacts() && query.Has("SAMLart") {
		t.consume(w, r)
		return
	}
	if query.Has("SAMLResponse") || query.Has("SAMLart") {
		t.Refuse(w, r, reason.MethodRefused, "a SAML message came in the query")
		return
	}
	target, _ := t.Local(query.Get("target"))
	if _, ok := t.Visitor(r); ok {
		t.redirect(w, r, t.homeOr(target))
		return
	}
	t.ask(w, r, target, query.Get("idp"))
}

// timedOut is where the waiting page goes when the identity provider has not
// shown up in time (seed 004, "a timeout occurred"). The browser does the
// posting, so only the browser can tell.
func (t *tenant) timedOut(w http.ResponseWriter, r *http.Request, id string) {
	if !t.requests.giveUp(id, t.browser(r)) {
		t.redirect(w, r, t.settings.StartPath()) // a refresh, or nobody's business
		return
	}
	t.Refuse(w, r, reason.Timeout, "no answer to request "+id+" within "+t.settings.AnswerTimeout.String())
}

// StartSSO implements feature.Site.
func (t *tenant) StartSSO(w http.ResponseWriter, r *http.Request, target string) {
	t.ask(w, r, target, "")
}

// ask sends the visitor to an identity provider with a request, by its entity
// ID; "" is the tenant's own.
func (t *tenant) ask(w http.ResponseWriter, r *http.Request, target, entityID string) {
	t = t.site.fresh()
	idp, known := t.provider(entityID)
	if !known || idp != t.peer && !idp.Valid(t.Now()) {
		t.Refuse(w, r, reason.Issuer, fmt.Sprintf("no identity provider %.200q is trusted here", entityID))
		return
	}
	location, binding := t.signOn(idp)
	if why := t.unprovided(); why != "" && t.settings.SPInitiated {
		t.Refuse(w, r, reason.Metadata, why)
		return
	}
	if !t.settings.SPInitiated || location == "" {
		t.Refuse(w, r, reason.MethodRefused, "single sign-on does not start here")
		return
	}
	browser := t.rememberBrowser(w, r)
	if t.requests.loops(browser, t.Now()) {
		t.Refuse(w, r, reason.Loop, fmt.Sprintf("%d requests of this browser within %s have had no answer", loopLimit, loopWindow))
		return
	}
	id := "_" + token()
	m, u := t.request(id, target, location, binding)
	if post := t.postLocation(idp); len(u) > maxURL && post != "" {
		binding = "post"
		m, _ = t.request(id, target, post, binding)
	}
	t.requests.open(id, browser, pending{asked: cmp.Or(entityID, t.policy.Issuer), target: target, issued: t.Now()})
	t.record(Event{Kind: "request-sent", XML: m.xml, Binding: binding, RelayState: m.relayState, Note: t.requestNote(id)})
	if binding == "post" {
		t.post(w, m, id)
		return
	}
	noStore(w)
	http.Redirect(w, r, u, http.StatusFound)
}

// maxURL is the longest URL that a browser is sent to with a request, in bytes:
// servers refuse longer ones (RFC 9110 15.5.15), and bindings 3.4 has POST for them.
const maxURL = 8 << 10

// request makes the request, and the URL that carries it by the Redirect binding.
func (t *tenant) request(id, target, location, binding string) (m outgoing, u string) {
	request, err := t.authnRequest(id, location, binding)
	if err != nil {
		panic(err) // the key was checked when the tenant was added
	}
	m = outgoing{location: location, relayState: t.askedRelayState(target), xml: request}
	if binding == "post" {
		return m, ""
	}
	if u, err = m.redirectURL(t.signingKey()); err != nil {
		panic(err)
	}
	return m, u
}

// postLocation is where requests go by the POST binding, "" when nothing says so.
func (t *tenant) postLocation(idp *validate.Provider) string {
	if t.typed(idp) || idp == nil {
		return t.settings.LoginURL
	}
	return idp.SignOn[saml.HTTPPostBinding]
}

// typed tells whether an administrator has typed where the identity provider
// is: that is the tenant's own.
func (t *tenant) typed(idp *validate.Provider) bool {
	return t.settings.LoginURL != "" && idp == t.peer
}

// signOn returns where requests go: what the administrator typed, or what the
// metadata says.
func (t *tenant) signOn(idp *validate.Provider) (location, binding string) {
	if t.typed(idp) {
		return t.settings.LoginURL, t.settings.RequestBinding
	}
	if idp == nil {
		return "", ""
	}
	return signOnURL(idp, t.settings.RequestBinding)
}

func (t *tenant) askedRelayState(target string) string {
	for _, h := range t.hooks {
		if h.Ask != nil {
			target = h.Ask(target)
			break
		}
	}
	if len(target) > maxRelayState {
		return "" // the target is remembered with the request anyway
	}
	return target
}

// authnRequest builds the request, signed inside when it travels by POST.
func (t *tenant) authnRequest(id, location, binding string) ([]byte, error) {
	r := saml.AuthnRequest{
		ID:                          id,
		Version:                     "2.0",
		IssueInstant:                t.Now().UTC().Truncate(time.Millisecond),
		Destination:                 location,
		AssertionConsumerServiceURL: t.acsURL,
		ProtocolBinding:             saml.HTTPPostBinding,
		Issuer:                      &saml.Issuer{Value: t.entityID},
	}
	if t.takesArtifacts() {
		r.ProtocolBinding = saml.HTTPArtifactBinding
	}
	if t.settings.ForceAuthn {
		r.ForceAuthn = new(true)
	}
	if t.settings.IsPassive {
		r.IsPassive = new(true)
	}
	if format := t.settings.NameIDPolicy; format != "" {
		r.NameIDPolicy = &saml.NameIDPolicy{Format: &format, AllowCreate: new(true)}
	}
	el := r.Element()
	t.requestContext(el)
	if key := t.signingKey(); key != nil && binding == "post" {
		if err := signRequest(el, key); err != nil {
			return nil, fmt.Errorf("signing request %s: %w", id, err)
		}
	}
	doc := etree.NewDocument()
	doc.WriteSettings = canonical
	doc.SetRoot(el)
	return doc.WriteToBytes()
}

// requestContext asks for authentication context classes; the library's type
// has room for one only.
func (t *tenant) requestContext(request *etree.Element) {
	if len(t.settings.AuthnContext) == 0 {
		return
	}
	requested := request.CreateElement("samlp:RequestedAuthnContext")
	requested.CreateAttr("Comparison", t.settings.AuthnComparison)
	for _, class := range t.settings.AuthnContext {
		ref := requested.CreateElement("saml:AuthnContextClassRef")
		ref.CreateAttr("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion")
		ref.SetText(class)
	}
}

// signingKey is the key for requests, nil when they are not signed.
func (t *tenant) signingKey() *Key {
	if !t.settings.SignRequests {
		return nil
	}
	return t.key
}

// token returns 128 random bits in hexadecimal (core 1.3.4).
func token() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	return hex.EncodeToString(b[:])
}

// The cookie that ties a request to the browser it was sent through. The
// answer comes back in a POST from another site, and on those Chrome sends no
// Lax cookie: not over http, not over https. So it is None, which takes
// Secure; Chrome accepts Secure cookies over plain http from localhost and the
// names below it, because those are trustworthy origins. Measured with
// Chromium 156, headless shell and full, http://acme.influitive.localhost and
// http://idp.localhost: None with Secure arrives, Lax does not. The session
// cookie is set in the answer to that POST and needs only Lax.
const (
	browserCookie = "sso_browser"
	sessionCookie = "session"
)

// browser returns the secret of the browser that sent r, "" if it brought none.
func (t *tenant) browser(r *http.Request) string {
	if c, err := r.Cookie(browserCookie); err == nil {
		return c.Value
	}
	return ""
}

// rememberBrowser returns the browser's secret, giving it one if need be: one
// per browser and not per request, so that two tabs can log in at once.
func (t *tenant) rememberBrowser(w http.ResponseWriter, r *http.Request) string {
	if secret := t.browser(r); secret != "" {
		return secret
	}
	secret := rand.Text()
	http.SetCookie(w, &http.Cookie{
		Name: browserCookie, Value: secret, Path: "/",
		HttpOnly: true, Secure: true, SameSite: sameSite[t.settings.SameSite],
	})
	return secret
}

// sameSite are the values of the setting same-site.
var sameSite = map[string]http.SameSite{"": http.SameSiteNoneMode, "none": http.SameSiteNoneMode, "lax": http.SameSiteLaxMode}

func (t *tenant) secure() bool { return strings.HasPrefix(t.config.BaseURL, "https:") }

// requestNote names a request in the record; a query signature is not to be
// seen in the XML.
func (t *tenant) requestNote(id string) string {
	if t.signingKey() != nil {
		return id + ", signed"
	}
	return id
}
