package opinion

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

const serving = "serve-opinions"

// TestMain makes the test's own program the process that TestAsk asks.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == serving {
		if err := Serve(os.Stdin, os.Stdout); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

// TestAsk asks about Responses that the library accepts or refuses, by clocks
// that are years ahead of this machine's.
func TestAsk(t *testing.T) {
	t.Parallel()
	now := time.Date(2031, 5, 4, 3, 2, 1, 0, time.UTC)
	key, err := mockidp.NewKey(mockidp.KeyOptions{CommonName: "idp", NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	other, err := mockidp.NewKey(mockidp.KeyOptions{CommonName: "other", NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	built, err := response.Build(response.Spec{
		Issuer: "https://idp.example/metadata", Now: now, InResponseTo: "_request", Destination: "https://sp.example/acs", Audiences: []string{"https://sp.example/metadata"},
		NameID: response.NameID{Value: "ada@example.com"}, Shape: response.Shape{Sign: "response"}, Key: key,
	})
	if err != nil {
		t.Fatal(err)
	}
	good := Question{
		XML: built.XML, At: now, EntityID: "https://sp.example/metadata", ACS: "https://sp.example/acs", Issuer: "https://idp.example/metadata",
		Requests: []string{"_request"}, Certificates: [][]byte{key.Certificate.Raw},
	}
	asked := []struct {
		name   string
		change func(*Question)
		why    string // "" is accepted
	}{
		{"good", func(*Question) {}, ""},
		{"too late", func(q *Question) { q.At = now.Add(time.Hour) }, "expired"},
		{"unasked for", func(q *Question) { q.Requests = nil }, "InResponseTo"},
		{"another key", func(q *Question) { q.Certificates = [][]byte{other.Certificate.Raw} }, "cannot validate signature"},
		{"nobody trusted", func(q *Question) { q.Certificates = nil }, "cannot find any signing certificate"},
		{"no XML", func(q *Question) { q.XML = []byte("<a") }, "invalid xml"},
		{"a key that is none", func(q *Question) { q.Key = []byte("key") }, "reading the key"},
		{"good again", func(*Question) {}, ""},
	}
	process, err := Start(t.Context(), []string{os.Args[0], serving})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range asked {
		q := good
		a.change(&q)
		got, err := process.Ask(q)
		if err != nil {
			t.Fatal(err)
		}
		if got.Accepted != (a.why == "") || !strings.Contains(got.Why, a.why) || got.Accepted != (got.As == "ada@example.com") {
			t.Errorf("%s: %+v, want %q", a.name, got, a.why)
		}
	}
	if err := process.Close(); err != nil {
		t.Error(err)
	}
}

func TestAskNobody(t *testing.T) {
	t.Parallel()
	if _, err := Start(t.Context(), []string{"/nowhere/ssoproof"}); err == nil {
		t.Error("a program that is not there has started")
	}
	for _, command := range [][]string{{"/bin/true"}, {"/bin/echo", "what?"}} {
		process, err := Start(t.Context(), command)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := process.Ask(Question{}); err == nil {
			t.Errorf("%v answers %v", command, answer)
		}
		process.Close() // how such a program ends is its own affair
	}
}

func TestAskInVain(t *testing.T) {
	t.Parallel()
	process, err := Start(t.Context(), []string{"/bin/sleep", "3600"})
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := process.ask(Question{}, time.Millisecond); err == nil || !strings.Contains(err.Error(), "no answer within 1ms") {
		t.Errorf("answer %v, error %v", answer, err)
	}
	if err := process.Close(); err == nil {
		t.Error("the process that was killed ended well")
	}
}
