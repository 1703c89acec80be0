package report

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// caseView is one case as report.html shows it.
type caseView struct {
	Case
	Number    int // in the run, from 0
	Open      bool
	Pack      int    // the pack that holds its body, -1 when the body stands in the open
	Part      int    // its place there
	Objection string // why the SP refused, where that is not what was expected
	Advice    []string
	Held      []CheckResult
	Failed    []CheckResult
	Decisions []decisionView
	Drawing   *drawing
	Messages  []messageView
	Pages     []pageView
	Clocks    []clock
}

// decisionView is what the SP concluded from one message. Standard says
// whether the message breaks a rule at all, tolerated or not: the product's
// verdict and the standard's stand side by side.
type decisionView struct {
	*trace.Decision
	Identity []trace.Fact
	Standard bool
	Tone     string // of a refusal: bad news only where it was not the point of the case
}

// messageView is one protocol message, laid out for reading.
type messageView struct {
	*trace.Message
	Anchor string
	Raw    string // the exact text to copy; only where somebody will want it
}

func (m messageView) Markup() template.HTML { return markup(m.XML) }

// pageView is one page that the visitor saw.
type pageView struct {
	*trace.Page
	Picture  template.URL // of the screenshot, "" when there is none
	Snapshot int          // index of the page's HTML, -1 when it is not kept
}

func view(number int, c Case, kept *snapshots) caseView {
	v := caseView{Case: c, Number: number, Pack: -1, Clocks: clocks(c.Events), Advice: c.advice()}
	if !c.Verdict.AsExpected() {
		_, v.Objection = c.objection()
	}
	for _, r := range c.Checks {
		if r.OK {
			if n := len(v.Held); n > 0 && v.Held[n-1].Name == r.Name {
				r.Summary = "" // it was said one line above
			}
			v.Held = append(v.Held, r)
		} else {
			v.Failed = append(v.Failed, r)
		}
	}
	anchors := map[int]string{}
	seen := map[string]string{}
	for _, e := range c.Events {
		switch {
		case e.Message != nil:
			anchors[e.Seq] = v.message(e.Message, seen)
		case e.Decision != nil && (e.Kind == trace.KindDecision || len(e.Decision.Findings) > 0):
			v.Decisions = append(v.Decisions, decision(e.Decision, c.Verdict))
		case e.Page != nil:
			v.Pages = append(v.Pages, v.page(e.Page, kept))
		}
	}
	slices.SortStableFunc(v.Pages, func(a, b pageView) int { return rank(a) - rank(b) })
	v.Drawing = draw(c.Events, anchors)
	return v
}

// message adds a message and returns its anchor. What the receiver recorded
// of it is the same message.
func (v *caseView) message(m *trace.Message, seen map[string]string) string {
	key := m.Name + "\x00" + m.XML + "\x00" + m.RelayState
	if anchor, ok := seen[key]; ok {
		return anchor
	}
	anchor := fmt.Sprintf("case-%d-message-%d", v.Number, len(v.Messages)+1)
	seen[key] = "#" + anchor
	shown := messageView{Message: m, Anchor: anchor}
	if v.Verdict != Pass && len(m.XML) <= markupLimit {
		shown.Raw = m.XML
	}
	v.Messages = append(v.Messages, shown)
	return "#" + anchor
}

func decision(d *trace.Decision, verdict Verdict) decisionView {
	ordered := *d
	ordered.Findings = DecisiveFirst(d)
	v := decisionView{Decision: &ordered, Standard: len(d.Findings) == 0, Tone: string(Fail)}
	if verdict.AsExpected() {
		v.Tone = string(Skip)
	}
	for name, values := range d.Identity {
		v.Identity = append(v.Identity, trace.Fact{Name: name, Value: strings.Join(values, ", ")})
	}
	slices.SortFunc(v.Identity, func(a, b trace.Fact) int { return strings.Compare(a.Name, b.Name) })
	return v
}

// page keeps the HTML of the page on which a case ended, and of all of them
// when the case needs attention.
func (v *caseView) page(p *trace.Page, kept *snapshots) pageView {
	shown := pageView{Page: p, Snapshot: -1}
	if bytes.HasPrefix(p.Screenshot, []byte("\x89PNG\r\n\x1a\n")) {
		shown.Picture = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(p.Screenshot))
	} else if p.HTML != "" && (p.Label == trace.Final || v.Verdict != Pass) {
		shown.Snapshot = kept.keep(p.HTML)
	}
	return shown
}

// rank puts the page on which the flow ended first.
func rank(p pageView) int {
	switch p.Label {
	case trace.Final:
		return 0
	case trace.Protected:
		return 1
	}
	return 2
}
