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

// TestDetach: an element that is cut out says what it said where it stood.
func TestDetach(t *testing.T) {
	t.Parallel()
	doc := "\xef\xbb\xbf" + `<?xml version="1.0"?><a xmlns="urn:a" xmlns:p="urn:p&amp;&#xA;q" xmlns:q="urn:1"><r:x xmlns:r="urn:r"><y/></r:x>` +
		`<p:b xmlns:q='urn:2' c="&lt;" ><![CDATA[<p:b>]]><!-- </p:b> --><p:b/>` + "\r\n" + `</p:b><q:c type='p:t'>upq:</q:c><d xmlns=""><e/></d></a>`
	const p = ` xmlns:p="urn:p&amp;&#xA;q"`
	for i, want := range []string{
		`<r:x xmlns="urn:a" xmlns:r="urn:r"><y/></r:x>`,
		`<p:b` + p + ` xmlns:q='urn:2' c="&lt;" ><![CDATA[<p:b>]]><!-- </p:b> --><p:b/>` + "\n" + `</p:b>`,
		`<q:c` + p + ` xmlns:q="urn:1" type='p:t'>upq:</q:c>`,
		`<d xmlns=""><e/></d>`,
	} {
		e := parse(t, doc).Elements()[i]
		form := Canonical{Exclusive: true, Comments: true}
		there, err1 := form.Bytes(e, nil)
		if got := string(e.Detach()); got != want {
			t.Errorf("alone %s, want %s", got, want)
		}
		if alone, err := form.Bytes(e, nil); string(there) != string(alone) || err != nil || err1 != nil {
			t.Errorf("canonical %s, want %s (%v, %v)", alone, there, err, err1)
		}
		inclusive, err1 := Canonical{}.Bytes(e, nil)
		read, err2 := Canonical{}.Bytes(parse(t, want), nil)
		if string(inclusive) != string(read) || e.Path() != parse(t, want).Path() || err1 != nil || err2 != nil {
			t.Errorf("canonical %s, once it is read again %s (%v, %v)", inclusive, read, err1, err2)
		}
	}
	e := parse(t, `<a xmlns="urn:a"><b xmlns=""><c/></b></a>`).Elements()[0].Elements()[0]
	if got := string(e.Detach()); got != "<c/>" {
		t.Errorf("alone %s", got)
	}
}
