package suites_test

import (
	"os"
	"regexp"
	"testing"
)

// pins are the modules whose version is a matter of safety, with the reason.
// The stock resolution of crewjam/saml v0.5.1 would give goxmldsig v1.4.0 and
// etree v1.5.0.
var pins = []struct{ module, atLeast, why string }{
	{"github.com/russellhaering/goxmldsig", "v1.6.1", "CVE-2026-33487, signature bypass by loop variable; quadratic SignedInfo memory"},
	{"github.com/beevik/etree", "v1.7.0", "no depth limit before 1.7"},
	{"github.com/crewjam/saml", "v0.5.1", "CVE-2023-28119, CVE-2023-45683"},
	{"github.com/onsi/ginkgo/v2", "v2.34.0", "the conformance suite is driven from a plain binary"},
}

func TestGoModPinsDirectly(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, pin := range pins {
		line := regexp.MustCompile(`(?m)^\s*` + regexp.QuoteMeta(pin.module) + ` (v\S+)(.*)$`).FindStringSubmatch(string(mod))
		if line == nil {
			t.Errorf("go.mod does not require %s (%s)", pin.module, pin.why)
			continue
		}
		if line[2] != "" {
			t.Errorf("go.mod requires %s only indirectly (%s)", pin.module, pin.why)
		}
		if older(t, line[1], pin.atLeast) {
			t.Errorf("go.mod pins %s %s, want at least %s: %s", pin.module, line[1], pin.atLeast, pin.why)
		}
	}
}

func older(t *testing.T, version, than string) bool {
	number := regexp.MustCompile(`^v(\d+)\.(\d+)\.(\d+)$`)
	a, b := number.FindStringSubmatch(version), number.FindStringSubmatch(than)
	if a == nil || b == nil {
		t.Fatalf("not a released version: %s", version)
	}
	for i := 1; i <= 3; i++ {
		if len(a[i]) != len(b[i]) {
			return len(a[i]) < len(b[i])
		}
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}
