package browser

import (
	"bytes"
	"errors"
	"html"
	"image/png"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// closedPort is an address that nobody listens on.
func closedPort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String() + "/"
}

func TestLogin(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	worker := newWorker(t, shared)
	for range 3 {
		tab := newTab(t, worker, Settings{})
		if err := s.play(tab); err != nil {
			t.Fatal(err)
		}
		if text, err := tab.Text("#account-id"); err != nil || text != "7" {
			t.Errorf("account id %q, %v", text, err)
		}
		names, err := cookies(tab)
		if err != nil || !slices.Contains(names, "a.sp.localhost session") {
			t.Errorf("cookies %q, %v", names, err)
		}
		if err := tab.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

const formPage = `<title>Form</title><body data-page="form"><form method="post" action="/echo" id="f">
<input id="name" name="name">
<input id="fixed" name="fixed" value="v" readonly>
<input id="off" name="off" disabled>
<input id="agree" name="agree" type="checkbox">
<select id="sp" name="sp"><option value="1">One</option><option value="2">Two</option></select>
<textarea id="note" name="note"></textarea>
<button id="gone" style="display:none">gone</button>
<button id="pale" style="visibility:hidden">pale</button>
<button id="grey" disabled>grey</button>
<button id="go">go</button></form>`

func TestFillAndSubmit(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.page("/form", formPage)
	s.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		s.write(w, "<body>"+html.EscapeString(r.PostForm.Encode()))
	})
	tab := newTab(t, newWorker(t, shared), Settings{})
	if err := tab.Open(s.sp + "/form"); err != nil {
		t.Fatal(err)
	}
	if err := tab.Fill("#name", `Ada "Countess" \ Lovelace`); err != nil {
		t.Fatal(err)
	}
	err := tab.Submit([]Field{{"#sp", "Two"}, {"#agree", "yes"}, {"#note", "line 1\nline 2"}}, "#go")
	if err != nil {
		t.Fatal(err)
	}
	want := `agree=on&fixed=v&name=Ada+%22Countess%22+%5C+Lovelace&note=line+1%0D%0Aline+2&sp=2`
	if got := tab.Page().Text; got != want {
		t.Errorf("the server received\n%s\nwant\n%s", got, want)
	}
}

func TestFillIsHeardByTheScripts(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.page("/form", `<body><input id="name" oninput="out.append('input ' + this.value + ';')" onchange="out.append('change')"><p id="out"></p>`)
	tab := newTab(t, newWorker(t, shared), Settings{})
	if err := tab.Open(s.sp + "/form"); err != nil {
		t.Fatal(err)
	}
	if err := tab.Fill("#name", "ada"); err != nil {
		t.Fatal(err)
	}
	if text, err := tab.Text("#out"); err != nil || text != "input ada;change" {
		t.Errorf("the page heard %q, %v", text, err)
	}
}

func TestAPersonCannot(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.page("/form", formPage)
	tab := newTab(t, newWorker(t, shared), Settings{})
	if err := tab.Open(s.sp + "/form"); err != nil {
		t.Fatal(err)
	}
	press := func(css string) func() error { return func() error { return tab.Press(css) } }
	fill := func(css, text string) func() error { return func() error { return tab.Fill(css, text) } }
	for problem, act := range map[string]func() error{
		"#gone: not visible":                         press("#gone"),
		"#pale: not visible":                         press("#pale"),
		"#grey: disabled":                            press("#grey"),
		"#absent: no such element":                   press("#absent"),
		"#off: disabled":                             fill("#off", "x"),
		"#fixed: read-only":                          fill("#fixed", "x"),
		`#sp: no option "Three"`:                     fill("#sp", "Three"),
		"#go: not a field":                           fill("#go", "x"),
		"#nowhere: no such element":                  func() error { _, err := tab.Text("#nowhere"); return err },
		"#first-bad: no such element":                func() error { return tab.Submit([]Field{{"#first-bad", ""}}, "#go") },
		"not a valid selector":                       press("#["),
		"no usable element: there is no page before": tab.Back,
	} {
		err := act()
		if err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: got %v", problem, err)
		}
		if (strings.HasPrefix(problem, "#") || strings.HasPrefix(problem, "no usable")) && !errors.Is(err, ErrElement) {
			t.Errorf("%s: %v does not wrap ErrElement", problem, err)
		}
	}
	if err := tab.Press("#absent"); err == nil || !strings.Contains(err.Error(), "button#go") {
		t.Errorf("the error does not say what there is: %v", err)
	}
	if !tab.Exists("#gone") || tab.Exists("#absent") {
		t.Error("Exists is wrong")
	}
}

func TestDialogsAndPopups(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.page("/dialogs", `<body data-page="dialogs" onbeforeunload="return 'stay?'"><button id="ask" onclick="alert('hello'); if (confirm('sure?')) location='/sure'">ask</button>
<a id="window" target="_blank" href="{idp}/empty">new window</a>`)
	s.page("/sure", `<body data-page="sure">`)
	worker := newWorker(t, shared)
	tab := newTab(t, worker, Settings{})
	if err := tab.Open(s.sp + "/dialogs"); err != nil {
		t.Fatal(err)
	}
	if err := tab.Press("#window"); err != nil {
		t.Fatal(err)
	}
	if p := tab.Page(); p.Name != "dialogs" || !slices.Equal(p.Popups, []string{s.idp + "/empty"}) {
		t.Errorf("page %q, popups %q", p.Name, p.Popups)
	}
	if err := tab.Press("#ask"); err != nil {
		t.Fatal(err)
	}
	if p := tab.Page(); p.Name != "sure" || !slices.Equal(p.Dialogs, []string{"hello", "sure?"}) {
		t.Errorf("page %q, dialogs %q", p.Name, p.Dialogs)
	}
	tab.Close()
	next := newTab(t, worker, Settings{})
	if p, err := settled(next); err != nil || len(p.Popups)+len(p.Dialogs) != 0 {
		t.Errorf("the next tab inherits %+v, %v", p, err)
	}
}

func TestBackReloadScreenshot(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.page("/one", `<body data-page="one">`)
	s.page("/two", `<body data-page="two">`)
	tab := newTab(t, newWorker(t, shared), Settings{Width: 640, Height: 360})
	for _, step := range []struct {
		do   func() error
		want string
	}{
		{func() error { return tab.Open(s.sp + "/one") }, "one"},
		{func() error { return tab.Open(s.idp + "/two") }, "two"},
		{tab.Back, "one"},
		{tab.Reload, "one"},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if got := tab.Page().Name; got != step.want {
			t.Errorf("on %q, want %q", got, step.want)
		}
	}
	shot, err := tab.Screenshot()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	if size := picture.Bounds().Size(); size.X != 640 || size.Y != 360 {
		t.Errorf("the picture is %v", size)
	}
}

func TestJavaScriptOff(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.page("/scripted", `<body data-page="still"><script>location="/elsewhere"</script><noscript><p>no script</p></noscript>
<form action="/next"><button id="on">on</button></form>`)
	s.page("/next", `<body data-page="next">`)
	tab := newTab(t, newWorker(t, shared), Settings{JavaScriptOff: true})
	if err := tab.Open(s.sp + "/scripted"); err != nil {
		t.Fatal(err)
	}
	if p := tab.Page(); p.Name != "still" || !strings.HasPrefix(p.Text, "no script") {
		t.Errorf("on %q with %q", p.Name, p.Text)
	}
	if err := tab.Press("#on"); err != nil {
		t.Fatal(err)
	}
	if name := tab.Page().Name; name != "next" {
		t.Errorf("on %q", name)
	}
}

func TestCookiesBlocked(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.HandleFunc("/set", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
		http.Redirect(w, r, "/show", http.StatusFound)
	})
	s.HandleFunc("/show", func(w http.ResponseWriter, r *http.Request) {
		s.write(w, `<body><p id="sent">`+r.Header.Get("Cookie")+`</p><p id="script"></p><script>document.cookie="b=2"; document.getElementById("script").append(document.cookie)</script>`)
	})
	worker := newWorker(t, shared)
	for _, test := range []struct {
		settings     Settings
		sent, script string
	}{
		{Settings{}, "a=1", "a=1; b=2"},
		{Settings{CookiesBlocked: true}, "", ""},
	} {
		tab := newTab(t, worker, test.settings)
		if err := tab.Open(s.sp + "/set"); err != nil {
			t.Fatal(err)
		}
		sent, _ := tab.Text("#sent")
		script, _ := tab.Text("#script")
		if sent != test.sent || script != test.script {
			t.Errorf("%+v: the server saw %q and the script %q", test.settings, sent, script)
		}
		tab.Close()
	}
}

func TestBeforeAnythingIsOpened(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	worker := newWorker(t, shared)
	for name, verb := range map[string]struct {
		do   func(*Tab) error
		want string // in the error; "" is none
	}{
		"press":      {func(tab *Tab) error { return tab.Press("#x") }, "no such element on about:blank"},
		"fill":       {func(tab *Tab) error { return tab.Fill("#x", "x") }, "no such element on about:blank"},
		"back":       {(*Tab).Back, "there is no page before this one"},
		"reload":     {(*Tab).Reload, ""},
		"settle":     {func(tab *Tab) error { _, err := settled(tab); return err }, ""},
		"cookies":    {func(tab *Tab) error { _, err := cookies(tab); return err }, ""},
		"screenshot": {func(tab *Tab) error { _, err := tab.Screenshot(); return err }, ""},
		"nothing":    {func(tab *Tab) error { return nil }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			tab := newTab(t, worker, Settings{})
			defer tab.Close()
			if err := verb.do(tab); (err == nil) != (verb.want == "") || err != nil && !strings.Contains(err.Error(), verb.want) {
				t.Errorf("%v; want %q", err, verb.want)
			}
			if tab.Page().URL != blank {
				t.Errorf("the page is %s", tab.Page().URL)
			}
			if err := s.play(tab); err != nil {
				t.Errorf("a login after it: %v", err)
			}
		})
	}
}
