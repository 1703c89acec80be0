package xmltree

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for doc, kind := range map[string]Kind{
		`<a/>`:                                   "",
		"\xef\xbb\xbf<a/>":                       "",
		`<?xml version="1.0"?><!-- c --><a/> `:   "",
		`<a b="<"/>`:                             Syntax,
		`<a b="'>" c='"<!--'.replace="" />`:      Syntax,
		`<?xml version="1.1"?><a/>`:              Syntax,
		`<?xml version="1.0" encoding="x"?><a/>`: Syntax,
		` <?xml version="1.0"?><a/>`:             Instruction,
		`<a><?b?></a>`:                           Instruction,
		`<!DOCTYPE a><a/>`:                       Doctype,
		`<a><!ELEMENT b></a>`:                    Doctype,
		`<a/><b/>`:                               Trailing,
		`<a/>b`:                                  Trailing,
		`b<a/>`:                                  Syntax,
		`<a></b>`:                                Syntax,
		`</a>`:                                   Syntax,
		`<a>`:                                    Syntax,
		`<a`:                                     Syntax,
		`<a><!-- `:                               Syntax,
		`<a>]]></a>`:                             Syntax,
		`<a>&b;</a>`:                             Syntax,
		`<a>&#1;</a>`:                            Syntax,
		"<a>\x01</a>":                            Syntax,
		"<a>\xff</a>":                            Syntax,
		`<a b=c/>`:                               Syntax,
		`<a b/>`:                                 Syntax,
		`<b:a/>`:                                 Syntax,
		`<a b:c=""/>`:                            Syntax,
		`<:a/>`:                                  Syntax,
		`<a :b=""/>`:                             Syntax,
		`<xmlns:a/>`:                             Syntax,
		`<a xmlns:b=""/>`:                        Syntax,
		`<a xmlns:xmlns="urn:x"/>`:               Syntax,
		`<a xmlns="http://www.w3.org/XML/1998/namespace"/>`: Syntax,
		`<a b="" b=""/>`:                            Repeated,
		`<a xmlns:b="urn:a" xmlns:b="urn:b"/>`:      Repeated,
		`<a><b><c><d><e/></d></c></b></a>`:          Depth,
		strings.Repeat(" ", 300):                    Size,
		`<a>` + strings.Repeat("<b/>", 10) + `</a>`: Count,
		`<a b="" c="" d="" e="" f=""/>`:             Count,
		"":                                          Syntax,
		" ":                                         Syntax,
	} {
		root, problems := Parse([]byte(doc), Limits{Bytes: 200, Depth: 4, Elements: 10, Attributes: 4})
		switch {
		case kind == "" && (root == nil || len(problems) > 0):
			t.Errorf("%q: refused, %v", doc, problems)
		case kind != "" && (root != nil || len(problems) != 1 || problems[0].Kind != kind || problems[0].Line < 1):
			t.Errorf("%q: root %v, problems %v, want %s", doc, root, problems, kind)
		}
	}
}

// TestAllow: what a policy lets pass is noted all the same.
func TestAllow(t *testing.T) {
	t.Parallel()
	all := []Kind{Size, Depth, Count, Doctype, Instruction, Trailing, Repeated}
	const doc = `<!DOCTYPE a><a b="1" b="2"><?c?><d><e/></d></a>f`
	root, problems := Parse([]byte(doc), Limits{Bytes: 5, Depth: 1, Elements: 1, Attributes: 1, Allow: all})
	if root.Value("b") != "1" || len(problems) != len(all) {
		t.Errorf("root %v, problems %v", root, problems)
	}
	if root, _ := Parse([]byte(strings.Repeat("<a>", 6000)), Limits{Allow: all}); root != nil {
		t.Error("no limit at all to the depth")
	}
}

func TestTree(t *testing.T) {
	t.Parallel()
	root := parse(t, `<a><b>1<!-- 2 -->3<c>4</c>5</b><b/><x:d xmlns:x="urn:x" e="f" x:e="g"/></a>`)
	b, d := root.First("", "b"), root.First("urn:x", "d")
	if b.Text() != "135" || b.Path() != "/a/b[1]" || d.Path() != "/a/x:d" || d.Value("e") != "f" || len(root.Elements()) != 3 {
		t.Errorf("text %q, paths %s %s, attribute %q", b.Text(), b.Path(), d.Path(), d.Value("e"))
	}
	var none *Element
	if none.Text()+none.Path()+none.Name()+none.Value("a") != "" || none.First("", "a").Elements() != nil || none.Is("", "") {
		t.Error("a nil element is not empty")
	}
	fragment, _ := Parse([]byte(`<x:f/>`), Limits{Scope: d})
	if fragment == nil || fragment.URI != "urn:x" || fragment.Path() != "/a/x:d/x:f" {
		t.Errorf("fragment %+v", fragment)
	}
}

// TestEvidence: the caller's bytes are never changed.
func TestEvidence(t *testing.T) {
	t.Parallel()
	raw := []byte("<a\nb='c\td'>\r\n</a>")
	before := string(raw)
	if root := parse(t, string(raw)); root.Value("b") != "c d" {
		t.Errorf("attribute %q", root.Value("b"))
	}
	if Parse(raw, Limits{}); string(raw) != before {
		t.Errorf("changed to %q", raw)
	}
}
