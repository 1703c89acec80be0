package mockidp

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// How much a request may bring before it is decoded. Base64 and escapes make
// a message of requestLimit bytes larger by no more than a factor of four
// thirds, plus line breaks and a relay state.
const (
	bodyLimit  = 512 << 10
	queryLimit = 128 << 10
)

// The parameters that carry a message.
const (
	requestField  = "SAMLRequest"
	responseField = "SAMLResponse"
	relayField    = "RelayState"
)

// message is a SAMLRequest, or a SAMLResponse, as it came in, decoded but not
// yet believed.
type message struct {
	field      string
	binding    string
	xml        []byte
	relayState string
	// signature is set when the query string is signed (Redirect only).
	signature *querySignature
}

// receive reads a message by the binding that the method implies, from one of
// the fields that belong here. Errors are refusals.
func receive(w http.ResponseWriter, r *http.Request, belong ...string) (*message, error) {
	switch r.Method {
	case http.MethodGet:
		return receiveRedirect(r, belong)
	case http.MethodPost:
		return receivePost(w, r, belong)
	}
	w.Header().Set("Allow", "GET, POST")
	return nil, refusef(http.StatusMethodNotAllowed, "%s is no method of this service, GET and POST are.", r.Method)
}

// pick returns the one field that carries the message.
func pick(has func(string) bool, belong []string) (string, error) {
	var there []string
	for _, name := range []string{requestField, responseField} {
		if has(name) {
			there = append(there, name)
		}
	}
	switch {
	case len(there) == 0:
		return "", refusef(http.StatusBadRequest, "There is no %s.", strings.Join(belong, " or "))
	case len(there) > 1:
		return "", refusef(http.StatusBadRequest, "There are a SAMLRequest and a SAMLResponse.")
	case !slices.Contains(belong, there[0]):
		return "", refusef(http.StatusBadRequest, "A %s does not belong here.", there[0])
	}
	return there[0], nil
}

func receiveRedirect(r *http.Request, belong []string) (*message, error) {
	if len(r.URL.RawQuery) > queryLimit {
		return nil, refusef(http.StatusRequestURITooLong, "The query is longer than %d bytes.", queryLimit)
	}
	fields, err := splitQuery(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	name, err := pick(func(name string) bool { _, ok := fields[name]; return ok }, belong)
	if err != nil {
		return nil, err
	}
	if encoding, ok := fields["SAMLEncoding"]; ok && encoding.value != deflateEncoding {
		return nil, refusef(http.StatusBadRequest, "SAMLEncoding %.100q is not known.", encoding.value)
	}
	compressed, err := decodeBase64(name, fields[name].value)
	if err != nil {
		return nil, err
	}
	raw, err := inflate(name, compressed)
	if err != nil {
		return nil, err
	}
	signature, err := newQuerySignature(name, fields)
	if err != nil {
		return nil, err
	}
	return &message{
		field: name, binding: redirectBinding, xml: raw,
		relayState: fields["RelayState"].value, signature: signature,
	}, nil
}

const deflateEncoding = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"

// field is one query parameter; raw is its value as it stood in the URL,
// which is what a signature covers (bindings 3.4.4.1).
type field struct{ raw, value string }

// splitQuery reads the parameters of the Redirect binding. None may stand
// twice: signer and reader could otherwise look at different ones.
func splitQuery(query string) (map[string]field, error) {
	fields := map[string]field{}
	for part := range strings.SplitSeq(query, "&") {
		name, raw, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(name)
		if err != nil || !redirectFields[name] {
			continue
		}
		value, err := url.QueryUnescape(raw)
		if err != nil {
			return nil, refusef(http.StatusBadRequest, "The parameter %s has a broken escape.", name)
		}
		if _, twice := fields[name]; twice {
			return nil, refusef(http.StatusBadRequest, "The parameter %s stands twice.", name)
		}
		fields[name] = field{raw: raw, value: value}
	}
	return fields, nil
}

var redirectFields = map[string]bool{
	"SAMLRequest": true, "SAMLResponse": true, "SAMLEncoding": true,
	"RelayState": true, "SigAlg": true, "Signature": true,
}

func receivePost(w http.ResponseWriter, r *http.Request, belong []string) (*message, error) {
	if err := parseForm(w, r, bodyLimit); err != nil {
		return nil, err
	}
	for _, name := range []string{requestField, responseField, relayField} {
		if len(r.PostForm[name]) > 1 {
			return nil, refusef(http.StatusBadRequest, "The field %s stands twice.", name)
		}
	}
	name, err := pick(r.PostForm.Has, belong)
	if err != nil {
		return nil, err
	}
	raw, err := decodeBase64(name, r.PostForm.Get(name))
	if err != nil {
		return nil, err
	}
	return &message{field: name, binding: postBinding, xml: raw, relayState: r.PostForm.Get("RelayState")}, nil
}

// parseForm reads a form of no more than limit bytes. Errors are refusals.
func parseForm(w http.ResponseWriter, r *http.Request, limit int64) error {
	tooLarge := refusef(http.StatusRequestEntityTooLarge, "The form is larger than %d bytes.", limit)
	if r.ContentLength > limit {
		w.Header().Set("Connection", "close")
		return tooLarge
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	err := r.ParseForm()
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return tooLarge
	case err != nil:
		return refusef(http.StatusBadRequest, "The form cannot be read.")
	}
	return nil
}

func decodeBase64(name, text string) ([]byte, error) {
	if text == "" {
		return nil, refusef(http.StatusBadRequest, "There is no %s.", name)
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, refusef(http.StatusBadRequest, "The %s is not base64: %v.", name, err)
	}
	return raw, nil
}

// inflate undoes raw DEFLATE (RFC 1951, no zlib header) and stops at the
// limit, so that a small bomb stays small.
func inflate(name string, compressed []byte) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(compressed)), requestLimit+1))
	if err != nil {
		return nil, refusef(http.StatusBadRequest, "The %s is not DEFLATE-compressed: %v.", name, err)
	}
	if len(raw) > requestLimit {
		return nil, refuseXML(name, fmt.Errorf("%w: more than %d bytes of XML", errTooLarge, requestLimit))
	}
	return raw, nil
}

// refuseXML turns a complaint of parseDocument into a refusal.
func refuseXML(name string, err error) error {
	code := http.StatusBadRequest
	if errors.Is(err, errTooLarge) {
		code = http.StatusRequestEntityTooLarge
	}
	return refusef(code, "The %s cannot be read: %v.", name, err)
}
