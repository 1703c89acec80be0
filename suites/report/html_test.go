package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/suites/trace"
	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		at := common(string(want), string(got))
		from := max(at-80, 0)
		t.Errorf("%s is not as expected (go test -update writes it anew), from byte %d on:\n got …%s\nwant …%s", name, at,
			got[from:min(at+200, len(got))], want[from:min(at+200, len(want))])
	}
}

func rendered(t *testing.T, run *Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := run.writeHTML(&b); err != nil {
		t.Fatal(err)
	}
	return unpacked(t, b.String())
}

var asset = regexp.MustCompile(`(?s)(<style>|<script>).*?(</style>|</script>)|'sha256-[^;]*`)

func TestHTML(t *testing.T) {
	t.Parallel()
	run := sample()
	run.Cases = []Case{fingerprint(), broken(), legacy()}
	golden(t, "report.html", []byte(asset.ReplaceAllString(rendered(t, run), "$1$2")))
}

// parse reads the page as a browser without scripts does, for which what is
// folded is part of the page.
func parse(t *testing.T, page string) []*html.Node {
	t.Helper()
	root, err := html.ParseWithOptions(strings.NewReader(page), html.ParseOptionEnableScripting(false))
	if err != nil {
		t.Fatal(err)
	}
	var all []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

// Nothing in the file points out of it.
func TestHTMLIsOffline(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	var links []string
	for _, n := range parse(t, rendered(t, sample())) {
		for _, a := range n.Attr {
			switch a.Key {
			case "id":
				if ids[a.Val] {
					t.Errorf("the id %q stands twice", a.Val)
				}
				ids[a.Val] = true
			case "href":
				links = append(links, a.Val)
			case "src":
				if !strings.HasPrefix(a.Val, "data:image/png;base64,") {
					t.Errorf("<%s src=%q>", n.Data, a.Val)
				}
			}
		}
		if slices.Contains([]string{"link", "iframe", "object", "embed", "base"}, n.Data) {
			t.Errorf("the page has a <%s>", n.Data)
		}
	}
	for _, l := range links {
		if !strings.HasPrefix(l, "#") || !ids[l[1:]] {
			t.Errorf("a link leads to %q, which is not on the page", l)
		}
	}
	if len(links) < 20 {
		t.Errorf("only %d links seen", len(links))
	}
}

// With hostile words in every field the page has the same elements as with
// harmless ones, and the same attributes.
func TestHTMLKeepsHostileWordsInert(t *testing.T) {
	t.Parallel()
	want := shape(parse(t, rendered(t, filled("harmless"))))
	for _, hostile := range []string{
		`"><script>alert(1)</script>`, `</noscript></details><img src=x onerror=alert(1)>`, `javascript:alert(1)//'"`,
		"</title></style><svg/onload=alert(1)>", "{{.Cases}}<!--", "\x00\xff]]>", `<iframe srcdoc="<script>">`,
	} {
		page := rendered(t, filled(hostile))
		got := shape(parse(t, page))
		if !slices.Equal(got, want) {
			t.Errorf("with %q the page has %d elements, should have %d:\n%v", hostile, len(got), len(want), got)
		}
		if a, b := strings.Count(page, "<noscript>"), strings.Count(page, "</noscript>"); a != 2 || b != 2 {
			t.Errorf("with %q the folded part begins %d times and ends %d times", hostile, a, b)
		}
		if a, b := strings.Count(page, "<script"), strings.Count(page, "</script"); a != 1 || b != 1 {
			t.Errorf("with %q there are %d scripts and %d ends", hostile, a, b)
		}
	}
}

// filled is a run with two failed cases, one with a screenshot, in which every text is the given one.
// Only the layout of a message follows its text: it is tested by FuzzMarkup.
func filled(text string) *Run {
	run := &Run{Subject: &Subject{}, Notes: []string{""}, Cases: []Case{fingerprint(), wrongACS()}}
	fill(reflect.ValueOf(run).Elem(), text)
	for _, c := range run.Cases {
		for _, e := range c.Events {
			if e.Message != nil {
				e.Message.XML = "<!--" + text + "-->"
			}
		}
	}
	return run
}

func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem(), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() && v.Type().Field(i).Name != "Replayed" {
				fill(v.Field(i), text)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i), text)
		}
	case reflect.Map:
		if v.Type() == reflect.TypeFor[map[string][]string]() {
			v.Set(reflect.ValueOf(map[string][]string{text: {text}}))
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(text)
		}
	}
}

func shape(nodes []*html.Node) []string {
	var all []string
	for _, n := range nodes {
		s := n.Data
		for _, a := range n.Attr {
			s += " " + a.Key
		}
		all = append(all, s)
	}
	return all
}

// What servers may hold in confidence is in none of the three files.
func TestSecretsAppearNowhere(t *testing.T) {
	t.Parallel()
	const canary = "canary7f3a"
	plain, twice := "password="+canary, "http%3A%2F%2Fp%2F%3Fsession%3D"+canary
	events := trace.New()
	for _, text := range []string{plain, twice, "?session=" + canary + "&x=1", "<Password>" + canary + "</Password>", `{"session":"` + canary + `"}`, `<input type=password name=p value=` + canary + `>`} {
		events.Add(trace.Event{Party: trace.SP, Note: text})
		events.Add(trace.Event{Party: trace.SP, Exchange: &trace.Exchange{From: trace.Browser, To: trace.SP, URL: "http://p/?" + text, Location: "http://q/?" + text}})
		events.Add(trace.Event{Party: trace.SP, Message: &trace.Message{XML: text, RelayState: text}})
		events.Add(trace.Event{Party: trace.Browser, Page: &trace.Page{Label: trace.Final, URL: text, Text: text, HTML: text}})
	}
	c := newCase("jump", "secrets", "channeltivity", "secrets stay secret")
	c.Events, c.Verdict, c.Cause, c.Command, c.Control = events.Events(), Fail, "seen ?"+plain, "ssoproof run "+plain, plain
	c.Checks = []CheckResult{{Name: "lands-on", Expected: "/?" + plain, Seen: "/?" + twice}}
	run := &Run{Command: "ssoproof run --" + plain, Cases: []Case{c}}
	dir := t.TempDir()
	if err := run.Write(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{JSONFile, JUnitFile, HTMLFile} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if i := bytes.Index(data, []byte(canary)); i >= 0 {
			t.Errorf("%s tells a secret: …%s…", name, data[max(i-120, 0):i+len(canary)])
		}
		if !bytes.Contains(data, []byte(trace.Mask)) {
			t.Errorf("%s masks nothing: the secret was never in it", name)
		}
	}
	if run.Cases[0].Cause != "seen ?"+plain {
		t.Error("writing changed the run")
	}
}
