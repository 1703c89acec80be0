package lab

import (
	"crypto/x509"
	"errors"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/origin"
	"github.com/ssoproof/ssoproof/mockidp/response"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// IdPSettings is how the mock IdP treats the product: the idp section of a
// profile (what the product's document asks of an identity provider), and
// what a scenario's setup lays over it. The keys are the same in both.
type IdPSettings struct {
	Shape   response.Shape `yaml:"shape"`
	NameID  nameID         `yaml:"name-id"`
	Release []release      `yaml:"release"`
	// NotBefore and Lifetime bound the assertion relative to the IdP's clock.
	NotBefore time.Duration `yaml:"not-before"`
	Lifetime  time.Duration `yaml:"lifetime"`
	// WantSignedRequests refuses requests that are not signed.
	WantSignedRequests bool `yaml:"want-signed-requests"`
	// LaunchRelayState is preset on the launch page.
	LaunchRelayState string `yaml:"launch-relay-state"`
	// Metadata is how the SP comes by the metadata: as a file when it is set up,
	// by fetching it then, or both, the fetched document being an update.
	Metadata string `yaml:"metadata" words:"given fetched updated"`
	// SignMetadata signs it, with the key that signs messages, and gives the SP
	// the certificate, so that it takes no other.
	SignMetadata bool `yaml:"sign-metadata"`
	// Publish says which keys the metadata announces beside the active one.
	Publish []string `yaml:"publish" words:"spare"`
	// Unannounced says which keys the identity provider has made without
	// telling anybody.
	Unannounced []string `yaml:"unannounced" words:"spare"`
	// Key is what signs, and what the metadata announces: a sound RSA key with a
	// valid certificate, or one whose certificate or kind is worth a question.
	Key string `yaml:"key" words:"usual expired expired-now future issued ecdsa weak tiny md5 dsa"`
	// EncryptTo is whose key gets encrypted to, in place of the one in the SP's
	// metadata: the SP's present or previous one, published or not.
	EncryptTo string `yaml:"encrypt-to" words:"current previous"`
	// ResponseBinding is how Responses travel when the request does not say,
	// LogoutBinding how LogoutRequests do; LogoutURL takes them when the SP's
	// metadata has no single logout service.
	ResponseBinding string `yaml:"response-binding" words:"post artifact"`
	LogoutBinding   string `yaml:"logout-binding" words:"redirect post soap"`
	LogoutURL       string `yaml:"logout-url"`
	// LogoutServices are the bindings of the single logout services in the
	// metadata; every one when absent.
	LogoutServices []string `yaml:"logout-services" words:"redirect post soap"`
	// ArtifactService is what is wrong with the address at which the metadata
	// says that artifacts are resolved; "" is nothing. Nobody listens there, it is
	// behind TLS with a certificate that nobody vouches for, or there is none.
	ArtifactService string `yaml:"artifact-service" words:"closed self-signed missing"`
	// SSOService is what is wrong with the address at which the metadata says that
	// requests go; "" is nothing. Nobody listens there, the IdP has no such page, or
	// it is behind TLS with a certificate that no browser takes.
	SSOService string `yaml:"sso-service" words:"closed gone expired self-signed wrong-name"`
	// Second adds another identity provider that the tenant trusts as well: with
	// a name and a key of its own, the same people and the same settings.
	Second bool `yaml:"second"`
	// Status is answered in place of an assertion.
	Status status `yaml:"status"`
}

type nameID struct {
	Format        string `yaml:"format"`
	From          string `yaml:"from"` // attribute of the person
	NameQualifier string `yaml:"name-qualifier"`
}

type release struct {
	Name         string `yaml:"name"`
	FriendlyName string `yaml:"friendly-name"`
	Format       string `yaml:"format"`
	From         string `yaml:"from"`
	Type         string `yaml:"type"`
}

type status struct {
	Code    string `yaml:"code"`
	SubCode string `yaml:"sub-code"`
	Message string `yaml:"message"`
}

func (s status) response() response.Status {
	return response.Status{Code: s.Code, SubCode: s.SubCode, Message: s.Message}
}

// OriginSettings is how the Originating System is set up: what a scenario's
// setup lays over its defaults.
type OriginSettings struct {
	// Answer is the prepared answer that the Authentication Web Service gives in
	// place of the truth, by its name in origin.Answers.
	Answer string `yaml:"answer"`
	// Times is for how many calls it does so; 0 is for all.
	Times int `yaml:"times"`
	// ServiceTLS and JumpTLS put the web service and the jump page behind TLS,
	// with a certificate of the lab's authority, which the portal trusts and the
	// browser does not, or with one that is wrong in that way.
	ServiceTLS string `yaml:"service-tls" words:"trusted self-signed expired future wrong-name"`
	JumpTLS    string `yaml:"jump-tls" words:"trusted self-signed"`
	// ServiceDefect is what is wrong with the web service's own judgement.
	ServiceDefect string `yaml:"service-defect" words:"any-email case-sensitive"`
	// KeyDefect is what is wrong with the session keys.
	KeyDefect string `yaml:"key-defect" words:"sequential short"`
	// Stubborn makes the jump page send everybody on, whatever the reason code.
	Stubborn bool `yaml:"stubborn"`
	// DataAPIURL is where the Originating System looks for the portal's Data
	// API, without the path; "" is the portal.
	DataAPIURL string `yaml:"data-api-url"`
}

// CheckSetup returns what is wrong with one part of a setup ("sp", "idp" or
// "origin"), as profile.Problems that name the line; nothing is started.
func CheckSetup(p *profile.Profile, layout, part string, overlay *yaml.Node) []error {
	l := &Lab{Setup: Setup{Profile: p}, house: &House{}}
	switch part {
	case "sp", "neighbour":
		_, errs := p.With(layout, l.fill(overlay))
		return errs
	case "idp":
		_, errs := decodeIdP(l.fill(overlay))
		return errs
	}
	_, errs := decodeOrigin(l.fill(overlay))
	return errs
}

func (l *Lab) idpSettings() (IdPSettings, error) {
	s, errs := decodeIdP(append([]*yaml.Node{&l.Setup.Profile.IdP}, l.fillAll(l.Setup.IdP)...)...)
	return s, errors.Join(errs...)
}

// decodeIdP reads the settings in turn, each laid over the ones before.
func decodeIdP(nodes ...*yaml.Node) (IdPSettings, []error) {
	var s IdPSettings
	var errs []error
	for _, n := range nodes {
		errs = append(errs, profile.Decode(n, &s, "")...)
	}
	return s, append(errs, s.Shape.Check()...)
}

func decodeOrigin(nodes ...*yaml.Node) (OriginSettings, []error) {
	var s OriginSettings
	var errs []error
	for _, n := range nodes {
		errs = append(errs, profile.Decode(n, &s, "")...)
	}
	if _, known := origin.AnswerNamed(s.Answer); s.Answer != "" && !known {
		var names []string
		for _, a := range origin.Answers() {
			names = append(names, a.Name)
		}
		errs = append(errs, profile.Problem{Text: "no answer is named " + strconv.Quote(s.Answer), Hint: scenario.Nearest(s.Answer, names)})
	}
	return s, errs
}

// keys returns the IdP's keys, the active one first.
func (s IdPSettings) keys(k keys, now time.Time) ([]mockidp.Key, error) {
	active, err := k.signing(s.Key, now)
	all := []mockidp.Key{active}
	for range s.Publish {
		all = append(all, k.spare)
	}
	return all, err
}

// logoutBindings are the bindings of LogoutServices.
func (s IdPSettings) logoutBindings() []response.Binding {
	var all []response.Binding
	for _, name := range s.LogoutServices {
		all = append(all, response.Binding(name))
	}
	return all
}

func (s IdPSettings) recipient(k keys) *x509.Certificate {
	switch s.EncryptTo {
	case "current":
		return k.sp.Certificate
	case "previous":
		return k.previous.Certificate
	}
	return nil
}

// unannounced returns the keys that nobody is told of.
func (s IdPSettings) unannounced(k keys) []mockidp.Key {
	var all []mockidp.Key
	for range s.Unannounced {
		all = append(all, k.spare)
	}
	return all
}

// registration is how the product is registered with the IdP.
func (s IdPSettings) registration(name string, metadata []byte, k keys) mockidp.ServiceProvider {
	r := mockidp.ServiceProvider{
		Metadata: metadata, Name: name, Shape: s.Shape,
		NameID:    mockidp.NameIDRule{Format: s.NameID.Format, From: s.NameID.From, NameQualifier: s.NameID.NameQualifier},
		NotBefore: s.NotBefore, Lifetime: s.Lifetime, LaunchRelayState: s.LaunchRelayState,
		Recipient: s.recipient(k),

		ResponseBinding: s.ResponseBinding, LogoutBinding: s.LogoutBinding, LogoutURL: s.LogoutURL,
	}
	for _, one := range s.Release {
		r.Release = append(r.Release, mockidp.Release{
			Name: one.Name, FriendlyName: one.FriendlyName, Format: one.Format, From: one.From, Type: one.Type,
		})
	}
	return r
}
