package plan

import (
	"strings"
	"testing"
)

func TestSelects(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		options Options
		want    string
	}{
		{"family", Options{Patterns: []string{"time"}}, "past@blue past@red/other past@red/root plain@blue plain@old plain@red/other plain@red/root"},
		{"scenario", Options{Patterns: []string{"time/past"}}, "past@blue past@red/other past@red/root"},
		{"profile with its layouts", Options{Patterns: []string{"time/plain@red"}}, "plain@red/other plain@red/root"},
		{"one case", Options{Patterns: []string{"time/plain@red/root"}}, "plain@red/root"},
		{"stars", Options{Patterns: []string{"*/p*@blue"}}, "past@blue plain@blue"},
		{"two stars", Options{Patterns: []string{"**root", "**@old"}}, "past@red/root plain@old plain@red/root"},
		{"skip", Options{Skip: []string{"time/past", "**@red"}}, "plain@blue plain@old"},
		{"profile", Options{Profiles: []string{"blue", "legacy"}}, "past@blue plain@blue plain@old"},
		{"first shard", Options{Shard: Shard{1, 3}}, "past@blue plain@blue plain@red/root"},
		{"second shard", Options{Shard: Shard{2, 3}}, "past@red/other plain@old"},
		{"third shard", Options{Shard: Shard{3, 3}}, "past@red/root plain@red/other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := New(load(t, toyFile), toy(), c.options)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.ReplaceAll(ids(p), "time/", ""); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
			if p.Partial != (len(p.Cases) < 7) || p.Omitted+p.Others != 7-len(p.Cases) || p.Others > 0 && p.Shard.N == 0 {
				t.Errorf("%d cases, partial %v, omitted %d, others %d", len(p.Cases), p.Partial, p.Omitted, p.Others)
			}
		})
	}
}

func TestNothingSelectedIsAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		options Options
		want    string
	}{
		{"misspelt pattern", Options{Patterns: []string{"time/plian"}}, `pattern "time/plian" matches no case (did you mean "time/plain"?)`},
		{"one of two patterns", Options{Patterns: []string{"time/*", "tine/*"}}, `pattern "tine/*" matches no case`},
		{"one star stays in its part", Options{Patterns: []string{"*blue"}}, `pattern "*blue" matches no case`},
		{"skip pattern", Options{Skip: []string{"banana"}}, `skip pattern "banana" matches no case`},
		{"everything skipped", Options{Skip: []string{"**"}}, "no case is left"},
		{"pattern and profile exclude each other", Options{Patterns: []string{"time/past"}, Profiles: []string{"old"}}, "no case is left"},
		{"unknown profile", Options{Profiles: []string{"bleu"}}, `no profile or group of profiles is named "bleu" (did you mean "blue"?)`},
		{"empty shard", Options{Patterns: []string{"time/plain@old"}, Shard: Shard{2, 2}}, "shard 2/2 has no case"},
		{"no such shard", Options{Shard: Shard{3, 2}}, "3/2 is no shard"},
		{"known failure of nothing", Options{KnownFailing: []Entry{{Pattern: "time/plian"}}}, `known failure "time/plian" matches no case (did you mean "time/plain"?)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := New(load(t, toyFile), toy(), c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("\n got %v\nwant %s", err, c.want)
			}
		})
	}
	if _, err := New(nil, toy(), Options{}); err == nil {
		t.Error("a plan without scenarios is no error")
	}
}

func TestKnownFailing(t *testing.T) {
	t.Parallel()
	list, err := ReadList("known.txt", strings.NewReader("# remark\n\ntime/past@red # both layouts\n"))
	if err != nil || len(list) != 1 || list[0].Pos.String() != "known.txt:3" {
		t.Fatal(list, err)
	}
	p, err := New(load(t, toyFile), toy(), Options{KnownFailing: list, Patterns: []string{"**@blue", "time/past@red/root"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Cases {
		if want := c.ID == "time/past@red/root"; c.Known != want {
			t.Errorf("%s is known to fail: %v", c.ID, c.Known)
		}
	}
	if _, err := ReadList("known.txt", strings.NewReader("a\nb c\n")); err == nil || !strings.Contains(err.Error(), "known.txt:2: one pattern a line") {
		t.Error(err)
	}
}

func TestParseShard(t *testing.T) {
	t.Parallel()
	if s, err := ParseShard("2/4"); err != nil || s != (Shard{2, 4}) || s.String() != "2/4" {
		t.Error(s, err)
	}
	if s, err := ParseShard(""); err != nil || s != (Shard{}) {
		t.Error(s, err)
	}
	for _, bad := range []string{"0/4", "5/4", "1", "a/b", "1/0", "-1/4", "1/2/3", "0/0"} {
		if _, err := ParseShard(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestShardsShareEverythingOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for k := 1; k <= 4; k++ {
		p, err := New(load(t, toyFile), toy(), Options{Shard: Shard{k, 4}})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Cases {
			seen[c.ID]++
		}
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s is in %d shards", id, n)
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d of 7 cases are in a shard", len(seen))
	}
}
