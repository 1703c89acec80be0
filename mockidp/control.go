package mockidp

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Control steers running identity providers over HTTP, for testers that are
// not written in Go. Everything is JSON; bodies need the content type
// application/json, which keeps web pages of other sites out, and an error is
// {"error": ..., "hint": ...}. An identity provider is called a tenant, by
// the name it was added under.
//
//	GET    /                        this list
//	GET    /faults                  the catalogue, with parameters
//	GET    /tenants                 names, entityIDs, armed faults
//	POST   /tenants/{name}/faults   {"name": "...", "args": {"...": "..."}, "always": false}
//	DELETE /tenants/{name}/faults   take back every fault and status
//	PUT    /tenants/{name}/status   {"code": "...", "subCode": "...", "message": "..."}: answer this once
//	PUT    /tenants/{name}/clock    {"offset": "-5m"}
//	GET    /tenants/{name}/trace    the last events; ?last=N, 50 by default
//	POST   /reset                   take back every fault and status, clocks to 0
type Control struct {
	mux     *http.ServeMux
	mu      sync.Mutex
	tenants map[string]tenant
}

type tenant struct {
	idp      *IdP
	setClock func(time.Duration)
}

const controlLimit = 64 << 10 // bytes of a body

// NewControl returns a control API without tenants.
func NewControl() *Control {
	c := &Control{mux: http.NewServeMux(), tenants: map[string]tenant{}}
	for _, route := range controlRoutes() {
		path := route.Path
		if path == "/" {
			path = "/{$}" // without this it would match every path
		}
		c.mux.Handle(route.Method+" "+path, c.handle(route.answer))
	}
	c.mux.Handle("/", c.handle((*Control).unknown))
	return c
}

// Add puts an identity provider under control, in place of one of the same
// name. setClock sets how far its clock is off; nil means it cannot be set.
func (c *Control) Add(name string, idp *IdP, setClock func(time.Duration)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tenants[name] = tenant{idp: idp, setClock: setClock}
}

func (c *Control) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.mux.ServeHTTP(w, r) }

// handle turns an answer or an error into JSON.
func (c *Control) handle(answer func(*Control, *http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, controlLimit)
		code := http.StatusOK
		body, err := answer(c, r)
		var refused *controlError
		switch {
		case errors.As(err, &refused):
			code, body = refused.code, refused
		case err != nil:
			code, body = http.StatusInternalServerError, &controlError{Text: err.Error()}
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(code)
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.Encode(body)
	})
}

// controlError is an error for the caller, with a hint where there is one.
type controlError struct {
	code int
	Text string `json:"error"`
	Hint string `json:"hint,omitempty"`
}

func (e *controlError) Error() string { return e.Text }

func badRequest(text, hint string) error {
	return &controlError{code: http.StatusBadRequest, Text: text, Hint: hint}
}

// read decodes a body, in which every key must be known.
func read(r *http.Request, into any) error {
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "application/json" {
		return &controlError{code: http.StatusUnsupportedMediaType, Text: "the body must be application/json"}
	}
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return &controlError{code: http.StatusRequestEntityTooLarge, Text: fmt.Sprintf("the body is larger than %d bytes", controlLimit)}
	case err != nil:
		return badRequest("reading the body: "+err.Error(), "GET / shows the bodies")
	}
	return nil
}

// tenant finds the identity provider that a path names.
func (c *Control) tenant(r *http.Request) (tenant, error) {
	name := r.PathValue("name")
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.tenants[name]
	if !ok {
		names := slices.Sorted(maps.Keys(c.tenants))
		return tenant{}, &controlError{code: http.StatusNotFound, Text: fmt.Sprintf("no tenant %q", clip(name)), Hint: nearest(name, names)}
	}
	return found, nil
}

func (c *Control) all() map[string]tenant {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.tenants)
}
