package xmltree

import (
	"bytes"
	"fmt"
	"slices"
)

// Kind names what a Problem is about.
type Kind string

// The kinds of problems.
const (
	Size        Kind = "size"        // more bytes than allowed
	Depth       Kind = "depth"       // nested deeper than allowed
	Count       Kind = "count"       // more elements, attributes or namespaces than allowed
	Doctype     Kind = "doctype"     // a document type declaration, or any other <! declaration
	Instruction Kind = "instruction" // a processing instruction
	Trailing    Kind = "trailing"    // anything but blanks and comments after the root
	Repeated    Kind = "repeated"    // an attribute that stands twice on one element
	Syntax      Kind = "syntax"      // not well-formed, or not UTF-8
)

// Problem is what keeps a document from being plain, bounded XML.
type Problem struct {
	Kind Kind
	Line int
	Text string
}

// Limits bounds what Parse reads; zero means no bound, except that no document
// is read deeper than Go's stack is certain to carry.
type Limits struct {
	Bytes      int
	Depth      int
	Elements   int      // comments and CDATA sections count as well
	Attributes int      // on one element, namespace declarations included
	Total      int      // attributes of all elements together
	Namespaces int      // in force at one place
	Allow      []Kind   // problems that are noted but do not end the reading
	Scope      *Element // for a fragment: where it stood, for namespaces and paths
}

// deepest is the depth that even a document without limit may not exceed.
const deepest = 5000

// scanner goes once through the raw bytes, before anything is allocated for
// them: it enforces the limits and finds what must not be parsed at all.
type scanner struct {
	raw      []byte
	limits   Limits
	problems []*Problem
	depth    int
	elements int
	total    int // attributes
	copied   bool
}

// scan returns the bytes to parse, or nil when a problem forbids parsing.
// Line ends become line feeds (XML 1.0 2.11), and white space inside tags
// becomes blanks, which attribute value normalization (3.3.3) demands and
// encoding/xml leaves out.
func scan(raw []byte, limits Limits) ([]byte, []*Problem) {
	s := &scanner{raw: raw, limits: limits}
	if limits.Bytes > 0 && len(raw) > limits.Bytes &&
		s.stops(Size, 0, fmt.Sprintf("%d bytes, at most %d are read", len(raw), limits.Bytes)) {
		return nil, s.problems
	}
	if bytes.IndexByte(s.raw, '\r') >= 0 {
		s.raw = bytes.ReplaceAll(s.raw, []byte("\r\n"), []byte("\n"))
		s.raw = bytes.ReplaceAll(s.raw, []byte("\r"), []byte("\n"))
		s.copied = true
	}
	for at := 0; at < len(s.raw); {
		next := bytes.IndexByte(s.raw[at:], '<')
		if next < 0 {
			break
		}
		var ok bool
		if at, ok = s.markup(at + next); !ok {
			return nil, s.problems
		}
	}
	return s.raw, s.problems
}

// markup handles what starts at the < at offset at, and returns where it ends.
func (s *scanner) markup(at int) (int, bool) {
	rest := s.raw[at:]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		return s.after(at+4, "-->"), s.another(at)
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return s.after(at+9, "]]>"), s.another(at)
	case bytes.HasPrefix(rest, []byte("<!")):
		return at + 2, !s.stops(Doctype, at, "a document type declaration")
	case bytes.HasPrefix(rest, []byte("<?")):
		end := s.after(at+2, "?>")
		if at == 0 && bytes.HasPrefix(rest, []byte("<?xml")) && len(rest) > 5 && isBlank(rest[5]) {
			return end, true
		}
		return end, !s.stops(Instruction, at, "a processing instruction")
	case bytes.HasPrefix(rest, []byte("</")):
		s.depth--
		return s.after(at+2, ">"), true
	}
	return s.tag(at)
}

// tag goes through one start tag.
func (s *scanner) tag(at int) (int, bool) {
	var quote byte
	attributes := 0
	end := at + 1
	for ; end < len(s.raw); end++ {
		c := s.raw[end]
		switch {
		case c == '\t' || c == '\n':
			s.blank(end)
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
			attributes++
		case c == '>':
			return end + 1, s.count(at, end, attributes)
		}
	}
	return end, true // the parser will say that the tag never ends
}

// another counts an element, or what cuts text in two and so makes as many nodes.
func (s *scanner) another(at int) bool {
	s.elements++
	most := s.limits.Elements
	return most <= 0 || s.elements != most+1 || !s.stops(Count, at, fmt.Sprintf("more than %d elements and comments", most))
}

func (s *scanner) count(at, end, attributes int) bool {
	level := s.depth + 1
	if s.raw[end-1] != '/' {
		s.depth = level
	}
	limit := s.limits.Depth
	if limit <= 0 {
		limit = deepest
	}
	if level > limit && (s.stops(Depth, at, fmt.Sprintf("elements nested deeper than %d", limit)) || level > deepest) {
		return false
	}
	if !s.another(at) {
		return false
	}
	if most := s.limits.Attributes; most > 0 && attributes > most &&
		s.stops(Count, at, fmt.Sprintf("more than %d attributes on one element", most)) {
		return false
	}
	s.total += attributes
	if most := s.limits.Total; most > 0 && s.total > most &&
		s.stops(Count, at, fmt.Sprintf("more than %d attributes", most)) {
		return false
	}
	return true
}

// blank replaces the byte at offset at by a blank, in a copy: the caller's
// bytes are evidence.
func (s *scanner) blank(at int) {
	if !s.copied {
		s.raw, s.copied = bytes.Clone(s.raw), true
	}
	s.raw[at] = ' '
}

func (s *scanner) after(at int, mark string) int {
	if i := bytes.Index(s.raw[at:], []byte(mark)); i >= 0 {
		return at + i + len(mark)
	}
	return len(s.raw)
}

// stops notes a problem and tells whether it ends the reading.
func (s *scanner) stops(kind Kind, at int, text string) bool {
	if slices.ContainsFunc(s.problems, func(p *Problem) bool { return p.Kind == kind }) {
		return false // allowed, or the reading had ended
	}
	s.problems = append(s.problems, &Problem{Kind: kind, Line: line(s.raw, at), Text: text})
	return !slices.Contains(s.limits.Allow, kind)
}

func line(raw []byte, at int) int {
	return 1 + bytes.Count(raw[:min(at, len(raw))], []byte("\n"))
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
