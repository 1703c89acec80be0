package lab

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"

	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// newNoise returns text of 12,000 characters that no compression makes much
// shorter, the same every time: what makes a request too long for a URL.
func newNoise() string {
	var raw []byte
	sum := sha256.Sum256([]byte("noise"))
	for len(raw) < 9_000 {
		raw = append(raw, sum[:]...)
		sum = sha256.Sum256(sum[:])
	}
	return base64.RawURLEncoding.EncodeToString(raw[:9_000])
}

// signOnURL is where the IdP's metadata says that requests go, "" for its own
// path: see IdPSettings.SSOService.
func (l *Lab) signOnURL(service string) (string, error) {
	const path = "/saml/sso"
	switch service {
	case "":
		return "", nil
	case "gone":
		return l.URLs[trace.IdP] + "/no/such" + path, nil
	case "closed":
		return l.house.deaf.closedURL() + path, nil
	}
	base, err := l.secureURL(trace.IdP, service)
	return base + path, err
}

// aliasHost is another name of the SP's host.
func (l *Lab) aliasHost() string { return "www." + l.hosts[trace.SP] }

// admitAlias opens the SP's door under the other name as well, as a proxy would
// in front of it: the SP does not know of it, the browser does.
func (l *Lab) admitAlias() {
	own, behind := l.house.Front.Host(l.hosts[trace.SP]), l.SP
	l.house.Front.open(l.aliasHost(), &door{party: trace.SP, record: l.record, clock: l.Clocks[trace.SP], handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = own
		behind.ServeHTTP(w, r)
	})})
}

// Beside lets play go on in a second tab of the same browser, and comes back to
// the first.
func (l *Lab) Beside(play func() error) error {
	second := l.Tab.Beside()
	return errors.Join(l.in(second, play), second.Close())
}

// PressIfThere presses a button if the page has it.
func (l *Lab) PressIfThere(css string) error {
	if err := l.Press(css); err != nil && !errors.Is(err, browser.ErrElement) {
		return err
	}
	return nil
}

// Framed opens a path of the SP in a frame of a stranger's page.
func (l *Lab) Framed(path string) error {
	address := l.URLs[trace.SP] + path
	return l.strangersPage(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!doctype html><title>Elsewhere</title><body data-page=\"elsewhere\"><h1>A page around another</h1><iframe src=%q></iframe>", address)
	}))
}
