package fault

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/beevik/etree"
)

// rewritingFaults change a finished message the way proxies, editors and
// parsers with a mind of their own do.
func rewritingFaults() []Fault {
	return []Fault{
		{Name: "prefix-rewritten", Summary: "the prefix of SAML assertions is another one after signing",
			Refs:     []string{"XML Signature 3.2", "Exclusive XML Canonicalization 2"},
			Params:   []Param{{Name: "to", Kind: String, Default: "asrt", Doc: "the new prefix"}},
			Document: rewritePrefix},
		{Name: "instruction-in-name-id", Summary: "a processing instruction splits the NameID",
			Refs:   []string{"XML 1.0 2.6"},
			Params: []Param{splitParam()},
			Document: func(m *Message, a Args) error {
				el, err := m.element(nameID)
				if err != nil {
					return err
				}
				return splitText(el, a, etree.NewProcInst("split", "here"))
			}},
		{Name: "carriage-returns", Summary: "line feeds are written as carriage return and line feed after signing",
			Refs: []string{"XML 1.0 2.11"},
			Params: []Param{{Name: "form", Kind: Choice, Default: "raw", Choices: []string{"raw", "reference"},
				Doc: "raw octets, which every XML parser turns back, or &#13;, which none does"}},
			Wire: returnCarriages},
		{Name: "transcoded", Summary: "the octets are ISO-8859-1 after signing, and the XML declaration may say so",
			Refs: []string{"XML 1.0 4.3.3"},
			Params: []Param{{Name: "declared", Kind: Bool, Default: "true", Doc: "whether the XML declaration names the encoding"},
				{Name: "mark", Kind: String, Default: "Zoë", Doc: "text with a letter that the two encodings write differently, put into the first NameID"}},
			Wire: transcode},
		{Name: "utf8-overlong", Summary: "a character is written with more octets than it needs",
			Refs: []string{"XML 1.0 4.3.3", "RFC 3629 3"},
			Wire: func(b []byte, _ Args) ([]byte, error) { return intoNameID(b, "\xC0\xAE"), nil }},
		{Name: "control-character", Summary: "the NameID holds a character that XML forbids",
			Refs: []string{"XML 1.0 2.2"},
			Params: []Param{{Name: "form", Kind: Choice, Default: "nul-reference", Choices: []string{"nul-reference", "reference", "raw"},
				Doc: "&#0; or &#1;, or the octet 01"}},
			Wire: func(b []byte, a Args) ([]byte, error) {
				return intoNameID(b, map[string]string{"nul-reference": "&#0;", "reference": "&#1;", "raw": "\x01"}[a.String("form")]), nil
			}},
		{Name: "odd-name", Summary: "the message uses a name that Go's encoding/xml once read otherwise than it wrote it",
			Refs: []string{"CVE-2020-29509", "CVE-2020-29510", "CVE-2020-29511", "CVE-2020-27846"},
			Params: []Param{{Name: "form", Kind: Choice, Default: "attribute", Choices: oddNames(),
				Doc: "an attribute or an element whose name begins with a colon"}},
			Wire: writeOddName},
	}
}

func rewritePrefix(m *Message, a Args) error {
	el, err := m.element("Assertion")
	if err != nil {
		return err
	}
	old, renamed := el.Space, a.String("to")
	declaration := m.Response.SelectAttr("xmlns:" + old)
	if declaration == nil {
		return fmt.Errorf("the prefix %q is not declared on the Response", old)
	}
	declaration.Key = renamed
	walk(m.Response, func(el *etree.Element) {
		if el.Space == old {
			el.Space = renamed
		}
	})
	return nil
}

func returnCarriages(b []byte, a Args) ([]byte, error) {
	if !bytes.Contains(b, []byte("\n")) {
		return nil, errors.New("the message has no line feed")
	}
	with := "\r\n"
	if a.String("form") == "reference" {
		with = "&#13;\n"
	}
	return bytes.ReplaceAll(b, []byte("\n"), []byte(with)), nil
}

var nameIDStart = `(<[\w:]*NameID[^>]*>)`

// intoNameID puts octets at the beginning of the first NameID.
func intoNameID(b []byte, octets string) []byte {
	return replaceOnce(b, nameIDStart, "${1}"+strings.ReplaceAll(octets, "$", "$$"))
}

func transcode(b []byte, a Args) ([]byte, error) {
	var out bytes.Buffer
	if a.Bool("declared") {
		out.WriteString(`<?xml version="1.0" encoding="ISO-8859-1"?>`)
		b = withoutDeclaration(b)
	}
	for _, r := range string(intoNameID(b, a.String("mark"))) {
		if r > 0xff {
			return nil, fmt.Errorf("ISO-8859-1 has no character %q", r)
		}
		out.WriteByte(byte(r))
	}
	return out.Bytes(), nil
}

func oddNames() []string {
	return []string{"attribute", "element"}
}

var rootStart = regexp.MustCompile(`^(\s*(?:<\?xml[^>]*>\s*)?)<([\w:]*Response)`)

func writeOddName(b []byte, a Args) ([]byte, error) {
	if a.String("form") == "attribute" {
		return rootStart.ReplaceAll(b, []byte(`$1<$2 :odd="x"`)), nil
	}
	end := bytes.LastIndex(b, []byte("</"))
	if end < 0 {
		return nil, errors.New("the message has no end tag")
	}
	return bytes.Join([][]byte{b[:end], b[end:]}, []byte("<:odd></:odd>")), nil
}
