package validate_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	const message = "<a>>>>???</a>.."
	plain := base64.StdEncoding.EncodeToString([]byte(message))
	for name, c := range map[string]struct{ field, want string }{
		"plain":              {plain, ""},
		"wrapped":            {plain[:8] + "\r\n" + plain[8:16] + "\n" + plain[16:] + "\r\n", ""},
		"blanks around":      {"  " + plain + "\n", ""},
		"empty":              {"", "empty"},
		"blank":              {" \r\n", "empty"},
		"URL alphabet":       {base64.URLEncoding.EncodeToString([]byte(message)), "URL alphabet"},
		"plus as blank":      {strings.ReplaceAll(plain, "+", " "), "blanks"},
		"without padding":    {base64.RawStdEncoding.EncodeToString([]byte(message + ".")), "padding"},
		"percent escapes":    {strings.ReplaceAll(plain, "+", "%2B"), "percent"},
		"lower-case escapes": {strings.ReplaceAll(plain, "+", "%2b"), "percent"},
		"XML":                {message, "XML as it is"},
		"not base64":         {"!!!!", "not base64"},
		"padding in front":   {"====" + plain, "not base64"},
		"spare bits":         {"PGE+PC9hPh==", "not base64"},
	} {
		raw, err := validate.Decode(c.field, 100)
		var field *validate.FieldError
		switch {
		case c.want == "" && (err != nil || string(raw) != message):
			t.Errorf("%s: %q, error %v", name, raw, err)
		case c.want != "" && (!errors.As(err, &field) || !strings.Contains(err.Error(), c.want) || field.Finding.Reason != reason.Malformed):
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
		if c.want == "" {
			continue
		}
		if d := validate.Unreadable(err, "form field SAMLResponse", validate.Policy{}); d.Accepted || d.Reason != reason.Malformed || d.Findings[0].Remedy == "" || d.Findings[0].Where != "form field SAMLResponse" {
			t.Errorf("%s: decision %+v", name, d)
		}
	}
}

func TestDecodeLimit(t *testing.T) {
	t.Parallel()
	field := base64.StdEncoding.EncodeToString(make([]byte, 101))
	for _, f := range []string{field, strings.Repeat(field, 100)} {
		_, err := validate.Decode(f, 100)
		if d := validate.Unreadable(err, "form field SAMLResponse", validate.Policy{}); err == nil || d.Reason != reason.TooLarge {
			t.Errorf("error %v", err)
		}
	}
	if raw, err := validate.Decode(base64.StdEncoding.EncodeToString(make([]byte, 100)), 100); err != nil || len(raw) != 100 {
		t.Errorf("exactly the limit: %v", err)
	}
	if _, err := validate.Decode(base64.StdEncoding.EncodeToString(make([]byte, 1<<20+1)), 0); err == nil {
		t.Error("no default limit")
	}
}

// TestUnreadable: whatever is sent instead of a Response is named.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	var deflated bytes.Buffer
	w, _ := flate.NewWriter(&deflated, flate.BestCompression)
	_, _ = w.Write([]byte(response))
	_ = w.Close()
	once := base64.StdEncoding.EncodeToString([]byte(response))
	for name, c := range map[string]struct {
		raw, want string
		reason    reason.Reason
	}{
		"empty":                    {"", "empty", reason.Malformed},
		"blank":                    {" \n", "empty", reason.Malformed},
		"text":                     {"hello", "XML library", reason.Malformed},
		"HTML":                     {"<html><body>Error<br></body></html>", "HTML page", reason.Malformed},
		"twice base64":             {once, "twice", reason.Malformed},
		"deflated":                 {deflated.String(), "compressed", reason.Malformed},
		"UTF-16":                   {"\xff\xfe<\x00a\x00", "UTF-16", reason.Malformed},
		"invalid UTF-8":            {strings.Replace(response, "ada", "ad\xff", 1), "UTF-8", reason.Malformed},
		"overlong":                 {strings.Replace(response, "ada", "\xc0\xaf", 1), "UTF-8", reason.Malformed},
		"encoding lie":             {`<?xml version="1.0" encoding="ISO-8859-1"?>` + response, "UTF-8", reason.Malformed},
		"NUL":                      {strings.Replace(response, "ada", "&#0;", 1), "XML", reason.Malformed},
		"entity":                   {strings.Replace(response, "ada", "&ada;", 1), "XML", reason.Malformed},
		"never closed":             {strings.TrimSuffix(response, "</samlp:Response>"), "XML", reason.Malformed},
		"wrong end tag":            {strings.Replace(response, "</saml:NameID>", "</saml:nameID>", 1), "XML", reason.Malformed},
		"free prefix":              {strings.Replace(response, "<saml:NameID", "<saml2:NameID", 1), "XML", reason.Malformed},
		"colon name":               {strings.Replace(response, status, status+"<:a/>", 1), "XML", reason.Malformed},
		"two colons":               {strings.Replace(response, status, status+"<a:b:c/>", 1), "XML", reason.Malformed},
		"empty prefix":             {strings.Replace(response, status, status+`<a xmlns:b=""/>`, 1), "XML", reason.Malformed},
		"bare attribute":           {strings.Replace(response, status, status+`<a b/>`, 1), "XML", reason.Malformed},
		"repeated by two prefixes": {strings.Replace(response, status, status+`<a xmlns:p="urn:x" xmlns:q="urn:x" p:b="" q:b=""/>`, 1), "XML library", reason.Malformed},
		"repeated declaration":     {strings.Replace(response, "<samlp:Response", `<samlp:Response xmlns:a="urn:a" xmlns:a="urn:b"`, 1), "XML library", reason.Malformed},
		"xml prefix":               {strings.Replace(response, status, status+`<a xmlns:xml="urn:x"/>`, 1), "XML", reason.Malformed},
		"bomb":                     {`<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + response, "document type", reason.Malformed},
		"external":                 {`<!DOCTYPE a SYSTEM "http://127.0.0.1:1/">` + response, "document type", reason.Malformed},
		"SOAP":                     {`<e:Envelope xmlns:e="urn:e"><e:Body>` + response + `</e:Body></e:Envelope>`, "SOAP", reason.Malformed},
		"bare Assertion":           {assertion, "bare Assertion", reason.Malformed},
		"SAML 1":                   {strings.ReplaceAll(response, "SAML:2.0", "SAML:1.0"), "SAML 2.0", reason.Malformed},
		"deep":                     {strings.Repeat("<a>", 200_000), "ten levels", reason.TooLarge},
		"large":                    {strings.Repeat("a", 1<<20+1), "Send less", reason.TooLarge},
	} {
		d := validate.Response([]byte(c.raw), policy(t), now)
		if d.Accepted || d.Reason != c.reason || len(d.Findings) != 1 || !strings.Contains(d.Findings[0].Remedy, c.want) {
			explain(t, d)
			t.Errorf("%s: reason %q, want %q with %q", name, d.Reason, c.reason, c.want)
		}
	}
}

// TestUndelivered: what comes without a message is refused by a complete finding,
// and without one where the rule is switched off.
func TestUndelivered(t *testing.T) {
	t.Parallel()
	for _, r := range validate.DeliveryRules() {
		d := validate.Undelivered(r.ID, "something else", validate.Policy{})
		if d.Accepted || d.Reason != r.Reason || len(d.Findings) != 1 {
			t.Errorf("%s: %+v", r.ID, d)
			continue
		}
		f := d.Findings[0]
		if f.Rule != r.ID || f.Got != "something else" || f.Want == "" || f.Where == "" || f.Remedy == "" || f.Ref == "" || f.Tolerated || r.Title == "" {
			t.Errorf("incomplete finding %+v", f)
		}
		p := validate.Policy{Without: []string{r.ID}}
		if d := validate.Undelivered(r.ID, "something else", p); len(p.Check()) > 0 || d.Accepted || d.Reason != r.Reason || len(d.Findings) > 0 {
			t.Errorf("%s switched off: %+v", r.ID, d)
		}
	}
}
