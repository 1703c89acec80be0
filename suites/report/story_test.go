package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// outline writes a story with what is inside an exchange indented.
func outline(steps []step, indent string) string {
	var b strings.Builder
	for _, s := range steps {
		name := string(s.Kind)
		if s.Exchange != nil {
			name = fmt.Sprintf("%s>%s %s", s.Exchange.From, s.Exchange.To, s.Exchange.Method)
		}
		b.WriteString(indent + name + "\n" + outline(s.inside, indent+" "))
	}
	return b.String()
}

func TestStoryNestsWhatHappensInAnExchange(t *testing.T) {
	t.Parallel()
	got := outline(story(legacy().Events), "")
	want := `browser>sp GET
 refused
browser>origin GET
browser>sp GET
 sp>origin POST
  session-checked
 service-called
 session-started
page
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	loose := outline(story([]trace.Event{{Seq: 1, Party: trace.IdP, Kind: "b"}, {Seq: 2, Party: trace.SP, Kind: "c"}}), "")
	if loose != "b\nc\n" {
		t.Errorf("events outside any exchange became %q", loose)
	}
}

func TestDrawing(t *testing.T) {
	t.Parallel()
	d := draw(fingerprint().Events, map[int]string{1: "#m1"})
	if len(d.Lanes) != 3 || d.Lanes[0].Name != "Browser" || d.Lanes[1].Host != "acme.influitive.localhost:41873" {
		t.Errorf("lanes are %+v", d.Lanes)
	}
	requests, y := 0, 0
	for _, m := range d.Marks {
		if m.Text == "AuthnRequest" {
			requests++
			if m.Href != "#m1" || m.X1 != d.Lanes[1].X || m.X2 != d.Lanes[2].X {
				t.Errorf("the request is %+v", m)
			}
		}
		if m.Y <= y || m.Y > d.Height || m.X1 < 0 || m.X1 > d.Width || m.Class == "note" && m.Left() < 0 {
			t.Errorf("%+v is out of place", m)
		}
		y = m.Y
	}
	if requests != 1 {
		t.Errorf("the request is drawn %d times, although it was sent once", requests)
	}
	if draw(nil, nil) != nil || draw([]trace.Event{{Party: trace.SP, Note: "alone"}}, nil) != nil {
		t.Error("a story without two parties was drawn")
	}
}

func TestMiddle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{{"short", "short"}, {"a  b\nc", "a b c"}, {"0123456789012345678901234567890123456789", "012345678901234…6789"}} {
		if got := middle(c.in, 20); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}
