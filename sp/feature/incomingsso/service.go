package incomingsso

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/ssoproof/ssoproof/sp/profile"
)

// kind is one way of speaking to the Authentication Web Service (seed 001,
// "How to implement", step 4).
type kind struct {
	name, title string
	// ask makes the call. The context and what every call has are added later.
	ask func(set profile.Incoming, email, key string) (*http.Request, error)
	// judge tells whether the answer is a clean true, and in a sentence what it
	// is. The body is within limit.
	judge func(answer) (valid bool, said string)
	limit int // bytes of an answer that are read
}

// kinds returns the three ways; the names are those of the setting
// service-format.
func kinds() []kind {
	return []kind{
		{name: "json", title: "REST (JSON)", ask: askJSON, judge: judgeJSON, limit: maxJSON},
		{name: "xml", title: "REST (XML)", ask: askXML, judge: judgeXML, limit: maxXML},
		{name: "soap", title: "SOAP 1.1", ask: askSOAP, judge: judgeSOAP, limit: maxXML},
	}
}

func kindNamed(name string) (kind, bool) {
	for _, k := range kinds() {
		if k.name == name {
			return k, true
		}
	}
	return kind{}, false
}

// answer is what came back from the web service, with the whole body.
type answer struct {
	status int
	kind   string // Content-Type as sent
	body   []byte
}

// call is one call of the web service and what it came to. Request and
// Response are what was on the wire, with the session key masked.
type call struct {
	Request, Response string
	Valid             bool
	Said              string // one sentence, which never holds the key
}

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

// ask calls the Authentication Web Service and tells whether it confirmed that
// the key is the user's. Whatever is not a clean true is a no.
func (f *incoming) ask(ctx context.Context, email, key string) call {
	ctx, cancel := context.WithTimeout(ctx, f.set.ServiceTimeout)
	defer cancel()
	k, _ := kindNamed(f.set.ServiceFormat)
	req, err := k.ask(f.set, email, key)
	if err != nil {
		return call{Said: "the web service's URL cannot be used"}
	}
	req = req.WithContext(ctx)
	req.Close = true // one call, one connection; see serviceClient
	mask := maskOf(f.set.SessionParameter, key)
	var c call
	if sent, err := httputil.DumpRequestOut(req, true); err == nil {
		c.Request = mask.Replace(string(sent))
	}
	res, err := f.client.Do(req)
	if err != nil {
		c.Said = "the web service cannot be reached: " + withoutURL(err)
		return c
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, int64(k.limit)+1))
	c.Response = mask.Replace(head(res) + shown(body))
	switch {
	case err != nil:
		c.Said = "the web service's answer broke off: " + withoutURL(err)
	case len(body) > k.limit:
		c.Said = fmt.Sprintf("the web service answered with more than %d bytes", k.limit)
	default:
		c.Valid, c.Said = k.judge(answer{res.StatusCode, res.Header.Get("Content-Type"), body})
		c.Said = mask.Replace(c.Said)
	}
	return c
}

// head is the answer's status line and headers as text.
func head(res *http.Response) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\r\n", res.Proto, res.Status)
	_ = res.Header.Write(&b) // a strings.Builder takes everything
	return b.String() + "\r\n"
}

// shown is a body for people: what is not text is quoted, and a long one is cut.
func shown(body []byte) string {
	const room = 4 << 10
	text, rest := string(body), ""
	if len(text) > room {
		text, rest = text[:room], "\n[…]"
	}
	if !clean(strings.NewReplacer("\r", " ", "\n", " ", "\t", " ").Replace(text+" "), room+1) {
		text = fmt.Sprintf("%q", text)
	}
	return text + rest
}

// masked stands where a session key stood.
const masked = "***"

// maskOf replaces the key wherever a call or an answer to it may hold it.
func maskOf(parameter, key string) *strings.Replacer {
	pairs := []string{
		url.QueryEscape(parameter) + "=" + url.QueryEscape(key), url.QueryEscape(parameter) + "=" + masked,
		">" + escaped(key) + "<", ">" + masked + "<",
	}
	// A short one may be part of any word, and is nobody's key.
	if len(key) >= 8 {
		pairs = append(pairs, url.QueryEscape(key), masked, escaped(key), masked, key, masked)
	}
	return strings.NewReplacer(pairs...)
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
