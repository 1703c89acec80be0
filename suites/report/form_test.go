package report

import (
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// What a fault has made of the form is there to be read, as far as anybody reads.
func TestTheFormIsShownAsItLeft(t *testing.T) {
	t.Parallel()
	c := fingerprint()
	for _, e := range c.Events {
		if e.Message != nil && e.Message.Name == "Response" {
			e.Message.Form = []trace.Fact{
				{Name: "SAMLResponse", Value: "two\nlines" + strings.Repeat("x", 3000)},
				{Name: "RelayState", Value: `"><script>`},
			}
		}
	}
	page := rendered(t, &Run{Cases: []Case{c}})
	for _, want := range []string{"The form as it left", "two\nlinesxxx", "xxx…</pre>", "&#34;&gt;&lt;script&gt;</pre>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	if strings.Contains(page, strings.Repeat("x", 2100)) {
		t.Error("the page holds more of a field than anybody reads")
	}
}
