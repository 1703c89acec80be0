package report

import (
	"strings"
	"testing"
	"time"
)

func shard(name string, k, n int, whole bool, started time.Time, took time.Duration, ids ...string) Named {
	r := &Run{Version: Version, Tool: "ssoproof v1", Started: started, Duration: took, Partial: true, Shard: &Shard{k, n, whole}, Notes: []string{"a note"}}
	for _, id := range ids {
		r.Cases = append(r.Cases, Case{ID: id, Verdict: Pass})
	}
	return Named{name, r}
}

func TestMergeShards(t *testing.T) {
	t.Parallel()
	noon := time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC)
	one := shard("s1", 1, 2, true, noon.Add(time.Minute), time.Minute, "a/1@x", "a/3@x")
	two := shard("s2", 2, 2, true, noon, 90*time.Second, "a/2@x")
	run, err := Merge([]Named{one, two})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range run.Cases {
		ids = append(ids, c.ID)
	}
	if got := strings.Join(ids, " "); got != "a/1@x a/2@x a/3@x" {
		t.Errorf("the cases are %s", got)
	}
	if run.Started != noon || run.Duration != 2*time.Minute {
		t.Errorf("it began at %s and took %s", run.Started, run.Duration)
	}
	if got := strings.Join(run.Notes, "; "); got != "s1: a note; s2: a note" || run.Conclusion() != Conformant {
		t.Errorf("notes %s, conclusion %s", got, run.Conclusion())
	}
}

func TestMergeKeepsTheSubject(t *testing.T) {
	t.Parallel()
	var noon time.Time
	one, two := shard("s1", 1, 2, true, noon, 0, "a/1@x"), shard("s2", 2, 2, true, noon, 0, "a/2@x")
	one.Subject, two.Subject = &Subject{Role: "service provider", Product: "Acme"}, &Subject{Role: "service provider", Product: "Acme"}
	run, err := Merge([]Named{one, two})
	if err != nil || run.Subject == nil || *run.Subject != *one.Subject {
		t.Errorf("got %v, %+v", err, run)
	}
}

func TestMergeTellsWhatIsMissing(t *testing.T) {
	t.Parallel()
	var noon time.Time
	for want, runs := range map[string][]Named{
		"shard 2/3 is missing":   {shard("s1", 1, 3, true, noon, 0, "a/1@x"), shard("s3", 3, 3, true, noon, 0, "a/3@x")},
		"shard 2/2 is not whole": {shard("s1", 1, 2, true, noon, 0, "a/1@x"), shard("s2", 2, 2, false, noon, 0, "a/2@x")},
	} {
		run, err := Merge(runs)
		if err != nil || run.Conclusion() != InPart || run.Notes[len(run.Notes)-1] != want {
			t.Errorf("want %q, got %v, %+v", want, err, run)
		}
	}
	whole := Named{"all", &Run{Version: Version, Tool: "ssoproof v1", Cases: []Case{{ID: "b/1@x", Verdict: Pass}}}}
	part := shard("s1", 1, 2, true, noon, 0, "a/1@x")
	if run, err := Merge([]Named{whole, part}); err != nil || !run.Partial {
		t.Errorf("a run beside a shard: %v, %+v", err, run)
	}
	if run, err := Merge([]Named{whole}); err != nil || run.Partial {
		t.Errorf("a whole run: %v, %+v", err, run)
	}
}

func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	var noon time.Time
	one, two, three := shard("s1", 1, 3, true, noon, 0, "a/1@x", "a/2@x"), shard("s2", 2, 3, true, noon, 0, "a/1@x", "a/2@x"), shard("s3", 3, 3, true, noon, 0, "a/3@x")
	three.Tool = "ssoproof v2"
	_, err := Merge([]Named{one, two, three})
	want := "case a/1@x stands in s1 and in s2\ncase a/2@x stands in s1 and in s2\ns3 was made by \"ssoproof v2\", s1 by \"ssoproof v1\""
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	three.Tool, three.Subject = one.Tool, &Subject{Role: "identity provider", Product: "Acme IdP", Version: "2"}
	want = "s3 is about identity provider, Acme IdP, 2; s1 is about nothing foreign"
	if _, err := Merge([]Named{one, three}); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	three.Version++
	if _, err := Merge([]Named{one, three}); err == nil || err.Error() != "s3 is of version 2 of report.json, s1 of version 1" {
		t.Errorf("got %v", err)
	}
	if _, err := Merge(nil); err == nil {
		t.Error("nothing was put together")
	}
}
