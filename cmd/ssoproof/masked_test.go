package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/onsi/gomega"
)

// secret is how the Originating System's session keys and cookies look. Nothing
// else on the legacy road looks so.
var secret = regexp.MustCompile(`\b[0-9a-f]{32}\b`)

// TestReportHoldsNoSessionKey plays the roads on which a session key is to be
// seen: in addresses, in an envelope of SOAP on a page, under a name of the
// customer's own, and shown to whoever asks for one.
func TestReportHoldsNoSessionKey(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	session := p.run(exitOK, "run", "channeltivity/seamless-three-steps", "channeltivity-sso/test-tool-soap",
		"reason/custom-names", "param/session-guessable-not", "--procs", "1", "--screenshots", "none")
	p.Expect(secret.FindAll(session.Out.Contents(), 3)).To(gomega.BeEmpty(), "on the terminal")

	told, err := json.Marshal(p.report())
	p.Expect(err).NotTo(gomega.HaveOccurred())
	p.Expect(string(told)).To(gomega.ContainSubstring("session=***"))
	p.Expect(string(told)).To(gomega.ContainSubstring("sid=***"))
	p.Expect(secret.FindAllString(string(told), 3)).To(gomega.BeEmpty(), "in the report")

	files, err := filepath.Glob(filepath.Join(p.dir, "ssoproof-report", "*"))
	p.Expect(err).NotTo(gomega.HaveOccurred())
	p.Expect(len(files)).To(gomega.BeNumerically(">=", 3))
	for _, file := range files {
		text, err := os.ReadFile(file)
		p.Expect(err).NotTo(gomega.HaveOccurred())
		p.Expect(secret.FindAllString(string(text), 3)).To(gomega.BeEmpty(), file)
	}
}
