package fault

import (
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

func certificateFaults() []Fault {
	return []Fault{
		{Name: "signed-with-foreign-key", Summary: "a key that the SP was never told about signs, with its own certificate in KeyInfo",
			Refs:   []string{"SAML core 5.4", "Influitive, SAML Single Sign On"},
			Params: []Param{targetParam(both)},
			Signature: aimed(foreign(func(s *Signing) {
				s.Key, s.Certificates = s.Foreign, []*x509.Certificate{s.Foreign.Certificate}
			}))},
		{Name: "foreign-certificate", Summary: "the right key signs, with a foreign certificate in KeyInfo",
			Refs:      []string{"SAML core 5.4.5"},
			Params:    []Param{targetParam(both)},
			Signature: aimed(foreign(func(s *Signing) { s.Certificates = []*x509.Certificate{s.Foreign.Certificate} }))},
		{Name: "borrowed-certificate", Summary: "a foreign key signs, with the right certificate in KeyInfo",
			Refs:      []string{"SAML core 5.4"},
			Params:    []Param{targetParam(both)},
			Signature: aimed(foreign(func(s *Signing) { s.Key = s.Foreign }))},
		{Name: "foreign-key-value", Summary: "a foreign key signs, with its bare public key in KeyInfo",
			Refs:      []string{"CVE-2023-48703"},
			Params:    []Param{targetParam(both)},
			Signature: aimed(foreign(func(s *Signing) { s.Key, s.KeyValue, s.Certificates = s.Foreign, true, nil }))},
		{Name: "key-value", Summary: "KeyInfo holds the bare public key and no certificate",
			Refs:      []string{"SAML core 5.4.5"},
			Params:    []Param{targetParam(both)},
			Signature: aimed(func(s *Signing, _ Args) error { s.KeyValue, s.Certificates = true, nil; return nil })},
		{Name: "key-info-removed", Summary: "the Signature has no KeyInfo",
			Refs:      []string{"SAML core 5.4.5"},
			Params:    []Param{targetParam(both)},
			Signature: aimed(func(s *Signing, _ Args) error { s.KeyValue, s.Certificates = false, nil; return nil })},
		{Name: "spare-key", Summary: "another of the IdP's published keys signs, as after a rollover",
			Refs:      []string{"SAML metadata 2.4.1.1"},
			Params:    []Param{targetParam(both), {Name: "number", Kind: Int, Default: "1", Doc: "which spare key, from 1"}},
			Signature: aimed(useSpare)},
		{Name: "certificate-chain", Summary: "KeyInfo holds the certificates that issued the key's own, after it or before it",
			Refs: []string{"SAML core 5.4.5"},
			Params: []Param{targetParam(both), {Name: "order", Kind: Choice, Default: "leaf-first", Choices: []string{"leaf-first", "leaf-last"},
				Doc: "where the key's own certificate stands"}},
			Signature: aimed(chain)},
		{Name: "certificate-reissued", Summary: "KeyInfo holds a new certificate of the same key",
			Refs: []string{"SAML core 5.4.5"},
			Params: []Param{targetParam(both),
				{Name: "not-before", Kind: Duration, Default: "-1h", Doc: "start of validity, relative to the IdP's clock"},
				{Name: "not-after", Kind: Duration, Default: "8760h", Doc: "end of validity, relative to the IdP's clock"}},
			Signature: aimed(reissue)},
	}
}

func foreign(edit func(*Signing)) func(*Signing, Args) error {
	return func(s *Signing, _ Args) error {
		if s.Foreign.Signer == nil || s.Foreign.Certificate == nil {
			return errors.New("the identity provider has no foreign key")
		}
		edit(s)
		return nil
	}
}

func useSpare(s *Signing, a Args) error {
	n := a.Int("number")
	if n < 1 || n > len(s.Spare) {
		return fmt.Errorf("the identity provider has %d spare keys, number %d is not among them", len(s.Spare), n)
	}
	s.Key = s.Spare[n-1]
	s.Certificates = []*x509.Certificate{s.Key.Certificate}
	return nil
}

func chain(s *Signing, a Args) error {
	if len(s.Key.Chain) == 0 {
		return errors.New("the signing key's certificate is self-signed, so there is no chain")
	}
	s.Certificates = append([]*x509.Certificate{s.Key.Certificate}, s.Key.Chain...)
	if a.String("order") == "leaf-last" {
		slices.Reverse(s.Certificates)
	}
	return nil
}

func reissue(s *Signing, a Args) error {
	if s.Key.Certificate == nil {
		return errors.New("the signing key has no certificate to issue anew")
	}
	template := &x509.Certificate{
		SerialNumber: new(big.Int).Add(s.Key.Certificate.SerialNumber, big.NewInt(1)),
		Subject:      s.Key.Certificate.Subject,
		NotBefore:    s.Now.Add(a.Duration("not-before")),
		NotAfter:     s.Now.Add(a.Duration("not-after")),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, s.Key.Signer.Public(), s.Key.Signer)
	if err != nil {
		return fmt.Errorf("issuing a certificate anew: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("reading the certificate issued anew: %w", err)
	}
	s.Certificates = []*x509.Certificate{cert}
	return nil
}
