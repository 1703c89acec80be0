package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"

	"github.com/ssoproof/ssoproof/suites/browser"
)

// ask sends a request with a JSON body, or none, and returns the answer.
func (p *place) ask(method, url, body string) (int, string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), limit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	p.Expect(err).NotTo(gomega.HaveOccurred())
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	p.Expect(err).NotTo(gomega.HaveOccurred())
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	p.Expect(err).NotTo(gomega.HaveOccurred())
	return response.StatusCode, string(answer)
}

// signIn opens a product in a fresh browser, signs in as ada and returns what
// the page says then.
func (p *place) signIn(chrome *browser.Chrome, start string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), limit)
	defer cancel()
	worker, err := chrome.Worker(ctx)
	p.Expect(err).NotTo(gomega.HaveOccurred())
	defer worker.Close()
	tab, err := worker.Tab(ctx, browser.Settings{})
	p.Expect(err).NotTo(gomega.HaveOccurred())
	defer tab.Close()
	p.Expect(tab.Open(start)).To(gomega.Succeed())
	p.Expect(tab.Submit([]browser.Field{{CSS: "#login", Text: "ada"}, {CSS: "#password", Text: "analytical-engine"}}, "#sign-in")).To(gomega.Succeed())
	return tab.Page().Text
}

func TestServe(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	session := p.start("serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0")
	p.Eventually(session, limit).Should(gbytes.Say("stop with Ctrl-C"))
	said := string(session.Out.Contents())
	addresses := regexp.MustCompile(`console: (http://localhost:\d+/)\ncontrol API: (http://127\.0\.0\.1:\d+/)\n`).FindStringSubmatch(said)
	p.Expect(addresses).To(gomega.HaveLen(3), said)
	console, control := addresses[1], addresses[2]

	status, page := p.ask(http.MethodGet, console, "")
	p.Expect(status).To(gomega.Equal(http.StatusOK))
	for _, want := range []string{"Influitive", "SuccessPro", "EFT", "Channeltivity", "analytical-engine", control, "Content-Type: application/json"} {
		p.Expect(page).To(gomega.ContainSubstring(want))
	}
	status, _ = p.ask(http.MethodGet, console+"nothing", "")
	p.Expect(status).To(gomega.Equal(http.StatusNotFound))

	status, tenants := p.ask(http.MethodGet, control+"tenants", "")
	p.Expect(status).To(gomega.Equal(http.StatusOK))
	p.Expect(json.Valid([]byte(tenants))).To(gomega.BeTrue())
	p.Expect(tenants).To(gomega.ContainSubstring("acme-influitive"))

	chrome, err := browser.Start(t.Context(), browser.Options{})
	p.Expect(err).NotTo(gomega.HaveOccurred())
	t.Cleanup(func() { chrome.Close() })
	start := regexp.MustCompile(`http://acme-influitive\.influitive\.localhost:\d+/[^"]*`).FindString(page)
	p.Expect(start).NotTo(gomega.BeEmpty())
	const expired = "Current time is on or after NotOnOrAfter"

	p.Expect(p.signIn(chrome, start)).NotTo(gomega.ContainSubstring(expired))
	status, answer := p.ask(http.MethodPost, control+"tenants/acme-influitive/faults", `{"name": "conditions-window", "args": {"not-before": "-2h", "not-on-or-after": "-1h"}}`)
	p.Expect(status).To(gomega.Equal(http.StatusOK), answer)
	p.Expect(p.signIn(chrome, start)).To(gomega.ContainSubstring(expired))
	p.Expect(p.signIn(chrome, start)).NotTo(gomega.ContainSubstring(expired), "a fault is for one Response")
	status, answer = p.ask(http.MethodPut, control+"tenants/acme-influitive/clock", `{"offset": "-2h"}`)
	p.Expect(status).To(gomega.Equal(http.StatusOK), answer)
	p.Expect(p.signIn(chrome, start)).To(gomega.ContainSubstring(expired))

	session.Signal(os.Interrupt)
	p.ends(session, exitOK)
	p.Expect(session.Err.Contents()).To(gomega.BeEmpty())
	_, err = http.Get(console)
	p.Expect(err).To(gomega.HaveOccurred(), "nobody listens any more")
}
