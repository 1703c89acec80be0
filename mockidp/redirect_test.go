package mockidp

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"net/url"
	"testing"

	dsig "github.com/russellhaering/goxmldsig"
)

func deflated(t *testing.T, text string) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w, err := flate.NewWriter(&buffer, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(text))
	w.Close()
	return buffer.Bytes()
}

func redirectQuery(t *testing.T, xmlText, relayState string) string {
	t.Helper()
	query := "SAMLRequest=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated(t, xmlText)))
	if relayState != "" {
		query += "&RelayState=" + url.QueryEscape(relayState)
	}
	return query
}

// signedQuery signs a query as bindings 3.4.4.1 says, written independently
// of the code under test. ECDSA signatures are r and s side by side.
func signedQuery(t *testing.T, key Key, query string) string {
	t.Helper()
	algorithm := dsig.RSASHA256SignatureMethod
	if _, ok := key.Signer.(*ecdsa.PrivateKey); ok {
		algorithm = dsig.ECDSASHA256SignatureMethod
	}
	query += "&SigAlg=" + url.QueryEscape(algorithm)
	digest := sha256.Sum256([]byte(query))
	var signature []byte
	if private, ok := key.Signer.(*ecdsa.PrivateKey); ok {
		r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		signature = append(padded(r), padded(s)...)
	} else {
		var err error
		if signature, err = key.Signer.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
			t.Fatal(err)
		}
	}
	return query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature))
}

func padded(n *big.Int) []byte { return n.FillBytes(make([]byte, 32)) }

func base64Text(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
