package fault

import (
	"errors"
	"testing"
)

func TestProblemsOfArgumentsAreInOrder(t *testing.T) {
	t.Parallel()
	params := []Param{{Name: "needed", Required: true}, {Name: "also", Required: true}, {Name: "by", Kind: Duration}}
	const want = "\"needed\" is needed\n\"also\" is needed\n\"a\" is no parameter\n\"b\" is no parameter\n\"soon\" is no duration for by\n\"c\" is no parameter\n\"d\" is no parameter"
	for range 20 {
		_, errs := Args{"d": "1", "b": "1", "by": "soon", "a": "1", "c": "1"}.Check(params)
		if got := errors.Join(errs...).Error(); got != want {
			t.Fatalf("got %s", got)
		}
	}
}
