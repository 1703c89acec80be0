package response

import (
	"crypto/rand"
	"encoding/hex"
)

// randomID returns an identifier of 160 random bits, as SAML core 1.3.4 asks,
// that is an XML ID.
func randomID() string {
	b := make([]byte, 20)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	return "_" + hex.EncodeToString(b)
}
