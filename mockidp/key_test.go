package mockidp

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"testing"
	"time"
)

func TestNewKey(t *testing.T) {
	t.Parallel()
	from, to := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2002, 1, 1, 0, 0, 0, 0, time.UTC)
	key, err := NewKey(KeyOptions{CommonName: "old", Algorithm: "ecdsa-p256", NotBefore: from, NotAfter: to})
	if err != nil {
		t.Fatal(err)
	}
	certificate := key.Certificate
	if _, ok := certificate.PublicKey.(*ecdsa.PublicKey); !ok || certificate.Subject.CommonName != "old" || !certificate.NotBefore.Equal(from) || !certificate.NotAfter.Equal(to) {
		t.Errorf("%T for %s, %s to %s", certificate.PublicKey, certificate.Subject, certificate.NotBefore, certificate.NotAfter)
	}
	if !key.Signer.Public().(*ecdsa.PublicKey).Equal(certificate.PublicKey) {
		t.Error("the certificate is for another key")
	}
	if public, ok := idpKey().Certificate.PublicKey.(*rsa.PublicKey); !ok || public.N.BitLen() != 2048 {
		t.Errorf("the default is %T", idpKey().Certificate.PublicKey)
	}
	if _, err := NewKey(KeyOptions{Algorithm: "dsa"}); err == nil {
		t.Error("dsa is taken")
	}
}
