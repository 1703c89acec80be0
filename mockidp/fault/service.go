package fault

import (
	"net/http"
	"time"
)

// MaxDelay is the longest that any fault holds a request.
const MaxDelay = 2 * time.Minute

func serviceFaults() []Fault {
	return []Fault{
		{Name: "slow", Summary: "the single sign-on service answers late",
			Refs:   []string{"Globalscape EFT, Web SSO"},
			Params: []Param{{Name: "delay", Kind: Duration, Default: "2s", Doc: "how late, two minutes at most"}},
			Service: func(next http.Handler, a Args) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if wait(r, a.Duration("delay")) {
						next.ServeHTTP(w, r)
					}
				})
			}},
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
				// net/http closes the connection on exactly this panic and logs nothing.
				return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
			}},
		{Name: "http-status", Summary: "the single sign-on service answers with an HTTP error",
			Refs: []string{"RFC 9110 15"},
			Params: []Param{{Name: "code", Kind: Choice, Default: "503", Choices: []string{"400", "403", "404", "500", "502", "503"}, Doc: "the HTTP status"},
				{Name: "text", Kind: String, Default: "Service Unavailable", Doc: "the body"}},
			Service: func(_ http.Handler, a Args) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					http.Error(w, a.String("text"), a.Int("code"))
				})
			}},
		{Name: "content-type", Summary: "the form page is served as another media type",
			Refs:   []string{"SAML bindings 3.5.4"},
			Params: []Param{{Name: "value", Kind: String, Default: "text/plain", Doc: "the Content-Type"}},
			Service: func(next http.Handler, a Args) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					next.ServeHTTP(&retyped{ResponseWriter: w, contentType: a.String("value")}, r)
				})
			}},
	}
}

// wait blocks for d, at most MaxDelay, and reports false when the request
// ended before.
func wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(min(d, MaxDelay))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// retyped overrides the Content-Type just before the header is written.
type retyped struct {
	http.ResponseWriter
	contentType string
	written     bool
}

func (w *retyped) WriteHeader(code int) {
	if !w.written {
		w.written = true
		w.Header().Set("Content-Type", w.contentType)
		w.Header().Set("X-Content-Type-Options", "nosniff")
	}
	w.ResponseWriter.WriteHeader(code)
}

func (w *retyped) Write(b []byte) (int, error) {
	if !w.written {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}
