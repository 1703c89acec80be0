package validate_test

import (
	"crypto"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

func TestFingerprintSpelling(t *testing.T) {
	t.Parallel()
	doc := []byte(signed(t))
	for name, hash := range map[string]crypto.Hash{"sha1": crypto.SHA1, "SHA-256": crypto.SHA256, "": crypto.SHA256} {
		colons := validate.FingerprintOf(certificate(t, "idp"), hash).Hex()
		plain := strings.ReplaceAll(colons, ":", "")
		for _, text := range []string{
			colons, strings.ToLower(colons), plain, strings.ToLower(plain),
			strings.ReplaceAll(colons, ":", " "), strings.ReplaceAll(colons, ":", "-"), "\u200e" + plain, " " + colons + "\n",
		} {
			f, err := validate.ParseFingerprint(name, text)
			if err != nil {
				t.Fatalf("%s %q: %v", name, text, err)
			}
			p := policy(t)
			p.Certificates, p.Fingerprints = nil, []validate.Fingerprint{f}
			if d := validate.Response(doc, p, now); !d.Accepted {
				explain(t, d)
				t.Errorf("%q: refused", text)
			}
		}
	}
}

func TestFingerprintErrors(t *testing.T) {
	t.Parallel()
	sha256 := validate.FingerprintOf(certificate(t, "idp"), crypto.SHA256)
	for _, c := range []struct{ algorithm, text, want string }{
		{"sha1", sha256.Hex(), "stored as SHA-1, but this is a SHA-256 fingerprint"},
		{"sha256", validate.FingerprintOf(certificate(t, "idp"), crypto.SHA1).Hex(), "stored as SHA-256, but this is a SHA-1 fingerprint"},
		{"sha1", "AB:CD", "2 bytes"},
		{"", "AB:CD", "2 bytes"},
		{"sha1", "", "not hexadecimal"},
		{"sha1", "xyz", "not hexadecimal"},
		{"md5", "AB", "sha1 or sha256"},
	} {
		if _, err := validate.ParseFingerprint(c.algorithm, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: error %v, want %q", c.algorithm, c.text, err, c.want)
		}
	}
	misfiled, _ := validate.ParseFingerprint("sha1", sha256.Hex())
	p := policy(t)
	p.Certificates, p.Fingerprints = nil, []validate.Fingerprint{misfiled}
	d := validate.Response([]byte(signed(t)), p, now)
	if d.Reason != reason.FingerprintMismatch || !strings.Contains(d.Findings[0].Remedy, "32 bytes") {
		explain(t, d)
		t.Error("a misfiled fingerprint must be refused with a hint")
	}
	odd, _ := validate.ParseFingerprint("", sha256.Hex()[:3*19-1])
	p.Fingerprints = []validate.Fingerprint{odd}
	if d := validate.Response([]byte(signed(t)), p, now); d.Reason != reason.FingerprintMismatch || !strings.Contains(d.Findings[0].Remedy, "has 19 bytes, where one of SHA-1 has 20") {
		explain(t, d)
		t.Error("a fingerprint of no algorithm's length must be refused with a hint")
	}
	if zero := (validate.Fingerprint{}); zero.Matches(certificate(t, "idp")) {
		t.Error("the zero fingerprint matches")
	}
}

func TestTrust(t *testing.T) {
	t.Parallel()
	renewed := issue(t, "idp", now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
	idp, other, sp := certificate(t, "idp"), certificate(t, "other"), certificate(t, "sp")
	exact := func(until time.Time) signing {
		return signing{certificates: []*x509.Certificate{issue(t, "idp", now.AddDate(-1, 0, 0), until)}}
	}
	several := func(p *validate.Policy) { p.Certificates = []*x509.Certificate{other, sp, idp} }
	fingerprint := func(p *validate.Policy) {
		p.Certificates, p.Fingerprints = nil, []validate.Fingerprint{validate.FingerprintOf(idp, crypto.SHA256)}
	}
	for name, c := range map[string]struct {
		signing signing
		policy  func(*validate.Policy)
		reason  reason.Reason
	}{
		"one of several certificates":             {signing{}, several, ""},
		"no KeyInfo, several certificates":        {signing{noKeyInfo: true}, several, ""},
		"no KeyInfo, unknown key":                 {signing{noKeyInfo: true, key: "weak"}, several, reason.SignatureInvalid},
		"renewed certificate, same key":           {signing{certificates: []*x509.Certificate{renewed}}, several, ""},
		"renewed certificate, fingerprint":        {signing{certificates: []*x509.Certificate{renewed}}, fingerprint, reason.FingerprintMismatch},
		"chain, leaf first":                       {signing{certificates: []*x509.Certificate{idp, other}}, fingerprint, ""},
		"chain, leaf last":                        {signing{certificates: []*x509.Certificate{other, idp}}, fingerprint, ""},
		"stranger with the good one in the chain": {signing{key: "other", certificates: []*x509.Certificate{other, idp}}, fingerprint, reason.FingerprintMismatch},
		"good one first, stranger signs":          {signing{key: "other", certificates: []*x509.Certificate{idp, other}}, fingerprint, reason.FingerprintMismatch},
		"borrowed certificate":                    {signing{key: "other", certificates: []*x509.Certificate{idp}}, fingerprint, reason.SignatureInvalid},
		"bare key of a stranger":                  {signing{key: "other", noKeyInfo: true, extra: `<ds:KeyInfo><ds:KeyValue/></ds:KeyInfo>`}, nil, reason.SignatureInvalid},
		"bare key of the good one":                {signing{noKeyInfo: true, extra: `<ds:KeyInfo><ds:KeyValue/></ds:KeyInfo>`}, nil, ""},
		"remote key":                              {signing{noKeyInfo: true, extra: `<ds:KeyInfo><ds:RetrievalMethod URI="http://127.0.0.1:1/"/></ds:KeyInfo>`}, fingerprint, reason.CertificateMissing},
		"certificate ends now":                    {exact(now.Truncate(time.Second)), nil, ""},
		"certificate ended":                       {exact(now.Add(-time.Second)), nil, reason.CertificateInvalid},
		"certificate ended, nobody looks":         {exact(now.Add(-time.Second)), func(p *validate.Policy) { p.CheckCertificate = false }, ""},
		"SHA-1 allowed":                           {signing{method: ds + "rsa-sha1", digest: ds + "sha1", hash: crypto.SHA1}, func(p *validate.Policy) { p.AllowSHA1 = true }, ""},
		"HMAC":                                    {signing{method: ds + "hmac-sha1"}, nil, reason.AlgorithmRefused},
		"unknown digest":                          {signing{digest: "urn:x"}, nil, reason.AlgorithmRefused},
		"wrong kind of key":                       {signing{method: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"}, nil, reason.SignatureInvalid},
		"URI of the whole document":               {signing{on: "_response", uri: "whole"}, nil, ""},
		"URI of the whole document, Assertion":    {signing{uri: "whole"}, nil, reason.SignatureInvalid},
		"URI without hash":                        {signing{uri: "_assertion"}, nil, reason.SignatureInvalid},
		"lone hash":                               {signing{uri: "#"}, nil, reason.SignatureInvalid},
		"external URI":                            {signing{uri: "http://127.0.0.1:1/"}, nil, reason.SignatureInvalid},
		"xpointer":                                {signing{uri: "#xpointer(id('_assertion'))"}, nil, reason.SignatureInvalid},
		"other element":                           {signing{uri: "#_response", target: "_response"}, nil, reason.SignatureInvalid},
		"no transforms":                           {signing{transforms: []string{}}, nil, reason.SignatureInvalid},
		"xslt":                                    {signing{transforms: []string{ds + "enveloped-signature", "http://www.w3.org/TR/1999/REC-xslt-19991116"}}, nil, reason.AlgorithmRefused},
		"flood of transforms":                     {signing{transforms: strings.Fields(strings.Repeat(exc+" ", 5000))}, nil, reason.AlgorithmRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := policy(t)
			if c.policy != nil {
				c.policy(&p)
			}
			d := validate.Response([]byte(sign(t, response, c.signing)), p, now)
			if d.Reason != c.reason || d.Accepted != (c.reason == "") {
				explain(t, d)
				t.Errorf("reason %q, want %q", d.Reason, c.reason)
			}
		})
	}
}

// TestMismatchShowsBoth: both thumbprints of both certificates are in the finding.
func TestMismatchShowsBoth(t *testing.T) {
	t.Parallel()
	d := validate.Response([]byte(sign(t, response, signing{key: "other"})), policy(t), now)
	for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
		if !strings.Contains(d.Findings[0].Got, validate.FingerprintOf(certificate(t, "other"), hash).Hex()) ||
			!strings.Contains(d.Findings[0].Want, validate.FingerprintOf(certificate(t, "idp"), hash).Hex()) {
			explain(t, d)
			t.Errorf("no %s thumbprint", hash)
		}
	}
}
