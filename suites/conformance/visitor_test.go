package conformance

import (
	"strings"
	"testing"

	"github.com/onsi/gomega"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// TestVisitor plays cases whose visitor the identity provider knows or does
// not know, and sees whether the login form was filled in.
func TestVisitor(t *testing.T) {
	t.Parallel()
	const base = "profiles: [influitive], "
	for name, c := range map[string]struct {
		entry string
		forms int
	}{
		"a plain login":                  {base + "flow: sp-initiated, expect: signed-in", 1},
		"a message with a defect":        {base + "flow: sp-initiated, " + expired, 0},
		"started at the IdP":             {base + "flow: idp-initiated, " + expired, 0},
		"time passes on the login page":  {base + "flow: {sp-initiated: {pause: 1m}}, " + expired, 1},
		"a flow that signs in elsewhere": {base + "flow: silent, " + expired, 1},
		"said to be new":                 {base + "flow: sp-initiated, setup: {visitor: new}, " + expired, 1},
		"said to be returning":           {base + "flow: sp-initiated, setup: {visitor: returning}, expect: signed-in", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := gomega.NewWithT(t)
			run, err := Play(t.Context(), options(t, own("name: a, title: t, "+c.entry)))
			g.Expect(err).NotTo(gomega.HaveOccurred())
			forms := 0
			for _, e := range run.Cases[0].Events {
				if e.Kind == trace.KindFormFilled {
					forms++
				}
			}
			g.Expect(forms).To(gomega.Equal(c.forms), "%s: %s", run.Cases[0].Verdict, run.Cases[0].Cause)
			g.Expect(strings.HasSuffix(run.Cases[0].Control, "returning visitor")).To(gomega.Equal(run.Cases[0].Control != "" && forms == 0))
		})
	}
}
