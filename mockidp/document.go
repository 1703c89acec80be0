package mockidp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/beevik/etree"
)

// What XML from outside may cost. A genuine AuthnRequest has some 20
// elements, 5 deep, in 2 KB; an SP's metadata a few hundred. Reading and
// canonicalising grow faster than the input, so the limits are what bounds
// the time.
const (
	requestLimit   = 256 << 10 // bytes of one request, inflated
	metadataLimit  = 1 << 20   // bytes of an SP's metadata
	depthLimit     = 32
	elementLimit   = 2000
	attributeLimit = 64 // of one element
)

var errTooLarge = errors.New("too large")

// parseDocument reads XML that anybody may have sent. It refuses a document
// type (so that there are no entities), repeated attributes, anything beside
// the one root, and whatever is past a limit.
func parseDocument(raw []byte, limit int) (*etree.Element, error) {
	if len(raw) > limit {
		return nil, fmt.Errorf("%w: more than %d bytes of XML", errTooLarge, limit)
	}
	if err := screen(raw); err != nil {
		return nil, err
	}
	doc := etree.NewDocument()
	doc.ReadSettings.MaxDepth = depthLimit
	if err := doc.ReadFromBytes(raw); err != nil {
		return nil, fmt.Errorf("not well-formed XML: %w", err)
	}
	if doc.Root() == nil {
		return nil, errors.New("no XML element")
	}
	return doc.Root(), nil
}

// screen walks the tokens before any tree is built, because a tree costs many
// times the bytes.
func screen(raw []byte) error {
	decoder := xml.NewDecoder(bytes.NewReader(raw))
	depth, roots, elements := 0, 0, 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("not well-formed XML: %w", err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return errors.New("a document type declaration is not allowed")
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
			elements++
			if err := screenElement(t, depth, roots, elements); err != nil {
				return err
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && strings.TrimSpace(string(t)) != "" {
				return errors.New("text outside the root element")
			}
		}
	}
}

func screenElement(start xml.StartElement, depth, roots, elements int) error {
	switch {
	case roots > 1:
		return errors.New("more than one root element")
	case depth > depthLimit:
		return fmt.Errorf("%w: more than %d levels of elements", errTooLarge, depthLimit)
	case elements > elementLimit:
		return fmt.Errorf("%w: more than %d elements", errTooLarge, elementLimit)
	case len(start.Attr) > attributeLimit:
		return fmt.Errorf("%w: more than %d attributes on <%s>", errTooLarge, attributeLimit, start.Name.Local)
	}
	seen := map[xml.Name]bool{}
	for _, attribute := range start.Attr {
		if seen[attribute.Name] {
			return fmt.Errorf("attribute %s stands twice on <%s>", attribute.Name.Local, start.Name.Local)
		}
		seen[attribute.Name] = true
	}
	return nil
}

// is reports whether an element has this namespace and name.
func is(element *etree.Element, namespace, tag string) bool {
	return element.Tag == tag && element.NamespaceURI() == namespace
}

// children returns the child elements of this namespace and name.
func children(element *etree.Element, namespace, tag string) []*etree.Element {
	var found []*etree.Element
	for _, child := range element.ChildElements() {
		if is(child, namespace, tag) {
			found = append(found, child)
		}
	}
	return found
}

// decode reads an element into a schema type.
func decode(element *etree.Element, into any) error {
	doc := etree.NewDocumentWithRoot(detached(element))
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true}
	raw, err := doc.WriteToBytes()
	if err != nil {
		return err
	}
	return xml.Unmarshal(raw, into)
}

// detached copies an element together with the namespace declarations of its
// ancestors.
func detached(element *etree.Element) *etree.Element {
	out := element.Copy()
	for parent := element.Parent(); parent != nil; parent = parent.Parent() {
		for _, attribute := range parent.Attr {
			declares := attribute.Space == "xmlns" || attribute.Space == "" && attribute.Key == "xmlns"
			if declares && out.SelectAttr(attribute.FullKey()) == nil {
				out.CreateAttr(attribute.FullKey(), attribute.Value)
			}
		}
	}
	return out
}
