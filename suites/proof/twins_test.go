package proof

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// TestNoTwoScenariosAreTheSame proves that no two scenarios have the same person
// go the same way to the same product, set up alike, with the same message, octet
// for octet: one of them would prove nothing. It proves as well that a scenario's
// faults change what is sent.
func TestNoTwoScenariosAreTheSame(t *testing.T) {
	w := &world{sender: newSender(t), sent: map[string]string{}}
	w.sender.idp, w.sender.spare = w.sender.spare, w.sender.idp // the weak key signs sooner
	cases, people := planned(t)
	seen := map[string]string{}
	for _, c := range cases {
		if len(c.Faults) == 0 || c.Profile.Roads()&reason.SAML == 0 || chapters[c.Scenario.Family] || floods(c) && c.Profile.Name != "eft" {
			continue // one product is enough for what is slow to write
		}
		faulty, plain := w.messages(t, c, people, c.Faults), w.messages(t, c, people, nil)
		// Where the message is to be taken, a fault may say what the product gets anyhow.
		if faulty == plain && slices.ContainsFunc(c.Checks, func(b check.Bound) bool { return b.Check.Name == "refused" }) {
			t.Errorf("%s: the faults change nothing", c.ID)
		}
		all := stage(t, c) + faulty
		if other, there := seen[all]; there {
			t.Errorf("%s is %s once more", c.ID, other)
		}
		seen[all] = c.ID
	}
	if len(seen) < 100 {
		t.Errorf("only %d cases were looked at", len(seen))
	}
}

// chapters are the families that go through a document of a product. What such a
// document says of one message is said of all products in another family.
var chapters = map[string]bool{"eft": true, "influitive": true, "successpro": true, "vendor": true}

func floods(c *plan.Case) bool {
	return slices.ContainsFunc(c.Faults, func(f fault.Armed) bool {
		return strings.Contains(f.Fault.Name, "flood") || strings.Contains(f.Fault.Name, "oversized") || f.Fault.Name == "deep-nesting"
	})
}

// stage is all about a case but its message, and but what it expects.
func stage(t *testing.T, c *plan.Case) string {
	t.Helper()
	s := c.Setup
	out := fmt.Sprint(c.Profile.Name, c.Layout, c.Person, c.Flow, c.FlowArgs, s.Clock, s.Browser, s.Visitor)
	for _, overlay := range slices.Concat(s.SP, s.IdP, s.Origin, s.Neighbour) {
		out += written(t, overlay)
	}
	return out
}

func written(t *testing.T, node *yaml.Node) string {
	t.Helper()
	text, err := yaml.Marshal(node)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// world remembers what was sent, since layouts of one product get the same.
type world struct {
	sender *sender
	sent   map[string]string
}

// messages are digests of what the identity provider sends in a case: the
// Response, and each other message that a fault is for.
func (w *world) messages(t *testing.T, c *plan.Case, people []scenario.Person, faults []fault.Armed) string {
	t.Helper()
	var own []fault.Armed
	others := ""
	for _, f := range faults {
		switch {
		case f.Fault.Of != "" || f.Fault.Service != nil:
			others += w.once(spelled(f), func() []byte {
				s := w.sender.faulty(t, f)
				return fmt.Append(s.xml, s.form.URL, s.form.Method, s.form.Fields, s.answer)
			})
		default:
			own = append(own, f)
		}
	}
	name := c.Profile.Name + c.Person
	for _, overlay := range c.Setup.IdP {
		name += written(t, overlay)
	}
	for _, f := range own {
		name += "\n" + spelled(f)
	}
	return w.once(name, func() []byte { return w.response(t, c, people, own) }) + others
}

func (w *world) once(name string, make func() []byte) string {
	if _, there := w.sent[name]; !there {
		sum := sha256.Sum256(make())
		w.sent[name] = string(sum[:])
	}
	return w.sent[name]
}

// response is the Response of a case, and the form.
func (w *world) response(t *testing.T, c *plan.Case, people []scenario.Person, faults []fault.Armed) []byte {
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
	at := slices.IndexFunc(people, func(p scenario.Person) bool { return p.Login == c.Person })
	spec := w.sender.standard()
	spec.Key, spec.Shape, spec.Faults = w.sender.idp, settings.Shape, faults
	spec.NotBefore, spec.NotOnOrAfter = settings.NotBefore, settings.Lifetime
	spec.NameID = response.NameID{Value: first(people[at], settings.NameID.From, "login"), Format: settings.NameID.Format}
	spec.Attributes = nil
	for _, one := range settings.Release {
		if value := first(people[at], one.From, one.Name); value != "" {
			spec.Attributes = append(spec.Attributes, response.Attribute{Name: one.Name, NameFormat: one.Format, Type: one.Type, Values: []string{value}})
		}
	}
	settle(t)
	built, err := response.Build(spec)
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	return fmt.Append(built.XML, built.Form.URL, built.Form.Method, built.Form.Enctype, built.Form.Redirect, built.Form.Fields)
}

// first is the person's first value of an attribute.
func first(p scenario.Person, name, otherwise string) string {
	if name == "" {
		name = otherwise
	}
	if values := p.Attributes[name]; len(values) > 0 {
		return values[0]
	}
	if name == "login" {
		return p.Login
	}
	return ""
}
