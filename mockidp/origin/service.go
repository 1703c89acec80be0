package origin

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxCredential bounds each value the Authentication Web Service takes, in
// bytes.
const maxCredential = 1024

// pair is what one call asks about.
type pair struct{ email, key string }

// service is the Authentication Web Service: is this session key the user's?
// One address speaks all three forms that a portal can choose from (seed 001,
// "How to implement", step 4): a GET with e-mail and key in the query, under
// the configured names, is REST, in XML for a caller that accepts nothing
// else; a POST is SOAP 1.1. An armed Answer goes before the genuine one.
func (o *Origin) service(w http.ResponseWriter, r *http.Request) {
	a := o.nextAnswer()
	if a == nil {
		o.genuineService(w, r)
		return
	}
	asked := o.fromQuery(r.URL.RawQuery)
	if r.Method == http.MethodPost {
		asked, _ = readCall(w, r)
	}
	o.recordCall(asked, a.Name)
	a.serve(w, r)
}

func (o *Origin) genuineService(w http.ResponseWriter, r *http.Request) {
	switch accept := r.Header.Get("Accept"); {
	case r.Method == http.MethodPost:
		o.soap(w, r)
	case strings.HasPrefix(accept, "application/xml"), strings.HasPrefix(accept, "text/xml"):
		w.Header().Set("Content-Type", xmlType)
		io.WriteString(w, xmlAnswer(o.decide(o.fromQuery(r.URL.RawQuery))))
	default:
		w.Header().Set("Content-Type", jsonType)
		io.WriteString(w, strconv.FormatBool(o.decide(o.fromQuery(r.URL.RawQuery))))
	}
}

// fromQuery is the empty pair for anything but one e-mail address and one key.
func (o *Origin) fromQuery(rawQuery string) pair {
	q, err := url.ParseQuery(rawQuery)
	if err != nil {
		return pair{}
	}
	emails, keys := q[o.cfg.Names.Email], q[o.cfg.Names.Session]
	if len(emails) != 1 || len(keys) != 1 {
		return pair{}
	}
	return pair{emails[0], keys[0]}
}

// decide tells the truth about a pair and records the call.
func (o *Origin) decide(p pair) bool {
	valid := len(p.email) <= maxCredential && len(p.key) <= maxCredential && o.confirms(p.email, p.key)
	o.recordCall(p, strconv.FormatBool(valid))
	return valid
}

func (o *Origin) recordCall(p pair, answer string) {
	o.record(Event{Kind: "service-called", Person: p.email, Key: fingerprint(p.key), Answer: answer})
}

// AnswerWith makes the Authentication Web Service give this answer, whatever
// it is asked, for a.Times calls, or until Reset when Times is 0.
func (o *Origin) AnswerWith(a Answer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answer, o.answers = &a, a.Times
}

// Reset takes back AnswerWith.
func (o *Origin) Reset() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answer = nil
}

func (o *Origin) nextAnswer() *Answer {
	o.mu.Lock()
	defer o.mu.Unlock()
	a := o.answer
	if a != nil && a.Times > 0 {
		if o.answers--; o.answers == 0 {
			o.answer = nil
		}
	}
	return a
}

// serve plays the answer.
func (a Answer) serve(w http.ResponseWriter, r *http.Request) {
	if a.Silent {
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
	if a.Delay > 0 && !wait(r, a.Delay) || a.Status == 0 {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	h["Content-Type"] = nil // no Content-Type unless the answer has one
	if a.Type != "" {
		h.Set("Content-Type", a.Type)
	}
	if a.Location != "" {
		h.Set("Location", strings.Replace(a.Location, "{query}", r.URL.RawQuery, 1))
	}
	body := []byte(a.Body)
	if a.Gzip {
		h.Set("Content-Encoding", "gzip")
		body = zip(body)
	}
	if a.Claim > 0 {
		h.Set("Content-Length", strconv.Itoa(a.Claim))
	}
	w.WriteHeader(a.Status)
	for range max(a.Repeat, 1) {
		if _, err := w.Write(body); err != nil {
			break
		}
	}
	if a.Claim > len(body) {
		_ = http.NewResponseController(w).Flush() // what there is must arrive before the end does
		panic(http.ErrAbortHandler)
	}
}

// wait lets real time pass, and tells false when the caller gave up before.
func wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

func zip(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(body)
	z.Close()
	return b.Bytes()
}
