package browser

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/storage"
)

// sites are a small SP on a.sp.localhost and a small IdP on b.idp.localhost,
// one server under two names.
type sites struct {
	*http.ServeMux
	sp, idp string
	close   func()
}

func newSites(t testing.TB) *sites {
	t.Helper()
	s := &sites{ServeMux: http.NewServeMux()}
	server := httptest.NewServer(s)
	s.close = server.Close
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s.sp, s.idp = "http://a.sp.localhost:"+port, "http://b.idp.localhost:"+port
	s.page("/empty", "")
	s.login()
	return s
}

// page serves body at path; {sp} and {idp} in it become the sites' addresses.
func (s *sites) page(path, body string) {
	s.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.write(w, body) })
}

func (s *sites) write(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "<!doctype html>"+strings.NewReplacer("{sp}", s.sp, "{idp}", s.idp).Replace(body))
}

// login serves an SP-initiated login: SP page, redirect, login form, auto-post
// page, cross-site POST, 303, SP page.
func (s *sites) login() {
	s.HandleFunc("/app", func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("session"); err != nil {
			http.Redirect(w, r, s.idp+"/sso?SAMLRequest=x", http.StatusFound)
			return
		}
		s.write(w, `<title>App</title><body data-page="app"><p>welcome ada</p><span id="account-id">7</span>`)
	})
	s.page("/sso", `<title>Sign in</title><body data-page="login"><form method="post" action="/authenticate">
<input name="login" id="login"><input name="password" id="password" type="password"><button id="sign-in">Sign in</button></form>`)
	s.HandleFunc("/authenticate", func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("login") != "ada" || r.PostFormValue("password") != "secret" {
			http.Error(w, "wrong password", http.StatusForbidden)
			return
		}
		s.write(w, `<title>Wait</title><body data-page="post"><form id="saml-response" method="post" action="{sp}/acs">
<input type="hidden" name="SAMLResponse" value="`+strings.Repeat("QUJD", 2000)+`"></form><script>document.forms[0].submit()</script>`)
	})
	s.HandleFunc("/acs", func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("SAMLResponse") == "" {
			http.Error(w, "no response", http.StatusBadRequest)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Path: "/"})
		http.Redirect(w, r, "/app", http.StatusSeeOther)
	})
}

// timeout is the context of one test.
func timeout(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// shared is the Chrome of all tests that leave it alive.
var shared *Chrome

func TestMain(m *testing.M) {
	os.Exit(withChrome(m))
}

func withChrome(m *testing.M) int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var err error
	if shared, err = Start(ctx, Options{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer shared.Close()
	return m.Run()
}

func newWorker(t testing.TB, chrome *Chrome) *Worker {
	t.Helper()
	worker, err := chrome.Worker(timeout(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := worker.Close(); err != nil && !errors.Is(err, ErrGone) {
			t.Error(err)
		}
	})
	return worker
}

func newTab(t testing.TB, worker *Worker, settings Settings) *Tab {
	t.Helper()
	tab, err := worker.Tab(timeout(t), settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tab.Close() })
	return tab
}

// play does the whole login and checks where it led.
func (s *sites) play(tab *Tab) error {
	if err := tab.Open(s.sp + "/app"); err != nil {
		return err
	}
	if err := tab.Submit([]Field{{"#login", "ada"}, {"#password", "secret"}}, "#sign-in"); err != nil {
		return err
	}
	if p := tab.Page(); p.Name != "app" || p.Status != http.StatusOK || !strings.Contains(p.Text, "welcome ada") {
		return fmt.Errorf("the login led to %s (%s, %d)", p.URL, p.Title, p.Status)
	}
	return nil
}

// cookies are the names of those that the tab's browser context holds, as
// "domain name".
func cookies(tab *Tab) ([]string, error) {
	jar, err := call(tab.ctx, tab.chrome.conn.browser(), storage.GetCookies, storage.GetCookiesParams{BrowserContextID: tab.context})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, cookie := range jar.Cookies {
		names = append(names, cookie.Domain+" "+cookie.Name)
	}
	return names, nil
}

// settled reads the page anew.
func settled(tab *Tab) (*Page, error) {
	err := tab.act("settle", func() error { return nil })
	return tab.Page(), err
}
