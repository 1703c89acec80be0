package sp

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/ssoproof/ssoproof/sp/validate"
)

// FuzzLogoutQuery looks for a query of the Redirect binding of which another
// part would be read than was signed, or more of it than the limit.
func FuzzLogoutQuery(f *testing.F) {
	const limit = 1 << 10
	var b bytes.Buffer
	z, _ := flate.NewWriter(&b, flate.BestCompression) // the level is good
	z.Write([]byte("<a/>"))                            // into memory
	z.Close()
	message := url.QueryEscape(base64.StdEncoding.EncodeToString(b.Bytes()))
	for _, seed := range []string{
		"SAMLRequest=" + message, "SAMLResponse=" + message + "&RelayState=%2f&SigAlg=x&Signature=AA%3d%3D", "SAMLRequest=" + message + "&SigAlg=x&Signature=AAAA&RelayState=",
		"SAMLRequest=" + message + "&SAMLResponse=" + message, "SAMLRequest=" + message + "&SAMLRequest=" + message, "SAMLReques%74=" + message + "&Signature=", "SAMLEncoding=x", "%zz=&RelayState=%zz", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		m, refused := receiveQuery(query, limit)
		if refused != nil {
			if d := refused.decide(validate.Policy{}); d.Accepted || d.Reason == "" || refused.text == "" {
				t.Fatalf("refused as %q: %q", d.Reason, refused.text)
			}
			return
		}
		if m.field == "" || len(m.xml) > limit {
			t.Fatalf("%s of %d octets", m.field, len(m.xml))
		}
		if m.query == nil {
			return
		}
		read, err := url.ParseQuery(strings.ReplaceAll(m.query.Octets, ";", "%3B"))
		if err != nil || len(read[m.field]) != 1 || read.Get("RelayState") != m.relayState || read.Get("SigAlg") != m.query.Algorithm {
			t.Fatalf("read %q, signed %q", m.relayState, m.query.Octets)
		}
	})
}

// FuzzTarget looks for a target that leads away from the site, read as browsers
// read it.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{"/a?b=c#d", "//evil.example", `/\evil.example`, "/%2f/evil.example", "/\t/evil.example", "http://sp.example//evil.example", "http://sp.example@evil.example/", "javascript:1", "/a:b", "/..//x"} {
		f.Add(seed)
	}
	site := &tenant{config: Tenant{BaseURL: "http://sp.example"}}
	base, err := url.Parse(site.config.BaseURL + "/")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, target string) {
		local, ok := site.Local(target)
		if !ok {
			return
		}
		u, err := base.Parse(local)
		if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || u.User != nil || strings.HasPrefix(local, "//") || strings.ContainsAny(local, "\\\t\r\n") {
			t.Fatalf("%q leads to %q: %v", target, local, u)
		}
	})
}
