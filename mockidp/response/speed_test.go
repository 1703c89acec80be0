package response_test

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"testing"

	"github.com/ssoproof/ssoproof/mockidp/response"
)

// BenchmarkBuild makes a message with one RSA-2048 signature; compare it with
// BenchmarkRawSignature, the part of it that cannot be saved.
func BenchmarkBuild(b *testing.B) {
	spec := standard()
	spec.Shape.Sign = "response"
	for b.Loop() {
		if _, err := response.Build(spec); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRawSignature(b *testing.B) {
	digest := sha256.Sum256([]byte("message"))
	key := madeKeys().idp.Signer
	for b.Loop() {
		if _, err := key.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
			b.Fatal(err)
		}
	}
}
