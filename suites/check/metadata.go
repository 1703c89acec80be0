package check

import (
	"strings"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// metadataChecks look at the metadata that the product publishes.
func metadataChecks() []Check {
	return []Check{
		{Name: "metadata-has", Summary: "the product's metadata, fetched by the flow, has each of these pieces, word for word",
			List: "pieces of XML", Run: metadataHas},
		{Name: "metadata-lacks", Summary: "the product's metadata, fetched by the flow, has none of these pieces",
			List: "pieces of XML", Run: metadataLacks},
	}
}

func metadataHas(t *trace.Trace, f Facts, a Args) Outcome {
	return inMetadata(t, f, a, "metadata with ", func(text, piece string) bool { return strings.Contains(text, piece) })
}

func metadataLacks(t *trace.Trace, f Facts, a Args) Outcome {
	return inMetadata(t, f, a, "metadata without ", func(text, piece string) bool { return !strings.Contains(text, piece) })
}

func inMetadata(t *trace.Trace, f Facts, a Args, want string, fine func(text, piece string) bool) Outcome {
	o := Outcome{Expected: want + strings.Join(a.List, ", "), Seen: "no metadata was fetched"}
	for _, p := range t.Pages() {
		if p.Label != trace.Metadata || p.Status != 200 {
			continue
		}
		o.OK, o.Seen = len(a.List) > 0, "metadata as wanted"
		for _, piece := range a.List {
			if !fine(p.Text, f.filled(piece)) {
				o.OK, o.Seen = false, "otherwise: "+piece
			}
		}
	}
	return o
}
