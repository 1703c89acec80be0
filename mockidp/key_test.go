package mockidp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/md5"
	"crypto/rsa"
	"crypto/x509"
	"testing"
	"time"
)

func TestOldCertificatesAreSignedAsTheySay(t *testing.T) {
	t.Parallel()
	for algorithm, want := range map[string]x509.SignatureAlgorithm{
		"rsa512": x509.SHA256WithRSA, "rsa2048-md5": x509.MD5WithRSA, "dsa1024": x509.DSAWithSHA1,
	} {
		key, err := NewKey(KeyOptions{CommonName: "old", Algorithm: algorithm})
		if err != nil {
			t.Fatal(err)
		}
		if c := key.Certificate; c.SignatureAlgorithm != want || c.Subject.CommonName != "old" || c.Issuer.CommonName != "old" {
			t.Errorf("%s: %s for %s", algorithm, c.SignatureAlgorithm, c.Subject)
		}
		if algorithm == "rsa2048-md5" {
			sum := md5.Sum(key.Certificate.RawTBSCertificate)
			if err := rsa.VerifyPKCS1v15(key.Signer.Public().(*rsa.PublicKey), crypto.MD5, sum[:], key.Certificate.Signature); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestIssuedCertificateBringsItsChain(t *testing.T) {
	t.Parallel()
	key, err := NewKey(KeyOptions{CommonName: "leaf", Issued: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(key.Chain) != 1 || key.Certificate.CheckSignatureFrom(key.Chain[0]) != nil {
		t.Errorf("issued by %s, with %d above", key.Certificate.Issuer, len(key.Chain))
	}
	if key.Chain[0].CheckSignatureFrom(key.Chain[0]) == nil {
		t.Error("the intermediate is a root")
	}
}

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
