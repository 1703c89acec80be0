package report

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Shard is which of N equal parts of a plan a run has played.
type Shard struct {
	K int `json:"k"` // from 1
	N int `json:"n"`
	// Whole tells that every case of the part was played, and that nothing but
	// the division into parts had narrowed the plan.
	Whole bool `json:"whole,omitempty"`
}

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.K, s.N) }

// Named is a run with the name under which it is spoken of, such as its folder.
type Named struct {
	Name string
	*Run
}

// Merge makes one run of several, as of the shards of a plan. They must be of
// one version of report.json, of one tool and about one subject, and no case may stand in two of
// them: the error names all that is wrong. The result began with the first run
// and took until the last one had ended. It is partial unless the runs are all
// the shards of a whole plan, or none of them is partial.
func Merge(runs []Named) (*Run, error) {
	if len(runs) == 0 {
		return nil, errors.New("there is no report to put together")
	}
	if err := compatible(runs); err != nil {
		return nil, err
	}
	first := runs[0]
	merged := &Run{Version: first.Version, Tool: first.Tool, Subject: first.Subject, Started: first.Started}
	var end time.Time
	for _, r := range runs {
		if r.Started.Before(merged.Started) {
			merged.Started = r.Started
		}
		if over := r.Started.Add(r.Duration); over.After(end) {
			end = over
		}
		merged.Partial = merged.Partial || r.Partial
		merged.Cases = append(merged.Cases, r.Cases...)
		for _, note := range r.Notes {
			merged.Notes = append(merged.Notes, r.Name+": "+note)
		}
	}
	merged.Duration = end.Sub(merged.Started)
	slices.SortFunc(merged.Cases, func(a, b Case) int { return strings.Compare(a.ID, b.ID) })
	missing, sharded := gaps(runs)
	if sharded {
		merged.Partial = len(missing) > 0
		merged.Notes = append(merged.Notes, missing...)
	}
	return merged, nil
}

func compatible(runs []Named) error {
	var problems []error
	in := map[string]string{}
	for _, r := range runs {
		if first := runs[0]; r.Version != first.Version {
			problems = append(problems, fmt.Errorf("%s is of version %d of report.json, %s of version %d", r.Name, r.Version, first.Name, first.Version))
		} else if r.Tool != first.Tool {
			problems = append(problems, fmt.Errorf("%s was made by %q, %s by %q", r.Name, r.Tool, first.Name, first.Tool))
		} else if !reflect.DeepEqual(r.Subject, first.Subject) {
			problems = append(problems, fmt.Errorf("%s is about %s; %s is about %s", r.Name, r.Subject, first.Name, first.Subject))
		}
		for _, c := range r.Cases {
			if other, twice := in[c.ID]; twice {
				problems = append(problems, fmt.Errorf("case %s stands in %s and in %s", c.ID, other, r.Name))
			}
			in[c.ID] = r.Name
		}
	}
	return errors.Join(problems...)
}

// gaps says what is missing in runs that are all shards of one division;
// sharded is false when they are not.
func gaps(runs []Named) (missing []string, sharded bool) {
	n, played := 0, map[int]bool{}
	for _, r := range runs {
		if r.Shard == nil || n != 0 && r.Shard.N != n {
			return nil, false
		}
		n, played[r.Shard.K] = r.Shard.N, true
		if !r.Shard.Whole {
			missing = append(missing, fmt.Sprintf("shard %s is not whole", r.Shard))
		}
	}
	for k := 1; k <= n; k++ {
		if !played[k] {
			missing = append(missing, fmt.Sprintf("shard %s is missing", Shard{K: k, N: n}))
		}
	}
	return missing, true
}
