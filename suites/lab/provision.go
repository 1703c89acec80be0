package lab

import (
	"crypto/x509"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// provision is how the SP comes by the identity provider's metadata: see
// IdPSettings.Metadata. The zero value hands it over as a file.
type provision struct {
	by     string
	signed bool
	signer *x509.Certificate
}

func (p provision) fetches() bool { return p.by == "fetched" || p.by == "updated" }

// apply turns a tenant that is given a file into one that fetches.
func (p provision) apply(tenant *sp.Tenant, idpURL string) {
	if p.by == "fetched" {
		tenant.IdPMetadata = nil
	}
	if p.fetches() {
		tenant.MetadataURL = idpURL + "/saml/metadata"
	}
	if p.signed {
		tenant.MetadataSigners = []*x509.Certificate{p.signer}
	}
}

// fetchMetadata lets the SP fetch the metadata, with the faults that wait for
// it, before anybody comes. That the SP refuses it is no error of the lab: it is
// on record, and the case goes on with what the SP has.
func (l *Lab) fetchMetadata() {
	if l.provision.fetches() {
		_ = l.SP.Refresh(l.house.Front.Host(l.hosts[trace.SP]))
	}
}

// mostMetadata is how much of the metadata is kept in the trace, in bytes.
const mostMetadata = 64 << 10

func metadataMessage(e mockidp.Event) *trace.Message {
	return &trace.Message{
		Name: "Metadata", From: trace.IdP, To: trace.SP, Binding: "http", Faults: e.Faults,
		XML: string(e.XML[:min(len(e.XML), mostMetadata)]), Signed: signed(e.XML),
	}
}
