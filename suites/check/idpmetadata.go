package check

import (
	"maps"
	"slices"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// idpMetadataChecks look at what the SP made of the identity provider's metadata.
func idpMetadataChecks() []Check {
	return []Check{
		{Name: "metadata-refused", Summary: "the SP's last judgement of the identity provider's metadata was a refusal, because of exactly these rules",
			List: "rules", Run: metadataRefused},
		{Name: "metadata-accepted", Summary: "the SP took the identity provider's metadata at last, and found exactly these rules broken that only warn",
			List: "rules, none for metadata without a blemish", Run: metadataAccepted},
		{Name: "metadata-fetches", Summary: "the SP judged the identity provider's metadata exactly so many times",
			Params: times("times"),
			Run: func(t *trace.Trace, _ Facts, a Args) Outcome {
				return count("judgements of metadata", a.Int("times"), len(t.Kind(trace.KindMetadata)))
			}},
	}
}

func metadataRefused(t *trace.Trace, _ Facts, a Args) Outcome {
	return judgedMetadata(t, a.List, false)
}

func metadataAccepted(t *trace.Trace, _ Facts, a Args) Outcome {
	return judgedMetadata(t, a.List, true)
}

func judgedMetadata(t *trace.Trace, rules []string, accepted bool) Outcome {
	what := map[bool]string{true: "metadata taken, warnings: ", false: "metadata refused, because of: "}
	want := slices.Sorted(slices.Values(rules))
	o := Outcome{Expected: what[accepted] + list(want), Seen: "no metadata was judged"}
	all := t.Kind(trace.KindMetadata)
	if len(all) == 0 || all[len(all)-1].Decision == nil {
		return o
	}
	d := all[len(all)-1].Decision
	found := map[string]bool{}
	for _, f := range d.Findings {
		if f.Tolerated == accepted {
			found[f.Rule] = true
		}
	}
	broken := slices.Sorted(maps.Keys(found))
	o.Seen = what[d.Accepted] + list(broken)
	o.OK = d.Accepted == accepted && slices.Equal(broken, want)
	return o
}
