package bench

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/crewjam/saml"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/response"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// Messages measures what making and judging a message costs, without Chrome:
// the mock IdP's signed Responses against bare RSA signatures, and the SP's
// validator against the parser of the stock library, on the same message.
// Each is measured by turns with what it is compared with, so that a busy
// machine disturbs both alike.
func Messages(out io.Writer) error {
	now := time.Now().UTC().Truncate(time.Second)
	key, err := mockidp.NewKey(mockidp.KeyOptions{CommonName: "bench", NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)})
	if err != nil {
		return fmt.Errorf("making a key: %w", err)
	}
	spec := sample(now, key, 3)
	digest := sha256.Sum256([]byte("message"))
	build, raw, err := byTurns(
		func() error { _, err := response.Build(spec); return err },
		func() error { _, err := key.Signer.Sign(rand.Reader, digest[:], crypto.SHA256); return err },
	)
	if err != nil {
		return fmt.Errorf("signing: %w", err)
	}
	fmt.Fprintf(out, "signed Responses per second: %.0f, bare RSA-2048 signatures: %.0f, ratio %.2f (aim 0.80)\n", perSecond(build), perSecond(raw), float64(raw)/float64(build))
	built, err := response.Build(sample(now, key, 45))
	if err != nil {
		return fmt.Errorf("making a message: %w", err)
	}
	ours, stock, err := byTurns(judge(built.XML, key.Certificate, now), parse(built.XML, key.Certificate))
	if err != nil {
		return fmt.Errorf("judging: %w", err)
	}
	fmt.Fprintf(out, "judging a signed Response of %.1f KB: %s, stock parser: %s\n", float64(len(built.XML))/1024, ms(ours), ms(stock))
	return nil
}

const (
	issuer  = "https://idp.example/metadata"
	entity  = "https://sp.example/metadata"
	acs     = "https://sp.example/acs"
	request = "_request"
)

// sample is a Response with one signature, about somebody in so many groups:
// three values are an ordinary login, 45 make 8 KB.
func sample(now time.Time, key mockidp.Key, values int) response.Spec {
	var groups []string
	for i := range values {
		groups = append(groups, fmt.Sprintf("cn=group-%02d,ou=groups,dc=example,dc=com", i))
	}
	return response.Spec{
		Issuer: issuer, Now: now, InResponseTo: request, Destination: acs, Audiences: []string{entity},
		NameID:     response.NameID{Value: "ada@example.com", Format: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"},
		Attributes: []response.Attribute{{Name: "groups", Type: "xs:string", Values: groups}},
		Shape:      response.Shape{Sign: "response"}, Key: key,
	}
}

func judge(message []byte, trusted *x509.Certificate, now time.Time) func() error {
	policy := validate.Policy{
		EntityID: entity, ACS: acs, Issuer: issuer, Certificates: []*x509.Certificate{trusted},
		Requests: func(string) validate.RequestState { return validate.RequestOutstanding },
	}
	return func() error {
		if d := validate.Response(message, policy, now); !d.Accepted {
			return fmt.Errorf("refused as %s: %v", d.Reason, d.Findings)
		}
		return nil
	}
}

func parse(message []byte, trusted *x509.Certificate) func() error {
	encoded := base64.StdEncoding.EncodeToString(trusted.Raw)
	here := url.URL{Scheme: "https", Host: "sp.example", Path: "/acs"}
	stock := saml.ServiceProvider{
		EntityID: entity, AcsURL: here, IDPCertificate: &encoded, IDPMetadata: &saml.EntityDescriptor{EntityID: issuer},
	}
	return func() error {
		_, err := stock.ParseXMLResponse(message, []string{request}, here)
		return err
	}
}

// rounds are how often each side is measured.
const rounds = 400

// byTurns returns the median cost of both.
func byTurns(one, other func() error) (time.Duration, time.Duration, error) {
	var first, second []time.Duration
	for range rounds {
		for _, side := range []struct {
			do    func() error
			times *[]time.Duration
		}{{one, &first}, {other, &second}} {
			began := time.Now()
			if err := side.do(); err != nil {
				return 0, 0, err
			}
			*side.times = append(*side.times, time.Since(began))
		}
	}
	return middle(first), middle(second), nil
}

func perSecond(d time.Duration) float64 { return float64(time.Second) / float64(d) }
