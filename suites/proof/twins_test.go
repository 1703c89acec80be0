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
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/suites/plan"
)

// TestNoTwoScenariosAreTheSame proves that no two scenarios have the same person
// go the same way to the same product, set up alike, with the same message, octet
// for octet: one of them would prove nothing. It proves as well that each of a
// scenario's faults changes what is sent.
func TestNoTwoScenariosAreTheSame(t *testing.T) {
	w := &world{sender: newSender(t), sent: map[string]string{}}
	w.sender.standard.Key, w.sender.standard.Spare = w.sender.spare, []fault.Key{w.sender.idp} // the weak key signs sooner
	seen := map[string]string{}
	for _, c := range planned(t) {
		if len(c.Faults) == 0 || c.Profile.Roads()&reason.SAML == 0 || chapters[c.Scenario.Family] || floods(c) && c.Profile.Name != "eft" {
			continue // one product is enough for what is slow to write
		}
		faulty := w.messages(t, c, c.Faults)
		if faulty == w.messages(t, c, nil) {
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
func (w *world) messages(t *testing.T, c *plan.Case, faults []fault.Armed) string {
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
	name := c.Profile.Name + c.Person + claimed(t, c)
	for _, overlay := range c.Setup.IdP {
		name += written(t, overlay)
	}
	for _, f := range own {
		name += "\n" + spelled(f)
	}
	return w.once(name, func() []byte { return w.response(t, c, own) }) + others
}

func (w *world) once(name string, make func() []byte) string {
	if _, there := w.sent[name]; !there {
		sum := sha256.Sum256(make())
		w.sent[name] = string(sum[:])
	}
	return w.sent[name]
}

// response is the Response of a case, and the form.
func (w *world) response(t *testing.T, c *plan.Case, faults []fault.Armed) []byte {
	t.Helper()
	idp := settings(t, append([]*yaml.Node{&c.Profile.IdP}, c.Setup.IdP...)...)
	if idp.Key == "ecdsa" || idp.Key == "dsa" {
		idp.Shape.Algorithm, idp.Shape.Digest = "", "" // signed with the usual key here
	}
	spec := w.sender.standard
	spec.AuthnContextClass = claimed(t, c)
	spec.Shape, spec.Faults = idp.Shape, faults
	spec.NotBefore, spec.NotOnOrAfter = idp.NotBefore, idp.Lifetime
	spec.Status = response.Status{Code: idp.Status.Code, SubCode: idp.Status.SubCode, Message: idp.Status.Message}
	w.sender.cast.tell(t, &spec, c.Person, idp)
	settle(t)
	built, err := response.Build(spec)
	if err != nil {
		t.Errorf("%s: %v", c.ID, err)
		return []byte(c.ID)
	}
	return fmt.Append(built.XML, built.Form.URL, built.Form.Method, built.Form.Enctype, built.Form.Redirect, built.Form.Fields)
}

// claimed is the class that an identity provider with a password page says when
// the product asks for one: that one, or, where it is the least, the strongest
// that there is. "" is that of the shape.
func claimed(t *testing.T, c *plan.Case) string {
	t.Helper()
	sp, errs := c.Profile.With(c.Layout, c.Setup.SP...)
	if len(errs) > 0 {
		t.Fatal(c.ID, errs)
	}
	switch {
	case len(sp.AuthnContext) == 0:
		return ""
	case sp.AuthnComparison == "minimum":
		return "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
	}
	return sp.AuthnContext[0]
}

// plain are the cases that are a plain login on purpose: what the scenario is about
// is what the product's own identity provider sends anyway.
var plain = map[string]string{
	"authn/class-unspecified":   "influitive",
	"nameid/format-unspecified": "eft",
	"sig/algorithm-rsa-sha1":    "influitive",
	"time/not-before-exact":     "eft successpro",
}

// TestNoScenarioIsAPlainLogin proves that a scenario outside of the chapters has
// something that makes it more than a login to the product as it comes.
func TestNoScenarioIsAPlainLogin(t *testing.T) {
	found := 0
	for _, c := range planned(t) {
		usual := &plan.Case{Profile: c.Profile, Layout: c.Layout, Person: "ada", Flow: "sp-initiated",
			FlowArgs: fault.Args{"pause": "0s", "pause-before-post": "0s"}}
		if len(c.Faults) > 0 || chapters[c.Scenario.Family] || stage(t, c) != stage(t, usual) {
			continue
		}
		found++
		id, _, _ := strings.Cut(c.ID, "@")
		if !strings.Contains(plain[id], c.Profile.Name) {
			t.Errorf("%s is a plain login", c.ID)
		}
	}
	if found == 0 {
		t.Error("the plain logins on purpose were not found")
	}
}
