package mockidp

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
)

// inert is an identity provider without a port: the hostile requests are
// served directly, so that time and memory are its own.
func inert(t testing.TB) *IdP {
	t.Helper()
	idp, err := New(Config{BaseURL: "http://idp.localhost", Keys: []Key{ecKey}, People: []Person{ada}})
	if err != nil {
		t.Fatal(err)
	}
	keys := keyDescriptor(`use="signing"`, spKey().Certificate.Raw, "")
	if err := idp.Register(ServiceProvider{Metadata: spMetadata("urn:sp", keys, acs(0, "https://sp/acs", ""))}); err != nil {
		t.Fatal(err)
	}
	return idp
}

func bomb(size int) string {
	var buffer bytes.Buffer
	w, _ := flate.NewWriter(&buffer, flate.BestCompression)
	io.Copy(w, io.LimitReader(spaces{}, int64(size)))
	w.Close()
	return base64.StdEncoding.EncodeToString(buffer.Bytes())
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func authnRequest(inner string) string {
	return `<p:AuthnRequest xmlns:p="` + protocolNS + `" xmlns:a="` + assertionNS + `" ID="x"><a:Issuer>urn:sp</a:Issuer>` + inner + `</p:AuthnRequest>`
}

func posted(text string) string {
	return url.Values{"SAMLRequest": {base64Text(text)}}.Encode()
}

// Whatever comes, the answer is a 4xx, soon, and without much memory.
func TestHostileRequests(t *testing.T) {
	idp := inert(t)
	namespaces := strings.Builder{}
	for i := range 60 {
		fmt.Fprintf(&namespaces, ` xmlns:n%d="urn:%d"`, i, i)
	}
	for name, tc := range map[string]struct {
		method, path, body string
		code               int
	}{
		"body of 1 KB":       {"POST", ssoPath, strings.Repeat("a", 1<<10), 400},
		"body of 1 MiB":      {"POST", ssoPath, "SAMLRequest=" + strings.Repeat("a", 1<<20), 413},
		"body of 64 MiB":     {"POST", ssoPath, "SAMLRequest=" + strings.Repeat("a", 64<<20), 413},
		"login of 64 MiB":    {"POST", loginPath, "login=" + strings.Repeat("a", 64<<20), 413},
		"many fields":        {"POST", ssoPath, strings.Repeat("a&", 250000), 400},
		"query of 1 MiB":     {"GET", ssoPath + "?SAMLRequest=" + strings.Repeat("a", 1<<20), "", 414},
		"deflate bomb":       {"GET", ssoPath + "?SAMLRequest=" + url.QueryEscape(bomb(8<<20)), "", 413},
		"broken deflate":     {"GET", ssoPath + "?SAMLRequest=" + url.QueryEscape(base64Text(strings.Repeat("\xff", 1000))), "", 400},
		"broken base64":      {"POST", ssoPath, "SAMLRequest=%%%", 400},
		"NUL":                {"POST", ssoPath, posted("\x00"), 400},
		"UTF-16":             {"POST", ssoPath, posted("\xff\xfe<\x00a\x00/\x00>\x00"), 400},
		"another encoding":   {"POST", ssoPath, posted(`<?xml version="1.0" encoding="EBCDIC"?>` + authnRequest("")), 400},
		"deep":               {"POST", ssoPath, posted(strings.Repeat("<a>", 60000)), 413},
		"deep and closed":    {"POST", ssoPath, posted(authnRequest(strings.Repeat("<a>", 500) + strings.Repeat("</a>", 500))), 413},
		"wide":               {"POST", ssoPath, posted(authnRequest(strings.Repeat("<a/>", 60000))), 413},
		"many attributes":    {"POST", ssoPath, posted("<a " + attributes(20000) + "/>"), 413},
		"many namespaces":    {"POST", ssoPath, posted(authnRequest(strings.Repeat("<a"+namespaces.String()+">", 25) + strings.Repeat("</a>", 25))), 400},
		"many signatures":    {"POST", ssoPath, posted(authnRequest(strings.Repeat(`<s:Signature xmlns:s="`+signatureNS+`"/>`, 1500))), 403},
		"empty signature":    {"POST", ssoPath, posted(authnRequest(`<s:Signature xmlns:s="` + signatureNS + `"/>`)), 403},
		"hollow signature":   {"POST", ssoPath, posted(authnRequest(`<s:Signature xmlns:s="` + signatureNS + `"><s:SignedInfo><s:Reference URI="#x"/></s:SignedInfo></s:Signature>`)), 403},
		"long text":          {"POST", ssoPath, posted(authnRequest(strings.Repeat("x", 200<<10))), 400},
		"entity bomb":        {"POST", ssoPath, posted(`<!DOCTYPE a [<!ENTITY b "` + strings.Repeat("c", 1000) + `"><!ENTITY d "` + strings.Repeat("&b;", 1000) + `">]><a>&d;</a>`), 400},
		"external entity":    {"POST", ssoPath, posted(`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`), 400},
		"undeclared entity":  {"POST", ssoPath, posted(authnRequest("&b;")), 400},
		"undeclared prefix":  {"POST", ssoPath, posted(authnRequest("<zz:b/>")), 400},
		"no issuer":          {"POST", ssoPath, posted(`<p:AuthnRequest xmlns:p="` + protocolNS + `" ID="x"/>`), 404},
		"two issuers":        {"POST", ssoPath, posted(authnRequest("<a:Issuer>urn:sp</a:Issuer>")), 404},
		"another media type": {"POST", ssoPath, "{}", 400},
		"long login, no ask": {"POST", loginPath, "request=nobody&login=" + strings.Repeat("a", 60000), 410},
	} {
		t.Run(name, func(t *testing.T) {
			survives(t, idp, httptest.NewRequest(tc.method, "http://idp.localhost"+tc.path, strings.NewReader(tc.body)), tc.code)
		})
	}
	for _, path := range []string{ssoPath, loginPath} {
		for _, size := range []int64{64 << 20, -1} { // -1 is chunked: the size shows only while reading
			request := httptest.NewRequest("POST", "http://idp.localhost"+path, io.LimitReader(spaces{}, 64<<20))
			request.ContentLength = size
			survives(t, idp, request, 413)
		}
	}
	if got := idp.waiting; len(got.items) > 0 {
		t.Errorf("%d requests wait at the login page", len(got.items))
	}
}

// survives serves a request and holds it to its time and memory. The limits
// leave room for a loaded machine and the race detector; what they are there
// to catch takes minutes or gigabytes.
func survives(t *testing.T, idp *IdP, request *http.Request, code int) {
	t.Helper()
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	recorder := httptest.NewRecorder()
	idp.ServeHTTP(recorder, request)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if recorder.Code != code {
		t.Errorf("%d, want %d: %.600s", recorder.Code, code, recorder.Body)
	}
	if took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 16<<20 {
		t.Errorf("allocated %d MiB", allocated>>20)
	}
}

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `a%d="" `, i)
	}
	return b.String()
}

// A flood of requests that nobody finishes is forgotten, oldest first.
func TestWaitingRequestsAreBounded(t *testing.T) {
	t.Parallel()
	shelf := newShelf[int](3)
	var keys []string
	for i := range 5 {
		keys = append(keys, shelf.put(i))
	}
	for i, key := range keys {
		if item, ok := shelf.take(key); ok != (i >= 2) || ok && item != i {
			t.Errorf("%d: %d %v", i, item, ok)
		}
	}
	if len(shelf.items) != 0 || len(shelf.order) != 0 {
		t.Errorf("left: %v %v", shelf.items, shelf.order)
	}
	events := newRing(3)
	for i := range 5 {
		events.add(Event{Note: fmt.Sprint(i)})
	}
	if got := events.last(10); len(got) != 3 || got[0].Note != "2" || got[2].Note != "4" {
		t.Errorf("ring %v", got)
	}
}

func FuzzRequest(f *testing.F) {
	idp := inert(f)
	for _, seed := range []string{
		authnRequest(""), authnRequest(`<p:NameIDPolicy Format=""/>`), "<a", "", "<!DOCTYPE a>",
		authnRequest(`<s:Signature xmlns:s="` + signatureNS + `"><s:SignedInfo><s:Reference URI="#x"/></s:SignedInfo><s:SignatureValue/></s:Signature>`),
		authnRequest(`<p:RequestedAuthnContext/><a:Subject><a:NameID/></a:Subject><a:Conditions NotBefore="x"/>`),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		body := url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString(raw)}}.Encode()
		request := httptest.NewRequest(http.MethodPost, "http://idp.localhost"+ssoPath, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		recorder := httptest.NewRecorder()
		idp.ServeHTTP(recorder, request)
		if recorder.Code >= 500 {
			t.Fatalf("%d: %v", recorder.Code, idp.events.last(1))
		}
	})
}
