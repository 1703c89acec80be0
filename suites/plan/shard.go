package plan

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is one machine's part of the work: K of N, counted from 1. The zero
// Shard is all of it.
type Shard struct{ K, N int }

// ParseShard reads "K/N"; "" is the zero Shard.
func ParseShard(text string) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	first, second, _ := strings.Cut(text, "/")
	k, errK := strconv.Atoi(first)
	n, errN := strconv.Atoi(second)
	s := Shard{k, n}
	if errK != nil || errN != nil || n == 0 || s.check() != nil {
		return Shard{}, fmt.Errorf("%q is no shard: write K/N with K from 1 to N, such as 2/4", text)
	}
	return s, nil
}

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.K, s.N) }

func (s Shard) check() []error {
	if s == (Shard{}) || s.K >= 1 && s.K <= s.N {
		return nil
	}
	return []error{fmt.Errorf("%s is no shard: K is from 1 to N", s)}
}

// of deals the cases out in turn, so that the parts are equally large and the
// same cases give the same parts.
func (s Shard) of(cases []*Case) []*Case {
	if s.N == 0 {
		return cases
	}
	var mine []*Case
	for i, c := range cases {
		if i%s.N == s.K-1 {
			mine = append(mine, c)
		}
	}
	return mine
}
