package fault

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

func encodingFaults() []Fault {
	return []Fault{
		{Name: "base64-garbage", Summary: "SAMLResponse is not base64",
			Refs:     []string{"SAML bindings 3.5.4"},
			Params:   []Param{{Name: "value", Kind: String, Default: "%%% not base64 %%%", Doc: "the value of the field"}},
			Delivery: func(d *Delivery, a Args) error { return d.rewrite(messageField, fixed(a.String("value"))) }},
		{Name: "base64-form", Summary: "SAMLResponse is encoded in another way than plain base64",
			Refs: []string{"SAML bindings 3.5.4"},
			Params: []Param{{Name: "form", Kind: Choice, Required: true, Example: "line-wrapped", Choices: encodingNames(),
				Doc: "how the field is encoded"}},
			Delivery: reencode},
	}
}

const messageField = "SAMLResponse"

func fixed(value string) func(string) (string, error) {
	return func(string) (string, error) { return value, nil }
}

// rewrite puts the value of every field of that name through f.
func (d *Delivery) rewrite(name string, f func(string) (string, error)) error {
	at := slices.IndexFunc(d.Fields, func(f Field) bool { return f.Name == name })
	if at < 0 {
		return fmt.Errorf("the form has no field %s", name)
	}
	for i := range d.Fields {
		if d.Fields[i].Name != name {
			continue
		}
		value, err := f(d.Fields[i].Value)
		if err != nil {
			return err
		}
		d.Fields[i].Value = value
	}
	return nil
}

type encoding struct {
	name   string
	encode func(field string) (string, error)
}

func encodings() []encoding {
	plain := func(f func(string) string) func(string) (string, error) {
		return func(s string) (string, error) { return f(s), nil }
	}
	return []encoding{
		{"url-alphabet", plain(strings.NewReplacer("+", "-", "/", "_").Replace)},
		{"line-wrapped", plain(wrapped76)},
		{"plus-as-blank", plain(strings.NewReplacer("+", " ").Replace)},
		{"unpadded", plain(func(s string) string { return strings.TrimRight(s, "=") })},
		{"twice", plain(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) })},
		{"not-encoded", decoded(func(b []byte) ([]byte, error) { return b, nil })},
		{"deflated", decoded(deflated)},
	}
}

// wrapped76 is base64 as mail has it (RFC 2045 6.8).
func wrapped76(s string) string {
	var lines []string
	for line := range slices.Chunk([]byte(s), 76) {
		lines = append(lines, string(line))
	}
	return strings.Join(lines, "\r\n")
}

func encodingNames() []string {
	var names []string
	for _, e := range encodings() {
		names = append(names, e.name)
	}
	return names
}

func reencode(d *Delivery, a Args) error {
	for _, e := range encodings() {
		if e.name == a.String("form") {
			return d.rewrite(messageField, e.encode)
		}
	}
	return nil
}

func decoded(f func([]byte) ([]byte, error)) func(string) (string, error) {
	return func(s string) (string, error) {
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return "", fmt.Errorf("decoding the field to encode it otherwise: %w", err)
		}
		b, err = f(b)
		return string(b), err
	}
}

// deflated is the encoding of the Redirect binding, wrong on POST (bindings 3.4.4.1).
func deflated(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return []byte(base64.StdEncoding.EncodeToString(out.Bytes())), nil
}
