package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"
)

//go:embed templates
var templates embed.FS

// writeHTML writes report.html: one file, in which nothing refers to the
// network. Two walls keep what servers sent from doing anything: html/template
// escapes it, and the page's policy lets no script run but its own, known by
// its hash, and loads nothing that is not in the file.
func (r *Run) writeHTML(w io.Writer) error {
	style, err := templates.ReadFile("templates/style.css")
	if err != nil {
		return err
	}
	script, err := templates.ReadFile("templates/script.js")
	if err != nil {
		return err
	}
	tree, err := template.New("").Funcs(vocabulary).ParseFS(templates, "templates/*.html")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(script)
	page, err := r.page(tree)
	if err != nil {
		return err
	}
	page.Style, page.Script = template.CSS(style), template.JS(script)
	page.Policy = fmt.Sprintf("default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; script-src 'sha256-%s'",
		base64.StdEncoding.EncodeToString(sum[:]))
	return tree.ExecuteTemplate(w, "report.html", page)
}

// page is what report.html shows.
type page struct {
	*Run
	Headline  headline
	Ring      []slice
	Summaries []Summary // per profile
	Matrix    [][]Cell
	Attention []concern
	More      int // causes that Attention has no room for
	Families  []family
	Snapshots *snapshots
	Packs     []string
	Style     template.CSS
	Script    template.JS
	Policy    string
}

const (
	fewCases     = 2  // are shown open: there is nothing to choose from
	manyConcerns = 25 // are named at the top, the others only with their cases
)

// family is the cases of one family, in the order of the plan.
type family struct {
	Summary
	Cases []caseView
}

func (r *Run) page(tree *template.Template) (*page, error) {
	p := &page{Run: r, Headline: r.headline(), Ring: ring(r.Total()), Summaries: r.ByProfile(), Matrix: r.matrix(),
		Snapshots: &snapshots{index: map[string]int{}}}
	p.Attention = r.attention()
	p.More = max(len(p.Attention)-manyConcerns, 0)
	p.Attention = p.Attention[:len(p.Attention)-p.More]
	index := map[string]int{}
	for i, f := range r.ByFamily() {
		index[f.Name] = i
		p.Families = append(p.Families, family{Summary: f})
	}
	pack := packer{tree: tree}
	for i, c := range r.Cases {
		f := &p.Families[index[c.Family]]
		v := view(i, c, p.Snapshots)
		v.Open = len(r.Cases) <= fewCases
		if c.Verdict == Pass && !v.Open {
			pack.add(&v)
		}
		f.Cases = append(f.Cases, v)
	}
	var err error
	p.Packs, err = pack.packs()
	return p, err
}

// snapshots keeps each page's HTML once: most cases end on the same few pages.
type snapshots struct {
	HTML  []string
	index map[string]int
}

func (s *snapshots) keep(html string) int {
	i, seen := s.index[html]
	if !seen {
		i = len(s.HTML)
		s.index[html] = i
		s.HTML = append(s.HTML, html)
	}
	return i
}

// headline is the first thing a reader sees: what the run amounts to.
type headline struct{ Tone, Title, Text string }

var headlines = map[Conclusion]headline{
	LabBroken:     {"broken", "The lab is broken", "What could not be judged says nothing about the party under test: mend the lab and run again."},
	NotConformant: {"fail", "Not conformant", "Each cause is named below, with what to do about it where that can be said."},
	Nothing:       {"skip", "Nothing was tested", "No case was played, which proves nothing."},
	KnownFailures: {"known-fail", "As expected, with known failures", "Nothing went wrong that is not on the list of known failures. This is not conformance."},
	InPart:        {"skip", "Passed in part", "Everything that was played passed, but cases were left out: this is no statement about the whole."},
	Conformant:    {"pass", "Conformant", "Every case of the plan was played and passed."},
}

func (r *Run) headline() headline {
	h, t := headlines[r.Conclusion()], r.Total()
	var said []string
	for _, s := range []struct {
		n         int
		one, many string
	}{
		{t[Broken], "1 case could not be judged", "%d cases could not be judged"},
		{t[Fail] + t[UnexpectedPass], "1 case did not go as expected", "%d cases did not go as expected"},
	} {
		switch {
		case s.n == 1:
			said = append(said, s.one)
		case s.n > 1:
			said = append(said, fmt.Sprintf(s.many, s.n))
		}
	}
	if said != nil {
		h.Text = strings.Join(said, ", ") + ". " + h.Text
	}
	return h
}

// slice is one verdict's part of the ring, in per cent.
type slice struct {
	Verdict     Verdict
	Count       int
	Start, Part float64
}

func ring(t Tally) []slice {
	var all []slice
	start := 0.0
	for i := len(Verdicts()) - 1; i >= 0; i-- {
		v := Verdicts()[i]
		if t[v] == 0 {
			continue
		}
		part := 100 * float64(t[v]) / float64(t.Cases())
		all = append(all, slice{v, t[v], start, part})
		start += part
	}
	return all
}

// concern is one cause that needs attention, with the cases that it spoils.
type concern struct {
	Verdict   Verdict
	Cause     string
	Objection string // of the first case
	Advice    []string
	Cases     []Case
}

// attention groups the cases that did not go as expected by their cause and the
// reason that the service provider gives, the worst verdict first.
func (r *Run) attention() []concern {
	var all []concern
	for _, v := range Verdicts() {
		index := map[[2]string]int{}
		for _, c := range r.Cases {
			if c.Verdict != v || v.AsExpected() {
				continue
			}
			reason, objection := c.objection()
			i, seen := index[[2]string{c.Cause, reason}]
			if !seen {
				i = len(all)
				index[[2]string{c.Cause, reason}] = i
				all = append(all, concern{Verdict: v, Cause: c.Cause, Objection: objection, Advice: c.advice()})
			}
			all[i].Cases = append(all[i].Cases, c)
		}
	}
	return all
}

// verdictWords are the verdicts as people read them.
var verdictWords = map[Verdict]string{
	Pass: "Pass", Fail: "Fail", KnownFail: "Known failure", UnexpectedPass: "Unexpected pass", Skip: "Skipped", Broken: "Lab broken",
}

var vocabulary = template.FuncMap{
	"verdict":  func(v Verdict) string { return verdictWords[v] },
	"verdicts": Verdicts,
	"words":    words,
	"family":   familyName,
	"party":    partyName,
	"compare":  compare,
	"link":     func(id string) template.URL { return template.URL("#" + fragment(id)) },
	"join":     strings.Join,
	"add":      func(a, b int) int { return a + b },
	"took":     took,
	"day":      func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04:05 UTC") },
	"clock":    func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") },
	"size":     size,
	"head":     head,
	"start":    start,
}

// took writes how long something took.
func took(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// start is as much of a long text as a reader wants to see, as it is written.
func start(text string) string {
	const room = 2000
	runes := []rune(text)
	if len(runes) <= room {
		return text
	}
	return string(runes[:room]) + "…"
}
