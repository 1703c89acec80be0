package fault

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strconv"
	"time"
)

// MaxDelay is the longest that any fault holds a request.
const MaxDelay = 2 * time.Minute

// sleeper is the key of what lets time pass for a request.
type sleeper struct{}

// WithSleep returns a copy of the request for which time passes as sleep lets
// it: sleep reports false when the request ended before.
func WithSleep(r *http.Request, sleep func(*http.Request, time.Duration) bool) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), sleeper{}, sleep))
}

// serviceFaults spoil how the single sign-on service answers, and leave alone
// what it says.
func serviceFaults() []Fault {
	return []Fault{
		{Name: "slow", Summary: "the single sign-on service answers late",
			Refs:    []string{"Globalscape EFT, Web SSO"},
			Params:  []Param{{Name: "delay", Kind: Duration, Default: "2s", Doc: "how late, two minutes at most"}},
			Service: late},
		{Name: "silent", Summary: "the single sign-on service takes the request and never answers",
			Refs: []string{"Globalscape EFT, Web SSO"},
			Service: func(http.Handler, Args) http.Handler {
				return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					wait(r, MaxDelay)
					panic(http.ErrAbortHandler)
				})
			}},
		{Name: "connection-reset", Summary: "the single sign-on service closes the connection without an answer",
			Refs: []string{"Globalscape EFT, Web SSO"},
			Service: func(http.Handler, Args) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { reset(w) })
			}},
		{Name: "http-status", Summary: "the single sign-on service answers with an HTTP error",
			Refs: []string{"RFC 9110 15"},
			Params: []Param{{Name: "code", Kind: Choice, Default: "503", Choices: []string{"400", "403", "404", "500", "502", "503"}, Doc: "the HTTP status"},
				{Name: "text", Kind: String, Default: "Service Unavailable", Doc: "the body"}},
			Service: failing},
		{Name: "content-type", Summary: "the form page is served as another media type",
			Refs:    []string{"SAML bindings 3.5.4"},
			Params:  []Param{{Name: "value", Kind: String, Default: "text/plain", Doc: "the Content-Type"}},
			Service: heading("Content-Type", "X-Content-Type-Options", "nosniff")},
		{Name: "content-encoding", Summary: "the form page says that it is compressed, and is not",
			Refs:    []string{"RFC 9110 8.4"},
			Params:  []Param{{Name: "value", Kind: Choice, Default: "gzip", Choices: []string{"gzip", "deflate", "br"}, Doc: "the Content-Encoding"}},
			Service: heading("Content-Encoding")},
		{Name: "content-security-policy", Summary: "a policy forbids the form page's own script",
			Refs:    []string{"Content Security Policy Level 3 6.1.10"},
			Params:  []Param{{Name: "value", Kind: String, Default: "script-src 'none'", Doc: "the Content-Security-Policy"}},
			Service: heading("Content-Security-Policy")},
		{Name: "page-truncated", Summary: "the form page breaks off half way",
			Refs:    []string{"RFC 9112 8"},
			Service: truncated},
		{Name: "sent-back", Lasting: true, Summary: "the single sign-on service sends the browser back to the SP without an answer, again and again",
			Refs:   []string{"SAML profiles 4.1.3"},
			Params: []Param{{Name: "to", Kind: String, Required: true, Example: "https://sp.example/login", Doc: "where to"}},
			Service: func(_ http.Handler, a Args) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Location", a.String("to"))
					w.WriteHeader(http.StatusFound)
				})
			}},
	}
}

func late(next http.Handler, a Args) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait(r, min(a.Duration("delay"), MaxDelay)) {
			next.ServeHTTP(w, r)
		}
	})
}

func failing(_ http.Handler, a Args) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if a.String("text") == "" {
			w.WriteHeader(a.Int("code"))
			return
		}
		http.Error(w, a.String("text"), a.Int("code"))
	})
}

// heading puts the fault's value into that header of the form page, and others
// as they are given, by name and value.
func heading(name string, others ...string) func(http.Handler, Args) http.Handler {
	return func(next http.Handler, a Args) http.Handler {
		set := map[string]string{name: a.String("value")}
		for i := 0; i < len(others); i += 2 {
			set[others[i]] = others[i+1]
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(&headed{ResponseWriter: w, set: set}, r)
		})
	}
}

func truncated(next http.Handler, _ Args) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept := &headed{ResponseWriter: w, body: &bytes.Buffer{}}
		next.ServeHTTP(kept, r)
		page := kept.body.Bytes()
		w.Header().Set("Content-Length", strconv.Itoa(len(page)))
		w.WriteHeader(kept.code)
		w.Write(page[:len(page)/2])
		_ = http.NewResponseController(w).Flush() // a writer that cannot has no connection to cut
		panic(http.ErrAbortHandler)
	})
}

// reset closes a connection so that the other end hears of a reset (RFC 9293
// 3.10.7.4), where it is a TCP connection that can be had.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // net/http closes the connection on exactly this panic and logs nothing
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // one that is closed already needs no reset
	}
	_ = conn.Close() // likewise
}

// wait lets time pass, in reality unless the request says otherwise, and
// reports false when the request ended before.
func wait(r *http.Request, d time.Duration) bool {
	if sleep, ok := r.Context().Value(sleeper{}).(func(*http.Request, time.Duration) bool); ok {
		return sleep(r, d)
	}
	return Sleep(r, d)
}

// Sleep lets time pass in reality, at most MaxDelay; false tells that the
// request ended before.
func Sleep(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(min(d, MaxDelay))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// headed overrides headers just before they are written, and keeps the whole
// answer back when it has a body to keep it in.
type headed struct {
	http.ResponseWriter
	set  map[string]string
	body *bytes.Buffer
	code int
}

func (w *headed) WriteHeader(code int) {
	if w.code != 0 {
		return
	}
	w.code = code
	for name, value := range w.set {
		w.Header().Set(name, value)
	}
	if w.body == nil {
		w.ResponseWriter.WriteHeader(code)
	}
}

func (w *headed) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.body != nil {
		return w.body.Write(b)
	}
	return w.ResponseWriter.Write(b)
}
