package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// directory is the user data directory of a Chrome that we started.
func directory(t *testing.T, c *Chrome) string {
	t.Helper()
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", c.PID()))
	if err != nil {
		t.Skipf("no /proc to look into: %v", err)
	}
	for arg := range strings.SplitSeq(string(line), "\x00") {
		if dir, ok := strings.CutPrefix(arg, "--user-data-dir="); ok {
			return dir
		}
	}
	t.Fatalf("no user data directory in %q", line)
	return ""
}

// users are the processes that name dir in their command line.
func users(t *testing.T, dir string) []string {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range lines {
		if line, err := os.ReadFile(file); err == nil && bytes.Contains(line, []byte(dir)) {
			found = append(found, file)
		}
	}
	return found
}

// eventually waits for ok without sleeping.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

func startOwn(t *testing.T, o Options) *Chrome {
	t.Helper()
	chrome, err := Start(timeout(t), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { chrome.Close() })
	return chrome
}

func TestCloseLeavesNothing(t *testing.T) {
	s := newSites(t)
	before := runtime.NumGoroutine()
	chrome := startOwn(t, Options{})
	dir := directory(t, chrome)
	if len(users(t, dir)) == 0 {
		t.Fatal("the running Chrome is not found, so that its absence proves nothing")
	}
	worker, err := chrome.Worker(timeout(t))
	if err != nil {
		t.Fatal(err)
	}
	tab, err := worker.Tab(timeout(t), Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.play(tab); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := chrome.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if left := users(t, dir); len(left) > 0 {
		t.Errorf("processes left: %s", left)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("directory left: %s, %v", dir, err)
	}
	select {
	case <-chrome.Done():
	default:
		t.Error("Done is open after Close")
	}
	if err := tab.Open(s.sp + "/app"); !errors.Is(err, ErrGone) {
		t.Errorf("a verb after Close: %v", err)
	}
	s.close()
	eventually(t, "goroutines left", func() bool { return runtime.NumGoroutine() <= before })
}

func TestKilledFromOutside(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	chrome := startOwn(t, Options{})
	dir := directory(t, chrome)
	worker, err := chrome.Worker(timeout(t))
	if err != nil {
		t.Fatal(err)
	}
	tab := newTab(t, worker, Settings{})
	if err := s.play(tab); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(chrome.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := tab.Open(s.sp + "/app"); !errors.Is(err, ErrGone) {
		t.Errorf("Open: %v", err)
	}
	select {
	case <-chrome.Done():
	case <-timeout(t).Done():
		t.Error("Done stays open")
	}
	for name, err := range map[string]error{
		"Fill":  tab.Fill("#x", "y"),
		"Press": tab.Press("#x"),
		"Back":  tab.Back(),
		"Tab":   func() error { _, err := worker.Tab(timeout(t), Settings{Alone: true}); return err }(),
		"Worker": func() error {
			_, err := chrome.Worker(timeout(t))
			return err
		}(),
	} {
		if !errors.Is(err, ErrGone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := chrome.Close(); err != nil {
		t.Error(err)
	}
	if left := users(t, dir); len(left) > 0 {
		t.Errorf("processes left: %s", left)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("directory left: %v", err)
	}
}

func TestKilledWhileWaiting(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	chrome := startOwn(t, Options{})
	s.HandleFunc("/kills", func(_ http.ResponseWriter, r *http.Request) {
		syscall.Kill(chrome.PID(), syscall.SIGKILL)
		<-r.Context().Done()
	})
	worker, err := chrome.Worker(timeout(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := newTab(t, worker, Settings{}).Open(s.sp + "/kills"); !errors.Is(err, ErrGone) {
		t.Errorf("Open: %v", err)
	}
}

func TestPageCrash(t *testing.T) {
	t.Parallel()
	chrome := startOwn(t, Options{})
	worker, err := chrome.Worker(timeout(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := newTab(t, worker, Settings{}).Open("chrome://crash"); !errors.Is(err, ErrGone) {
		t.Errorf("Open: %v", err)
	}
}

func TestAttachToARunningChrome(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	host := startOwn(t, Options{})
	port, err := os.ReadFile(filepath.Join(directory(t, host), "DevToolsActivePort"))
	if err != nil {
		t.Fatal(err)
	}
	number, path, _ := strings.Cut(strings.TrimSpace(string(port)), "\n")
	for _, url := range []string{"ws://127.0.0.1:" + number + path, "http://127.0.0.1:" + number} {
		guest, err := Start(timeout(t), Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		worker, err := guest.Worker(timeout(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.play(newTab(t, worker, Settings{})); err != nil {
			t.Error(err)
		}
		if err := guest.Close(); err != nil {
			t.Error(err)
		}
	}
	select {
	case <-host.Done():
		t.Error("the guest took the host's Chrome down")
	default:
	}
}

func TestStartFails(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "chrome")
	if err := os.WriteFile(broken, []byte("#!/bin/sh\necho missing libnss3 >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	silent := filepath.Join(t.TempDir(), "chrome")
	if err := os.WriteFile(silent, []byte("#!/bin/sh\nexec sleep 60\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	for name, test := range map[string]struct {
		ctx     context.Context
		options Options
		want    error
		text    string
	}{
		"absent":  {timeout(t), Options{Path: "/nowhere/chrome"}, ErrNotFound, "check the path"},
		"broken":  {timeout(t), Options{Path: broken}, nil, "missing libnss3"},
		"silent":  {short, Options{Path: silent}, context.DeadlineExceeded, silent},
		"no port": {timeout(t), Options{URL: closedPort(t)}, nil, "asking Chrome at"},
		"no host": {timeout(t), Options{URL: strings.Replace(closedPort(t), "http", "ws", 1) + "devtools/browser/x"}, nil, "connecting to Chrome at"},
	} {
		t.Run(name, func(t *testing.T) {
			chrome, err := Start(test.ctx, test.options)
			if err == nil {
				chrome.Close()
				t.Fatal("it started")
			}
			if test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("%v does not wrap %v", err, test.want)
			}
			if !strings.Contains(err.Error(), test.text) {
				t.Errorf("%v does not say %q", err, test.text)
			}
		})
	}
}

func TestHostLeadsElsewhere(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.page("/here", `<body data-page="here">`)
	chrome := startOwn(t, Options{Host: "127.0.0.2"})
	worker, err := chrome.Worker(timeout(t))
	if err != nil {
		t.Fatal(err)
	}
	tab := newTab(t, worker, Settings{})
	if err := tab.Open(s.sp + "/here"); err != nil {
		t.Fatal(err)
	}
	if p := tab.Page(); !strings.HasPrefix(p.Err, "net::ERR_CONNECTION_REFUSED") {
		t.Errorf("a server on 127.0.0.1 answered for 127.0.0.2: %+v", p)
	}
}
