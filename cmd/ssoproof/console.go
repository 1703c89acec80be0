package main

import (
	_ "embed"
	"html/template"
	"net/http"

	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

//go:embed console.html
var consoleHTML string

// console is the page that leads to everything that serve keeps up.
func console(house *lab.House, v *vocabulary, tenants []tenant, control string) http.Handler {
	page := template.Must(template.New("console").Parse(consoleHTML))
	data := struct {
		Tenants []tenant
		People  []scenario.Person
		Control string
		Faults  int
	}{tenants, v.people, control, len(v.faults)}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		// A write that fails has no reader left to tell.
		_ = page.Execute(w, data)
	})
}
