package response_test

import (
	"testing"

	"github.com/ssoproof/ssoproof/mockidp"
)

// What nobody should trust is nevertheless signed as it says.
func TestOldKeysReallySign(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"rsa512", "rsa2048-md5", "dsa1024"} {
		key, err := mockidp.NewKey(mockidp.KeyOptions{Algorithm: algorithm})
		if err != nil {
			t.Fatal(err)
		}
		spec := standard()
		spec.Key = key
		xml := build(t, spec).XML
		verify(t, key.Certificate, []signed{{name: algorithm, xml: xml, on: onResponse}, {name: algorithm, xml: xml, on: onAssertion}})
	}
}
