package mockidp

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// controlRoute is one entry of the API. The index is printed from the table
// that requests are served by.
type controlRoute struct {
	Method  string `json:"method"`
	Path    string `json:"path"`
	Body    string `json:"body,omitempty"`
	Summary string `json:"summary"`
	answer  func(*Control, *http.Request) (any, error)
}

func controlRoutes() []controlRoute {
	return []controlRoute{
		{"GET", "/", "", "this list", (*Control).index},
		{"GET", "/faults", "", "the catalogue of faults, with their parameters", (*Control).faults},
		{"GET", "/tenants", "", "the identity providers, with the faults that are armed", (*Control).list},
		{"POST", "/tenants/{name}/faults", `{"name": "conditions-window", "args": {"not-on-or-after": "-1s"}, "always": false}`, "arm a fault for the next Response, or for all", (*Control).arm},
		{"DELETE", "/tenants/{name}/faults", "", "take back every fault and status", (*Control).disarm},
		{"PUT", "/tenants/{name}/status", `{"code": "urn:oasis:names:tc:SAML:2.0:status:Responder", "subCode": "", "message": ""}`, "answer the next request with this error status", (*Control).status},
		{"PUT", "/tenants/{name}/clock", `{"offset": "-5m"}`, "set how far the clock is off", (*Control).clock},
		{"GET", "/tenants/{name}/trace", "", "the last events, oldest first; ?last=N, 50 by default", (*Control).trace},
		{"POST", "/reset", "", "take back every fault and status, and set the clocks right", (*Control).reset},
	}
}

func (c *Control) index(*http.Request) (any, error) {
	return map[string]any{"routes": controlRoutes()}, nil
}

func (c *Control) unknown(r *http.Request) (any, error) {
	return nil, &controlError{code: http.StatusNotFound, Text: "no " + r.Method + " " + clip(r.URL.Path), Hint: "GET / lists what there is"}
}

func (c *Control) faults(*http.Request) (any, error) {
	type entry struct {
		Name    string        `json:"name"`
		Summary string        `json:"summary"`
		Params  []fault.Param `json:"params"`
	}
	var list []entry
	for _, f := range fault.Catalogue() {
		list = append(list, entry{f.Name, f.Summary, f.Params})
	}
	return list, nil
}

func (c *Control) list(*http.Request) (any, error) {
	type entry struct {
		Name     string   `json:"name"`
		EntityID string   `json:"entityID"`
		Armed    []string `json:"armed"`
	}
	list := []entry{}
	tenants := c.all()
	for _, name := range slices.Sorted(maps.Keys(tenants)) {
		idp := tenants[name].idp
		list = append(list, entry{name, idp.EntityID(), idp.orders.armed()})
	}
	return list, nil
}

func (c *Control) arm(r *http.Request) (any, error) {
	t, err := c.tenant(r)
	if err != nil {
		return nil, err
	}
	var body struct {
		Name   string     `json:"name"`
		Args   fault.Args `json:"args"`
		Always bool       `json:"always"`
	}
	if err := read(r, &body); err != nil {
		return nil, err
	}
	armed, err := readFault(body.Name, body.Args)
	if err != nil {
		return nil, err
	}
	if body.Always {
		t.idp.ArmAlways(armed)
	} else {
		t.idp.Arm(armed)
	}
	return map[string]any{"armed": t.idp.orders.armed()}, nil
}

func (c *Control) disarm(r *http.Request) (any, error) {
	t, err := c.tenant(r)
	if err != nil {
		return nil, err
	}
	t.idp.Reset()
	return map[string]any{"armed": t.idp.orders.armed()}, nil
}

func (c *Control) status(r *http.Request) (any, error) {
	t, err := c.tenant(r)
	if err != nil {
		return nil, err
	}
	var body struct {
		Code    string `json:"code"`
		SubCode string `json:"subCode"`
		Message string `json:"message"`
	}
	if err := read(r, &body); err != nil {
		return nil, err
	}
	if body.Code == "" {
		return nil, badRequest("no status code", "such as urn:oasis:names:tc:SAML:2.0:status:Responder")
	}
	t.idp.AnswerStatus(response.Status{Code: body.Code, SubCode: body.SubCode, Message: body.Message})
	return body, nil
}

func (c *Control) clock(r *http.Request) (any, error) {
	t, err := c.tenant(r)
	if err != nil {
		return nil, err
	}
	var body struct {
		Offset string `json:"offset"`
	}
	if err := read(r, &body); err != nil {
		return nil, err
	}
	offset, err := time.ParseDuration(body.Offset)
	if err != nil {
		return nil, badRequest(fmt.Sprintf("%q is no duration", clip(body.Offset)), "such as -5m, 1h30m or 0s")
	}
	if t.setClock == nil {
		return nil, &controlError{code: http.StatusConflict, Text: "the clock of this tenant cannot be set"}
	}
	t.setClock(offset)
	return map[string]any{"offset": offset.String(), "now": t.idp.now()}, nil
}

func (c *Control) trace(r *http.Request) (any, error) {
	t, err := c.tenant(r)
	if err != nil {
		return nil, err
	}
	last := 50
	if text := r.URL.Query().Get("last"); text != "" {
		if last, err = strconv.Atoi(text); err != nil || last < 1 {
			return nil, badRequest(fmt.Sprintf("last=%s is no positive number", clip(text)), "")
		}
	}
	type entry struct {
		Event
		Text string `json:"xml,omitempty"`
	}
	list := []entry{}
	for _, event := range t.idp.events.last(last) {
		list = append(list, entry{event, string(event.XML)})
	}
	return list, nil
}

func (c *Control) reset(*http.Request) (any, error) {
	for _, t := range c.all() {
		t.idp.Reset()
		if t.setClock != nil {
			t.setClock(0)
		}
	}
	return c.list(nil)
}
