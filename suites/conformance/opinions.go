package conformance

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/opinion"
	"github.com/ssoproof/ssoproof/suites/report"
)

// opinions asks the stock library. That it does not answer spoils no verdict: a
// note says why.
type opinions struct {
	ask    func(opinion.Question) (opinion.Answer, error) // nil when nobody is to be asked
	mu     sync.Mutex                                     // one question at a time
	failed error                                          // after which nothing more is asked
}

// of is the library's opinion of the last Response that the SP judged, nil when
// there is none.
func (o *opinions) of(ctx context.Context, l *lab.Lab) *report.SecondOpinion {
	j, any := l.Judged()
	if !any || o.ask == nil {
		return nil
	}
	q := question(j)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failed != nil || ctx.Err() != nil {
		return nil
	}
	a, err := o.ask(q)
	if err != nil {
		if ctx.Err() == nil {
			o.failed = err
		}
		return nil
	}
	return &report.SecondOpinion{Library: opinion.Library, Accepted: a.Accepted, As: a.As, Why: a.Why}
}

// question is what the SP knew, in the library's terms.
func question(j lab.Judged) opinion.Question {
	p := j.Policy
	q := opinion.Question{
		XML: j.XML, At: j.At, EntityID: p.EntityID, ACS: p.ACS, Issuer: p.Issuer, Unsolicited: p.AllowUnsolicited, Requests: j.Requests,
	}
	for _, c := range append(recognised(j.XML, p.Fingerprints), p.Certificates...) {
		q.Certificates = append(q.Certificates, c.Raw)
	}
	if len(p.DecryptionKeys) > 0 {
		q.Key, _ = x509.MarshalPKCS8PrivateKey(p.DecryptionKeys[0]) // the kinds that a policy takes can all be marshalled
	}
	return q
}

var certificate = regexp.MustCompile(`X509Certificate>([^<]+)<`)

// recognised are the certificates in the message whose thumbprints are trusted:
// of SHA-1 thumbprints the library knows nothing.
func recognised(xml []byte, trusted []validate.Fingerprint) []*x509.Certificate {
	var known []*x509.Certificate
	for _, found := range certificate.FindAllSubmatch(xml, -1) {
		der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(found[1])), ""))
		if err != nil {
			continue
		}
		c, err := x509.ParseCertificate(der)
		if err == nil && slices.ContainsFunc(trusted, func(f validate.Fingerprint) bool { return f.Matches(c) }) {
			known = append(known, c)
		}
	}
	return known
}

// notes says how the opinions compare with the SP's decisions.
func (o *opinions) notes(cases []report.Case) []string {
	var notes []string
	if o.failed != nil {
		notes = append(notes, "no second opinions from there on: "+o.failed.Error())
	}
	about := slices.DeleteFunc(slices.Clone(cases), func(c report.Case) bool { return c.SecondOpinion == nil })
	if len(about) > 0 {
		notes = append(notes, tell(about))
	}
	return notes
}

// tell sums up how the library's opinions compare with the SP's decisions.
func tell(cases []report.Case) string {
	var same, kinder, stricter, crashed int
	for _, c := range cases {
		accepted, _ := c.LastDecision()
		switch o := c.SecondOpinion; {
		case o.Crashed():
			crashed++
		case o.Accepted && !accepted:
			kinder++
		case !o.Accepted && accepted:
			stricter++
		default:
			same++
		}
	}
	asked := "1 Response"
	if len(cases) != 1 {
		asked = fmt.Sprintf("%d Responses", len(cases))
	}
	return fmt.Sprintf("second opinion: of %s %s judges %d as the SP does; it accepts %d that the SP refuses, refuses %d that the SP accepts, and crashes on %d",
		asked, opinion.Library, same, kinder, stricter, crashed)
}
