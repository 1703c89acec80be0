package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	packRef = regexp.MustCompile(`<div class="packed" data-pack="(\d+)" data-part="(\d+)"><noscript>.*?</noscript></div>`)
	packed  = regexp.MustCompile(`\n<i id="pack-\d+" data-gzip="([^"]*)"></i>`)
)

// unpacked is the page with each packed body in its place, folded as that of a
// case that failed is.
func unpacked(t *testing.T, page string) string {
	t.Helper()
	var packs [][]string
	for _, m := range packed.FindAllStringSubmatch(page, -1) {
		packs = append(packs, unpack(t, m[1]))
	}
	page = packed.ReplaceAllString(page, "")
	return packRef.ReplaceAllStringFunc(page, func(ref string) string {
		m := packRef.FindStringSubmatch(ref)
		pack, _ := strconv.Atoi(m[1])
		part, _ := strconv.Atoi(m[2])
		return "<noscript>" + packs[pack][part] + "</noscript>"
	})
}

func unpack(t *testing.T, text string) []string {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	gz, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	if err := json.NewDecoder(gz).Decode(&bodies); err != nil {
		t.Fatal(err)
	}
	return bodies
}

// What passed is packed, each body where its case says; what did not stands in
// the open; and a run of alike cases takes up little.
func TestPacks(t *testing.T) {
	t.Parallel()
	run := sample()
	run.Cases = nil
	for i := range 95 {
		c := fingerprint()
		c.ID, c.Command = fmt.Sprintf("sig/alike-%d@eft", i), fmt.Sprintf("ssoproof run alike-%d", i)
		if c.Verdict = Pass; i == 50 {
			c.Verdict = Fail
		}
		run.Cases = append(run.Cases, c)
	}
	var b bytes.Buffer
	if err := run.writeHTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	whole := unpacked(t, page)
	if got, want := len(packed.FindAllString(page, -1)), 10; got != want {
		t.Errorf("%d packs, want %d", got, want)
	}
	if 4*len(page) > len(whole) {
		t.Errorf("packed the page has %d bytes, unpacked %d", len(page), len(whole))
	}
	cases := strings.Split(whole, `<details class="case`)[1:]
	if len(cases) != len(run.Cases) {
		t.Fatalf("%d cases on the page", len(cases))
	}
	for i, c := range run.Cases {
		if !strings.Contains(cases[i], c.ID) || !strings.Contains(cases[i], "<code>"+c.Command+"</code>") {
			t.Errorf("%s does not have its own body", c.ID)
		}
	}
	if n := strings.Count(page, "<code>ssoproof run alike-"); n != 1 || !strings.Contains(page, "<code>ssoproof run alike-50</code>") {
		t.Errorf("%d bodies stand in the open, want that of the one that failed", n)
	}
}
