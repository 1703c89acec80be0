package lab

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// Front is the one listener of a run. Every party of every case is a host
// name under .localhost behind it, so that the products keep their real
// paths, and IdP and SP are different sites: cookies behave as in life.
//
// It is also the best witness: what goes through it was really on the wire.
type Front struct {
	listener net.Listener
	server   *http.Server
	failed   chan error

	mu      sync.RWMutex
	doors   map[string]*door
	console http.Handler // at localhost, nil for none
}

type door struct {
	party   trace.Party
	record  func(trace.Event)
	clock   *Clock
	handler http.Handler
}

// idle is how long a connection may lie idle. Every case has host names of its
// own, so that what it leaves open is of no use to the next one; hundreds of
// idle connections slow Chrome down.
const idle = time.Second

// NewFront listens on addr ("127.0.0.1:0" for a random port) and serves until Close.
func NewFront(addr string) (*Front, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", addr, err)
	}
	f := &Front{listener: listener, failed: make(chan error, 1), doors: map[string]*door{}}
	f.server = &http.Server{Handler: f, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: idle, MaxHeaderBytes: 1 << 20}
	go func() { f.failed <- f.server.Serve(listener) }()
	return f, nil
}

// Close stops serving and waits until no request is under way, at most until ctx ends.
func (f *Front) Close(ctx context.Context) error {
	err := f.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, f.server.Close())
	}
	if served := <-f.failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// URL returns the address of a host behind the front, without a trailing slash.
func (f *Front) URL(host string) string {
	return "http://" + f.Host(host)
}

// Host returns the host with the front's port, as in an HTTP Host header.
func (f *Front) Host(host string) string {
	_, port, _ := net.SplitHostPort(f.listener.Addr().String())
	return net.JoinHostPort(host, port)
}

// Console serves h at the host localhost.
func (f *Front) Console(h http.Handler) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.console = h
}

// Serve puts a handler that belongs to no case behind a host name.
func (f *Front) Serve(host string, h http.Handler) {
	f.open(host, &door{party: trace.Lab, record: func(trace.Event) {}, clock: NewClock(time.Time{}), handler: h})
}

func (f *Front) open(host string, d *door) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.doors[host] = d
}

func (f *Front) shut(host string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.doors, host)
}

// ServeHTTP hands the request to the party behind its host name and records the exchange.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if trap := trapAt(r.URL.Path); trap != "" && host == "127.0.0.1" {
		host = trap
	}
	f.mu.RLock()
	d, console := f.doors[host], f.console
	f.mu.RUnlock()
	switch {
	case d != nil:
		d.serve(w, r)
	case console != nil && (host == "localhost" || host == "127.0.0.1"):
		console.ServeHTTP(w, r)
	default:
		http.Error(w, "nobody lives at "+host, http.StatusNotFound)
	}
}

func (d *door) serve(w http.ResponseWriter, r *http.Request) {
	seen, asked := &observed{ResponseWriter: w}, "http://"+r.Host+r.URL.RequestURI() // before a handler changes it
	if r.TLS != nil {
		asked = "https" + strings.TrimPrefix(asked, "http")
	}
	defer func() {
		from := trace.Browser
		if p := r.Header.Get(partyHeader); p != "" {
			from = trace.Party(p)
		}
		if r.URL.Path == "/favicon.ico" {
			return
		}
		d.record(trace.Event{At: d.clock.Now(), Party: d.party, Kind: trace.KindExchange, Exchange: &trace.Exchange{
			From: from, To: d.party, Method: r.Method, URL: asked,
			Status: seen.status(), Location: seen.Header().Get("Location"), ContentType: seen.Header().Get("Content-Type"), Cookies: cookieNames(seen.Header()),
		}})
	}()
	d.answer(seen, r)
}

// answer cuts the connection when the party fails, as net/http does, and says so.
func (d *door) answer(w http.ResponseWriter, r *http.Request) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if cause != http.ErrAbortHandler {
			d.record(trace.Event{At: d.clock.Now(), Party: d.party, Kind: trace.KindBroken, Note: fmt.Sprintf("%s %s: %v\n%s", r.Method, r.URL.Path, cause, debug.Stack())})
		}
		panic(http.ErrAbortHandler)
	}()
	d.handler.ServeHTTP(w, r)
}

func cookieNames(h http.Header) []string {
	var names []string
	for _, line := range h.Values("Set-Cookie") {
		name, _, _ := strings.Cut(line, "=")
		names = append(names, name)
	}
	return names
}

// observed remembers the status of an answer.
type observed struct {
	http.ResponseWriter
	code int
}

func (o *observed) WriteHeader(code int) {
	if o.code == 0 {
		o.code = code
	}
	o.ResponseWriter.WriteHeader(code)
}

func (o *observed) Write(b []byte) (int, error) {
	if o.code == 0 {
		o.code = http.StatusOK
	}
	return o.ResponseWriter.Write(b)
}

func (o *observed) status() int {
	if o.code == 0 {
		return http.StatusOK
	}
	return o.code
}

func (o *observed) Unwrap() http.ResponseWriter { return o.ResponseWriter }

func (o *observed) Flush() {
	if f, ok := o.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

func (o *observed) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(o.ResponseWriter).Hijack()
}

// partyHeader names the party that makes a back-channel call; browsers never send it.
const partyHeader = "Ssoproof-Party"

// client returns an HTTP client for one party's back channel: *.localhost is
// this machine (Go, unlike Chrome, does not know that), redirects are not
// followed, and the exchange is recorded as that party's.
func client(from trace.Party) *http.Client { return clientTrusting(from, nil) }

// clientTrusting is one that believes certificates by trust; nil believes what
// the machine does.
func clientTrusting(from trace.Party, trust *tls.Config) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	transport := &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   trust,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			host, port, err := net.SplitHostPort(addr)
			if err == nil && (host == "localhost" || strings.HasSuffix(host, ".localhost")) {
				addr = net.JoinHostPort("127.0.0.1", port)
			}
			return dialer.DialContext(ctx, network, addr)
		},
	}
	return &http.Client{
		Transport:     named{from, transport},
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type named struct {
	party trace.Party
	next  http.RoundTripper
}

func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set(partyHeader, string(n.party))
	return n.next.RoundTrip(r)
}
