package lab

import (
	"encoding/base64"
	"html/template"
	"net/http"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// sent is a Response as it went to the browser.
type sent struct {
	xml        []byte
	relayState string
}

func (l *Lab) keep(e mockidp.Event) { l.sent = append(l.sent, sent{e.XML, e.RelayState}) }

// elsewhere is the site from which a stranger's page posts.
const elsewhere = "elsewhere.localhost"

var repost = template.Must(template.New("repost").Parse(`<!doctype html><title>Elsewhere</title>
<form method="post" action="{{.ACS}}"><input type="hidden" name="SAMLResponse" value="{{.Response}}">
{{with .RelayState}}<input type="hidden" name="RelayState" value="{{.}}">{{end}}<noscript><button>Go on</button></noscript></form>
<script>document.forms[0].submit()</script>`))

// Replay posts the last Response once more, unchanged, from a page on another
// site. Where none was sent yet there is nothing to replay, and nothing happens.
func (l *Lab) Replay() error {
	if len(l.sent) == 0 {
		return nil
	}
	last := l.sent[len(l.sent)-1]
	data := struct{ ACS, Response, RelayState string }{
		l.URLs[trace.SP] + l.Settings.ACSPath(), base64.StdEncoding.EncodeToString(last.xml), last.relayState,
	}
	host := l.hosts[trace.SP] + "." + elsewhere
	l.house.Front.open(host, &door{party: trace.Lab, record: l.record, clock: l.Clocks[trace.SP], handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		// A write that fails has no reader left to tell.
		_ = repost.Execute(w, data)
	})})
	defer l.house.Front.shut(host)
	return l.Tab.Open(l.house.Front.URL(host) + "/")
}
