package sp

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// Answers that were all judged while their request was outstanding, as they are
// when they come at the same moment: one of them is the answer.
func TestOneOfSeveralAnswersIsTaken(t *testing.T) {
	t.Parallel()
	site := &tenant{requests: newRequests(time.Hour)}
	site.requests.open("_one", "secret", pending{target: "/files", issued: time.Now()})
	r := httptest.NewRequest(http.MethodPost, "/acs", nil)
	r.AddCookie(&http.Cookie{Name: browserCookie, Value: "secret"})
	answers := make([]delivery, 8)
	var together sync.WaitGroup
	for i := range answers {
		answers[i].decision = &validate.Decision{Accepted: true, Identity: validate.Identity{InResponseTo: "_one"}}
		together.Go(func() { site.correlate(&answers[i], nil, r) })
	}
	together.Wait()
	taken := 0
	for _, d := range answers {
		switch {
		case d.reason == "" && d.request.target == "/files":
			taken++
		case d.reason != reason.Replayed || d.note == "":
			t.Errorf("refused as %q with the note %q", d.reason, d.note)
		}
	}
	if taken != 1 {
		t.Errorf("%d of %d answers are taken", taken, len(answers))
	}
}
