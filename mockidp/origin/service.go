package origin

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxCredential bounds each value the Authentication Web Service takes, in
// bytes.
const maxCredential = 1024

// service is the Authentication Web Service in its REST JSON form: a GET with
// the e-mail address and the session key in the query, under the configured
// names. It answers 200 with a bare true or false and
// Content-Type "application/json; charset=utf-8" (seed 001, implementation 5).
// An armed Answer goes before the genuine one.
func (o *Origin) service(w http.ResponseWriter, r *http.Request) {
	a := o.nextAnswer()
	if a == nil {
		o.genuineService(w, r)
		return
	}
	o.recordCall(r, a.Name)
	a.serve(w, r)
}

func (o *Origin) genuineService(w http.ResponseWriter, r *http.Request) {
	answer := strconv.FormatBool(o.judge(r.URL.RawQuery))
	o.recordCall(r, answer)
	w.Header().Set("Content-Type", jsonType)
	io.WriteString(w, answer)
}

// judge is false for anything but one e-mail address and one key that belong
// together.
func (o *Origin) judge(rawQuery string) bool {
	q, err := url.ParseQuery(rawQuery)
	if err != nil {
		return false
	}
	emails, keys := q[o.cfg.Names.Email], q[o.cfg.Names.Session]
	if len(emails) != 1 || len(keys) != 1 || len(emails[0]) > maxCredential || len(keys[0]) > maxCredential {
		return false
	}
	return o.confirms(emails[0], keys[0])
}

func (o *Origin) recordCall(r *http.Request, answer string) {
	q := r.URL.Query()
	o.record(Event{
		Kind: "service-called", Person: q.Get(o.cfg.Names.Email),
		Key: fingerprint(q.Get(o.cfg.Names.Session)), Answer: answer,
	})
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
	if a.Status == 0 {
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

func zip(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(body)
	z.Close()
	return b.Bytes()
}
