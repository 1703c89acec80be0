package conformance

import (
	"testing"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

func TestWritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args fault.Args
		want string
	}{
		"unsigned":             {nil, "unsigned"},
		"metadata-certificate": {fault.Args{"form": "expired"}, "metadata-certificate: {form: expired}"},
		"conditions-window":    {fault.Args{"not-on-or-after": "-10m", "not-before": "-20m"}, "conditions-window: {not-before: -20m, not-on-or-after: -10m}"},
		"name-id":              {fault.Args{"value": "a: {b}, \"c\""}, `name-id: {value: 'a: {b}, "c"'}`},
		"trailing-garbage":     {fault.Args{"text": "garbage"}, "trailing-garbage"},
	} {
		f, found := fault.Find(name)
		if got := written(fault.Armed{Fault: f, Args: c.args}); !found || got != c.want {
			t.Errorf("%s: %v, %s", name, found, got)
		}
	}
}
