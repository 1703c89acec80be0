package lab

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// withIdP opens a lab of SuccessPro whose setup lays that over the IdP's settings.
func withIdP(t *testing.T, text string) *Lab {
	t.Helper()
	return opened(t, "successpro", Setup{IdP: []*yaml.Node{overlay(t, text)}})
}

// TestSecondIdP finds another identity provider that has its own name and key,
// knows the product, and is found where the first is while a flow is there.
func TestSecondIdP(t *testing.T) {
	t.Parallel()
	l := withIdP(t, "second: true")
	first, at := l.IdP, l.URLs[trace.IdP]
	product := l.URLs[trace.SP] + l.Settings.Paths.Metadata
	if err := l.AtSecondIdP(func() error {
		if l.IdP == first || l.IdP.EntityID() == first.EntityID() || l.URLs[trace.IdP] == at || l.URLs[trace.IdP] != l.Placeholders()["{second-idp-url}"] {
			t.Errorf("the second is %s at %s", l.IdP.EntityID(), l.URLs[trace.IdP])
		}
		if own := body(t, l.URLs[trace.IdP]+"/saml/metadata"); own != string(l.IdP.Metadata()) || certificateIn(own) == certificateIn(string(first.Metadata())) {
			t.Errorf("the second one's metadata is %s", own)
		}
		if !l.IdP.Unregister(product) {
			t.Errorf("the second does not know %s", product)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if l.IdP != first || l.URLs[trace.IdP] != at {
		t.Errorf("the first is %s at %s afterwards", l.IdP.EntityID(), l.URLs[trace.IdP])
	}
	if err := l.AnswerLastRequest(); err == nil {
		t.Error("a request was answered that nobody has sent")
	}
}

func certificateIn(metadata string) string {
	_, rest, _ := strings.Cut(metadata, "X509Certificate>")
	text, _, _ := strings.Cut(rest, "<")
	return text
}

func TestNoSecondIdP(t *testing.T) {
	t.Parallel()
	l := withIdP(t, "{}")
	if err := l.AtSecondIdP(func() error { return nil }); err == nil || !strings.Contains(err.Error(), "setup: {idp: {second: true}}") {
		t.Errorf("error %v does not say what is missing", err)
	}
	if errs := CheckSetup(l.Setup.Profile, "", "idp", overlay(t, "second: twice")); len(errs) != 1 || !strings.Contains(errs[0].Error(), "twice") {
		t.Errorf("errors of a setup that makes no sense: %v", errs)
	}
}
