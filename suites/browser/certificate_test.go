package browser

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A tab that accepts any certificate goes behind TLS, with those beside it, and
// no other does; names under .test are this machine.
func TestAcceptAnyCertificate(t *testing.T) {
	t.Parallel()
	behind := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `<!doctype html><title>Behind</title><body data-page="behind">`)
	}))
	t.Cleanup(behind.Close)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(behind.URL, "https://"))
	if err != nil {
		t.Fatal(err)
	}
	address := "https://shop.test:" + port + "/"
	worker := newWorker(t, shared)
	careful := newTab(t, worker, Settings{})
	if err := careful.Open(address); err != nil {
		t.Fatal(err)
	}
	if got := careful.Page().Err; !strings.HasPrefix(got, "net::ERR_CERT_AUTHORITY_INVALID") {
		t.Errorf("a careful tab sees %q and %q", careful.Page().Name, got)
	}
	careless := newTab(t, newWorker(t, shared), Settings{})
	if err := careless.AcceptAnyCertificate(); err != nil {
		t.Fatal(err)
	}
	for _, tab := range []*Tab{careless, careless.Beside()} {
		if err := tab.Open(address); err != nil {
			t.Fatal(err)
		}
		if got := tab.Page(); got.Name != "behind" {
			t.Errorf("it sees %q and %q", got.Name, got.Err)
		}
	}
}
