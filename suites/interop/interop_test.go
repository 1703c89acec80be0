//go:build linux

package interop

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/fixtures"
	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// wanted keeps a plain "go test ./..." from needing Apache.
var wanted = flag.Bool("interop", false, "play against Debian's mod_auth_mellon and simplesamlphp")

// TestMain runs no test at all unless asked to: a test that was skipped would
// count as one that passed.
func TestMain(m *testing.M) {
	flag.Parse()
	if !*wanted {
		fmt.Println("interop: nothing played; give -interop, or use make interop")
		return
	}
	os.Exit(m.Run())
}

func TestInterop(t *testing.T) {
	s := newStage(t)
	t.Run("mod_auth_mellon", s.mellon)
	t.Run("simplesamlphp", s.simplesamlphp)
	s.print(t)
}

// limit is how long one login may take on a busy machine.
const limit = time.Minute

// stage is what all logins share: Chrome, the listener of our own parties, and
// who signs in.
type stage struct {
	chrome *browser.Worker
	front  *lab.Front
	ada    scenario.Person
	sent   atomic.Pointer[mockidp.Event] // the last Response of our identity provider
	played []string                      // what went as expected, for the end
}

func newStage(t *testing.T) *stage {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	chrome, err := browser.Start(ctx, browser.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, chrome.Close()) })
	worker, err := chrome.Worker(ctx)
	must(t, err)
	front, err := lab.NewFront("127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		must(t, front.Close(ctx))
	})
	people, err := scenario.People(fixtures.FS, fixtures.People)
	must(t, err)
	for _, p := range people {
		if p.Login == "ada" {
			return &stage{chrome: worker, front: front, ada: p}
		}
	}
	t.Fatal("nobody in the cast is called ada")
	return nil
}

// tab gives a browser that has never been anywhere.
func (s *stage) tab(t *testing.T) *browser.Tab {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	tab, err := s.chrome.Tab(ctx, browser.Settings{Alone: true})
	must(t, err)
	t.Cleanup(func() { tab.Close() })
	return tab
}

// say keeps a line for the end, unless what it tells of has failed.
func (s *stage) say(t *testing.T, format string, args ...any) {
	if !t.Failed() {
		s.played = append(s.played, fmt.Sprintf(format, args...))
	}
}

// print writes what was played, and against what.
func (s *stage) print(t *testing.T) {
	if len(s.played) == 0 {
		t.Error("nothing was played")
	}
	verdict := "all as expected"
	if t.Failed() {
		verdict = "what went as expected, while other things failed"
	}
	fmt.Printf("\ninterop in Chrome: %d, %s\n", len(s.played), verdict)
	for _, line := range s.played {
		fmt.Println("   ", line)
	}
	fmt.Println("counterparts")
	for _, line := range versions() {
		fmt.Println("   ", line)
	}
	fmt.Println()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// at fails the test unless the visitor looks at this address, where all these
// elements show these texts.
func at(t *testing.T, tab *browser.Tab, url string, status int, shown map[string]string) {
	t.Helper()
	page := tab.Page()
	if page.URL != url || page.Status != status {
		t.Fatalf("the visitor is at %s (%d %s), not at %s (%d); it says %.600s", page.URL, page.Status, page.Err, url, status, page.Text)
	}
	for css, want := range shown {
		if got, err := tab.Text(css); err != nil || got != want {
			t.Errorf("%s shows %s %q (%v), not %q", url, css, got, err, want)
		}
	}
}
