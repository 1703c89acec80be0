package lab

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// EndOriginSession ends the person's session at the Originating System, as
// logging out in another window would: her keys are not confirmed any more.
func (l *Lab) EndOriginSession() { l.Origin.EndSessions(l.Email()) }

// EndOriginSessionMidway does so at the moment when the jump page sends the
// browser into the portal, before the portal can ask.
func (l *Lab) EndOriginSessionMidway() { l.onHandedOver.set(l.EndOriginSession) }

// PauseAtJumpPage lets the time pass, on every clock, while the browser waits for
// the jump page.
func (l *Lab) PauseAtJumpPage(d time.Duration) { l.onJump.set(func() { l.Pause(d) }) }

// originURL is the Originating System's base address, behind TLS when a
// certificate is named.
func (l *Lab) originURL(certificate string) (string, error) {
	if certificate == "" {
		return l.URLs[trace.Origin], nil
	}
	return l.secureURL(trace.Origin, certificate)
}

// configurePortal tells the portal what it has not been told about the
// Originating System.
func (l *Lab) configurePortal(told OriginSettings) error {
	incoming := &l.Settings.Incoming
	for _, one := range []struct {
		setting          *string
		certificate, url string
	}{
		{&incoming.InvalidSessionURL, told.JumpTLS, l.Origin.JumpURL()},
		{&incoming.ServiceURL, told.ServiceTLS, l.Origin.ServiceURL()},
	} {
		base, err := l.originURL(one.certificate)
		if err != nil {
			return err
		}
		*one.setting = cmp.Or(*one.setting, base+strings.TrimPrefix(one.url, l.URLs[trace.Origin]))
	}
	return nil
}

// IssueKey signs somebody of the cast in at the Originating System without a
// browser, and returns the session key.
func (l *Lab) IssueKey(email string) (string, error) { return l.Origin.Issue(email) }

// Filled returns text with the placeholders of a setup filled in.
func (l *Lab) Filled(text string) string {
	for placeholder, value := range l.Placeholders() {
		text = strings.ReplaceAll(text, placeholder, value)
	}
	return text
}

// strangerSite is the site from which a stranger's page posts.
const strangerSite = "elsewhere.localhost"

var postForm = template.Must(template.New("form").Parse(`<!doctype html><title>Elsewhere</title>
<form method="post" action="{{.Action}}">{{range $name, $values := .Fields}}{{range $values}}<input type="hidden" name="{{$name}}" value="{{.}}">{{end}}{{end}}
<noscript><button>Go on</button></noscript></form><script>document.forms[0].submit()</script>`))

// PostFromElsewhere posts a form to a path of the service provider from a page
// on another site.
func (l *Lab) PostFromElsewhere(path string, fields url.Values) error {
	return l.strangersPage(l.formFor(path, fields))
}

// formFor is a page whose form posts itself to a path of the service provider.
func (l *Lab) formFor(path string, fields url.Values) http.Handler {
	data := struct {
		Action string
		Fields url.Values
	}{l.URLs[trace.SP] + path, fields}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		// A write that fails has no reader left to tell.
		_ = postForm.Execute(w, data)
	})
}

// strangersPage opens a stranger's page.
func (l *Lab) strangersPage(page http.Handler) error {
	return l.atStranger(page, func(base string) error { return l.Tab.Open(base + "/") })
}

// atStranger lets play go on while a stranger has pages at an address.
func (l *Lab) atStranger(pages http.Handler, play func(base string) error) error {
	host := l.hosts[trace.SP] + "." + strangerSite
	l.house.Front.open(host, &door{party: trace.Lab, record: l.record, clock: l.Clocks[trace.SP], handler: pages})
	defer l.house.Front.shut(host)
	return play(l.house.Front.URL(host))
}
