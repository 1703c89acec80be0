package report

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// drawing is the story as lifelines with arrows and notes, in SVG units.
type drawing struct {
	Width, Height int
	Lanes         []lane
	Marks         []mark
	Label         string

	top   int
	drawn map[string]bool // messages: the receiver's record of one is no second message
	hrefs map[int]string  // where a message's XML stands on the page, by Seq
}

type lane struct {
	X          int
	Name, Host string
	party      trace.Party
}

// mark is an arrow from X1 to X2 or a note around X1, at height Y.
type mark struct {
	Class       string // request, reply, message, note, band
	Tone        string // good, bad, fault or nothing
	X1, X2, Y   int
	Text, More  string
	Title, Href string
}

const (
	drawingWidth = 1000
	drawingTop   = 62
	rowHeight    = 34
)

// draw lays the story out. hrefs says where the XML of a message stands.
func draw(events []trace.Event, hrefs map[int]string) *drawing {
	d := &drawing{Width: drawingWidth, top: drawingTop, drawn: map[string]bool{}, hrefs: hrefs}
	d.lanes(events)
	if len(d.Lanes) < 2 {
		return nil
	}
	for _, s := range story(events) {
		d.step(s)
	}
	d.Height = d.top + 18
	d.Label = fmt.Sprintf("what happened between %s, in %d steps", strings.Join(names(d.Lanes), ", "), len(d.Marks))
	return d
}

func (d *drawing) lanes(events []trace.Event) {
	present := map[trace.Party]bool{}
	hosts := map[trace.Party]string{}
	for _, e := range events {
		present[e.Party] = true
		if x := e.Exchange; x != nil {
			present[x.From], present[x.To] = true, true
			if u, err := url.Parse(x.URL); err == nil && hosts[x.To] == "" {
				hosts[x.To] = u.Host
			}
		}
		if m := e.Message; m != nil {
			present[m.From], present[m.To] = true, true
		}
	}
	for _, p := range partyNames {
		if present[p.party] {
			d.Lanes = append(d.Lanes, lane{Name: p.name, Host: middle(hosts[p.party], 34), party: p.party})
		}
	}
	const margin = 130
	for i := range d.Lanes {
		d.Lanes[i].X = margin + i*(drawingWidth-2*margin)/max(len(d.Lanes)-1, 1)
	}
}

func (d *drawing) step(s step) {
	x := s.Exchange
	if x == nil {
		d.event(s.Event)
		return
	}
	tone := ""
	if s.Kind == trace.KindTrapped {
		tone = "bad"
	}
	d.arrow(mark{Class: "request", Tone: tone, Text: x.Method + " " + pathOf(x.URL), Title: x.Method + " " + x.URL}, x.From, x.To)
	for _, inner := range s.inside {
		d.step(inner)
	}
	reply := mark{Class: "reply", Text: fmt.Sprint(x.Status), Title: fmt.Sprintf("%d %s", x.Status, x.ContentType)}
	if x.Status >= 400 {
		reply.Tone = "bad"
	}
	if x.Location != "" {
		reply.Text, reply.Title = reply.Text+" → "+pathOf(x.Location), fmt.Sprintf("%d to %s", x.Status, x.Location)
	}
	d.arrow(reply, x.To, x.From)
}

func (d *drawing) event(e trace.Event) {
	switch {
	case e.Message != nil:
		d.message(e)
	case e.Party == trace.Lab:
		d.add(mark{Class: "band", X1: drawingWidth / 2, Text: middle(said(e), 110), Title: said(e)})
	default:
		tone, text := told(e)
		d.add(mark{Class: "note", Tone: tone, X1: d.x(e.Party), Text: middle(text, 40), Title: text, Href: d.hrefs[e.Seq]})
	}
}

func (d *drawing) message(e trace.Event) {
	m := e.Message
	key := m.Name + "\x00" + m.XML + "\x00" + m.RelayState
	if m.XML != "" && d.drawn[key] {
		return
	}
	d.drawn[key] = true
	named := mark{Class: "message", Text: m.Name, More: m.Binding, Title: m.Name + " " + m.Binding, Href: d.hrefs[e.Seq]}
	if len(m.Faults) > 0 {
		named.Tone, named.More = "fault", middle(strings.Join(m.Faults, ", "), 40)
		named.Title += ", with " + strings.Join(m.Faults, ", ")
	}
	d.arrow(named, m.From, m.To)
}

// arrow adds an arrow between two parties; one from a party to itself is a note.
func (d *drawing) arrow(m mark, from, to trace.Party) {
	m.X1, m.X2 = d.x(from), d.x(to)
	if m.X1 == m.X2 {
		m.Class = "note"
	}
	limit := max(abs(m.X2-m.X1)/8, 28)
	m.Text = middle(m.Text, limit)
	d.add(m)
}

func (d *drawing) add(m mark) {
	d.top += rowHeight
	if m.Class == "message" {
		d.top += 12
	}
	m.Y = d.top
	d.Marks = append(d.Marks, m)
}

// x returns where a party stands; who is unknown stands in the middle.
func (d *drawing) x(p trace.Party) int {
	for _, l := range d.Lanes {
		if l.party == p {
			return l.X
		}
	}
	return drawingWidth / 2
}

func names(lanes []lane) []string {
	all := make([]string, len(lanes))
	for i, l := range lanes {
		all[i] = l.Name
	}
	return all
}

// pathOf leaves out scheme and host, which the lifeline says already.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	path := cmp.Or(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return path
}

// middle cuts a long text in the middle: the ends of a URL say most.
func middle(s string, limit int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= limit {
		return string(r)
	}
	head := limit * 3 / 4
	return string(r[:head]) + "…" + string(r[len(r)-(limit-head-1):])
}

func abs(n int) int { return max(n, -n) }

// Start is where the text of an arrow begins, or ends when it points left.
func (m mark) Start() int {
	if m.X2 < m.X1 {
		return m.X1 - 12
	}
	return m.X1 + 12
}

// Left is the left edge of a note around its lifeline, kept within the drawing.
func (m mark) Left() int {
	return min(max(m.X1-m.Width()/2, 4), drawingWidth-4-m.Width())
}

// Width is the width of a note that holds its text, in whatever font the reader has.
func (m mark) Width() int { return utf8.RuneCountInString(m.Text)*8 + 28 }

// Middle is the middle of a note.
func (m mark) Middle() int { return m.Left() + m.Width()/2 }

// head is the path of the head of an arrow.
func head(m mark) string {
	back := 9
	if m.X2 > m.X1 {
		back = -9
	}
	return fmt.Sprintf("M%d %d l%d -5 v10 z", m.X2, m.Y, back)
}
