package lab

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// Each certificate is refused for its own defect, by the party's own clock, and
// the trusted one is believed.
func TestCertificates(t *testing.T) {
	t.Parallel()
	now := time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC) // not today's
	l := &Lab{house: &House{}, Clocks: map[trace.Party]*Clock{trace.SP: NewClock(now)}}
	const host = "a.origin.localhost"
	defer func() {
		if err := l.house.secure.close(); err != nil {
			t.Error(err)
		}
	}()
	here := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	for name, wrong := range map[string]func(error) bool{
		trusted:    nil,
		selfSigned: is[x509.UnknownAuthorityError],
		expired:    isInvalid(x509.Expired),
		future:     isInvalid(x509.Expired), // Go has one word for both
		wrongName:  is[x509.HostnameError],
	} {
		certificate, err := l.certificate(name, host)
		if err != nil {
			t.Fatal(err)
		}
		want := name
		if name == trusted {
			want = ""
		}
		if got := objection(certificate, host, l.trust(trace.SP).RootCAs, now); got != want {
			t.Errorf("%s: the objection is %q", name, got)
		}
		port, err := l.house.secure.open(here, host, shown{&certificate, func() {}})
		if err != nil {
			t.Fatal(err)
		}
		res, err := clientTrusting(trace.SP, l.trust(trace.SP)).Get("https://" + host + ":" + port + "/")
		switch {
		case wrong == nil && err != nil:
			t.Errorf("%s: %v", name, err)
		case wrong == nil:
			res.Body.Close()
		case err == nil:
			res.Body.Close()
			t.Errorf("%s: believed", name)
		case !wrong(err):
			t.Errorf("%s: %v", name, err)
		}
	}
	l.house.secure.shut(host)
	if _, err := l.house.secure.certificate(&tls.ClientHelloInfo{ServerName: host}); err == nil {
		t.Error("a host that is shut still shows a certificate")
	}
}

func is[T error](err error) bool {
	var found T
	return errors.As(err, &found)
}

func isInvalid(why x509.InvalidReason) func(error) bool {
	return func(err error) bool {
		var found x509.CertificateInvalidError
		return errors.As(err, &found) && found.Reason == why
	}
}

// What goes through TLS is told apart from what does not.
func TestExchangesBehindTLS(t *testing.T) {
	t.Parallel()
	l := hubs(t)
	base, err := l.secureURL(trace.SP, trusted)
	if err != nil {
		t.Fatal(err)
	}
	res, err := clientTrusting(trace.IdP, l.trust(trace.SP)).Get(base + "/no/such/page")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil { // the end comes when the exchange is recorded
		t.Fatal(err)
	}
	if all := l.Trace.Exchanges(); len(all) == 0 || all[len(all)-1].URL != base+"/no/such/page" {
		t.Errorf("seen are %+v, want %s", all, base)
	}
}
