package fault

import (
	"bytes"
	"regexp"
	"strings"
)

func wireFaults() []Fault {
	return []Fault{
		{Name: "not-xml", Summary: "the decoded message is plain text",
			Refs: []string{"SAML bindings 3.5.4"},
			Wire: replaceWith("this is no XML")},
		{Name: "html-page", Summary: "the decoded message is an HTML error page",
			Refs: []string{"SAML bindings 3.5.4"},
			Wire: replaceWith("<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1><hr></body></html>")},
		{Name: "message-emptied", Summary: "the decoded message is empty",
			Refs: []string{"SAML bindings 3.5.4"},
			Wire: replaceWith("")},
		{Name: "message-truncated", Summary: "the message breaks off in the middle",
			Refs: []string{"XML 1.0 2.1"},
			Wire: func(b []byte, _ Args) ([]byte, error) { return b[:len(b)/2], nil }},
		{Name: "byte-order-mark", Summary: "the message begins with a UTF-8 byte-order mark",
			Refs: []string{"XML 1.0 appendix F"},
			Wire: func(b []byte, _ Args) ([]byte, error) { return append([]byte("\xEF\xBB\xBF"), b...), nil }},
		{Name: "leading-blanks", Summary: "blank lines stand before the message",
			Refs: []string{"XML 1.0 2.8"},
			Wire: func(b []byte, _ Args) ([]byte, error) { return append([]byte("\n \n"), b...), nil }},
		{Name: "trailing-garbage", Summary: "text stands after the root element",
			Refs:   []string{"XML 1.0 2.1"},
			Params: []Param{{Name: "text", Kind: String, Default: "garbage", Doc: "the text, or a second root element"}},
			Wire:   func(b []byte, a Args) ([]byte, error) { return append(bytes.Clone(b), a.String("text")...), nil }},
		{Name: "message-oversized", Summary: "a comment after the root element makes the message very large",
			Refs:   []string{"CVE-2025-54572", "CWE-400"},
			Params: []Param{{Name: "octets", Kind: Int, Default: "11534336", Doc: "the size of the comment, 64 MiB at most"}},
			Wire:   oversize},
		{Name: "utf8-invalid", Summary: "the message holds octets that are not UTF-8",
			Refs: []string{"XML 1.0 4.3.3"},
			Wire: func(b []byte, _ Args) ([]byte, error) {
				return replaceOnce(b, `(<[\w:]*NameID[^>]*>)`, "${1}\xFF\xFE"), nil
			}},
		{Name: "encoding-lie", Summary: "the XML declaration names another encoding than the message is in",
			Refs: []string{"XML 1.0 4.3.3"},
			Params: []Param{{Name: "encoding", Kind: Choice, Default: "UTF-16", Choices: []string{"UTF-16", "ISO-8859-1", "UTF-7"},
				Doc: "the encoding named"}},
			Wire: func(b []byte, a Args) ([]byte, error) {
				return declared(b, `<?xml version="1.0" encoding="`+a.String("encoding")+`"?>`), nil
			}},
		{Name: "xml-attribute-repeated", Summary: "an element carries the same attribute twice",
			Refs: []string{"XML 1.0 3.1"},
			Params: []Param{{Name: "name", Kind: Choice, Default: "Version", Choices: []string{"Version", "ID", "Destination"}, Doc: "the attribute, of the first element that has it"},
				{Name: "value", Kind: String, Doc: "the value of the second; that of the first when absent"}},
			Wire: repeatAttribute},
	}
}

func replaceWith(text string) func([]byte, Args) ([]byte, error) {
	return func([]byte, Args) ([]byte, error) { return []byte(text), nil }
}

// replaceOnce replaces the first match of a regular expression.
func replaceOnce(b []byte, pattern, with string) []byte {
	re := regexp.MustCompile(pattern)
	at := re.FindSubmatchIndex(b)
	if at == nil {
		return b
	}
	out := append([]byte{}, b[:at[0]]...)
	out = re.Expand(out, []byte(with), b, at)
	return append(out, b[at[1]:]...)
}

// declared puts a prolog in front of the root element, in place of an XML declaration.
func declared(b []byte, prolog string) []byte {
	return append([]byte(prolog), withoutDeclaration(b)...)
}

func withoutDeclaration(b []byte) []byte {
	if bytes.HasPrefix(b, []byte("<?xml")) {
		if _, rest, found := bytes.Cut(b, []byte("?>")); found {
			return bytes.TrimLeft(rest, "\r\n")
		}
	}
	return b
}

func repeatAttribute(b []byte, a Args) ([]byte, error) {
	second := "$1"
	if a.Has("value") {
		second = strings.ReplaceAll(a.String("value"), "$", "$$")
	}
	name := a.String("name")
	return replaceOnce(b, ` `+name+`="([^"]*)"`, `$0 `+name+`="`+second+`"`), nil
}

func oversize(b []byte, a Args) ([]byte, error) {
	n := max(0, min(a.Int("octets"), 64<<20))
	out := append(bytes.Clone(b), "<!--"...)
	out = append(out, bytes.Repeat([]byte("x"), n)...)
	return append(out, "-->"...), nil
}
