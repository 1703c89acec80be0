package conformance

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/fixtures"
	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/flow"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// messageFamilies are those whose every scenario is about the message alone.
var messageFamilies = []string{"sig", "xsw", "xml", "enc"}

// TestNoTwoScenariosAreTheSame proves that a scenario's faults really change
// what is sent, and that no two scenarios put the same message, octet for
// octet, before the same SP: one of them would prove nothing.
func TestNoTwoScenariosAreTheSame(t *testing.T) {
	t.Parallel()
	sender := newSender(t)
	sent, unfaulted := map[[32]byte]string{}, map[string][]byte{}
	for _, c := range messageCases(t) {
		if floods(c) && c.Profile.Name != "eft" {
			continue // one product is enough for what is slow to write
		}
		faulty := sender.send(t, c, c.Faults)
		product := before(t, c)
		if unfaulted[string(product)] == nil {
			unfaulted[string(product)] = sender.send(t, c, nil)
		}
		if len(c.Faults) > 0 && bytes.Equal(faulty, unfaulted[string(product)]) {
			t.Errorf("%s: the faults change nothing", c.ID)
		}
		key := sha256.Sum256(slices.Concat(faulty, product))
		if other, there := sent[key]; there {
			t.Errorf("%s sends what %s sends", c.ID, other)
		}
		sent[key] = c.ID
	}
}

func floods(c *plan.Case) bool {
	return slices.ContainsFunc(c.Faults, func(f fault.Armed) bool {
		return strings.Contains(f.Fault.Name, "flood") || strings.Contains(f.Fault.Name, "oversized") || f.Fault.Name == "deep-nesting"
	})
}

// messageCases plans one layout of each product for the message families.
func messageCases(t *testing.T) []*plan.Case {
	t.Helper()
	all, _, err := scenario.Load(fixtures.FS, fixtures.Scenarios)
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(s *scenario.Scenario) bool { return !slices.Contains(messageFamilies, s.Family) })
	profiles, err := profile.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	words := plan.Vocabulary{Faults: fault.Catalogue(), Profiles: profiles, Checks: check.Catalogue(), People: []string{"ada"}}
	for _, f := range flow.Catalogue() {
		words.Flows = append(words.Flows, plan.FlowWord{Name: f.Name, Params: f.Params})
	}
	p, err := plan.New(all, words, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(p.Cases, func(c *plan.Case) bool { return c.Layout == "root" })
}

// before is what the message comes before: the product with its settings, and
// whose keys sign and are encrypted to.
func before(t *testing.T, c *plan.Case) []byte {
	t.Helper()
	out := []byte(c.Profile.Name)
	for _, overlay := range slices.Concat(c.Setup.SP, c.Setup.IdP) {
		text, err := yaml.Marshal(overlay)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, text...)
	}
	return out
}

// sender builds messages in which nothing is left to chance, so that two that
// are alike are equal.
type sender struct {
	now                 time.Time
	idp, spare, foreign mockidp.Key
	sp                  *sp.Key
}

func newSender(t *testing.T) *sender {
	t.Helper()
	s := &sender{now: time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC)}
	var err error
	for _, key := range []*mockidp.Key{&s.idp, &s.spare, &s.foreign} {
		if *key, err = mockidp.NewKey(mockidp.KeyOptions{Issued: key == &s.idp}); err != nil {
			t.Fatal(err)
		}
	}
	if s.sp, err = sp.NewKey("sp", s.now, s.now.AddDate(1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *sender) send(t *testing.T, c *plan.Case, faults []fault.Armed) []byte {
	t.Helper()
	var settings lab.IdPSettings
	for _, node := range append([]*yaml.Node{&c.Profile.IdP}, c.Setup.IdP...) {
		if errs := profile.Decode(node, &settings, ""); len(errs) > 0 {
			t.Fatal(c.ID, errs)
		}
	}
	if settings.Key == "ecdsa" || settings.Key == "dsa" {
		settings.Shape.Algorithm, settings.Shape.Digest = "", "" // signed with the usual key here
	}
	spec := response.Spec{
		Issuer: "https://idp.example/metadata", Now: s.now, ID: "_response", AssertionID: "_assertion", SessionIndex: "_session",
		InResponseTo: "_request", Destination: "https://sp.example/acs", Audiences: []string{"https://sp.example/metadata"},
		NameID: response.NameID{Value: "ada@example.com"}, Shape: settings.Shape, Key: s.idp,
		Spare: []fault.Key{s.spare}, Foreign: s.foreign, Recipient: s.sp.Certificate, Faults: faults,
	}
	_, spec.Attributes, _ = told("ada")
	spec.Other, spec.Metadata = told, s.metadata(t)
	built, err := response.Build(spec)
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	return fmt.Appendf(built.XML, "\n%v", built.Form)
}

// told is what every product is told of a person.
func told(login string) (response.NameID, []response.Attribute, error) {
	email := login + "@example.com"
	var attributes []response.Attribute
	for _, name := range []string{"Email", "tenantSpecificUserId"} {
		attributes = append(attributes, response.Attribute{Name: name, Type: "xs:string", Values: []string{email}})
	}
	return response.NameID{Value: email}, attributes, nil
}

// metadata is signed, for the faults that reuse it.
func (s *sender) metadata(t *testing.T) []byte {
	t.Helper()
	raw, err := response.BuildMetadata(response.Spec{Now: s.now, ID: "_metadata", Key: s.idp}, etree.NewElement("EntityDescriptor"), true)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
