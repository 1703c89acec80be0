package xmltree

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Canonical says which canonical form is wanted. The zero value is Canonical
// XML 1.0 without comments (http://www.w3.org/TR/2001/REC-xml-c14n-20010315).
type Canonical struct {
	Exclusive bool     // http://www.w3.org/2001/10/xml-exc-c14n#
	V11       bool     // http://www.w3.org/2006/12/xml-c14n11
	Comments  bool     // keep comments
	Prefixes  []string // InclusiveNamespaces PrefixList, exclusive only
	// Most is how many octets are written at most, 0 for any number: each
	// element may have to repeat a namespace that was declared once.
	Most int
}

// ErrTooLong is why a form of more than Most octets is not written.
var ErrTooLong = errors.New("its canonical form is too long")

// Bytes writes the element with everything below it, except the element
// without (nil for none), in canonical form. A relative namespace name is an
// error, as the standard says; libraries that write nothing instead were
// made to digest nothing (CVE-2025-66568).
func (c Canonical) Bytes(apex, without *Element) ([]byte, error) {
	w := &writer{form: c, without: without, scope: apex.Parent.scope(), listed: map[string]bool{}}
	w.out = make([]byte, 0, 4096)
	for _, prefix := range c.Prefixes {
		if prefix == "#default" {
			prefix = ""
		}
		w.listed[prefix] = true
	}
	if err := w.element(apex, true); err != nil {
		return nil, err
	}
	return w.out, nil
}

type writer struct {
	form     Canonical
	without  *Element
	out      []byte
	scope    []Binding       // in force, latest last
	listed   map[string]bool // the prefix list
	rendered []Binding       // written so far on the way down, latest last
	used     []Binding       // scratch
}

func (w *writer) element(e *Element, apex bool) error {
	scope, rendered := len(w.scope), len(w.rendered)
	w.scope = append(w.scope, e.Declared...)

	w.out = append(w.out, '<')
	w.name(e.Prefix, e.Local)
	if err := w.namespaces(e, apex); err != nil {
		return err
	}
	w.attributes(e, apex)
	w.out = append(w.out, '>')
	if w.form.Most > 0 && len(w.out) > w.form.Most {
		return ErrTooLong
	}
	for _, n := range e.Nodes {
		if err := w.node(n); err != nil {
			return err
		}
	}
	w.out = append(w.out, "</"...)
	w.name(e.Prefix, e.Local)
	w.out = append(w.out, '>')

	w.scope, w.rendered = w.scope[:scope], w.rendered[:rendered]
	return nil
}

func (w *writer) node(n Node) error {
	switch {
	case n.Element != nil:
		if n.Element == w.without {
			return nil
		}
		return w.element(n.Element, false)
	case !n.Comment:
		w.out = appendText(w.out, n.Text)
	case w.form.Comments:
		w.out = append(w.out, "<!--"...)
		w.out = append(w.out, n.Text...)
		w.out = append(w.out, "-->"...)
	}
	return nil
}

// namespaces writes the declarations that the element needs and that no
// written ancestor has made already.
func (w *writer) namespaces(e *Element, apex bool) error {
	w.used = w.used[:0]
	switch {
	case w.form.Exclusive:
		w.visiblyUsed(e, apex)
	case apex:
		for _, b := range w.scope {
			w.used = bind(w.used, b)
		}
	default:
		w.used = append(w.used, e.Declared...)
	}
	slices.SortFunc(w.used, func(a, b Binding) int { return strings.Compare(a.Prefix, b.Prefix) })
	for _, b := range w.used {
		if uri, written := latest(w.rendered, b.Prefix); uri == b.URI && (written || b.Prefix == "") {
			continue
		}
		if b.URI != "" && !strings.Contains(b.URI, ":") {
			return fmt.Errorf("namespace name %q is relative, which has no canonical form", b.URI)
		}
		w.rendered = append(w.rendered, b)
		w.out = append(w.out, " xmlns"...)
		if b.Prefix != "" {
			w.out = append(append(w.out, ':'), b.Prefix...)
		}
		w.value(b.URI)
	}
	return nil
}

// visiblyUsed collects the prefixes of the element and its attributes, and
// those that the prefix list wants treated as in the inclusive form: at the apex
// whatever is in force, below it what is declared anew.
func (w *writer) visiblyUsed(e *Element, apex bool) {
	w.use(Binding{e.Prefix, e.URI})
	for _, a := range e.Attrs {
		if a.Prefix != "" {
			w.use(Binding{a.Prefix, a.URI})
		}
	}
	if len(w.listed) == 0 {
		return
	}
	added := e.Declared
	if apex {
		added = w.scope
	}
	for _, b := range added {
		if w.listed[b.Prefix] {
			w.use(b)
		}
	}
}

func (w *writer) use(b Binding) {
	if b.Prefix != "xml" {
		w.used = bind(w.used, b)
	}
}

func latest(bindings []Binding, prefix string) (uri string, found bool) {
	for i := len(bindings) - 1; i >= 0; i-- {
		if bindings[i].Prefix == prefix {
			return bindings[i].URI, true
		}
	}
	return "", false
}

// attributes writes the attributes in the order of their namespace, then name.
func (w *writer) attributes(e *Element, apex bool) {
	attrs := e.Attrs
	if apex && !w.form.Exclusive {
		attrs = w.inherited(e)
	}
	if len(attrs) > 1 {
		attrs = slices.Clone(attrs)
		slices.SortFunc(attrs, func(a, b Attr) int {
			if by := strings.Compare(a.URI, b.URI); by != 0 {
				return by
			}
			return strings.Compare(a.Local, b.Local)
		})
	}
	for _, a := range attrs {
		w.out = append(w.out, ' ')
		w.name(a.Prefix, a.Local)
		w.value(a.Value)
	}
}

// inherited adds the xml: attributes of the ancestors that are left out
// (Canonical XML 1.0 2.4; 1.1 inherits only xml:lang and xml:space).
func (w *writer) inherited(e *Element) []Attr {
	attrs, there := slices.Clone(e.Attrs), map[string]bool{}
	for _, a := range e.Attrs {
		there[a.Local] = there[a.Local] || a.URI == XML
	}
	for up := e.Parent; up != nil; up = up.Parent {
		for _, a := range up.Attrs {
			if a.URI != XML || there[a.Local] || w.form.V11 && a.Local != "lang" && a.Local != "space" {
				continue
			}
			there[a.Local] = true
			attrs = append(attrs, a)
		}
	}
	return attrs
}

func (w *writer) name(prefix, local string) {
	if prefix != "" {
		w.out = append(append(w.out, prefix...), ':')
	}
	w.out = append(w.out, local...)
}

func (w *writer) value(value string) {
	w.out = appendValue(append(w.out, '=', '"'), value)
	w.out = append(w.out, '"')
}

func appendText(out []byte, text string) []byte {
	return appendEscaped(out, text, func(c byte) string {
		switch c {
		case '&':
			return "&amp;"
		case '<':
			return "&lt;"
		case '>':
			return "&gt;"
		case '\r':
			return "&#xD;"
		}
		return ""
	})
}

func appendValue(out []byte, value string) []byte {
	return appendEscaped(out, value, func(c byte) string {
		switch c {
		case '&':
			return "&amp;"
		case '<':
			return "&lt;"
		case '"':
			return "&quot;"
		case '\t':
			return "&#x9;"
		case '\n':
			return "&#xA;"
		case '\r':
			return "&#xD;"
		}
		return ""
	})
}

// appendEscaped looks at every byte once: searching anew after each escape
// would make a text of nothing but ampersands expensive.
func appendEscaped(out []byte, text string, escape func(byte) string) []byte {
	done := 0
	for i := range len(text) {
		if escaped := escape(text[i]); escaped != "" {
			out = append(append(out, text[done:i]...), escaped...)
			done = i + 1
		}
	}
	return append(out, text[done:]...)
}
