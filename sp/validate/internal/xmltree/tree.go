// Package xmltree reads one XML document into a tree whose names are resolved,
// and writes any part of it in canonical form.
//
// It exists because a signature is only as good as the agreement between the
// bytes that were digested and the tree that is judged: both come from the
// same nodes here, and whatever two parsers could read differently (document
// types, processing instructions, repeated attributes, a second root) is
// refused. It must not know SAML. Start at Parse.
package xmltree

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// XML is the namespace that the prefix xml is bound to.
const XML = "http://www.w3.org/XML/1998/namespace"

// Element is one element. All methods may be called on a nil Element, which
// has no name, no text and no children: so a chain of look-ups needs no checks.
type Element struct {
	Prefix, Local, URI string
	Attrs              []Attr    // without namespace declarations
	Declared           []Binding // namespace declarations, in document order
	Nodes              []Node
	Parent             *Element // nil for a document's root

	octets []byte // as it was written
}

// Attr is one attribute; an unprefixed one has no URI.
type Attr struct{ Prefix, Local, URI, Value string }

// Binding is one namespace declaration; the default namespace has Prefix "".
type Binding struct{ Prefix, URI string }

// Node is a child: an element, a comment, or character data.
type Node struct {
	Element *Element
	Text    string // of the comment or the character data
	Comment bool
}

// Name is the element's name as it was written.
func (e *Element) Name() string {
	switch {
	case e == nil:
		return ""
	case e.Prefix == "":
		return e.Local
	}
	return e.Prefix + ":" + e.Local
}

// Is tells whether the element has that expanded name.
func (e *Element) Is(uri, local string) bool {
	return e != nil && e.Local == local && e.URI == uri
}

// Elements returns the child elements, in document order.
func (e *Element) Elements() []*Element {
	if e == nil {
		return nil
	}
	var found []*Element
	for _, n := range e.Nodes {
		if n.Element != nil {
			found = append(found, n.Element)
		}
	}
	return found
}

// All returns the child elements of that expanded name, in document order.
func (e *Element) All(uri, local string) []*Element {
	if e == nil {
		return nil
	}
	var found []*Element
	for _, n := range e.Nodes {
		if n.Element.Is(uri, local) {
			found = append(found, n.Element)
		}
	}
	return found
}

// First returns the first child element of that expanded name, or nil.
func (e *Element) First(uri, local string) *Element {
	if e == nil {
		return nil
	}
	for _, n := range e.Nodes {
		if n.Element.Is(uri, local) {
			return n.Element
		}
	}
	return nil
}

// Text returns the element's own character data, joined across comments and
// child elements: a comment must never cut a name short (CVE-2017-11427).
func (e *Element) Text() string {
	if e == nil {
		return ""
	}
	if len(e.Nodes) == 1 && e.Nodes[0].Element == nil && !e.Nodes[0].Comment {
		return e.Nodes[0].Text
	}
	var text strings.Builder
	for _, n := range e.Nodes {
		if n.Element == nil && !n.Comment {
			text.WriteString(n.Text)
		}
	}
	return text.String()
}

// Attr returns the value of the unprefixed attribute of that name. A prefixed
// attribute of the same local name is another attribute.
func (e *Element) Attr(local string) (value string, present bool) {
	if e == nil {
		return "", false
	}
	for _, a := range e.Attrs {
		if a.URI == "" && a.Local == local {
			return a.Value, true
		}
	}
	return "", false
}

// Value is Attr for those to whom empty and absent are one.
func (e *Element) Value(local string) string {
	value, _ := e.Attr(local)
	return value
}

// Walk calls visit for the element and everything below it, in document order.
func (e *Element) Walk(visit func(*Element)) {
	if e == nil {
		return
	}
	visit(e)
	for _, n := range e.Nodes {
		n.Element.Walk(visit)
	}
}

// Path says where the element is, in the manner of XPath, with the prefixes
// of the document and a number only where siblings share a name.
func (e *Element) Path() string {
	if e == nil {
		return ""
	}
	if e.Parent == nil {
		return "/" + e.Name()
	}
	step := e.Parent.Path() + "/" + e.Name()
	twins := e.Parent.All(e.URI, e.Local)
	if len(twins) < 2 {
		return step
	}
	for i, twin := range twins {
		if twin == e {
			return step + "[" + strconv.Itoa(i+1) + "]"
		}
	}
	return step
}

// Detach makes the element a document's root, and returns that document, octet
// by octet as it was written: with the declarations above it of the prefixes that
// it speaks of. The others are left out, since most signers sign a message before
// they put it somewhere, and an inclusive canonical form has all that are in force.
func (e *Element) Detach() []byte {
	if e == nil {
		return nil
	}
	name := len("<" + e.Name())
	alone, declared := append([]byte(nil), e.octets[:name]...), []Binding(nil)
	for _, b := range e.Parent.scope() {
		if !e.needs(b) {
			continue
		}
		declared = append(declared, b)
		alone = append(alone, " xmlns"...)
		if b.Prefix != "" {
			alone = append(append(alone, ':'), b.Prefix...)
		}
		alone = append(appendValue(append(alone, '=', '"'), b.URI), '"')
	}
	e.Parent, e.Declared = nil, append(declared, e.Declared...)
	return append(alone, e.octets[name:]...)
}

// needs tells whether the element, or text in it, may rest on a declaration
// that is made above it.
func (e *Element) needs(b Binding) bool {
	if slices.ContainsFunc(e.Declared, func(own Binding) bool { return own.Prefix == b.Prefix }) {
		return false
	}
	if b.Prefix == "" {
		needed := false
		e.Walk(func(inside *Element) { needed = needed || inside.Prefix == "" && inside.URI == b.URI })
		return needed && b.URI != ""
	}
	for rest, mark := e.octets, []byte(b.Prefix+":"); ; {
		at := bytes.Index(rest, mark)
		if at < 0 {
			return false
		}
		if at > 0 && bytes.IndexByte([]byte("<>\"' \t\n"), rest[at-1]) >= 0 {
			return true
		}
		rest = rest[at+len(mark):]
	}
}

// scope returns the namespaces in force at the element, outermost first and
// each prefix once, without the one that every document has (xml).
func (e *Element) scope() []Binding {
	if e == nil {
		return nil
	}
	scope := e.Parent.scope()
	for _, b := range e.Declared {
		scope = bind(scope, b)
	}
	return scope
}

func bind(scope []Binding, b Binding) []Binding {
	for i := range scope {
		if scope[i].Prefix == b.Prefix {
			scope[i].URI = b.URI
			return scope
		}
	}
	return append(scope, b)
}
