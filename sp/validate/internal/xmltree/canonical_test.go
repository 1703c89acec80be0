package xmltree

import (
	"os/exec"
	"strings"
	"testing"
)

func parse(t *testing.T, doc string) *Element {
	t.Helper()
	root, problems := Parse([]byte(doc), Limits{})
	if root == nil {
		t.Fatalf("%s: %v", doc, problems[len(problems)-1].Text)
	}
	return root
}

// documents are difficult in one way each.
func documents() map[string]string {
	return map[string]string{
		"empty element":            `<a/>`,
		"attribute order":          `<a xmlns:z="urn:a" xmlns:y="urn:b" y:a="1" z:b="2" c="3" b="4" xml:lang="en"/>`,
		"same name, two spaces":    `<a xmlns:b="urn:2" xmlns:c="urn:1" b:x="1" c:x="2" x="3"/>`,
		"order of declarations":    `<a xmlns:b="urn:b" xmlns="urn:a" xmlns:a="urn:z"/>`,
		"repeated declaration":     `<a xmlns:b="urn:b"><c xmlns:b="urn:b"><b:d/></c></a>`,
		"rebound prefix":           `<b:a xmlns:b="urn:b"><b:c xmlns:b="urn:c"><b:d xmlns:b="urn:b"/></b:c></b:a>`,
		"default undeclared":       `<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a"/></b></a>`,
		"default undeclared twice": `<a><b xmlns=""><c xmlns=""/></b></a>`,
		"unused declaration":       `<a xmlns:u="urn:u"><b u:x="" xmlns:v="urn:v"/></a>`,
		"text":                     "<a>&lt;&gt;&amp;&quot;'\"\t\n&#13;&#xA;<![CDATA[<&>]]>]]&gt;é𝄞</a>",
		"attribute value":          "<a b='&lt;&gt;&amp;&quot;&apos;\t\n&#9;&#10;&#13;é'/>",
		"white space in tags":      "<a\n  b =\n 'c\n\td'\r\n e='f\r\ng'\t></a\n>",
		"line ends":                "<a>\r\n1\r2\n3<![CDATA[\r\n]]></a>",
		"comments":                 "<a><!-- 1 -->b<!-- 2 --><c/><!----></a>",
		"xml attributes":           `<a xml:space="preserve" xml:lang="de"><b xml:lang="en"/></a>`,
		"quotes in tags":           `<a b="'>" c='">' />`,
		"nested":                   `<p:a xmlns:p="urn:p" xmlns="urn:d"><b xmlns:q="urn:q" q:x="1"><p:c><q:d/></p:c></b></p:a>`,
	}
}

// TestAgainstXMLLint compares with libxml2, which shares nothing with us.
func TestAgainstXMLLint(t *testing.T) {
	t.Parallel()
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatal("xmllint is not installed; make test installs it")
	}
	for name, doc := range documents() {
		for flag, form := range map[string]Canonical{
			"--c14n": {Comments: true}, "--c14n11": {V11: true, Comments: true}, "--exc-c14n": {Exclusive: true, Comments: true},
		} {
			command := exec.Command(lint, flag, "-")
			command.Stdin = strings.NewReader(doc)
			want, err := command.Output()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got, err := form.Bytes(parse(t, doc), nil)
			if err != nil || string(got) != string(want) {
				t.Errorf("%s %s: got %q, error %v, want %q", name, flag, got, err, want)
			}
		}
	}
}

func TestSubtree(t *testing.T) {
	t.Parallel()
	const doc = `<a xmlns="urn:d" xmlns:p="urn:p" xmlns:u="urn:u" xml:lang="en" xml:base="x"><p:b><!--c--><c u:x=""/><cut/></p:b></a>`
	b := parse(t, doc).First("urn:p", "b")
	for name, c := range map[string]struct {
		form Canonical
		want string
	}{
		"inclusive 1.0":    {Canonical{}, `<p:b xmlns="urn:d" xmlns:p="urn:p" xmlns:u="urn:u" xml:base="x" xml:lang="en"><c u:x=""></c></p:b>`},
		"inclusive 1.1":    {Canonical{V11: true}, `<p:b xmlns="urn:d" xmlns:p="urn:p" xmlns:u="urn:u" xml:lang="en"><c u:x=""></c></p:b>`},
		"exclusive":        {Canonical{Exclusive: true}, `<p:b xmlns:p="urn:p"><c xmlns="urn:d" xmlns:u="urn:u" u:x=""></c></p:b>`},
		"with prefix list": {Canonical{Exclusive: true, Prefixes: []string{"u", "#default", "none"}}, `<p:b xmlns="urn:d" xmlns:p="urn:p" xmlns:u="urn:u"><c u:x=""></c></p:b>`},
		"with comments":    {Canonical{Exclusive: true, Comments: true}, `<p:b xmlns:p="urn:p"><!--c--><c xmlns="urn:d" xmlns:u="urn:u" u:x=""></c></p:b>`},
	} {
		got, err := c.form.Bytes(b, b.First("urn:d", "cut"))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: got %s, error %v, want %s", name, got, err, c.want)
		}
	}
}

// TestRelativeNamespace: it has no canonical form, least of all an empty one
// (CVE-2025-66568).
func TestRelativeNamespace(t *testing.T) {
	t.Parallel()
	if got, err := (Canonical{}).Bytes(parse(t, `<a><b xmlns="relative"/></a>`), nil); err == nil {
		t.Errorf("got %q", got)
	}
}
