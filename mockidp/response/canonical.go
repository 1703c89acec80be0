package response

import (
	"fmt"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// canonical returns the canonical form of an element as it stands in its
// document. el is not changed.
func canonical(el *etree.Element, c dsig.Canonicalizer) ([]byte, error) {
	out, err := c.Canonicalize(selfContained(el))
	if err != nil {
		return nil, fmt.Errorf("canonicalizing %s: %w", el.Tag, err)
	}
	return out, nil
}

// selfContained copies an element with every namespace declaration that is in
// scope there, so that it means the same outside its document.
func selfContained(el *etree.Element) *etree.Element {
	alone := el.Copy()
	for above := el.Parent(); above != nil; above = above.Parent() {
		for _, a := range above.Attr {
			declares := a.Space == "xmlns" || a.FullKey() == "xmlns"
			if declares && alone.SelectAttr(a.FullKey()) == nil {
				alone.CreateAttr(a.FullKey(), a.Value)
			}
		}
	}
	return alone
}

// canonicalizer finds the canonicalization for a word; an unknown one is
// computed as preset says, so that only the word is wrong.
func canonicalizer(word, prefixList, preset string) dsig.Canonicalizer {
	c, ok := lookup(canonicalizations(), word)
	if !ok {
		c, _ = lookup(canonicalizations(), preset)
	}
	return c.make(prefixList)
}

// transformed returns the octets that a Reference with these transforms
// digests. The enveloped transform takes out a signature that is not in the
// element yet; without a canonicalization the default is inclusive 1.0
// without comments (XML Signature 4.4.3.2).
func transformed(el *etree.Element, transforms []string, prefixList string) ([]byte, error) {
	word := "inclusive-1.0"
	for _, t := range transforms {
		if uriOf(canonicalizations(), t) != "" {
			word = t
		}
	}
	return canonical(el, canonicalizer(word, prefixList, word))
}
