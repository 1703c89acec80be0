package report

import (
	"html"
	"regexp"
	"strings"
	"testing"
)

func TestMarkup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, xml, want string }{
		{"nested", `<a x="1"><b>t</b><c/></a>`, "&lt;<b>a</b><i> x=</i><u>&#34;1&#34;</u>&gt;\n  &lt;<b>b</b>&gt;t&lt;/<b>b</b>&gt;\n  &lt;<b>c</b>/&gt;\n&lt;/<b>a</b>&gt;"},
		{"comment inside text", `<a>b<!--c-->d</a>`, "&lt;<b>a</b>&gt;b<em>&lt;!--c--&gt;</em>d&lt;/<b>a</b>&gt;"},
		{"entities stay", `<a>&lt;&x;</a>`, "&lt;<b>a</b>&gt;&amp;lt;&amp;x;&lt;/<b>a</b>&gt;"},
		{"CDATA", `<a><![CDATA[<b>]]></a>`, "&lt;<b>a</b>&gt;<em>&lt;![CDATA[&lt;b&gt;]]&gt;</em>&lt;/<b>a</b>&gt;"},
		{"internal subset", `<!DOCTYPE a [<!ENTITY x "y>">]><a/>`, "<em>&lt;!DOCTYPE a [&lt;!ENTITY x &#34;y&gt;&#34;&gt;]&gt;</em>\n&lt;<b>a</b>/&gt;"},
		{"> in a value", `<a x='>'/>`, "&lt;<b>a</b><i> x=</i><u>&#39;&gt;&#39;</u>/&gt;"},
		{"never closed", `<a><b x="1`, "&lt;<b>a</b>&gt;\n  &lt;<b>b</b> x=&#34;1"},
		{"no XML", `{"a":1}`, `{&#34;a&#34;:1}`},
		{"lone <", `<`, `&lt;`},
		{"more ends than starts", `</a></a><b/>`, "&lt;/<b>a</b>&gt;\n&lt;/<b>a</b>&gt;\n&lt;<b>b</b>/&gt;"},
		{"nothing", ``, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := string(markup(c.xml)); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestMarkupFoldsBase64(t *testing.T) {
	t.Parallel()
	got := string(markup("<a>" + base64Text + "</a>"))
	if !strings.Contains(got, "<details class=blob>") || !strings.Contains(got, "1408 characters") {
		t.Errorf("got %s", got)
	}
	prose := strings.Repeat("words ", 100)
	if got := string(markup("<a>" + prose + "</a>")); strings.Contains(got, "details") {
		t.Error("prose was folded")
	}
}

func TestMarkupIsBounded(t *testing.T) {
	t.Parallel()
	got := string(markup(strings.Repeat("<a>", 200_000)))
	if len(got) > 5<<20 || !strings.Contains(got, "more, see report.json") {
		t.Errorf("%d bytes of markup", len(got))
	}
}

var tags = regexp.MustCompile(`</?(?:b|i|u|em)>`)

// Whatever is sent, markup adds its own few tags and white space, and nothing
// else: the text stays the message, and no tag of the message survives.
func FuzzMarkup(f *testing.F) {
	for _, seed := range []string{authnRequest, response, `<a b='"><script>'>]]>`, "<!-", "<?", "<![CDATA[", "</ >", "<a/ >", "\x00\xff<"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, message string) {
		if len(message) > 4096 || strings.Contains(string(markup(message)), "<details") {
			t.Skip()
		}
		plain := tags.ReplaceAllString(string(markup(message)), "")
		if strings.ContainsAny(plain, "<>") {
			t.Fatalf("a tag survived in %s", plain)
		}
		if got, want := dense(html.UnescapeString(plain)), dense(strings.ToValidUTF8(message, "\uFFFD")); got != want {
			t.Fatalf("the text became\n%q, was\n%q", got, want)
		}
	})
}

func dense(s string) string { return strings.Join(strings.Fields(s), "") }
