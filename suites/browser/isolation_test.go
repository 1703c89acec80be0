package browser

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// planting is a page that stores something in every place a site can, or
// shows what it finds there.
const planting = `<body><pre id="found"></pre><script>
const plant = location.search === "?plant";
const found = async () => {
  const list = [];
  if (document.cookie) list.push("cookie " + document.cookie);
  for (const kind of ["localStorage", "sessionStorage"]) if (window[kind].length) list.push(kind);
  if ((await indexedDB.databases()).length) list.push("indexedDB");
  if ((await caches.keys()).length) list.push("caches");
  if ((await navigator.serviceWorker.getRegistrations()).length) list.push("serviceWorker");
  if (window.name) list.push("name " + window.name);
  try { await (await navigator.storage.getDirectory()).getFileHandle("f"); list.push("file system"); } catch {}
  if ((await navigator.storageBuckets?.keys())?.length) list.push("buckets");
  if (history.length > 1) list.push("history " + history.length);
  return list.join(", ");
};
(async () => {
  if (plant) {
    document.cookie = "script=1";
    localStorage.k = sessionStorage.k = window.name = "v";
    await new Promise((done) => { const r = indexedDB.open("db"); r.onsuccess = () => { r.result.close(); done(); }; });
    await caches.open("c");
    await navigator.serviceWorker.register("/sw.js");
    await (await navigator.storage.getDirectory()).getFileHandle("f", { create: true });
    await navigator.storageBuckets?.open("b");
    addEventListener("unload", () => { localStorage.late = "v"; document.cookie = "late=1"; });
  }
  document.getElementById("found").textContent = "[" + await found() + "]";
  document.body.id = "ready";
})();
</script><script src="/library.js"></script>`

// storing serves planting, a script that may be cached for ever, and a
// permanent redirect; it counts who asks for the last two.
func storing(s *sites) (scripts, moves *atomic.Int32) {
	scripts, moves = new(atomic.Int32), new(atomic.Int32)
	s.HandleFunc("/store", func(w http.ResponseWriter, r *http.Request) {
		sent := r.Header.Get("Cookie")
		if r.URL.RawQuery == "plant" {
			http.SetCookie(w, &http.Cookie{Name: "server", Value: "1", HttpOnly: true})
		}
		s.write(w, planting+fmt.Sprintf("<i id=sent>%s</i>", sent))
	})
	s.HandleFunc("/sw.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
	})
	s.HandleFunc("/library.js", func(w http.ResponseWriter, r *http.Request) {
		scripts.Add(1)
		w.Header().Set("Content-Type", "text/javascript")
		w.Header().Set("Cache-Control", "max-age=31536000, immutable")
	})
	s.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		moves.Add(1)
		w.Header().Set("Cache-Control", "max-age=31536000")
		http.Redirect(w, r, "/empty", http.StatusMovedPermanently)
	})
	return scripts, moves
}

// look opens the storing page of both sites and returns what was found there.
func look(t *testing.T, s *sites, tab *Tab, query string) string {
	t.Helper()
	var all []string
	for _, site := range []string{s.sp, s.idp} {
		if err := tab.Open(site + "/store" + query); err != nil {
			t.Fatal(err)
		}
		for !tab.Exists("#ready") {
			if tab.ctx.Err() != nil {
				t.Fatal("the page is not ready in time")
			}
		}
		found, err := tab.Text("#found")
		if err != nil {
			t.Fatal(err)
		}
		sent, err := tab.Text("#sent")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.TrimSpace(found+" "+sent))
	}
	if err := tab.Open(s.sp + "/moved"); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " | ")
}

func TestNothingIsLeftForTheNextCase(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	scripts, moves := storing(s)
	worker := newWorker(t, shared)

	planter := newTab(t, worker, Settings{})
	planted := look(t, s, planter, "?plant")
	for _, kind := range []string{"cookie script=1", "localStorage", "sessionStorage", "indexedDB", "caches", "serviceWorker", "name v", "file system"} {
		if strings.Count(planted, kind) < 1 {
			t.Errorf("%s was not planted, so that its absence proves nothing: %s", kind, planted)
		}
	}
	if again := look(t, s, planter, ""); !strings.Contains(again, "server=1") {
		t.Errorf("the planted cookie is not sent: %s", again)
	}
	beside := newTab(t, newWorker(t, shared), Settings{})
	alone := newTab(t, worker, Settings{Alone: true})
	planter.Close()
	next := newTab(t, worker, Settings{})
	for name, tab := range map[string]*Tab{"the next tab": next, "another worker": beside, "a tab alone": alone} {
		scriptsBefore, movesBefore := scripts.Load(), moves.Load()
		if got := look(t, s, tab, ""); got != "[] | [history 2]" {
			t.Errorf("%s finds %s", name, got)
		}
		if scripts.Load() == scriptsBefore {
			t.Errorf("%s takes the script from a cache", name)
		}
		if moves.Load() == movesBefore {
			t.Errorf("%s remembers the permanent redirect", name)
		}
		if cookies, err := cookies(tab); err != nil || len(cookies) != 0 {
			t.Errorf("%s holds cookies %q, %v", name, cookies, err)
		}
	}
}

func TestOneTabAtATime(t *testing.T) {
	t.Parallel()
	worker := newWorker(t, shared)
	newTab(t, worker, Settings{})
	if _, err := worker.Tab(timeout(t), Settings{}); err == nil {
		t.Error("a second tab would have emptied the first one's context")
	}
	newTab(t, worker, Settings{Alone: true})
}

func TestPopupsGoWithTheTab(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.page("/opens", `<body><a id="window" target="_blank" href="/plants">window</a>`)
	shown := make(chan struct{}, 1)
	s.HandleFunc("/plants", func(w http.ResponseWriter, r *http.Request) {
		s.write(w, `<script>setInterval(() => { document.cookie = "stubborn=1" }, 1)</script>`)
		shown <- struct{}{}
	})
	worker := newWorker(t, shared)
	tab := newTab(t, worker, Settings{})
	if err := tab.Open(s.sp + "/opens"); err != nil {
		t.Fatal(err)
	}
	if err := tab.Press("#window"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-shown:
	case <-timeout(t).Done():
		t.Error("the window does not fetch its page")
	}
	tab.Close()
	next := newTab(t, worker, Settings{})
	if err := s.play(next); err != nil {
		t.Fatal(err)
	}
	if cookies, err := cookies(next); err != nil || len(cookies) != 1 {
		t.Errorf("cookies %q, %v; want the session's only", cookies, err)
	}
}

func TestAHungPageIsLeftBehind(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.page("/hangs", `<body><script>const r = new XMLHttpRequest(); r.open("GET", "/hung", false); r.send(); for (;;) {}</script>`)
	worker := newWorker(t, shared)
	ctx, cancel := context.WithCancel(timeout(t))
	s.HandleFunc("/hung", func(w http.ResponseWriter, r *http.Request) { cancel() })
	tab, err := worker.Tab(ctx, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if err := tab.Open(s.sp + "/hangs"); !errors.Is(err, context.Canceled) {
		t.Errorf("Open: %v", err)
	}
	tab.Close()
	if err := s.play(newTab(t, worker, Settings{})); err != nil {
		t.Error(err)
	}
}

func TestBeside(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	storing(s)
	worker := newWorker(t, shared)
	first := newTab(t, worker, Settings{})
	if err := s.play(first); err != nil {
		t.Fatal(err)
	}
	second := first.Beside()
	if err := second.Open(s.sp + "/app"); err != nil {
		t.Fatal(err)
	}
	if name := second.Page().Name; name != "app" {
		t.Errorf("the second tab is on %q: it does not share the session", name)
	}
	look(t, s, second, "?plant")
	first.Close()
	if err := second.Open(s.sp + "/app"); !errors.Is(err, ErrClosed) {
		t.Errorf("a verb after Close: %v", err)
	}
	if got := look(t, s, newTab(t, worker, Settings{}), ""); got != "[] | [history 2]" {
		t.Errorf("what the second tab planted is left: %s", got)
	}
}
