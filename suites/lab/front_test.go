package lab

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// TestPartyThatPanics is cut off, as one that cuts the connection on purpose;
// only the first is broken.
func TestPartyThatPanics(t *testing.T) {
	t.Parallel()
	for cause, want := range map[any]string{"nil map": "GET /x: nil map", http.ErrAbortHandler: ""} {
		seen := trace.New()
		d := &door{party: trace.Origin, record: seen.Add, clock: NewClock(time.Now()), handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(cause) })}
		func() {
			defer func() {
				if again := recover(); again != http.ErrAbortHandler {
					t.Errorf("%v ends as %v", cause, again)
				}
			}()
			d.serve(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/x", nil))
		}()
		said, stack := "", ""
		for _, e := range seen.Kind(trace.KindBroken) {
			said, stack, _ = strings.Cut(e.Note, "\n")
		}
		if said != want || strings.Contains(stack, "TestPartyThatPanics") != (want != "") || len(seen.Kind(trace.KindExchange)) != 1 {
			t.Errorf("%v is recorded as %q: %s", cause, said, seen)
		}
	}
}
