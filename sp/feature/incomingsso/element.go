package incomingsso

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// element is one element of an XML answer, with its names resolved.
type element struct {
	xml.Name
	attributes []xml.Attr
	text       string // all character data directly in it
	children   []element
}

func (e element) is(space, local string) bool { return e.Space == space && e.Local == local }

// name is the element's name for people.
func (e element) name() string {
	if e.Space == "" {
		return e.Local + " in no namespace"
	}
	return "{" + e.Space + "}" + e.Local
}

func (e element) attribute(space, local string) string {
	for _, a := range e.attributes {
		if a.Name.Space == space && a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// only returns the one child element, or says what is there in its place.
func (e element) only() (element, error) {
	if len(e.children) != 1 {
		return element{}, fmt.Errorf("%s holds %d elements, not one", e.name(), len(e.children))
	}
	return e.children[0], nil
}

// child returns the first child of that name.
func (e element) child(space, local string) (element, bool) {
	for _, c := range e.children {
		if c.is(space, local) {
			return c, true
		}
	}
	return element{}, false
}

// maxDepth bounds how deep elements nest.
const maxDepth = 16

// parse reads a document in UTF-8. A DOCTYPE is an error, so that no entity is
// ever expanded and nothing is ever fetched (OWASP XXE).
func parse(body []byte) (element, error) {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("only UTF-8 is read") }
	open := []element{{}} // the document, then the elements that are open
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return element{}, err
		}
		last := &open[len(open)-1]
		switch t := token.(type) {
		case xml.Directive:
			return element{}, errors.New("it has a DOCTYPE")
		case xml.CharData:
			last.text += string(t)
		case xml.StartElement:
			if len(open) > maxDepth {
				return element{}, fmt.Errorf("elements nest deeper than %d", maxDepth)
			}
			open = append(open, element{Name: t.Name, attributes: t.Copy().Attr})
		case xml.EndElement:
			open = open[:len(open)-1]
			parent := &open[len(open)-1]
			parent.children = append(parent.children, *last)
		}
	}
	if document := open[0]; len(document.children) != 1 || strings.Trim(document.text, " \t\r\n") != "" {
		return element{}, errors.New("it is not one element")
	}
	return open[0].children[0], nil
}

// escaped is text as it stands in an element.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder takes everything
	return b.String()
}
