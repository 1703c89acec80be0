package lab

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

func TestVariation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		keys []string
		want string
	}{
		{nil, "0"},
		{[]string{"abc", "abc"}, "0"},
		{[]string{"a0", "a1", "a2", "a3"}, "2"},
		{[]string{"00", "01", "10", "11"}, "2"},
		{[]string{"", "a", "b"}, "1"},
	} {
		if got := fmt.Sprintf("%.0f", variation(c.keys)); got != c.want {
			t.Errorf("%q: %s bits, want %s", c.keys, got, c.want)
		}
	}
}

func TestKeysAreJudged(t *testing.T) {
	t.Parallel()
	counting, same := make([]string, keySample), make([]string, keySample)
	for i := range counting {
		counting[i], same[i] = fmt.Sprint(1000+i), "0123456789abcdef"
	}
	for _, c := range []struct {
		keys []string
		want []string
	}{
		{counting, []string{"guessable"}},
		{same, []string{"guessable", "repeated"}},
		{[]string{strings.Repeat("a", 64), strings.Repeat("b", 64)}, nil},
	} {
		l := &Lab{Trace: trace.New(), Clocks: map[trace.Party]*Clock{trace.Origin: NewClock(time.Time{})}}
		l.judgeKeys(c.keys)
		found := map[string]bool{}
		for _, e := range l.Trace.Kind(KindKeyFault) {
			name, _, _ := strings.Cut(e.Note, ":")
			found[name] = true
		}
		want := map[string]bool{}
		for _, name := range c.want {
			want[name] = true
		}
		if !reflect.DeepEqual(found, want) || len(l.Trace.Kind(KindKeys)) != 1 {
			t.Errorf("%q: %v, want %v", c.keys[0], found, want)
		}
		if strings.Contains(l.Trace.String(), c.keys[0]) {
			t.Errorf("the report holds a key:\n%s", l.Trace)
		}
	}
}

func TestHookRunsOnce(t *testing.T) {
	t.Parallel()
	var h hook
	h.run()
	runs := 0
	h.set(func() { runs++ })
	h.run()
	h.run()
	if runs != 1 {
		t.Errorf("%d runs", runs)
	}
}

func TestMailHasLinks(t *testing.T) {
	t.Parallel()
	got := parts("View it here:\n\nhttp://a.localhost:1/Leads/123\n\n<https://b>")
	want := []part{{Text: "View it here:\n\n"}, {"http://a.localhost:1/Leads/123", true}, {Text: "\n\n<"}, {"https://b", true}, {Text: ">"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestPictureIsPutOnPagesOnly(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"text/html; charset=utf-8": "<body>x<img></body>",
		"application/json":         "<body>x</body>",
	} {
		w := httptest.NewRecorder()
		page := &held{header: w.Header(), status: http.StatusOK}
		page.Header().Set("Content-Type", kind)
		page.Header().Set("Content-Length", "14")
		page.WriteHeader(http.StatusTeapot)
		if _, err := page.Write([]byte("<body>x</body>")); err != nil {
			t.Fatal(err)
		}
		page.sendWith(w, "<img>")
		if w.Body.String() != want || w.Code != http.StatusTeapot || w.Header().Get("Content-Length") != fmt.Sprint(len(want)) {
			t.Errorf("%s: %d %s %v", kind, w.Code, w.Body, w.Header())
		}
	}
}
