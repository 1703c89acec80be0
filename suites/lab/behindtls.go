package lab

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// publicSite is no site under localhost, which browsers take for secure without
// TLS: a Secure cookie of it comes back over https alone.
const publicSite = "test"

// MoveBehindTLS gives the product an https address under .test in place of its
// own, with a certificate that the visitor's browser takes, and lets the identity
// provider know. It has forgotten whom it knew.
func (l *Lab) MoveBehindTLS() error {
	if l.IdP == nil || l.neighbour != nil {
		return errors.New("only a product of the SAML road without another tenant moves behind TLS")
	}
	l.house.Front.shut(l.hosts[trace.SP])
	l.hosts[trace.SP] = l.Setup.Tenant + "." + l.Setup.Profile.Name + "." + publicSite
	address, err := l.secureURL(trace.SP, trusted)
	if err != nil {
		return err
	}
	l.URLs[trace.SP] = address
	if err := l.buildSP(l.IdP.Metadata(), l.house.keys.sp); err != nil {
		return err
	}
	if err := l.register(trace.SP); err != nil {
		return err
	}
	// It is known by the port of the front, whatever port the visitor comes by.
	own, behind := l.house.Front.Host(l.hosts[trace.SP]), l.SP
	l.admit(trace.SP, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = own
		behind.ServeHTTP(w, r)
	}))
	if err := l.Tab.AcceptAnyCertificate(); err != nil {
		return fmt.Errorf("moving the service provider behind TLS: %w", err)
	}
	return nil
}

// PostOverHTTP lets the identity provider's next form go to the address of the
// assertion consumer service as it is without TLS.
func (l *Lab) PostOverHTTP() error {
	return l.ArmNext("delivered-elsewhere", fault.Args{"value": l.house.Front.URL(l.hosts[trace.SP]) + l.Settings.ACSPath()})
}
