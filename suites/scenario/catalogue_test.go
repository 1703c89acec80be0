package scenario

import (
	"testing"
	"testing/fstest"
)

func TestTopics(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"c.json":   {Data: []byte(`[{"id":"time/exact","part":"A","tier":1,"meaning":"x"},{"id":"time/other","part":"D","meaning":"y"}]`)},
		"bad.json": {Data: []byte(`[`)},
	}
	topics, err := Topics(fsys, "c.json")
	if err != nil || len(topics) != 2 || topics[0].Tier != 1 || topics[1].Part != "D" {
		t.Fatal(topics, err)
	}
	missing := Missing(topics, []*Scenario{{Family: "time", Name: "exact"}})
	if len(missing) != 1 || missing[0].ID != "time/other" {
		t.Errorf("missing %v", missing)
	}
	for _, file := range []string{"bad.json", "none.json"} {
		if _, err := Topics(fsys, file); err == nil {
			t.Errorf("%s is no error", file)
		}
	}
}
