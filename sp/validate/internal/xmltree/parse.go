package xmltree

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Parse reads one document, which must be UTF-8 with or without byte-order
// mark. The element is nil exactly when the last problem ended the reading;
// problems that Limits allows are returned beside the element.
func Parse(raw []byte, limits Limits) (*Element, []*Problem) {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(raw) { // then any markup in it is there by chance
		return nil, []*Problem{{Kind: Syntax, Line: 1, Text: "not valid UTF-8"}}
	}
	clean, problems := scan(raw, limits)
	if clean == nil {
		if len(problems) == 0 {
			problems = append(problems, &Problem{Kind: Syntax, Line: 1, Text: "nothing at all"})
		}
		return nil, problems
	}
	p := &parser{raw: clean, limits: limits, problems: problems, top: limits.Scope}
	p.scope = append(p.scope, limits.Scope.scope()...)
	if problem := p.run(); problem != nil {
		return nil, append(p.problems, problem)
	}
	return p.root, p.problems
}

type parser struct {
	raw      []byte
	limits   Limits
	problems []*Problem
	decoder  *xml.Decoder
	root     *Element
	top      *Element  // the element being read, or limits.Scope
	scope    []Binding // in force at top, the latest last
	marks    []int     // length of scope before each open element
	from     int64     // where the token that is being read begins
	ended    bool
}

func (p *parser) run() *Problem {
	p.decoder = xml.NewDecoder(bytes.NewReader(p.raw))
	for {
		p.from = p.decoder.InputOffset()
		token, err := p.decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return p.finish()
		}
		if err != nil {
			return p.problem(Syntax, strings.TrimPrefix(err.Error(), "XML syntax error on "))
		}
		if problem := p.token(token); problem != nil {
			return problem
		}
		if p.ended {
			return nil
		}
	}
}

func (p *parser) finish() *Problem {
	switch {
	case p.root == nil:
		return p.problem(Syntax, "no element at all")
	case len(p.marks) > 0:
		return p.problem(Syntax, "element "+p.top.Name()+" is never closed")
	}
	return nil
}

func (p *parser) token(token xml.Token) *Problem {
	outside := len(p.marks) == 0
	switch t := token.(type) {
	case xml.StartElement:
		if outside && p.root != nil {
			return p.trailing("a second root element " + t.Name.Local)
		}
		return p.start(t)
	case xml.EndElement:
		return p.end(t)
	case xml.CharData:
		switch {
		case !outside:
			p.top.Nodes = append(p.top.Nodes, Node{Text: string(t)})
		case len(bytes.TrimSpace(t)) == 0:
		case p.root != nil:
			return p.trailing("text after the root element")
		default:
			return p.problem(Syntax, "text before the root element")
		}
	case xml.Comment:
		if !outside {
			p.top.Nodes = append(p.top.Nodes, Node{Text: string(t), Comment: true})
		}
	}
	return nil // declarations and instructions: the scanner has judged them
}

func (p *parser) start(t xml.StartElement) *Problem {
	e := &Element{Prefix: t.Name.Space, Local: t.Name.Local, Parent: p.top, octets: p.raw[p.from:]}
	p.marks = append(p.marks, len(p.scope))
	if problem := p.declare(e, t.Attr); problem != nil {
		return problem
	}
	if problem := p.resolve(e, t.Attr); problem != nil {
		return problem
	}
	if len(p.marks) == 1 {
		p.root = e
	} else {
		p.top.Nodes = append(p.top.Nodes, Node{Element: e})
	}
	p.top = e
	return nil
}

// declare brings the namespace declarations of a start tag into force
// (Namespaces in XML 1.0, clauses 3 and 5).
func (p *parser) declare(e *Element, attrs []xml.Attr) *Problem {
	for _, a := range attrs {
		var b Binding
		switch {
		case a.Name.Space == "xmlns":
			b = Binding{a.Name.Local, a.Value}
			if b.URI == "" {
				return p.problem(Syntax, "prefix "+b.Prefix+" is bound to no namespace")
			}
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			b = Binding{"", a.Value}
		default:
			continue
		}
		if b.Prefix == "xml" && b.URI == XML {
			continue
		}
		if b.Prefix == "xml" || b.Prefix == "xmlns" || b.URI == XML || b.URI == "http://www.w3.org/2000/xmlns/" {
			return p.problem(Syntax, "namespace declaration of the reserved "+b.Prefix+"="+b.URI)
		}
		if slices.ContainsFunc(e.Declared, func(d Binding) bool { return d.Prefix == b.Prefix }) {
			if problem := p.repeated(e, "xmlns:"+b.Prefix); problem != nil {
				return problem
			}
			continue
		}
		e.Declared = append(e.Declared, b)
		p.scope = append(p.scope, b)
	}
	if most := p.limits.Namespaces; most > 0 && len(p.scope) > most && !slices.Contains(p.limits.Allow, Count) {
		return p.problem(Count, fmt.Sprintf("more than %d namespaces in force", most))
	}
	return nil
}

// resolve gives the element and its attributes their namespaces.
func (p *parser) resolve(e *Element, attrs []xml.Attr) *Problem {
	if strings.Contains(e.Local, ":") || e.Local == "" || e.Prefix == "xmlns" {
		return p.problem(Syntax, "element name "+e.Name())
	}
	var found bool
	if e.URI, found = p.lookup(e.Prefix); !found {
		return p.problem(Syntax, "prefix "+e.Prefix+" of element "+e.Name()+" is not declared")
	}
	for _, raw := range attrs {
		a := Attr{Prefix: raw.Name.Space, Local: raw.Name.Local, Value: raw.Value}
		if a.Prefix == "xmlns" || a.Prefix == "" && a.Local == "xmlns" {
			continue
		}
		if strings.Contains(a.Local, ":") || a.Local == "" {
			return p.problem(Syntax, "attribute name "+a.Local)
		}
		if a.Prefix != "" {
			if a.URI, found = p.lookup(a.Prefix); !found {
				return p.problem(Syntax, "prefix "+a.Prefix+" of attribute "+a.Local+" is not declared")
			}
		}
		if slices.ContainsFunc(e.Attrs, func(b Attr) bool { return b.Local == a.Local && b.URI == a.URI }) {
			if problem := p.repeated(e, a.Local); problem != nil {
				return problem
			}
			continue
		}
		e.Attrs = append(e.Attrs, a)
	}
	return nil
}

func (p *parser) lookup(prefix string) (string, bool) {
	if prefix == "xml" {
		return XML, true
	}
	for i := len(p.scope) - 1; i >= 0; i-- {
		if p.scope[i].Prefix == prefix {
			return p.scope[i].URI, true
		}
	}
	return "", prefix == ""
}

func (p *parser) end(t xml.EndElement) *Problem {
	last := len(p.marks) - 1
	if last < 0 || p.top.Prefix != t.Name.Space || p.top.Local != t.Name.Local {
		return p.problem(Syntax, "end tag "+t.Name.Local+" closes nothing")
	}
	p.top.octets = p.top.octets[:len(p.top.octets)-(len(p.raw)-int(p.decoder.InputOffset()))]
	p.scope = p.scope[:p.marks[last]]
	p.marks = p.marks[:last]
	p.top = p.top.Parent
	return nil
}

func (p *parser) trailing(text string) *Problem {
	problem := p.problem(Trailing, text)
	if !slices.Contains(p.limits.Allow, Trailing) {
		return problem
	}
	p.problems = append(p.problems, problem)
	p.ended = true
	return nil
}

// mostProblems is how many are noted where they do not end the reading.
const mostProblems = 20

func (p *parser) repeated(e *Element, name string) *Problem {
	if len(p.problems) >= mostProblems {
		return nil
	}
	problem := p.problem(Repeated, "attribute "+name+" stands twice on "+e.Name())
	if !slices.Contains(p.limits.Allow, Repeated) {
		return problem
	}
	p.problems = append(p.problems, problem)
	return nil
}

func (p *parser) problem(kind Kind, text string) *Problem {
	at := 0
	if p.decoder != nil {
		at = int(p.decoder.InputOffset())
	}
	return &Problem{Kind: kind, Line: line(p.raw, at), Text: text}
}
