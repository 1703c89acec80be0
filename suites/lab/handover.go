package lab

import (
	"html/template"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// EndOriginSession ends the person's session at the Originating System, as
// logging out in another window would: her keys are not confirmed any more.
func (l *Lab) EndOriginSession() { l.Origin.EndSessions(l.Email()) }

// EndOriginSessionMidway does so at the moment when the jump page sends the
// browser into the portal, before the portal can ask.
func (l *Lab) EndOriginSessionMidway() { l.onHandedOver = l.EndOriginSession }

// serviceURL is where the portal finds the Authentication Web Service.
func (l *Lab) serviceURL(selfSigned bool) (string, error) {
	if !selfSigned {
		return l.Origin.ServiceURL(), nil
	}
	port, err := l.house.secure.open(l.house.Front, l.house.keys.idp)
	if err != nil {
		return "", err
	}
	path := strings.TrimPrefix(l.Origin.ServiceURL(), l.URLs[trace.Origin])
	return "https://" + net.JoinHostPort(l.hosts[trace.Origin], port) + path, nil
}

// IssueKey signs somebody of the cast in at the Originating System without a
// browser, and returns the session key.
func (l *Lab) IssueKey(email string) (string, error) { return l.Origin.Issue(email) }

// Filled returns text with the placeholders of a setup filled in.
func (l *Lab) Filled(text string) string {
	for placeholder, value := range l.placeholders() {
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
	data := struct {
		Action string
		Fields url.Values
	}{l.URLs[trace.SP] + path, fields}
	return l.strangersPage(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		// A write that fails has no reader left to tell.
		_ = postForm.Execute(w, data)
	}))
}

// strangersPage opens a stranger's page.
func (l *Lab) strangersPage(page http.Handler) error {
	host := l.hosts[trace.SP] + "." + strangerSite
	l.house.Front.open(host, &door{party: trace.Lab, record: l.record, clock: l.Clocks[trace.SP], handler: page})
	defer l.house.Front.shut(host)
	return l.Tab.Open(l.house.Front.URL(host) + "/")
}
