package lab

import (
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// Judged is a Response that the SP judged, with what it knew at that moment.
type Judged struct {
	XML      []byte
	Policy   validate.Policy // without its memories
	At       time.Time       // by the SP's clock
	Requests []string        // IDs of the AuthnRequests that it had sent
}

// judged keeps the newest Response that was judged. The SP's handlers add to
// it, each on a goroutine of its own.
type judged struct {
	mu       sync.Mutex
	requests []string
	last     *Judged
}

// Judged returns the Response that the SP judged last, and false when none
// came that could be read.
func (l *Lab) Judged() (Judged, bool) {
	l.judged.mu.Lock()
	defer l.judged.mu.Unlock()
	if l.judged.last == nil {
		return Judged{}, false
	}
	return *l.judged.last, true
}

// lastRequest is the ID of the AuthnRequest that the SP sent last, whomever it
// was sent to.
func (l *Lab) lastRequest() (string, error) {
	l.judged.mu.Lock()
	defer l.judged.mu.Unlock()
	sent := l.judged.requests
	if len(sent) == 0 {
		return "", fmt.Errorf("%w: the service provider has sent no request yet", ErrTooSoon)
	}
	return sent[len(sent)-1], nil
}

var requestID = regexp.MustCompile(`\sID="([^"]+)"`)

// keepJudged keeps what Judged returns. Of the product's other tenant nobody
// asks.
func (l *Lab) keepJudged(e sp.Event) {
	if l.tenant(e.Tenant) != trace.SP {
		return
	}
	l.judged.mu.Lock()
	defer l.judged.mu.Unlock()
	switch trace.Kind(e.Kind) {
	case trace.KindRequestSent:
		if id := requestID.FindSubmatch(e.XML); id != nil {
			l.judged.requests = append(l.judged.requests, string(id[1]))
		}
	case trace.KindDecision:
		if e.Policy != nil && len(e.XML) > 0 {
			l.judged.last = &Judged{XML: e.XML, Policy: *e.Policy, At: e.At, Requests: append([]string(nil), l.judged.requests...)}
		}
	}
}
