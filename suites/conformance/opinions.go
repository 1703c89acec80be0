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

// opinions collects, by case, what the stock library will be asked. A case
// that is played again asks again.
type opinions struct {
	mu        sync.Mutex
	questions map[string]opinion.Question
	notes     []string
}

func newOpinions() *opinions { return &opinions{questions: map[string]opinion.Question{}} }

// ask puts the last Response of the case on the list, if there was one.
func (o *opinions) ask(caseID string, l *lab.Lab) {
	j, any := l.Judged()
	if !any {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.questions[caseID] = question(j)
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

// hearOpinions asks for the second opinions once all is played, and adds them
// to the cases. That there are none spoils no verdict: a note says why.
func (p *player) hearOpinions(ctx context.Context) {
	if p.options.SecondOpinion == nil || ctx.Err() != nil {
		return
	}
	var about []*report.Case
	var questions []opinion.Question
	for _, c := range p.results {
		if c == nil {
			continue
		}
		if q, asked := p.opinions.questions[c.ID]; asked {
			about, questions = append(about, c), append(questions, q)
		}
	}
	if len(questions) == 0 {
		return
	}
	answers, err := p.options.SecondOpinion(ctx, questions)
	if err != nil {
		p.opinions.notes = append(p.opinions.notes, "no second opinions: "+err.Error())
		return
	}
	for i, a := range answers {
		about[i].SecondOpinion = &report.SecondOpinion{Library: opinion.Library, Accepted: a.Accepted, As: a.As, Why: a.Why}
	}
	p.opinions.notes = append(p.opinions.notes, tell(about))
}

// tell sums up how the library's opinions compare with the SP's decisions.
func tell(cases []*report.Case) string {
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
	return fmt.Sprintf("second opinion: of %d Responses %s judges %d as the SP does; it accepts %d that the SP refuses, refuses %d that the SP accepts, and crashes on %d",
		len(cases), opinion.Library, same, kinder, stricter, crashed)
}
