package mockidp

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/crewjam/saml"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// spMetadata is a plain SP's metadata around the given parts.
func spMetadata(entityID, keys, endpoints string) []byte {
	return fmt.Appendf(nil, `<md:EntityDescriptor xmlns:md="%s" xmlns:ds="%s" entityID="%s"><md:SPSSODescriptor protocolSupportEnumeration="%s">%s%s</md:SPSSODescriptor></md:EntityDescriptor>`,
		metadataNS, signatureNS, entityID, protocolNS, keys, endpoints)
}

func acs(index int, location, more string) string {
	return fmt.Sprintf(`<md:AssertionConsumerService Binding="%s" Location="%s" index="%d" %s/>`, saml.HTTPPostBinding, location, index, more)
}

func keyDescriptor(use string, der []byte, more string) string {
	certificate := ""
	if der != nil {
		certificate = "<ds:X509Data><ds:X509Certificate>" + base64.StdEncoding.EncodeToString(der) + "</ds:X509Certificate></ds:X509Data>"
	}
	return fmt.Sprintf(`<md:KeyDescriptor %s><ds:KeyInfo>%s</ds:KeyInfo>%s</md:KeyDescriptor>`, use, certificate, more)
}

func TestRegisterRefusesBadMetadata(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	one := acs(0, "https://sp.example.com/acs", "")
	rsa := spKey().Certificate.Raw
	for name, tc := range map[string]struct {
		sp   ServiceProvider
		says string
	}{
		"nothing":                {ServiceProvider{}, "no XML element"},
		"not XML":                {ServiceProvider{Metadata: []byte("<md")}, "not well-formed"},
		"doctype":                {ServiceProvider{Metadata: []byte("<!DOCTYPE a><a/>")}, "document type"},
		"oversize":               {ServiceProvider{Metadata: make([]byte, metadataLimit+1)}, "too large"},
		"something else":         {ServiceProvider{Metadata: []byte("<html/>")}, "not an md:EntityDescriptor"},
		"an aggregate":           {ServiceProvider{Metadata: []byte(`<EntitiesDescriptor xmlns="` + metadataNS + `"/>`)}, "one SP at a time"},
		"an IdP":                 {ServiceProvider{Metadata: s.idp.Metadata()}, "no SPSSODescriptor"},
		"no entityID":            {ServiceProvider{Metadata: spMetadata("", "", one)}, "no entityID"},
		"long entityID":          {ServiceProvider{Metadata: spMetadata(strings.Repeat("x", 1025), "", one)}, "1024"},
		"expired":                {ServiceProvider{Metadata: []byte(strings.Replace(string(spMetadata("urn:a", "", one)), "entityID", `validUntil="2001-01-01T00:00:00Z" entityID`, 1))}, "valid until 2001"},
		"no endpoint":            {ServiceProvider{Metadata: spMetadata("urn:a", "", "")}, "no AssertionConsumerService"},
		"redirect only":          {ServiceProvider{Metadata: spMetadata("urn:a", "", strings.Replace(one, "HTTP-POST", "HTTP-Redirect", 1))}, "no AssertionConsumerService"},
		"endpoint is script":     {ServiceProvider{Metadata: spMetadata("urn:a", "", acs(0, "javascript:alert(1)", ""))}, "scheme"},
		"endpoint is relative":   {ServiceProvider{Metadata: spMetadata("urn:a", "", acs(0, "/acs", ""))}, "scheme"},
		"endpoint has no host":   {ServiceProvider{Metadata: spMetadata("urn:a", "", acs(0, "https:///acs", ""))}, "no http or https URL"},
		"index twice":            {ServiceProvider{Metadata: spMetadata("urn:a", "", one+one)}, "index 0"},
		"encryption key empty":   {ServiceProvider{Metadata: spMetadata("urn:a", keyDescriptor(`use="encryption"`, nil, ""), one)}, "no X509Certificate"},
		"certificate garbled":    {ServiceProvider{Metadata: spMetadata("urn:a", keyDescriptor(`use="signing"`, []byte("x"), ""), one)}, `use "signing"`},
		"encrypts without a key": {ServiceProvider{Metadata: spMetadata("urn:a", keyDescriptor(`use="signing"`, rsa, ""), one), Shape: response.Shape{Encrypt: true}}, "no RSA key"},
		"shape word":             {ServiceProvider{Metadata: spMetadata("urn:a", "", one), Shape: response.Shape{Sign: "everything"}}, "everything"},
		"NameID word":            {ServiceProvider{Metadata: spMetadata("urn:a", "", one), NameID: NameIDRule{Format: "e-mail"}}, "e-mail"},
		"release word":           {ServiceProvider{Metadata: spMetadata("urn:a", "", one), Release: []Release{{Name: "x", Format: "simple"}}}, "simple"},
		"release without a name": {ServiceProvider{Metadata: spMetadata("urn:a", "", one), Release: []Release{{From: "email"}}}, "no name"},
	} {
		tc.sp.Name = "the hub"
		err := s.idp.Register(tc.sp)
		if err == nil || !strings.Contains(err.Error(), tc.says) || !strings.Contains(err.Error(), "the hub") {
			t.Errorf("%s: %v, want %q in it", name, err, tc.says)
		}
	}
}

// Two hubs of one product come with the same entityID until somebody gives
// the second a suffix.
func TestRegisterTwice(t *testing.T) {
	t.Parallel()
	s := newScene(t, nil)
	first := ServiceProvider{Name: "one", Metadata: spMetadata("Influitive-AdvocateHub", "", acs(0, "https://one.example.com/saml/consume", ""))}
	second := ServiceProvider{Name: "two", Metadata: spMetadata("Influitive-AdvocateHub", "", acs(0, "https://two.example.com/saml/consume", ""))}
	if err := s.idp.Register(first); err != nil {
		t.Fatal(err)
	}
	err := s.idp.Register(second)
	for _, want := range []string{`"two"`, `"one"`, "https://one.example.com/saml/consume", "https://two.example.com/saml/consume"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s in it", err, want)
		}
	}
	first.Name = "one again"
	if err := s.idp.Register(first); err != nil || len(s.idp.registry.all()) != 1 || s.idp.registry.all()[0].Name != "one again" {
		t.Errorf("registering the same again: %v", err)
	}
	if !s.idp.Unregister("Influitive-AdvocateHub") || s.idp.Unregister("Influitive-AdvocateHub") {
		t.Error("unregistering")
	}
	if err := s.idp.Register(second); err != nil {
		t.Error(err)
	}
}

// Metadata 2.2.3.
func TestDefaultEndpoint(t *testing.T) {
	t.Parallel()
	redirect := strings.Replace(acs(9, "https://sp/redirect", `isDefault="true"`), "HTTP-POST", "HTTP-Redirect", 1)
	for name, tc := range map[string]struct{ endpoints, want string }{
		"the only":                 {acs(0, "https://sp/a", ""), "https://sp/a"},
		"said to be":               {acs(0, "https://sp/a", "") + acs(1, "https://sp/b", `isDefault="true"`), "https://sp/b"},
		"not said not to be":       {acs(0, "https://sp/a", `isDefault="false"`) + acs(1, "https://sp/b", ""), "https://sp/b"},
		"all said not to be":       {acs(0, "https://sp/a", `isDefault="false"`) + acs(1, "https://sp/b", `isDefault="false"`), "https://sp/a"},
		"of those by POST":         {redirect + acs(1, "https://sp/b", ""), "https://sp/b"},
		"the first, not the least": {acs(5, "https://sp/a", "") + acs(1, "https://sp/b", ""), "https://sp/a"},
	} {
		s := newScene(t, nil)
		if err := s.idp.Register(ServiceProvider{Metadata: spMetadata("urn:a", "", tc.endpoints)}); err != nil {
			t.Fatal(err)
		}
		if got := s.idp.registry.all()[0].defaultACS().Location; got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

func TestKeysOfMetadata(t *testing.T) {
	t.Parallel()
	rsa, ec := spKey().Certificate.Raw, ecKey.Certificate.Raw
	gcm := `<md:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#tripledes-cbc"/><md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes128-gcm"/>`
	for name, tc := range map[string]struct {
		keys      string
		signing   int
		encrypted bool
		block     string
	}{
		"none":                {"", 0, false, ""},
		"without use":         {keyDescriptor("", rsa, ""), 1, true, ""},
		"for signing":         {keyDescriptor(`use="signing"`, rsa, ""), 1, false, ""},
		"for encryption":      {keyDescriptor(`use="encryption"`, rsa, gcm), 0, true, "aes128-gcm"},
		"two for signing":     {keyDescriptor(`use="signing"`, rsa, "") + keyDescriptor(`use="signing"`, ec, ""), 2, false, ""},
		"no curve to encrypt": {keyDescriptor(`use="encryption"`, ec, "") + keyDescriptor(`use="encryption"`, rsa, ""), 0, true, ""},
	} {
		s := newScene(t, nil)
		if err := s.idp.Register(ServiceProvider{Metadata: spMetadata("urn:a", tc.keys, acs(0, "https://sp/acs", ""))}); err != nil {
			t.Fatal(err)
		}
		entry := s.idp.registry.all()[0]
		if len(entry.signing) != tc.signing || (entry.recipient != nil) != tc.encrypted || entry.Shape.Block != tc.block {
			t.Errorf("%s: %d for signing, encryption %v, block %q", name, len(entry.signing), entry.recipient != nil, entry.Shape.Block)
		}
	}
}

// An SP that says which attributes it wants gets those, by exact name.
func TestRequestedAttributes(t *testing.T) {
	t.Parallel()
	request := func(name, more string) string {
		return `<md:AttributeConsumingService index="0"><md:ServiceName xml:lang="en">x</md:ServiceName><md:RequestedAttribute Name="` + name + `" ` + more + `/></md:AttributeConsumingService>`
	}
	person := Person{Login: "ada", Password: "lovelace", Attributes: map[string][]string{"email": {"a@b"}, "FirstName": {"Ada", "Augusta"}}}
	for name, tc := range map[string]struct {
		endpoints string
		status    int
		contains  string
	}{
		"had":                  {request("FirstName", ""), 200, `Name="FirstName"`},
		"not had":              {request("LastName", ""), 200, ""},
		"not had and required": {request("LastName", `isRequired="true"`), 403, ""},
	} {
		s := newScene(t, func(c *Config) { c.People = []Person{person} })
		if err := s.idp.Register(ServiceProvider{Metadata: spMetadata("urn:a", "", acs(0, "https://sp/acs", "")+tc.endpoints)}); err != nil {
			t.Fatal(err)
		}
		v := s.visitor()
		p := v.signIn(v.get("/launch?sp=urn:a"), person)
		if p.status != tc.status {
			t.Fatalf("%s: %d, want %d", name, p.status, tc.status)
		}
		if tc.status != 200 {
			continue
		}
		_, raw := p.response(t)
		if strings.Contains(string(raw), "<saml:Attribute ") != (tc.contains != "") || !strings.Contains(string(raw), tc.contains) {
			t.Errorf("%s: %s", name, raw)
		}
		if tc.contains != "" && !strings.Contains(string(raw), "Augusta") {
			t.Errorf("%s: the second value is missing: %s", name, raw)
		}
	}
}

func TestNewRefusesBadConfig(t *testing.T) {
	t.Parallel()
	key := ecKey
	for name, tc := range map[string]struct {
		config Config
		says   string
	}{
		"no URL":         {Config{Keys: []Key{key}}, "base URL"},
		"trailing slash": {Config{BaseURL: "http://idp.localhost/", Keys: []Key{key}}, "without a path"},
		"another scheme": {Config{BaseURL: "ftp://idp.localhost", Keys: []Key{key}}, "base URL"},
		"no key":         {Config{BaseURL: "http://idp.localhost"}, "no key"},
		"half a key":     {Config{BaseURL: "http://idp.localhost", Keys: []Key{key, {Signer: key.Signer}}}, "key 2"},
		"login twice":    {Config{BaseURL: "http://idp.localhost", Keys: []Key{key}, People: []Person{ada, ada}}, `"ada"`},
	} {
		if _, err := New(tc.config); err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v, want %q in it", name, err, tc.says)
		}
	}
}
