package mockidp

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
)

// The paths of an identity provider, relative to Config.BaseURL.
const (
	metadataPath = "/saml/metadata"
	ssoPath      = "/saml/sso"
	loginPath    = "/login"
	launchPath   = "/launch"
	logoutPath   = "/logout"

	everywherePath    = "/logout/everywhere"
	logoutServicePath = "/saml/slo"
	logoutSOAPPath    = "/saml/slo/soap"
	artifactPath      = "/saml/artifact"
)

func (p *IdP) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+metadataPath, p.serveMetadata)
	mux.HandleFunc(ssoPath, p.serveSSO)
	mux.HandleFunc("GET "+loginPath, p.serveLogin)
	mux.HandleFunc("POST "+loginPath, p.signIn)
	mux.HandleFunc("GET /{$}", p.serveLaunchPage)
	mux.HandleFunc("GET "+launchPath, p.launch)
	mux.HandleFunc(logoutPath, p.signOut)
	mux.HandleFunc("POST "+everywherePath, p.signOutEverywhere)
	mux.HandleFunc(logoutServicePath, p.serveLogout)
	mux.HandleFunc("POST "+logoutSOAPPath, p.serveLogoutSOAP)
	mux.HandleFunc("POST "+artifactPath, p.serveArtifact)
	return mux
}

// ServeHTTP serves every page of the identity provider. A panic underneath
// becomes a 500 and a Broken event, save http.ErrAbortHandler, with which a
// fault cuts the connection.
func (p *IdP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		cause := recover()
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(http.ErrAbortHandler)
		}
		if cause != nil {
			p.broken(w, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
		}
	}()
	if p.orders.disturbs() {
		// Browsers repeat a request in silence when a kept connection dies under
		// it, and the repetition would find the fault used up.
		w.Header().Set("Connection", "close")
	}
	p.handler.ServeHTTP(w, r)
}

// broken says that the identity provider itself failed, not the request.
func (p *IdP) broken(w http.ResponseWriter, err error) {
	p.record(Event{Kind: Broken, Note: err.Error()})
	p.pages.message(w, http.StatusInternalServerError, messagePage{
		Name: "broken", Title: "The identity provider is broken",
		Text: "The identity provider could not answer. Its event log says why.",
	})
}

// refuse ends a request without a Response. Whatever is no refusal is our own
// failure.
func (p *IdP) refuse(w http.ResponseWriter, event Event, err error) {
	var refused *refusal
	if !errors.As(err, &refused) {
		p.broken(w, err)
		return
	}
	event.Kind, event.Note = Refused, refused.text
	p.record(event)
	p.pages.message(w, refused.code, messagePage{
		Name: "refused", Title: "Sign-on is not possible", Text: refused.text,
	})
}

// refusal is why a request gets no Response, in words for the visitor, who is
// a tester. It must not hold secrets.
type refusal struct {
	code int // HTTP status
	text string
}

func (r *refusal) Error() string { return r.text }

func refusef(code int, format string, args ...any) error {
	return &refusal{code: code, text: fmt.Sprintf(format, args...)}
}
