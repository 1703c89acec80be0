package lab

import (
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// PostAtOnce brings Responses to the SP at the same moment, each from a tab of
// its own beside this one: the SP is given none before the last has come to its
// door, and then all together. This tab stays where it is.
func (l *Lab) PostAtOnce(answers ...Answer) error {
	path := l.Settings.ACSPath()
	together := &gathering{expected: len(answers), complete: make(chan struct{}), next: l.SP}
	l.admit(trace.SP, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == path {
			together.ServeHTTP(w, r)
			return
		}
		together.next.ServeHTTP(w, r)
	}))
	defer l.admit(trace.SP, l.SP)

	forms, tabs := http.NewServeMux(), make([]*browser.Tab, len(answers))
	for i, a := range answers {
		forms.Handle(fmt.Sprintf("/%d", i), l.formFor(path, a.fields()))
		tabs[i] = l.Tab.Beside()
	}
	return l.atStranger(forms, func(base string) error {
		errs := make([]error, len(tabs))
		var posting sync.WaitGroup
		for i, tab := range tabs {
			posting.Go(func() {
				errs[i] = errors.Join(tab.Open(fmt.Sprintf("%s/%d", base, i)), tab.Close())
			})
		}
		posting.Wait()
		return errors.Join(errs...)
	})
}

// gathering lets nobody in before so many have come. Who leaves counts as come:
// the others are not kept waiting for longer than they would.
type gathering struct {
	expected int
	complete chan struct{} // closed when the last has come
	next     http.Handler

	mu   sync.Mutex
	come int
}

func (g *gathering) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	if g.come++; g.come == g.expected {
		close(g.complete)
	}
	g.mu.Unlock()
	select {
	case <-g.complete:
		g.next.ServeHTTP(w, r)
	case <-r.Context().Done():
	}
}
