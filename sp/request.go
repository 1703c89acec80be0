package sp

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// remembered is how many requests, and how many assertions, are kept before
// those that cannot matter any more are dropped.
const remembered = 4096

// pending is an AuthnRequest that was sent.
type pending struct {
	browser  [sha256.Size]byte // digest of the secret of the browser it was sent through
	asked    string            // entity ID of the identity provider it was sent to
	target   string            // local path asked for, "" if none
	issued   time.Time
	answered bool
	givenUp  bool // the start page has told the visitor that no answer came
}

// requests is the memory of the AuthnRequests of one tenant.
type requests struct {
	lifetime time.Duration

	mu  sync.Mutex
	all map[string]pending
}

func newRequests(lifetime time.Duration) *requests {
	return &requests{lifetime: lifetime, all: map[string]pending{}}
}

// open remembers a request, and the browser that it was sent through by its secret.
func (q *requests) open(id, browser string, p pending) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.all) >= remembered {
		for id, old := range q.all {
			if p.issued.Sub(old.issued) > 2*q.lifetime {
				delete(q.all, id)
			}
		}
	}
	p.browser = sha256.Sum256([]byte(browser))
	q.all[id] = p
}

// sent tells to whom and when a request was sent, and false when there is none.
func (q *requests) sent(id string) (request validate.Sent, known bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	p, known := q.all[id]
	return validate.Sent{To: p.asked, At: p.issued}, known
}

// state tells what a Response with that InResponseTo means. A browser that
// brought no secret at all is not held against the message here: the message
// is judged on its own merits first, see (*tenant).consume.
func (q *requests) state(id, browser string, now time.Time) validate.RequestState {
	q.mu.Lock()
	defer q.mu.Unlock()
	p, ok := q.all[id]
	switch {
	case !ok:
		return validate.RequestUnknown
	case p.answered:
		return validate.RequestAnswered
	case browser != "" && p.browser != sha256.Sum256([]byte(browser)):
		return validate.RequestOtherBrowser
	case p.givenUp || now.Sub(p.issued) >= q.lifetime:
		return validate.RequestExpired
	}
	return validate.RequestOutstanding
}

// A browser that has been sent away so often, in so short a time, and has not
// brought one good answer is going round in circles.
const (
	loopLimit  = 8
	loopWindow = time.Minute
)

// loops tells whether the browser is.
func (q *requests) loops(browser string, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	unanswered, who := 0, sha256.Sum256([]byte(browser))
	for _, p := range q.all {
		if p.browser == who && !p.answered && now.Sub(p.issued) < loopWindow {
			unanswered++
		}
	}
	return unanswered >= loopLimit
}

// answer closes a request and returns it; false when somebody was faster.
func (q *requests) answer(id string) (pending, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	p, ok := q.all[id]
	if !ok || p.answered {
		return pending{}, false
	}
	p.answered = true
	q.all[id] = p
	return p, true
}

// giveUp ends the wait for an answer on behalf of the browser that waits; it
// tells false when there is nothing that browser waits for any more.
func (q *requests) giveUp(id, browser string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	p, ok := q.all[id]
	if !ok || p.answered || p.givenUp || p.browser != sha256.Sum256([]byte(browser)) {
		return false
	}
	p.givenUp = true
	q.all[id] = p
	return true
}

// failure is a reaction that is to be shown once.
type failure struct {
	reaction profile.Reaction
	blanks   blanks
}

// failures keeps them between the redirect and the page, under a ticket.
type failures struct {
	mu   sync.Mutex
	kept map[string]failure
}

func (f *failures) keep(one failure) (ticket string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kept == nil || len(f.kept) >= remembered {
		f.kept = map[string]failure{} // those who have not come by now will start over
	}
	ticket = token()
	f.kept[ticket] = one
	return ticket
}

func (f *failures) take(ticket string) (failure, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one, ok := f.kept[ticket]
	delete(f.kept, ticket)
	return one, ok
}
