package fault

import (
	"fmt"
	"strings"

	"github.com/beevik/etree"
)

func floodFaults() []Fault {
	return []Fault{
		{Name: "signature-flood", Summary: "the Response holds very many empty Signature elements",
			Refs:     []string{"CWE-400"},
			Params:   []Param{{Name: "count", Kind: Int, Default: "2000", Doc: "how many, 10000 at most"}},
			Document: floodSignatures},
		{Name: "xml-attribute-flood", Summary: "one element carries very many XML attributes",
			Refs:      []string{"CWE-400"},
			Params:    []Param{{Name: "count", Kind: Int, Default: "10000", Doc: "how many, 20000 at most"}},
			Assertion: floodXMLAttributes},
		{Name: "value-oversized", Summary: "one AttributeValue is very long",
			Refs:      []string{"CVE-2025-54572", "CWE-400"},
			Params:    []Param{{Name: "octets", Kind: Int, Default: "65536", Doc: "its length, 16 MiB at most"}},
			Assertion: oversizeValue},
	}
}

func floodSignatures(m *Message, a Args) error {
	at := statusIndex(m)
	for range max(0, min(a.Int("count"), 10_000)) {
		el := etree.NewElement("ds:Signature")
		el.CreateAttr("xmlns:ds", signatureNamespace)
		m.Response.InsertChildAt(at, el)
	}
	return nil
}

func floodXMLAttributes(m *Message, a Args) error {
	el := foreignElement("Flood", "urn:example:extension")
	for i := range max(0, min(a.Int("count"), 20_000)) {
		el.Attr = append(el.Attr, etree.Attr{Key: fmt.Sprintf("a%d", i+1), Value: "x"})
	}
	m.extensionsOf().AddChild(el)
	return nil
}

func oversizeValue(m *Message, a Args) error {
	el, err := m.addAttribute("oversized")
	if err != nil {
		return err
	}
	setValues(el, strings.Repeat("x", max(0, min(a.Int("octets"), 16<<20))))
	return nil
}
