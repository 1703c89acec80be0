package suites_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/suites/scenario"
)

var update = flag.Bool("update", false, "write the tables of the profiles' READMEs anew")

// document is a product's own document, whole, in the words of its vendor.
type document struct {
	Title     string
	Sum       string `yaml:"sha256"` // of all text without blanks, so that nobody rewords it unnoticed
	Sentences []sentence
}

// sentence is one statement: with the scenarios that show it, or with a reason
// why there is nothing to show. A heading needs neither.
type sentence struct {
	Heading, Text string
	Scenarios     []string
	Nothing       string
}

const profilesFolder = "../sp/profile/profiles"

// TestEverySentenceIsShown reads each product's document beside the scenarios.
func TestEverySentenceIsShown(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	playedOn := map[string][]string{}
	for _, c := range h.cases {
		playedOn[c.Scenario.ID()] = append(playedOn[c.Scenario.ID()], c.Profile.Name)
	}
	for _, p := range h.words.Profiles {
		files, err := filepath.Glob(filepath.Join(profilesFolder, p.Name, "document*.yaml"))
		if err != nil || len(files) == 0 {
			t.Errorf("profile %s has no document.yaml (%v)", p.Name, err)
			continue
		}
		var tables []string
		shown := map[string]bool{}
		for _, file := range files {
			d := readDocument(t, file)
			d.check(t, file, p.Name, playedOn)
			tables = append(tables, d.table())
			for _, s := range d.Sentences {
				for _, id := range s.Scenarios {
					shown[id] = true
				}
			}
		}
		h.checkFamilies(t, p.Name, shown)
		compareTable(t, filepath.Join(profilesFolder, p.Name, "README.md"), "sentences", strings.Join(tables, "\n"))
	}
}

// checkFamilies wants every scenario of the product's own families beside a
// sentence: what its document does not say has its place elsewhere.
func (h *house) checkFamilies(t *testing.T, profile string, shown map[string]bool) {
	t.Helper()
	for _, s := range h.scenarios {
		if (s.Family == profile || strings.HasPrefix(s.Family, profile+"-")) && !shown[s.ID()] {
			t.Errorf("%s: scenario %s stands beside no sentence of the document", s.Pos, s.ID())
		}
	}
}

func readDocument(t *testing.T, file string) document {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var d document
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	if err := decoder.Decode(&d); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return d
}

func (d document) check(t *testing.T, file, profile string, playedOn map[string][]string) {
	t.Helper()
	sum := sha256.New()
	for _, s := range d.Sentences {
		fmt.Fprint(sum, strings.Join(strings.Fields(s.Heading+s.Text), ""))
		if problem := s.problem(); problem != "" {
			t.Errorf("%s: %q %s", file, s.Heading+s.Text, problem)
		}
		for _, id := range s.Scenarios {
			if !slices.Contains(playedOn[id], profile) {
				t.Errorf("%s: no scenario %s is played on %s%s", file, id, profile, nearestScenario(id, playedOn))
			}
		}
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != d.Sum {
		t.Errorf("%s: the text is not the document's, word for word: its sum is %s, not %s", file, got, d.Sum)
	}
}

func (s sentence) problem() string {
	switch {
	case s.Heading != "" && s.Text == "" && len(s.Scenarios) == 0 && s.Nothing == "":
		return ""
	case s.Heading != "" || s.Text == "":
		return "is neither a heading nor a sentence"
	case len(s.Scenarios) == 0 && s.Nothing == "":
		return "is shown by no scenario, and nothing says why"
	case len(s.Scenarios) > 0 && s.Nothing != "":
		return "is shown by scenarios although there is said to be nothing to show"
	}
	return ""
}

func nearestScenario(id string, playedOn map[string][]string) string {
	var ids []string
	for known := range playedOn {
		ids = append(ids, known)
	}
	if near := scenario.Nearest(id, ids); near != "" {
		return " (" + near + ")"
	}
	return ""
}

// table writes the document as a Markdown table.
func (d document) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | shown by |\n|---|---|\n", inCell(d.Title))
	for _, s := range d.Sentences {
		switch {
		case s.Heading != "":
			fmt.Fprintf(&b, "| **%s** | |\n", inCell(s.Heading))
		case s.Nothing != "":
			fmt.Fprintf(&b, "| %s | *nothing to show: %s* |\n", inCell(s.Text), inCell(s.Nothing))
		default:
			fmt.Fprintf(&b, "| %s | `%s` |\n", inCell(s.Text), strings.Join(s.Scenarios, "` `"))
		}
	}
	return b.String()
}

// inCell keeps the text from being taken for Markdown; XML becomes code.
func inCell(text string) string {
	text = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
	if strings.HasPrefix(text, "<") {
		return "`" + text + "`"
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "*", `\*`, "[", `\[`, "]", `\]`).Replace(text)
}

// compareTable wants the README's table of that name to be the one that was
// made, or writes it there.
func compareTable(t *testing.T, file, name, table string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	from, to := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	before, rest, begins := strings.Cut(string(raw), from)
	inside, after, ends := strings.Cut(rest, to)
	switch {
	case !begins || !ends:
		t.Errorf("%s has no table between <!-- %s --> and <!-- /%s -->", file, name, name)
	case *update && inside != table:
		if err := os.WriteFile(file, []byte(before+from+table+to+after), 0o644); err != nil {
			t.Fatal(err)
		}
	case inside != table:
		t.Errorf("the table of %s in %s is out of date; go test ./suites -run 'Sentence|Pages' -update writes it", name, file)
	}
}
