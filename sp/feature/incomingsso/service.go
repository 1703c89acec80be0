package incomingsso

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// maxAnswer bounds what is read of the web service's answer, in bytes; a
// clean one has four or five.
const maxAnswer = 1 << 10

// serviceClient makes a client for the Authentication Web Service from the
// tenant's: it follows no redirect (CWE-918), knows no cookies, and takes a
// new connection each time, since net/http repeats a GET of its own accord
// when a kept one breaks, and the service is to be asked exactly once.
func serviceClient(tenant *http.Client) *http.Client {
	c := http.Client{}
	if tenant != nil {
		c = *tenant
	}
	c.Jar = nil
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if t, ok := c.Transport.(*http.Transport); ok {
		t = t.Clone()
		t.DisableKeepAlives = true
		c.Transport = t
	}
	return &c
}

// ask calls the Authentication Web Service (REST, JSON) and tells whether it
// confirmed that the key is the user's. Whatever is not a clean true is a no.
// The sentence says what came back, for the record; it never holds the key.
func (f *incoming) ask(ctx context.Context, email, key string) (valid bool, said string) {
	ctx, cancel := context.WithTimeout(ctx, f.set.ServiceTimeout)
	defer cancel()
	to := with(with(f.set.ServiceURL, f.set.EmailParameter, email), f.set.SessionParameter, key)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, to, nil)
	if err != nil {
		return false, "the web service's URL cannot be used"
	}
	req.Header.Set("Accept", "application/json")
	res, err := f.client.Do(req)
	if err != nil {
		return false, "the web service cannot be reached: " + withoutURL(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return false, "the web service's answer broke off: " + withoutURL(err)
	}
	return judge(res, body)
}

// judge applies seed 001, "How to implement", step 5: just true or false in
// the body, no quotes, and application/json; charset=utf-8. JSON white space
// around it is no part of the value (RFC 8259, 2); another charset is
// remarked, since the five letters are the same in it.
func judge(res *http.Response, body []byte) (bool, string) {
	header := res.Header.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(header)
	text := strings.Trim(string(body), " \t\r\n")
	switch {
	case res.StatusCode != http.StatusOK:
		return false, fmt.Sprintf("the web service answered with status %d", res.StatusCode)
	case len(body) > maxAnswer:
		return false, fmt.Sprintf("the web service answered with more than %d bytes", maxAnswer)
	case err != nil || kind != "application/json":
		return false, fmt.Sprintf("the web service answered with Content-Type %q, not application/json", header)
	case text == "false":
		return false, "the web service said false"
	case text != "true":
		return false, fmt.Sprintf("the web service answered %.40q, neither true nor false", body)
	case !strings.EqualFold(params["charset"], "utf-8"):
		return true, fmt.Sprintf("the web service said true, but with Content-Type %q in place of application/json; charset=utf-8", header)
	}
	return true, "the web service said true"
}

// withoutURL is the error without the URL that net/http puts into it, which
// holds the session key.
func withoutURL(err error) string {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return err.Error()
}
