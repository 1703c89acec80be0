package browser

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// journeys serves one page for every way to move on, all of which end on the
// page called end.
func journeys(s *sites) {
	s.page("/end", `<title>End</title><body data-page="end">arrived`)
	form := `<form method="post" action="{idp}/receive"><input type="hidden" name="x" value="1"></form>`
	s.HandleFunc("/receive", func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("x") != "1" {
			http.Error(w, "no form", http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, "/end", http.StatusSeeOther)
	})
	s.HandleFunc("/chain", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, s.idp+"/chain-2", http.StatusFound) })
	s.HandleFunc("/chain-2", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, s.sp+"/chain-3", http.StatusFound) })
	s.HandleFunc("/chain-3", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, s.idp+"/end", http.StatusFound) })
	s.page("/submit-inline", `<body>`+form+`<script>document.forms[0].submit()</script>`)
	s.page("/submit-on-load", `<body onload="document.forms[0].submit()">`+form)
	s.page("/submit-on-ready", `<body><script>document.addEventListener("DOMContentLoaded", () => document.forms[0].submit())</script>`+form)
	s.page("/submit-by-timer", `<body onload="setTimeout(() => document.forms[0].submit(), 0)">`+form)
	s.page("/submit-by-click", `<body onload="document.querySelector('button').click()">`+strings.Replace(form, "</form>", "<button>Go on</button></form>", 1))
	s.page("/refresh", `<meta http-equiv="refresh" content="0; url={idp}/end"><body>wait`)
	s.page("/location-inline", `<script>location = "{idp}/end"</script><body>wait`)
	s.page("/location-on-load", `<body onload="location.replace('{idp}/end')">wait`)
	s.page("/in-frame", `<body data-page="outer"><iframe src="{idp}/end"></iframe>`)
	s.page("/twice", `<body onload="location='{idp}/submit-inline'">wait`)
}

func TestOpenSettles(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	journeys(s)
	worker := newWorker(t, shared)
	for path, name := range map[string]string{
		"/end": "end", "/chain": "end", "/submit-inline": "end", "/submit-on-load": "end", "/submit-on-ready": "end",
		"/submit-by-timer": "end", "/submit-by-click": "end", "/refresh": "end", "/location-inline": "end",
		"/location-on-load": "end", "/twice": "end", "/in-frame": "outer",
	} {
		t.Run(strings.TrimPrefix(path, "/"), func(t *testing.T) {
			tab := newTab(t, worker, Settings{})
			defer tab.Close()
			if err := tab.Open(s.sp + path); err != nil {
				t.Fatal(err)
			}
			if p := tab.Page(); p.Name != name || p.Status != http.StatusOK || p.Err != "" {
				t.Errorf("settled on %s, name %q, status %d, err %q; want the page %q", p.URL, p.Name, p.Status, p.Err, name)
			}
		})
	}
}

func TestPressSettles(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	journeys(s)
	s.page("/start", `<title>Start</title><body data-page="start">
<a id="link" href="{idp}/end">link</a>
<a id="chain" href="/chain">chain</a>
<a id="fragment" href="#below">below</a>
<button id="location" onclick="location='{idp}/end'">go</button>
<button id="nothing" type="button">nothing</button>
<button id="state" onclick="history.pushState({}, '', '/elsewhere')">state</button>
<a id="download" href="/download">file</a>
<a id="nothing-back" href="/no-content">no content</a>
<form method="post" action="{idp}/receive"><input name="x" value="1" type="hidden"><button id="post">post</button></form>
<form method="post" action="/no-content"><button id="post-nothing">post</button></form>`)
	s.HandleFunc("/download", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", "attachment; filename=x.txt")
	})
	s.HandleFunc("/no-content", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	worker := newWorker(t, shared)
	for css, want := range map[string]struct{ name, path, err string }{
		"#link":         {"end", "/end", ""},
		"#chain":        {"end", "/end", ""},
		"#fragment":     {"start", "/start#below", ""},
		"#location":     {"end", "/end", ""},
		"#nothing":      {"start", "/start", ""},
		"#state":        {"start", "/elsewhere", ""},
		"#post":         {"end", "/end", ""},
		"#download":     {"start", "/start", "no page came from"},
		"#nothing-back": {"start", "/start", "no page came from"},
		"#post-nothing": {"start", "/start", "no page came from"},
	} {
		t.Run(css[1:], func(t *testing.T) {
			tab := newTab(t, worker, Settings{})
			defer tab.Close()
			if err := tab.Open(s.sp + "/start"); err != nil {
				t.Fatal(err)
			}
			if err := tab.Press(css); err != nil {
				t.Fatal(err)
			}
			p := tab.Page()
			if p.Name != want.name || !strings.HasSuffix(p.URL, want.path) || !strings.HasPrefix(p.Err, want.err) || (want.err == "") != (p.Err == "") {
				t.Errorf("settled on %s, name %q, err %q; want %+v", p.URL, p.Name, p.Err, want)
			}
		})
	}
}

func TestStatusAndErrors(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.HandleFunc("/forbidden", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "not for you", http.StatusForbidden) })
	s.HandleFunc("/broken", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "oh dear", http.StatusInternalServerError) })
	s.HandleFunc("/no-content", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	s.HandleFunc("/download", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="x.txt"`)
		w.Write([]byte("x"))
	})
	s.HandleFunc("/refused", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, closedPort(t), http.StatusFound) })
	s.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	s.HandleFunc("/xml", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		w.Write([]byte(`<EntityDescriptor entityID="x">metadata</EntityDescriptor>`))
	})
	s.page("/posts-to-refused", `<body><form method="post" action="`+closedPort(t)+`"></form><script>document.forms[0].submit()</script>`)
	worker := newWorker(t, shared)
	for path, want := range map[string]struct {
		status    int
		text, err string
	}{
		"/forbidden":        {http.StatusForbidden, "not for you", ""},
		"/broken":           {http.StatusInternalServerError, "oh dear", ""},
		"/xml":              {http.StatusOK, "metadata", ""},
		"/no-content":       {0, "", "no page came from"}, // the empty page still stands
		"/download":         {0, "", "no page came from"},
		"/refused":          {0, "", "net::ERR_CONNECTION_REFUSED"},
		"/loop":             {0, "", "net::ERR_TOO_MANY_REDIRECTS"},
		"/posts-to-refused": {0, "", "net::ERR_CONNECTION_REFUSED"},
	} {
		t.Run(path[1:], func(t *testing.T) {
			tab := newTab(t, worker, Settings{})
			defer tab.Close()
			if err := tab.Open(s.sp + path); err != nil {
				t.Fatal(err)
			}
			p := tab.Page()
			if p.Status != want.status || !strings.Contains(p.Text, want.text) || !strings.HasPrefix(p.Err, want.err) || (want.err == "") != (p.Err == "") {
				t.Errorf("status %d, text %q, err %q; want %+v", p.Status, p.Text, p.Err, want)
			}
			if strings.HasPrefix(p.URL, "chrome-error:") {
				t.Errorf("the address shown is Chrome's own: %s", p.URL)
			}
		})
	}
}

func TestSlowAnswerIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	arrived, answer := make(chan struct{}), make(chan struct{})
	s.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-answer
		s.write(w, `<body data-page="slow">`)
	})
	worker := newWorker(t, shared)
	tab := newTab(t, worker, Settings{})
	go func() {
		<-arrived
		close(answer)
	}()
	if err := tab.Open(s.sp + "/slow"); err != nil {
		t.Fatal(err)
	}
	if name := tab.Page().Name; name != "slow" {
		t.Errorf("settled on %q", name)
	}
	tab.Close()

	ctx, cancel := context.WithCancel(timeout(t))
	s.HandleFunc("/never", func(w http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	tab, err := worker.Tab(ctx, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	err = tab.Open(s.sp + "/never")
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "/never") {
		t.Errorf("a server that never answers: %v", err)
	}
}

func TestEndlessMotionEndsWithTheContext(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	ctx, cancel := context.WithCancel(timeout(t))
	var rounds atomic.Int32
	s.HandleFunc("/ping", func(w http.ResponseWriter, r *http.Request) {
		if rounds.Add(1) == 3 {
			cancel()
		}
		s.write(w, `<script>location = "{idp}/pong"</script>`)
	})
	s.page("/pong", `<script>location = "{sp}/ping"</script>`)
	worker := newWorker(t, shared)
	tab, err := worker.Tab(ctx, Settings{Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	if err := tab.Open(s.sp + "/ping"); !errors.Is(err, context.Canceled) || !errors.Is(err, ErrRestless) {
		t.Errorf("two pages that send each other on: %v", err)
	}
}
