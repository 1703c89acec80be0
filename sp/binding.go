package sp

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// outgoing is a message on its way to an identity provider.
type outgoing struct {
	field                string // SAMLRequest when empty
	location, relayState string
	xml                  []byte
}

// canonical are the only settings that write what was signed: etree's own
// leave carriage returns raw, which a reader then drops.
var canonical = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true}

// redirectURL encodes the message for the Redirect binding and signs the query
// when there is a key. The order of the parameters is the standard's, and what
// is signed are the very octets that are sent (bindings 3.4.4.1).
func (m outgoing) redirectURL(key *Key) (string, error) {
	var deflated bytes.Buffer
	z, err := flate.NewWriter(&deflated, flate.BestCompression)
	if err != nil {
		return "", fmt.Errorf("encoding for the Redirect binding: %w", err)
	}
	if _, err := z.Write(m.xml); err != nil {
		return "", fmt.Errorf("encoding for the Redirect binding: %w", err)
	}
	if err := z.Close(); err != nil {
		return "", fmt.Errorf("encoding for the Redirect binding: %w", err)
	}
	field := m.field
	if field == "" {
		field = "SAMLRequest"
	}
	query := field + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated.Bytes()))
	if m.relayState != "" {
		query += "&RelayState=" + url.QueryEscape(m.relayState)
	}
	if key != nil {
		if query, err = signQuery(query, key); err != nil {
			return "", err
		}
	}
	separator := "?"
	if strings.Contains(m.location, "?") {
		separator = "&"
	}
	return m.location + separator + query, nil
}

func signQuery(query string, key *Key) (string, error) {
	query += "&SigAlg=" + url.QueryEscape(dsig.RSASHA256SignatureMethod)
	digest := sha256.Sum256([]byte(query))
	signature, err := key.Signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("signing the query: %w", err)
	}
	return query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature)), nil
}

// signRequest puts an enveloped signature right after the Issuer, where the
// schema wants it (core 3.2.1).
func signRequest(request *etree.Element, key *Key) error {
	ctx, err := dsig.NewSigningContext(key.Signer, [][]byte{key.Certificate.Raw})
	if err != nil {
		return err
	}
	ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	if err := ctx.SetSignatureMethod(dsig.RSASHA256SignatureMethod); err != nil {
		return err
	}
	signature, err := ctx.ConstructSignature(request, true)
	if err != nil {
		return err
	}
	at := 0
	if issuer := request.SelectElement("Issuer"); issuer != nil {
		at = issuer.Index() + 1
	}
	request.InsertChildAt(at, signature)
	return nil
}

//go:embed templates
var templateFiles embed.FS

var postPage = template.Must(template.ParseFS(templateFiles, "templates/post.html"))

// post answers with a page whose form posts itself to the identity provider,
// and which comes back to say so when that takes longer than answer-timeout.
func (t *tenant) post(w http.ResponseWriter, m outgoing, id string) {
	watch := ""
	if t.settings.AnswerTimeout > 0 {
		watch = t.settings.StartPath() + "?timed-out=" + url.QueryEscape(id)
	}
	t.posting(w, postPage, map[string]any{
		"Location": m.location, "RelayState": m.relayState, "Product": t.Profile().Product,
		"Request": base64.StdEncoding.EncodeToString(m.xml),
		"Watch":   watch, "Wait": t.settings.AnswerTimeout.Milliseconds(),
	})
}

// posting answers with a page whose form posts itself.
func (t *tenant) posting(w http.ResponseWriter, page *template.Template, data map[string]any) {
	var body bytes.Buffer
	if err := page.Execute(&body, data); err != nil {
		panic(err)
	}
	noStore(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = body.WriteTo(w) // the visitor has left; nobody to tell
}

// noStore keeps pages of a login out of caches and out of frames.
func noStore(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
}
