package conformance

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/ssoproof/ssoproof/suites/browser"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/report"
)

// player plays the cases of a plan with several workers that share one Chrome.
type player struct {
	options Options
	house   *lab.House
	order   []*plan.Case // as played
	jobs    chan int     // indexes into order
	done    []chan struct{}
	results []*report.Case // by index into order; nil until done

	chromes  *chromes
	controls *controls
	pictures *pictures
	opinions *opinions
	workers  sync.WaitGroup

	mu       sync.Mutex
	finished int
	stopped  error // why not everything was played
}

func newPlayer(ctx context.Context, o Options, house *lab.House) (*player, error) {
	p := &player{
		options: o, house: house, order: shuffled(o.Plan.Cases, o.Seed),
		jobs: make(chan int), controls: newControls(), pictures: newPictures(o.Screenshots), opinions: &opinions{ask: o.SecondOpinion},
	}
	p.done = make([]chan struct{}, len(p.order))
	for i := range p.done {
		p.done[i] = make(chan struct{})
	}
	p.results = make([]*report.Case, len(p.order))
	var err error
	p.chromes, err = startChrome(ctx, o.Browser)
	return p, err
}

func shuffled(cases []*plan.Case, seed int64) []*plan.Case {
	order := append([]*plan.Case(nil), cases...)
	if seed != 0 {
		random := rand.New(rand.NewPCG(uint64(seed), 0))
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	return order
}

// start lets the workers loose; they stop when the plan is played or ctx ends.
func (p *player) start(ctx context.Context) {
	go func() {
		defer close(p.jobs)
		for i := range p.order {
			select {
			case p.jobs <- i:
			case <-ctx.Done():
				p.stop(fmt.Errorf("interrupted after %d of %d cases", p.played(), len(p.order)))
				return
			}
		}
	}()
	for range p.options.Workers {
		p.workers.Add(1)
		go func() {
			defer p.workers.Done()
			p.work(ctx)
		}()
	}
}

// work plays jobs until there are none. When Chrome dies under a case, the
// case is played once more in a new Chrome.
func (p *player) work(ctx context.Context) {
	var seat *seat
	defer func() { seat.leave() }()
	for i := range p.jobs {
		c := p.order[i]
		var result *report.Case
		for try := 0; try < 2; try++ {
			var err error
			if seat, err = p.chromes.seat(ctx, seat); err != nil {
				result = unplayed(p, c, err, "")
			} else {
				result, err = p.playCase(ctx, seat, c)
			}
			result.Replayed = try > 0
			if !errors.Is(err, browser.ErrGone) || ctx.Err() != nil {
				break
			}
		}
		p.finish(i, result, ctx)
	}
}

func (p *player) finish(i int, c *report.Case, ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil && c.Verdict == report.Broken {
		// Cut short by the interrupt: not a result.
		p.stopped = fmt.Errorf("interrupted after %d of %d cases", p.finished, len(p.order))
		close(p.done[i])
		return
	}
	p.results[i] = c
	p.finished++
	p.options.Progress(p.finished, len(p.order), c)
	close(p.done[i])
}

// result waits for case i. A case that was not played is a skip with the cause.
func (p *player) result(ctx context.Context, i int) *report.Case {
	select {
	case <-p.done[i]:
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.results[i]; c != nil {
		return c
	}
	return unplayed(p, p.order[i], nil, "not played: the run was interrupted")
}

func (p *player) wait() { p.workers.Wait() }

func (p *player) stop(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = err
}

func (p *player) played() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.finished
}

func (p *player) partial() bool { return p.stopped != nil }

func (p *player) notes(cases []report.Case) []string {
	notes := append(p.chromes.notes(), p.opinions.notes(cases)...)
	if p.stopped != nil {
		notes = append(notes, p.stopped.Error())
	}
	return notes
}

// cases returns what was played, in the plan's order.
func (p *player) cases() []report.Case {
	byID := map[string]*report.Case{}
	for _, c := range p.results {
		if c != nil {
			byID[c.ID] = c
		}
	}
	var cases []report.Case
	for _, c := range p.options.Plan.Cases {
		if played := byID[c.ID]; played != nil {
			cases = append(cases, *played)
		}
	}
	return cases
}

func (p *player) close() error { return p.chromes.close() }
