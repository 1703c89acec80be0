package validate_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/crewjam/saml"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// eightKB is a signed Response of the size that a directory with groups sends.
func eightKB(b *testing.B) []byte {
	group := `<saml:AttributeValue xsi:type="xs:string">cn=group,ou=groups,dc=example,dc=com</saml:AttributeValue>`
	doc := signed(b, emailValue, emailValue+`</saml:Attribute><saml:Attribute Name="groups">`+strings.Repeat(group, 34))
	b.SetBytes(int64(len(doc)))
	return []byte(doc)
}

func BenchmarkResponse(b *testing.B) {
	raw, p := eightKB(b), policy(b)
	for b.Loop() {
		if d := validate.Response(raw, p, now); !d.Accepted {
			explain(b, d)
			b.Fatal("refused")
		}
	}
}

// BenchmarkCrewjam is the stock library on the same message.
func BenchmarkCrewjam(b *testing.B) {
	raw, library := eightKB(b), stockLibrary(b)
	for b.Loop() {
		if err := askStockLibrary(library, raw); err != nil {
			b.Fatal(err)
		}
	}
}

// stockLibrary is an SP of the stock library with the same knowledge. Its clock
// is a package variable, which only a benchmark may move.
func stockLibrary(b *testing.B) *saml.ServiceProvider {
	clock := saml.TimeNow
	saml.TimeNow = func() time.Time { return now }
	b.Cleanup(func() { saml.TimeNow = clock })
	encoded := base64.StdEncoding.EncodeToString(certificate(b, "idp").Raw)
	sp := &saml.ServiceProvider{
		EntityID: "https://sp.example/metadata", IDPCertificate: &encoded,
		IDPMetadata: &saml.EntityDescriptor{EntityID: "https://idp.example/metadata"},
	}
	if err := sp.AcsURL.UnmarshalBinary([]byte("https://sp.example/acs")); err != nil {
		b.Fatal(err)
	}
	return sp
}

// askStockLibrary returns why the message was not accepted, or crashed it.
func askStockLibrary(sp *saml.ServiceProvider, raw []byte) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("crashed: %v", v)
		}
	}()
	_, err = sp.ParseXMLResponse(raw, []string{"_request"}, sp.AcsURL)
	var refused *saml.InvalidResponseError
	if errors.As(err, &refused) {
		err = refused.PrivateErr
	}
	return err
}
