package lab

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// KindReferrer is the kind of event that says which page a third party was told
// that its picture is on: the note is the Referer.
const KindReferrer trace.Kind = "referrer-seen"

// pixel is a transparent picture.
var pixel, _ = base64.StdEncoding.DecodeString("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

// WithThirdParty lets play go on while every page of the service provider shows
// a picture of a third party, with a policy that gives the page's whole address
// away (as a customer's own markup may have one).
func (l *Lab) WithThirdParty(play func() error) error {
	host := "pictures." + l.hosts[trace.SP] + "." + strangerSite
	l.house.Front.open(host, &door{party: trace.Lab, record: l.record, clock: l.Clocks[trace.SP], handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.record(trace.Event{At: l.Clocks[trace.SP].Now(), Party: trace.Lab, Kind: KindReferrer, Note: r.Referer()})
		w.Header().Set("Content-Type", "image/gif")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(pixel) // the browser has left; nobody to tell
	})})
	defer l.house.Front.shut(host)
	picture := fmt.Sprintf(`<img src="%s/pixel.gif" alt="" referrerpolicy="unsafe-url">`, l.house.Front.URL(host))
	l.admit(trace.SP, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := &held{header: w.Header(), status: http.StatusOK}
		l.SP.ServeHTTP(page, r)
		page.sendWith(w, picture)
	}))
	defer l.admit(trace.SP, l.SP)
	return play()
}

// held is an answer that has not been sent yet.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header         { return h.header }
func (h *held) WriteHeader(status int)      { h.status = status }
func (h *held) Write(b []byte) (int, error) { return h.body.Write(b) }

// sendWith sends the answer, a page with the markup at its end.
func (h *held) sendWith(w http.ResponseWriter, markup string) {
	if strings.HasPrefix(h.header.Get("Content-Type"), "text/html") {
		h.header.Del("Content-Security-Policy") // the customer's markup is meant to be there
		page := strings.Replace(h.body.String(), "</body>", markup+"</body>", 1)
		h.body.Reset()
		h.body.WriteString(page)
	}
	if h.header.Get("Content-Length") != "" {
		h.header.Set("Content-Length", strconv.Itoa(h.body.Len()))
	}
	w.WriteHeader(h.status)
	_, _ = w.Write(h.body.Bytes()) // the browser has left; nobody to tell
}
