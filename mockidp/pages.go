package mockidp

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

//go:embed templates/*.html templates/*.css templates/*.js
var files embed.FS

// pages renders everything that a visitor sees.
type pages struct {
	templates map[string]*template.Template
	policy    string // Content-Security-Policy
}

// document is what the layout needs around a page.
type document struct {
	Name   string // of the page, on <body data-page>
	Title  string
	Style  template.CSS
	Script template.JS
	Page   any
}

// The pages' own data.
type (
	loginPage struct {
		SP, Request, Login string
		Wrong              bool
	}
	launchPage struct {
		Person, RelayState string
		Options            []launchOption
	}
	launchOption struct {
		EntityID, Name, RelayState string
		Chosen                     bool
	}
	messagePage struct{ Name, Title, Text string }
)

// scripts are inline, so that one page is one exchange; the policy admits
// them by their hash.
var scripts = map[string]string{"launch": "launch.js", "deliver": "deliver.js"}

// loadPages parses the pages, once: what is parsed is escaped when it is first
// rendered, and both together take longer than a login.
var loadPages = sync.OnceValues(func() (*pages, error) {
	p := &pages{templates: map[string]*template.Template{}}
	var hashes []string
	for _, name := range []string{"login", "launch", "message", "deliver"} {
		t, err := template.ParseFS(files, "templates/layout.html", "templates/"+name+".html")
		if err != nil {
			return nil, err
		}
		p.templates[name] = t
		if script := asset(scripts[name]); script != "" {
			sum := sha256.Sum256([]byte(script))
			hashes = append(hashes, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
		}
	}
	p.policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; script-src " +
		strings.Join(hashes, " ")
	return p, nil
})

// asset returns a style or script, "" for a page without one.
func asset(name string) string {
	if name == "" {
		return ""
	}
	content, _ := files.ReadFile("templates/" + name) // embedded
	return strings.TrimSpace(string(content))
}

func (p *pages) login(w http.ResponseWriter, page loginPage) {
	p.render(w, http.StatusOK, "login", document{Name: "login", Title: "Sign in", Page: page})
}

func (p *pages) launch(w http.ResponseWriter, page launchPage) {
	p.render(w, http.StatusOK, "launch", document{Name: "launch", Title: "Applications", Page: page})
}

func (p *pages) message(w http.ResponseWriter, status int, page messagePage) {
	p.render(w, status, "message", document{Name: page.Name, Title: page.Title, Page: page})
}

// deliver writes the form that posts a Response (bindings 3.5.4). What the
// form says may be wrong on purpose; that it is escaped may not.
func (p *pages) deliver(w http.ResponseWriter, form fault.Delivery) {
	p.render(w, http.StatusOK, "deliver", document{Name: "deliver", Title: "Signing you in", Page: form})
}

func (p *pages) render(w http.ResponseWriter, status int, name string, page document) {
	page.Style, page.Script = template.CSS(asset("style.css")), template.JS(asset(scripts[name]))
	var body bytes.Buffer
	if err := p.templates[name].ExecuteTemplate(&body, "layout", page); err != nil {
		http.Error(w, "rendering the page: "+err.Error(), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-cache, no-store")
	header.Set("Pragma", "no-cache")
	header.Set("Content-Security-Policy", p.policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	w.WriteHeader(status)
	w.Write(body.Bytes())
}
