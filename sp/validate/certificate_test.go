package validate_test

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"
)

// t0 stands for the test where a table is built and only a mistake in the
// table itself could fail: it panics.
type t0 struct{ testing.TB }

func (t0) Helper()                   {}
func (t0) Fatal(args ...any)         { panic(args) }
func (t0) Fatalf(f string, a ...any) { panic(f) }

// issue makes a certificate of that key with that validity.
func issue(t testing.TB, name string, from, until time.Time) *x509.Certificate {
	t.Helper()
	signer := key(t, name)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name + " renewed"}, NotBefore: from, NotAfter: until,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
